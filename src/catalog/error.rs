//! The way to say that a table is broken: which, at which line, and how.
//!
//! Where tables come from is not its matter.

/// Why tables could not be loaded.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("catalog table `{table}` line {line}: {message}")]
pub struct CatalogError {
    /// The file's name.
    pub table: String,
    /// The line, from 1; 0 for the file as a whole.
    pub line: usize,
    /// What is wrong.
    pub message: String,
}
