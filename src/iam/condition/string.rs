//! String and Bool operators: how texts compare.

use super::super::glob;
use super::super::variables::{self, Part};

/// `StringEqualsIgnoreCase`: lower-cased texts are equal (no full case folding).
pub(super) fn equals_ignore_case(value: &str, operand: &str) -> bool {
    if value.is_ascii() && operand.is_ascii() {
        return value.eq_ignore_ascii_case(operand);
    }
    value.to_lowercase() == operand.to_lowercase()
}

/// `StringLike`: the operand is a pattern.
pub(super) fn like(value: &str, operand: &str) -> bool {
    glob::matches_text(operand, value)
}

/// Whether a pattern takes in every text.
pub(super) fn takes_all(operand: &str) -> bool {
    !operand.is_empty() && operand.bytes().all(|byte| byte == b'*')
}

/// `Bool`: `true` in any case is true, every other text of the request is false.
pub(super) fn same_truth(value: &str, operand: &str) -> bool {
    if operand.eq_ignore_ascii_case("true") {
        value.eq_ignore_ascii_case("true")
    } else {
        operand.eq_ignore_ascii_case("false") && !value.eq_ignore_ascii_case("true")
    }
}

/// A value against an operand whose variables were filled in.
pub(super) fn matches(value: &str, parts: &[Part], wild: bool) -> bool {
    glob::matches_symbols(&variables::symbols(parts, wild), value)
}

/// The same without case.
pub(super) fn matches_ignore_case(value: &str, parts: &[Part]) -> bool {
    let lower: Vec<Part> = parts
        .iter()
        .map(|part| match part {
            Part::Written(text) | Part::Literal(text) => Part::Literal(text.to_lowercase()),
            Part::Unknown(key) => Part::Unknown(key.clone()),
        })
        .collect();
    matches(&value.to_lowercase(), &lower, false)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lower_case_is_not_case_folding() {
        assert!(equals_ignore_case("ÀB", "àb"));
        assert!(!equals_ignore_case("straße", "STRASSE"));
    }

    #[test]
    fn bool_is_true_or_anything_else() {
        assert!(same_truth("TRUE", "true"));
        assert!(same_truth("maybe", "False"));
        assert!(!same_truth("maybe", "true"));
        assert!(!same_truth("false", "no"));
    }
}
