//! What an operator compares, for those who proofread policies; how it compares is told elsewhere.

use super::super::truth::Truth;
use super::operator::{Operator, Set, Test};

/// The kinds of values that condition operators compare.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Family {
    /// `StringEquals` and its kin: texts, wildcards are plain characters.
    StringExact,
    /// `StringLike`: texts with wildcards.
    StringLike,
    /// Numbers.
    Numeric,
    /// Points in time.
    Date,
    /// `true` and `false`.
    Bool,
    /// Bytes in base64.
    Binary,
    /// Addresses and networks.
    Ip,
    /// ARNs.
    Arn,
    /// Whether the key is there.
    Null,
}

impl Operator {
    /// What it compares.
    pub fn family(self) -> Family {
        match self.test {
            Test::Equals | Test::EqualsIgnoreCase => Family::StringExact,
            Test::Like => Family::StringLike,
            Test::Number(_) => Family::Numeric,
            Test::Date(_) => Family::Date,
            Test::Bool => Family::Bool,
            Test::Binary => Family::Binary,
            Test::Ip => Family::Ip,
            Test::Arn => Family::Arn,
            Test::Null => Family::Null,
        }
    }

    /// The same comparison without set operator, negation and `IfExists`.
    pub(in super::super) fn plain(self) -> Operator {
        Operator { set: None, test: self.test, negated: false, if_exists: false }
    }

    /// Whether case does not matter to it.
    pub(in super::super) fn ignores_case(self) -> bool {
        self.test == Test::EqualsIgnoreCase
    }

    /// Whether it holds for an absent key.
    pub(in super::super) fn holds_when_absent(self) -> bool {
        self.when_absent() == Truth::Yes
    }

    /// The set operator in front.
    pub fn set(self) -> Option<Set> {
        self.set
    }

    /// Whether it holds when the key is absent because its name says so.
    pub fn if_exists(self) -> bool {
        self.if_exists
    }
}
