//! Checks of condition values: what stands there must be a value of the operator's type.

use std::net::{IpAddr, Ipv4Addr};

use super::finding::Findings;
use super::operator::{self, Family};
use super::view::{Clause, Entry, View};

pub(super) fn check(view: &View<'_>, findings: &mut Findings<'_>) {
    for clause in view.clauses() {
        let Some(operator) = operator::parse(clause.operator) else { continue };
        for value in clause.values.iter().filter(|value| !value.text.contains("${")) {
            operand(operator.family, &clause, value, findings);
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
        _ => return,
    };
    if !fits {
        findings.add(id, &value.place, format!("`{text}` is no value for `{}`", clause.operator), fix);
    } else if family == Family::Ip
        && clause.key.eq_ignore_ascii_case("aws:SourceIp")
        && let Some(IpAddr::V4(address)) = network(text)
        && is_private(address)
    {
        let sentence = format!("`{text}` is private, and `aws:SourceIp` is the public address of the caller");
        findings.add("PRIVATE_IP_ADDRESS", &value.place, sentence, "use `aws:VpcSourceIp` or public addresses");
    }
}

fn is_private(address: Ipv4Addr) -> bool {
    address.is_private() || address.is_loopback() || address.is_link_local()
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

fn network(text: &str) -> Option<IpAddr> {
    let (address, bits) = match text.split_once('/') {
        Some((address, bits)) => (address, Some(bits.parse::<u8>().ok()?)),
        None => (text, None),
    };
    let address: IpAddr = address.parse().ok()?;
    let most = if address.is_ipv4() { 32 } else { 128 };
    bits.is_none_or(|bits| bits <= most).then_some(address)
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
        assert!(network("203.0.113.0/24").is_some() && network("2001:db8::/32").is_some());
        assert!(network("203.0.113.0/33").is_none() && network("203.0.113").is_none());
        assert!(is_arn("arn:aws:s3:::b") && is_arn("*") && !is_arn("bucket"));
    }
}
