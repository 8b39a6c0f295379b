//! The few ways a run can fail. What was not understood inside the input is a loss, not an error.

use std::path::PathBuf;

/// Why the run could not be done.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Bytes could not be had.
    #[error(transparent)]
    Source(#[from] crate::source::Error),
    /// The catalog could not be loaded.
    #[error(transparent)]
    Catalog(#[from] crate::catalog::CatalogError),
    /// A folder has no table of the catalog.
    #[error("`{path}` holds no catalog: give a folder laid out like `src/catalog/data`", path = .0.display())]
    NoCatalog(PathBuf),
    /// An evidence archive could not be read.
    #[error("cannot read the evidence in `{place}`: {source}")]
    Archive {
        /// The file, or its folder.
        place: String,
        /// The cause.
        source: crate::archive::ArchiveError,
    },
    /// Public keys could not be read.
    #[error("cannot read the public keys in `{path}`: {source}", path = path.display())]
    PublicKeys {
        /// The file.
        path: PathBuf,
        /// The cause.
        source: crate::integrity::KeyError,
    },
    /// A part of a snapshot cannot be written.
    #[error("cannot write the snapshot to `{path}`: {source}", path = path.display())]
    Snapshot {
        /// The file or folder.
        path: PathBuf,
        /// The cause.
        source: std::io::Error,
    },
    /// A report or evidence could not be written.
    #[error(transparent)]
    Report(#[from] crate::report::ReportError),
    /// A table could not be written.
    #[error(transparent)]
    Table(#[from] crate::table::TableError),
    /// The worker threads could not be started.
    #[error("cannot start the worker threads: {0}")]
    Threads(String),
    /// What was put away in a temporary file could not be read again.
    #[error("cannot read the temporary file of this run: {0}")]
    Depot(std::io::Error),
    /// Nothing to read was given.
    #[error("nothing to read: give folders or files of CloudTrail logs, or `--evidence`")]
    NoInput,
    /// No record shows anything that was granted.
    #[error("the log holds no call of IAM that made a user or role, or changed what one is granted: give `--grants`")]
    NoChanges,
    /// No snapshot was found in what `--grants` names.
    #[error("`--grants` holds no account authorization details: {0}")]
    NoGrants(String),
}
