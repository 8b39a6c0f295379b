//! The ways in which telling can fail; what failed before is told, not failed on.

use std::io;
use std::path::PathBuf;

/// Why a report or evidence could not be written.
#[derive(Debug, thiserror::Error)]
pub enum ReportError {
    /// The folder is there already.
    #[error("`{0}` exists already: give another folder, or --force to replace it")]
    Exists(String),
    /// The folder holds something that is not ours to replace.
    #[error("`{place}` is no {was} of trailfit and is left as it is: give another folder")]
    NotOurs {
        /// The folder.
        place: String,
        /// What would be replaced.
        was: &'static str,
    },
    /// The folder in which the new one would stand is missing.
    #[error("`{}` is not a folder: make it first", .0.display())]
    NoParent(PathBuf),
    /// The path does not end in a name.
    #[error("`{}` has no name that a folder could get", .0.display())]
    NoName(PathBuf),
    /// The file system refused.
    #[error("cannot {deed} `{}`: {source}", path.display())]
    Io {
        /// What was tried.
        deed: &'static str,
        /// At what.
        path: PathBuf,
        /// The cause.
        source: io::Error,
    },
    /// A table could not be written.
    #[error(transparent)]
    Table(#[from] crate::table::TableError),
}
