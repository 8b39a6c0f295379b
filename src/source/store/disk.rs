//! A folder on disk: files come to their names by renaming, and a lock that ends with the process keeps runs apart.

use std::collections::BTreeSet;
use std::fs::{self, File, TryLockError};
use std::io::{self, ErrorKind, Read};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use walkdir::WalkDir;
use xxhash_rust::xxh3::xxh3_128;

use super::{Files, Lock, Stamped, Store};
use crate::source::error::Error;

/// The file that is locked.
const LOCK: &str = "lock";

/// How the names of files end that are being written.
const PARTIAL: &str = ".partial";

/// A folder.
pub(in crate::source) struct DiskStore {
    folder: PathBuf,
    /// Folders with new names that are not on disk yet.
    changed: Mutex<BTreeSet<PathBuf>>,
}

impl DiskStore {
    pub(in crate::source) fn new(folder: PathBuf) -> DiskStore {
        DiskStore { folder, changed: Mutex::default() }
    }

    /// Writes a file beside its name, to disk, and gives it its name.
    fn put(&self, file: &str, bytes: &[u8]) -> Result<(), Error> {
        let path = self.folder.join(file);
        let parent = path.parent().unwrap_or(&self.folder);
        fs::create_dir_all(parent).map_err(at("make", parent))?;
        let partial = self.folder.join(format!("{file}{PARTIAL}"));
        fs::write(&partial, bytes).map_err(at("write", &partial))?;
        sync(&partial)?;
        fs::rename(&partial, &path).map_err(at("write", &path))?;
        let above = parent.ancestors().take_while(|folder| folder.starts_with(&self.folder)).map(Path::to_path_buf);
        self.changed.lock().unwrap_or_else(PoisonError::into_inner).extend(above);
        Ok(())
    }

    fn stamped(&self, file: &str) -> Result<Option<Stamped>, Error> {
        let bytes = whole(&self.folder.join(file))?;
        Ok(bytes.map(|bytes| Stamped { stamp: format!("{:032x}", xxh3_128(&bytes)), bytes }))
    }
}

impl Store for DiskStore {
    fn name(&self, file: &str) -> String {
        let path = if file.is_empty() { self.folder.clone() } else { self.folder.join(file) };
        path.display().to_string()
    }

    fn lock(&self) -> Result<Lock, Error> {
        fs::create_dir_all(&self.folder).map_err(at("make", &self.folder))?;
        let path = self.folder.join(LOCK);
        let file = File::options().create(true).append(true).open(&path).map_err(at("write", &path))?;
        match file.try_lock() {
            Ok(()) => Ok(Lock(Some(file))),
            Err(TryLockError::WouldBlock) => Err(Error::Locked(self.name(""))),
            Err(TryLockError::Error(source)) => Err(at("lock", &path)(source)),
        }
    }

    fn read(&self, files: &[String]) -> Result<Vec<Option<Vec<u8>>>, Error> {
        files.iter().map(|file| whole(&self.folder.join(file))).collect()
    }

    fn read_head(&self, file: &str, bytes: u64) -> Result<Option<Vec<u8>>, Error> {
        let path = self.folder.join(file);
        let mut head = Vec::new();
        let read = File::open(&path).and_then(|file| file.take(bytes).read_to_end(&mut head));
        Ok(there(read, &path)?.map(|_| head))
    }

    fn read_stamped(&self, file: &str) -> Result<Option<Stamped>, Error> {
        self.stamped(file)
    }

    fn write(&self, files: Files) -> Result<(), Error> {
        files.iter().try_for_each(|(file, bytes)| self.put(file, bytes))
    }

    fn exchange(&self, file: &str, bytes: Vec<u8>, stamp: Option<&str>) -> Result<bool, Error> {
        if self.stamped(file)?.map(|found| found.stamp).as_deref() != stamp {
            return Ok(false);
        }
        let changed = std::mem::take(&mut *self.changed.lock().unwrap_or_else(PoisonError::into_inner));
        changed.iter().try_for_each(|folder| sync(folder))?;
        self.put(file, &bytes)?;
        sync(&self.folder)?;
        Ok(true)
    }

