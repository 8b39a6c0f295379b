//! Operator names: `[ForAllValues:|ForAnyValue:]Base[IfExists]`, a closed set. Case does not matter.

use std::cmp::Ordering;

use super::super::truth::Truth;

/// A condition operator, taken apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Operator {
    /// The set operator in front.
    pub(super) set: Option<Set>,
    /// How one value compares with one operand.
    pub(super) test: Test,
    /// Whether the operator holds when no operand matches.
    pub(super) negated: bool,
    /// Whether it holds when the key is absent.
    pub(super) if_exists: bool,
}

/// `ForAllValues:` or `ForAnyValue:`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Set {
    /// Every value of the request.
    All,
    /// At least one value of the request.
    Any,
}

/// How one value of the request compares with one operand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Test {
    Equals,
    EqualsIgnoreCase,
    Like,
    Number(Order),
    Date(Order),
    Bool,
    Binary,
    Ip,
    Arn,
    Null,
}

/// What the value must be, seen from the operand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Order {
    Equal,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

impl Order {
    pub(super) fn takes(self, is: Ordering) -> bool {
        match self {
            Order::Equal => is.is_eq(),
            Order::Less => is.is_lt(),
            Order::LessOrEqual => is.is_le(),
            Order::Greater => is.is_gt(),
            Order::GreaterOrEqual => is.is_ge(),
        }
    }
}

/// The base names in lower case, whether each negates, and its test.
const BASES: [(&str, bool, Test); 27] = [
    ("stringequals", false, Test::Equals),
    ("stringnotequals", true, Test::Equals),
    ("stringequalsignorecase", false, Test::EqualsIgnoreCase),
    ("stringnotequalsignorecase", true, Test::EqualsIgnoreCase),
    ("stringlike", false, Test::Like),
    ("stringnotlike", true, Test::Like),
    ("numericequals", false, Test::Number(Order::Equal)),
    ("numericnotequals", true, Test::Number(Order::Equal)),
    ("numericlessthan", false, Test::Number(Order::Less)),
    ("numericlessthanequals", false, Test::Number(Order::LessOrEqual)),
    ("numericgreaterthan", false, Test::Number(Order::Greater)),
    ("numericgreaterthanequals", false, Test::Number(Order::GreaterOrEqual)),
    ("dateequals", false, Test::Date(Order::Equal)),
    ("datenotequals", true, Test::Date(Order::Equal)),
    ("datelessthan", false, Test::Date(Order::Less)),
    ("datelessthanequals", false, Test::Date(Order::LessOrEqual)),
    ("dategreaterthan", false, Test::Date(Order::Greater)),
    ("dategreaterthanequals", false, Test::Date(Order::GreaterOrEqual)),
    ("bool", false, Test::Bool),
    ("binaryequals", false, Test::Binary),
    ("ipaddress", false, Test::Ip),
    ("notipaddress", true, Test::Ip),
    ("arnequals", false, Test::Arn),
    ("arnlike", false, Test::Arn),
    ("arnnotequals", true, Test::Arn),
    ("arnnotlike", true, Test::Arn),
    ("null", false, Test::Null),
];

impl Operator {
    /// Reads an operator name; `None` when there is no such operator.
    pub fn parse(text: &str) -> Option<Operator> {
        let (set, rest) = match text.split_once(':') {
            None => (None, text),
            Some((set, rest)) if set.eq_ignore_ascii_case("ForAllValues") => (Some(Set::All), rest),
            Some((set, rest)) if set.eq_ignore_ascii_case("ForAnyValue") => (Some(Set::Any), rest),
            Some(_) => return None,
        };
        let base = |name: &str| BASES.iter().find(|(base, ..)| base.eq_ignore_ascii_case(name));
        if let Some(&(_, negated, test)) = base(rest) {
            return Some(Operator { set, test, negated, if_exists: false });
        }
        let (name, suffix) = rest.split_at_checked(rest.len().checked_sub("IfExists".len())?)?;
        if !suffix.eq_ignore_ascii_case("IfExists") {
            return None;
        }
        let &(_, negated, test) = base(name)?;
        (test != Test::Null).then_some(Operator { set, test, negated, if_exists: true })
    }

    /// Whether the operator holds for an absent key (`Null` is asked otherwise).
    pub(super) fn when_absent(self) -> Truth {
        let holds = match self.set {
            _ if self.if_exists => true,
            Some(Set::All) => true,
            Some(Set::Any) => false,
            None => self.negated,
        };
        holds.into()
    }

    /// Whether more operands make the operator stricter.
    pub fn is_negated(self) -> bool {
        self.negated
    }

    /// Whether operands may hold policy variables.
    pub(super) fn takes_variables(self) -> bool {
        matches!(self.test, Test::Equals | Test::EqualsIgnoreCase | Test::Like | Test::Arn)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn names() {
        let operator = Operator::parse("ForAllValues:StringNotLikeIfExists").unwrap();
        let expected = Operator { set: Some(Set::All), test: Test::Like, negated: true, if_exists: true };
        assert_eq!(operator, expected);
        assert_eq!(Operator::parse("forallvalues:stringnotlikeifexists"), Some(expected));
        for (name, negated, test) in BASES {
            let operator = Operator::parse(name).unwrap();
            assert_eq!((operator.negated, operator.test), (negated, test));
        }
    }

    #[test]
    fn what_is_no_operator() {
        for name in ["", "IfExists", "NullIfExists", "Foo:Bool", "StringEqual", "BinaryNotEquals", "é"] {
            assert_eq!(Operator::parse(name), None, "{name}");
        }
    }
}
