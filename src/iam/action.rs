//! Action patterns: `prefix:Name` with wildcards, compared without case.

use super::pattern::Pattern;

/// One entry of an `Action` or `NotAction` element.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ActionPattern {
    text: String,
    folded: Pattern,
}

impl ActionPattern {
    /// Takes the entry as written, for example `s3:Get*`.
    pub fn new(text: impl Into<String>) -> ActionPattern {
        let text = text.into();
        let folded = Pattern::new(text.to_ascii_lowercase());
        ActionPattern { text, folded }
    }

    /// The entry as written.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The entry in lower case, for matching against lower-case action names.
    pub fn folded(&self) -> &Pattern {
        &self.folded
    }

    /// Whether the entry names this action (`prefix:Name`, any case).
    pub fn matches(&self, action: &str) -> bool {
        self.folded.matches(&action.to_ascii_lowercase())
    }
}
