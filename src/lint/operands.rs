//! Checks of condition values: what stands there must be a value of the operator's type.

use super::addresses::network;
use super::finding::Findings;
use super::view::{Clause, Entry, View};
use crate::iam::{Family, Operator};

pub(super) fn check(view: &View<'_>, findings: &mut Findings<'_>) {
    for clause in view.clauses() {
        let Some(operator) = Operator::parse(clause.operator) else { continue };
        for value in clause.values.iter().filter(|value| !value.text.contains("${")) {
            operand(operator.family(), &clause, value, findings);
        }
    }
}

fn operand(family: Family, clause: &Clause<'_>, value: &Entry<'_>, findings: &mut Findings<'_>) {
    let text = value.text;
    let (fits, id, fix) = match family {
        Family::Bool | Family::Null => (is_bool(text), "TYPE_MISMATCH_BOOLEAN", "write `true` or `false`"),
        Family::Numeric => (is_number(text), "TYPE_MISMATCH_NUMBER", "write a number"),
        Family::Date => (is_date(text), "TYPE_MISMATCH_DATE", "write `2026-01-31T00:00:00Z` or seconds since 1970"),
        Family::Ip => (network(text).is_some(), "TYPE_MISMATCH_IP_RANGE", "write an address or `address/bits`"),
        Family::Arn => (is_arn(text), "TYPE_MISMATCH_ARN", "write an ARN of six parts"),
        Family::Binary => (is_base64(text), "TYPE_MISMATCH_STRING", "write the bytes in base64"),
        _ => return,
    };
    if !fits {
        findings.add(id, &value.place, format!("`{text}` is no value for `{}`", clause.operator), fix);
    } else if family == Family::Date && is_number(text) {
        let sentence = format!("`{text}` is seconds since 1970, which is easily misread");
        findings.add("INVALID_DATE_VALUE", &value.place, sentence, "write `2026-01-31T00:00:00Z`");
    }
}

fn is_bool(text: &str) -> bool {
    text.eq_ignore_ascii_case("true") || text.eq_ignore_ascii_case("false")
}

fn is_number(text: &str) -> bool {
    let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
    digits.parse::<f64>().is_ok() && digits.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.')
}

/// ISO 8601 as far as the shape goes, or seconds since 1970.
fn is_date(text: &str) -> bool {
    if is_number(text) {
        return true;
    }
    let (date, time) = text.split_once(['T', 't', ' ']).unwrap_or((text, ""));
    let parts: Vec<&str> = date.split('-').collect();
    let within = |part: Option<&&str>, width: usize, most: u32| {
        part.is_none_or(|part| part.len() == width && part.parse().is_ok_and(|number: u32| number <= most))
    };
    let date_fits =
        within(parts.first(), 4, 9999) && within(parts.get(1), 2, 12) && within(parts.get(2), 2, 31) && parts.len() < 4;
    let clock = |letter: char| letter.is_ascii_digit() || matches!(letter, ':' | '.' | '+' | '-' | 'Z' | 'z');
    date_fits && time.chars().all(clock) && text.len() <= 40
}

fn is_base64(text: &str) -> bool {
    let digits = text.trim_end_matches('=');
    let fits = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/');
    digits.bytes().all(fits) && digits.len() % 4 != 1 && text.len() - digits.len() <= 2
}

fn is_arn(text: &str) -> bool {
    let short = text.starts_with('*') || text.ends_with('*');
    let parts = text.split(':').count();
    (text.starts_with("arn:") && (parts >= 6 || short)) || (text.contains('*') && short)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shapes() {
        assert!(is_number("-1.5") && !is_number("1e3") && !is_number("inf") && !is_number(""));
        assert!(is_date("2026-01-31T00:00:00Z") && is_date("1700000000") && is_date("2026"));
        assert!(!is_date("bad") && !is_date("2026-13-01") && !is_date("01/02/2026"));
        assert!(is_base64("aGk=") && is_base64("") && !is_base64("a") && !is_base64("a b="));
        assert!(is_arn("arn:aws:s3:::b") && is_arn("*") && !is_arn("bucket"));
    }
}
