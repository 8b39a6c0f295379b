//! What an operator compares, for those who proofread policies; how it compares is told elsewhere.

use super::operator::{Operator, Set, Test};

/// The kinds of values that condition operators compare.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
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

    /// The set operator in front.
    pub fn set(self) -> Option<Set> {
        self.set
    }

    /// Whether it holds when the key is absent because its name says so.
    pub fn if_exists(self) -> bool {
        self.if_exists
    }
}
