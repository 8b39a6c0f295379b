//! What the gate hands over: a piece of log with its name, and the way to its bytes. And the trait of all gates.

use super::error::Error;

/// Where blobs come from.
pub trait Source: Send + Sync {
    /// Everything wanted, in any order. An error ends the run; one blob that cannot be had says so itself.
    fn blobs(&self) -> Blobs<'_>;

    /// How much was found so far; final when the blobs were all taken.
    fn count(&self) -> Count;
}

/// The blobs of a source.
pub type Blobs<'s> = Box<dyn Iterator<Item = Result<Blob, Error>> + Send + 's>;

/// How much a source has found.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Count {
    /// Files that are handed over.
    pub files: u64,
    /// Their bytes as stored.
    pub bytes: u64,
    /// Files that were seen and left out, because their names say that nothing wanted is in them.
    pub pruned: u64,
}

impl Count {
    /// Both together.
    pub fn plus(self, other: Count) -> Count {
        Count { files: self.files + other.files, bytes: self.bytes + other.bytes, pruned: self.pruned + other.pruned }
    }
}

/// One piece of log.
pub struct Blob {
    /// What it is called in reports: a path or a URI.
    pub name: String,
    /// Its size as stored.
    pub size: u64,
    /// What changes when the bytes do: the ETag, or size and time of change. `None`: nothing tells.
    pub stamp: Option<String>,
    /// The signature that S3 keeps with a digest file, in hex.
    pub signature: Option<String>,
    content: Content,
}

/// The way to the bytes of a blob.
enum Content {
    Here(Vec<u8>),
    Later(Box<dyn FnOnce() -> Result<Vec<u8>, Error> + Send>),
    Lost(String),
}

impl Blob {
    /// Bytes that are here.
    pub(super) fn here(name: String, bytes: Vec<u8>) -> Blob {
        Blob { name, size: bytes.len() as u64, stamp: None, signature: None, content: Content::Here(bytes) }
    }

    /// The same with a stamp.
    pub(super) fn stamped(self, stamp: String) -> Blob {
        Blob { stamp: Some(stamp), ..self }
    }

    /// The same with a signature.
    pub(super) fn signed(self, signature: Option<String>) -> Blob {
        Blob { signature, ..self }
    }

    /// Bytes that whoever needs them fetches, on its own thread.
    pub(super) fn later(
        name: String,
        size: u64,
        read: impl FnOnce() -> Result<Vec<u8>, Error> + Send + 'static,
    ) -> Blob {
        Blob { name, size, stamp: None, signature: None, content: Content::Later(Box::new(read)) }
    }

    /// Bytes that cannot be had.
    pub(super) fn lost(name: String, size: u64, reason: String) -> Blob {
        Blob { name, size, stamp: None, signature: None, content: Content::Lost(reason) }
    }

    /// The bytes, or why they cannot be had.
    pub fn bytes(self) -> Result<Vec<u8>, String> {
        match self.content {
            Content::Here(bytes) => Ok(bytes),
            Content::Later(read) => read().map_err(|error| error.to_string()),
            Content::Lost(reason) => Err(reason),
        }
    }
}
