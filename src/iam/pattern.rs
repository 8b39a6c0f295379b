//! Glob patterns of the policy language: `*` any run, `?` one character. Case is the caller's matter.

/// A wildcard pattern.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Pattern {
    text: String,
}

impl Pattern {
    /// Takes the pattern as it is written in the policy.
    pub fn new(text: impl Into<String>) -> Pattern {
        Pattern { text: text.into() }
    }

    /// The pattern as written.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Whether the pattern has a wildcard at all.
    pub fn is_literal(&self) -> bool {
        !self.text.contains(['*', '?'])
    }

    /// Whether `text` is one of the strings of the pattern.
    pub fn matches(&self, _text: &str) -> bool {
        false
    }

    /// Whether every string of `other` is one of ours.
    pub fn covers(&self, _other: &Pattern) -> bool {
        false
    }

    /// Whether some string belongs to both.
    pub fn overlaps(&self, _other: &Pattern) -> bool {
        false
    }
}
