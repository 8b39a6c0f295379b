//! Where files are kept: a folder on disk or a prefix of a bucket, with one file in it that runs exchange so that of
//! two at once only one counts.

mod bucket;
mod disk;

use std::fs::File;
use std::hash::{BuildHasher, RandomState};
use std::time::SystemTime;

use super::error::Error;

pub(super) use bucket::BucketStore;
pub(super) use disk::DiskStore;

/// Files by name. Names are relative, with `/` between their parts.
pub type Files = Vec<(String, Vec<u8>)>;

/// A place that is read and written.
pub trait Store: Send + Sync {
    /// What a file is called in messages; the place itself, when the name is empty.
    fn name(&self, file: &str) -> String;

    /// Keeps other runs away until it is dropped, where a place can do that.
    fn lock(&self) -> Result<Lock, Error>;

    /// The whole of files, each `None` when it is not there.
    fn read(&self, files: &[String]) -> Result<Vec<Option<Vec<u8>>>, Error>;

    /// So many bytes from the beginning of a file, or all that there are; `None` when it is not there.
    fn read_head(&self, file: &str, bytes: u64) -> Result<Option<Vec<u8>>, Error>;

    /// A file with what tells whether it was exchanged since.
    fn read_stamped(&self, file: &str) -> Result<Option<Stamped>, Error>;

    /// Writes files, each as a whole or not at all, in any order. The error names those that were not written.
    fn write(&self, files: Files) -> Result<(), Error>;

    /// Writes a file as a whole if it still has this stamp; `None`: if it is not there. All that was written before
    /// outlives the machine when this does. False: somebody else was first.
    fn exchange(&self, file: &str, bytes: Vec<u8>, stamp: Option<&str>) -> Result<bool, Error>;

    /// The names of all files that begin so, sorted. `below` is empty or ends in `/`.
    fn list(&self, below: &str) -> Result<Vec<String>, Error>;

    /// Removes files; one that is not there is none the worse for it.
    fn remove(&self, files: &[String]) -> Result<(), Error>;
}

/// What keeps others away.
pub struct Lock(Option<File>);

impl Lock {
    /// Whether nobody else can be writing. Where that cannot be had, `exchange` tells.
    pub fn is_alone(&self) -> bool {
        self.0.is_some()
    }
}

/// A name that no other run gives, on whatever machine.
pub fn nonce() -> String {
    format!("{:016x}", RandomState::new().hash_one((SystemTime::now(), std::process::id())))
}

/// A file as it was found.
pub struct Stamped {
    /// Its content.
    pub bytes: Vec<u8>,
    /// What changes when the content does.
    pub stamp: String,
}
