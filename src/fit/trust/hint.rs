//! A condition that a trust policy lacks, as the reports tell it.

/// A condition that is missing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hint {
    /// Index of the statement.
    pub statement: usize,
    /// Who is trusted without it.
    pub value: String,
    /// The condition key, as `sts:ExternalId`.
    pub key: String,
    /// All values that were seen, as a condition would hold them; empty: they are not known, or there are too many.
    pub values: Vec<String>,
    /// Whether the proposal adds it.
    pub added: bool,
}
