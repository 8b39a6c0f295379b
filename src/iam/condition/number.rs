//! Numeric operators: decimals of any length, compared digit by digit. No floating point.

use std::cmp::Ordering;

/// How the value stands to the operand; `None` when either is no decimal number.
pub(super) fn compare(value: &str, operand: &str) -> Option<Ordering> {
    let (value, operand) = (Decimal::parse(value)?, Decimal::parse(operand)?);
    Some(match (value.negative, operand.negative) {
        (false, true) => Ordering::Greater,
        (true, false) => Ordering::Less,
        (false, false) => value.size(&operand),
        (true, true) => operand.size(&value),
    })
}

/// Whether the text is a decimal number.
pub(in super::super) fn is_decimal(text: &str) -> bool {
    Decimal::parse(text).is_some()
}

/// A decimal without superfluous zeros.
struct Decimal<'a> {
    negative: bool,
    whole: &'a str,
    fraction: &'a str,
}

impl<'a> Decimal<'a> {
    fn parse(text: &'a str) -> Option<Decimal<'a>> {
        let (negative, digits) = match text.strip_prefix('-') {
            Some(digits) => (true, digits),
            None => (false, text.strip_prefix('+').unwrap_or(text)),
        };
        let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
        let all_digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
        if (whole.is_empty() && fraction.is_empty()) || !all_digits(whole) || !all_digits(fraction) {
            return None;
        }
        let (whole, fraction) = (whole.trim_start_matches('0'), fraction.trim_end_matches('0'));
        let zero = whole.is_empty() && fraction.is_empty();
        Some(Decimal { negative: negative && !zero, whole, fraction })
    }

    fn size(&self, other: &Decimal<'_>) -> Ordering {
        let length = self.whole.len().cmp(&other.whole.len());
        length.then_with(|| self.whole.cmp(other.whole)).then_with(|| self.fraction.cmp(other.fraction))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn compares_exactly() {
        let case = |value: &str, operand: &str, expected: Ordering| {
            assert_eq!(compare(value, operand), Some(expected), "{value} with {operand}");
        };
        case("10", "10.0", Ordering::Equal);
        case("+007", "7", Ordering::Equal);
        case("-0", "0", Ordering::Equal);
        case("9", "10", Ordering::Less);
        case("-9", "-10", Ordering::Greater);
        case("-1", "0.5", Ordering::Less);
        case(".5", "0.45", Ordering::Greater);
        case("9007199254740993", "9007199254740992", Ordering::Greater);
    }

    #[test]
    fn what_is_no_number() {
        for text in ["", "-", ".", "1e3", "0x1", "1,0", " 1", "--1"] {
            assert_eq!(compare(text, "1"), None, "{text}");
        }
    }
}
