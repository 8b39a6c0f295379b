//! The ways in which telling can fail; what failed before is told, not failed on.

use std::io;
use std::path::PathBuf;

/// Why a report could not be written, or a question about it not be answered.
#[derive(Debug, thiserror::Error)]
pub enum ReportError {
    /// The folder is there already.
    #[error("`{}` exists already: give another folder, or --force to replace it", .0.display())]
    Exists(PathBuf),
    /// The folder holds something that is not ours to replace.
    #[error("`{}` is not a trailfit report (no report.json of trailfit in it) and is left as it is: give another folder", .0.display())]
    NotAReport(PathBuf),
    /// The folder in which the report's folder would stand is missing.
    #[error("`{}` is not a folder: make it first, the report is put inside", .0.display())]
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
    /// No principal of that name was judged.
    #[error("no principal `{asked}` in the snapshots or the log{}", similar(near))]
    UnknownPrincipal {
        /// As it was asked for.
        asked: String,
        /// ARNs that come near.
        near: Vec<String>,
    },
}

fn similar(near: &[String]) -> String {
    if near.is_empty() { String::new() } else { format!(": did you mean {}?", near.join(" or ")) }
}
