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

#[cfg(test)]
mod tests {
    use super::ActionPattern;

    #[test]
    fn case_does_not_matter_and_is_kept() {
        let pattern = ActionPattern::new("S3:get*");
        assert!(pattern.matches("s3:GetObject"));
        assert!(!pattern.matches("s3:PutObject"));
        assert_eq!(pattern.as_str(), "S3:get*");
        assert_eq!(pattern.folded().as_str(), "s3:get*");
    }

    #[test]
    fn wildcards_stand_anywhere() {
        assert!(ActionPattern::new("*").matches("ec2:RunInstances"));
        assert!(ActionPattern::new("*:Get*").matches("s3:GetObject"));
        assert!(ActionPattern::new("ec2:Run?nstances").matches("ec2:RunInstances"));
    }
}