    fn list(&self, below: &str) -> Result<Vec<String>, Error> {
        let (mut names, root) = (Vec::new(), self.folder.join(below));
        if !root.exists() {
            return Ok(names);
        }
        for entry in WalkDir::new(root) {
            let entry = entry.map_err(|error| at("read", &self.folder)(error.into()))?;
            let below = entry.path().strip_prefix(&self.folder).unwrap_or(entry.path());
            let name: Vec<_> = below.components().map(|part| part.as_os_str().to_string_lossy()).collect();
            if entry.file_type().is_file() && below != Path::new(LOCK) {
                names.push(name.join("/"));
            }
        }
        names.sort_unstable();
        Ok(names)
    }

    fn remove(&self, files: &[String]) -> Result<(), Error> {
        for file in files {
            let path = self.folder.join(file);
            there(fs::remove_file(&path), &path)?;
            // Folders that are empty now; the first that is not ends it.
            let above = path.ancestors().skip(1).take_while(|above| *above != self.folder);
            above.map(fs::remove_dir).take_while(Result::is_ok).for_each(drop);
        }
        Ok(())
    }
}

fn whole(path: &Path) -> Result<Option<Vec<u8>>, Error> {
    there(fs::read(path), path)
}

/// `None`: it is not there.
fn there<T>(done: io::Result<T>, path: &Path) -> Result<Option<T>, Error> {
    match done {
        Ok(done) => Ok(Some(done)),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(at("read", path)(error)),
    }
}

fn sync(path: &Path) -> Result<(), Error> {
    File::open(path).and_then(|file| file.sync_all()).map_err(at("write", path))
}

fn at(deed: &'static str, path: &Path) -> impl FnOnce(io::Error) -> Error + use<> {
    let path = path.to_path_buf();
    move |source| Error::Disk { deed, path, source }
}

#[cfg(test)]
mod tests {
    use super::{DiskStore, Store};

    fn store() -> (tempfile::TempDir, DiskStore) {
        let home = tempfile::tempdir().unwrap();
        let store = DiskStore::new(home.path().join("kept"));
        (home, store)
    }

    #[test]
    fn what_is_written_is_read_listed_and_removed() {
        let (_home, store) = store();
        assert!(store.list("").unwrap().is_empty());
        store.write(vec![("b/c/d".into(), b"12345".to_vec()), ("a".into(), b"1".to_vec())]).unwrap();
        assert_eq!(store.list("").unwrap(), ["a", "b/c/d"]);
        assert_eq!(store.list("b/").unwrap(), ["b/c/d"]);
        let names = ["b/c/d", "b/x"].map(str::to_owned);
        assert_eq!(store.read(&names).unwrap(), [Some(b"12345".to_vec()), None]);
        let head = |bytes: u64| store.read_head("b/c/d", bytes).unwrap().unwrap();
        assert_eq!((head(2), head(9)), (b"12".to_vec(), b"12345".to_vec()));
        assert!(store.read_head("b/x", 2).unwrap().is_none());
        store.remove(&names).unwrap();
        assert_eq!(store.list("").unwrap(), ["a"]);
        assert!(!store.folder.join("b").exists() && store.folder.exists());
    }

    #[test]
    fn a_file_is_exchanged_once() {
        let (_home, store) = store();
        assert!(store.exchange("x", b"1".to_vec(), None).unwrap());
        assert!(!store.exchange("x", b"2".to_vec(), None).unwrap());
        let found = store.read_stamped("x").unwrap().unwrap();
        assert!(store.exchange("x", b"2".to_vec(), Some(&found.stamp)).unwrap());
        assert!(!store.exchange("x", b"3".to_vec(), Some(&found.stamp)).unwrap());
        assert!(!store.exchange("y", b"3".to_vec(), Some(&found.stamp)).unwrap());
        assert_eq!(store.read_stamped("x").unwrap().unwrap().bytes, b"2");
    }

    #[test]
    fn one_lock_is_given_at_a_time() {
        let (_home, store) = store();
        let lock = store.lock().unwrap();
        assert!(lock.is_alone());
        assert!(store.lock().err().unwrap().to_string().contains("another run writes to"));
        drop(lock);
        assert!(store.lock().is_ok() && store.list("").unwrap().is_empty());
    }
}
