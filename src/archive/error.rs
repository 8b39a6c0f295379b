//! Why what is kept could not be read.

use super::schema::FORMAT;
use crate::table::TableError;

/// Why an archive could not be read.
#[derive(Debug, thiserror::Error)]
pub enum ArchiveError {
    /// A table is missing.
    #[error("`{0}.parquet` is missing; is this the output of `trailfit used --out`?")]
    Missing(&'static str),
    /// The index or a list of contents cannot be read.
    #[error("it does not make sense: {0}")]
    Json(#[from] serde_json::Error),
    /// The archive was laid out by a newer version.
    #[error("the archive has layout {0}, which this version does not know; use the version that wrote it")]
    Layout(u32),
    /// A file is not there.
    #[error("it is not there; if nights were put together meanwhile, do this again")]
    Gone,
    /// A file was begun and not ended.
    #[error("it was not written to its end; write it again")]
    Partial,
    /// A file is shorter or longer than it was.
    #[error("it is {found} bytes long, and {written} were written")]
    Length {
        /// As it is.
        found: u64,
        /// As it was.
        written: u64,
    },
    /// A file has other bytes than it had.
    #[error("it is not what was written: its SHA-256 is another")]
    Sum,
    /// A table cannot be read.
    #[error(transparent)]
    Table(#[from] TableError),
    /// The archive was written by a newer version.
    #[error("the archive has format {0}, this version reads {FORMAT}; use the version that wrote it")]
    Format(i64),
    /// A cell has a value that this version does not know.
    #[error("table `{table}` row {row} does not make sense; was the file changed?")]
    Row {
        /// The table.
        table: &'static str,
        /// The row, from 1.
        row: usize,
    },
}
