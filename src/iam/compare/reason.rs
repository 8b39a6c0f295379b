//! Why a comparison stays undecided. Never a guess: each says what it was that could not be settled.

use std::fmt;

/// What kept a question from being decided.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Reason {
    /// The patterns of this element are too entangled to be told apart within the limit.
    Patterns(String),
    /// More variables meet in one text than can be gone through.
    TooManyVariables,
    /// The search took more steps than the limit.
    Steps,
    /// A request may exist, but only for values of these variables that were not found.
    Variables(Vec<String>),
    /// The key is compared in ways that have no common order, such as a number and a pattern.
    MixedKey(String),
    /// The evaluator leaves the request that was found open: AWS contradicts itself on a pattern in it.
    Contested(String),
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Reason::Patterns(what) => write!(f, "the patterns of {what} are too entangled to be told apart"),
            Reason::TooManyVariables => write!(f, "too many policy variables meet in one text"),
            Reason::Steps => write!(f, "the search took more steps than its limit"),
            Reason::Variables(keys) => {
                write!(f, "it hangs on values of the policy variables {} that were not found", keys.join(", "))
            }
            Reason::MixedKey(key) => write!(f, "{key} is compared as two kinds of value at once"),
            Reason::Contested(resource) => {
                write!(f, "AWS contradicts itself on a wildcard pattern that meets {resource}")
            }
        }
    }
}
