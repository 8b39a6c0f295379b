//! The gate: where bytes come in. It hands over bytes and names, never meaning.

mod folder;
mod key;

pub use folder::{Found, find, read};
pub use key::Key;

/// Why bytes could not be had.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A path given by the user cannot be read.
    #[error("cannot read `{path}`: {source}", path = path.display())]
    Read {
        /// The path.
        path: std::path::PathBuf,
        /// The cause.
        source: std::io::Error,
    },
}
