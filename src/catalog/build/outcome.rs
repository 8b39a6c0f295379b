//! What a build gives: tables and a summary, or the reason why not.
//!
//! An archive that is not the pinned one is such a reason; there is no way around the lock.

use std::collections::BTreeMap;

/// What a build gives.
#[derive(Clone, Debug, Default)]
pub struct Built {
    /// Tables by file name relative to `data/`, as `generated/actions.tsv`.
    pub tables: BTreeMap<String, String>,
    /// What was counted, one sentence a line, for printing.
    pub summary: Vec<String>,
}

/// Why a build gave nothing.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BuildError {
    /// A pinned archive was not among the inputs.
    #[error("archive `{0}` is missing: fetch the pinned archives first, as data/README.md tells")]
    Absent(String),
    /// An archive is not the pinned one.
    #[error("archive `{archive}` has sha256 {found}, but {expected} is pinned in sources.lock")]
    Changed {
        /// The archive's file name.
        archive: String,
        /// The pinned hash.
        expected: String,
        /// The hash of the bytes that were given.
        found: String,
    },
    /// A file in an archive could not be read.
    #[error("`{file}` cannot be read: {message}")]
    Unreadable {
        /// The file.
        file: String,
        /// The reader's message.
        message: String,
    },
    /// Two sources that should agree do not.
    #[error("{left} and {right} differ in {differing} of {total} actions, more than the {limit} that are allowed")]
    Disagree {
        /// One source.
        left: String,
        /// The other.
        right: String,
        /// How many actions only one of them has.
        differing: usize,
        /// How many both have together.
        total: usize,
        /// How many may differ.
        limit: usize,
    },
    /// A curated table that the build consults is broken.
    #[error(transparent)]
    Curated(#[from] crate::catalog::error::CatalogError),
}

impl BuildError {
    pub(super) fn unreadable(file: &str, message: &dyn std::fmt::Display) -> BuildError {
        BuildError::Unreadable { file: file.to_owned(), message: message.to_string() }
    }
}
