//! ARN operators: six parts, each a pattern of its own, so that no `*` of the first five crosses a colon.

use super::super::glob::{self, Symbol};
use super::super::pattern::Pattern;
use super::super::variables::{self, Part};

const COLON: Symbol = Symbol::Unit(0x3A);

/// Whether the request's text is an ARN at all; if not, no ARN operator matches it, not even a negated one.
pub(super) fn readable(value: &str) -> bool {
    value.starts_with("arn:") && value.splitn(6, ':').count() == 6
}

/// An operand of `ArnLike` and `ArnEquals`, which are the same: a lone `*`, or six patterns.
#[derive(Clone, Debug)]
pub(super) enum ArnOperand {
    Any,
    Parts(Vec<Pattern>),
}

impl ArnOperand {
    pub(super) fn new(text: &str) -> ArnOperand {
        match text {
            "*" => ArnOperand::Any,
            text => ArnOperand::Parts(text.splitn(6, ':').map(Pattern::new).collect()),
        }
    }

    pub(super) fn takes(&self, value: &str) -> bool {
        let ArnOperand::Parts(patterns) = self else {
            return true;
        };
        let mut values = value.splitn(6, ':');
        patterns.iter().all(|pattern| values.next().is_some_and(|value| pattern.matches(value)))
            && values.next().is_none()
    }
}

/// The same for an operand whose variables were filled in. An unknown value may hold colons,
/// so then this only tells whether the operand may match.
pub(super) fn matches(value: &str, parts: &[Part<'_>], unknown: bool) -> bool {
    let symbols = variables::symbols(parts, true);
    if unknown {
        return glob::matches_symbols(&symbols, value);
    }
    let (mut values, mut patterns) = (value.splitn(6, ':'), symbols.splitn(6, |s| *s == COLON));
    loop {
        match (values.next(), patterns.next()) {
            (None, None) => return true,
            (Some(value), Some(pattern)) if glob::matches_symbols(pattern, value) => {}
            _ => return false,
        }
    }
}

/// Whether the pattern takes in every ARN.
pub(super) fn takes_all(pattern: &[Symbol]) -> bool {
    let wild = |part: &[Symbol]| !part.is_empty() && part.iter().all(|symbol| *symbol == Symbol::Run);
    pattern == [Symbol::Run] || (!is_empty(pattern) && pattern.splitn(6, |s| *s == COLON).skip(1).all(wild))
}

/// Whether the pattern takes in no ARN: it has not six parts, or does not start as ARNs do.
pub(super) fn is_empty(pattern: &[Symbol]) -> bool {
    let mut parts = pattern.splitn(6, |s| *s == COLON);
    let starts = parts.next().is_some_and(|part| glob::matches_symbols(part, "arn"));
    pattern != [Symbol::Run] && !(starts && parts.count() == 5)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::indexing_slicing)]

    use super::*;

    #[test]
    fn parts_match_one_by_one() {
        let topic = "arn:aws:sns:us-east-1:111122223333:topic:sub";
        let case =
            |operand: &str, expected: bool| assert_eq!(ArnOperand::new(operand).takes(topic), expected, "{operand}");
        case("*", true);
        case("arn:aws:sns:*:*:topic*", true);
        case("arn:*:*:*:*:*", true);
        case("arn:aws:sns:*:topic:sub", false);
        case("arn:aws:sns:us-east-1:111122223333:topic", false);
        case("arn:aws:sns:*", false);
        let parts = [Part::Written("arn:aws:sns:*:"), Part::Literal("111122223333:topic:sub")];
        assert!(matches(topic, &parts, false));
    }

    #[test]
    fn what_is_no_arn() {
        assert!(readable("arn:aws:iam::111122223333:user/x"));
        assert!(!readable("test2"));
        assert!(!readable("arn:aws:s3:::"[..9].into()));
    }
}
