//! String and Bool operators: how texts compare.

use super::super::glob::{self, Symbol};
use super::super::variables::{self, Part, unknown_keys};

/// `StringEqualsIgnoreCase`: lower-cased texts are equal (no full case folding).
pub(super) fn equals_ignore_case(value: &str, operand: &str) -> bool {
    if value.is_ascii() && operand.is_ascii() {
        return value.eq_ignore_ascii_case(operand);
    }
    value.to_lowercase() == operand.to_lowercase()
}

/// Whether a pattern takes in every text.
pub(super) fn takes_all(pattern: &[Symbol]) -> bool {
    !pattern.is_empty() && pattern.iter().all(|symbol| *symbol == Symbol::Run)
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
pub(super) fn matches(value: &str, parts: &[Part<'_>], wild: bool) -> bool {
    glob::matches_symbols(&variables::symbols(parts, wild), value)
}

/// The same without case.
pub(super) fn matches_ignore_case(value: &str, parts: &[Part<'_>]) -> bool {
    if unknown_keys(parts).next().is_none() {
        // The whole text at once: how a sigma is lowered hangs on what stands before and after it.
        let text: String = parts.iter().map(|part| part.text()).collect();
        return equals_ignore_case(value, &text);
    }
    let mut lower = Vec::new();
    for part in parts {
        match part {
            Part::Unknown(_) => lower.push(Symbol::Run),
            known => lower.extend(glob::literal(&one_sigma(known.text()))),
        }
    }
    glob::matches_symbols(&lower, &one_sigma(value))
}

/// In lower case, with one form of the sigma: what stands beside it is not known.
fn one_sigma(text: &str) -> String {
    text.to_lowercase().replace('ς', "σ")
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
