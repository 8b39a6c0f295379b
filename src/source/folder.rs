//! Files and folders on disk: which files there are, in a fixed order, and their bytes.

use std::path::{Path, PathBuf};
use std::time::{SystemTime, UNIX_EPOCH};

use walkdir::WalkDir;

use super::blob::{Blob, Blobs, Count, Source};
use super::error::Error;
use super::key::Key;
use super::location::Location;
use super::wanted::Wanted;

/// The kind of delivered files that hold records.
const LOGS: &str = "CloudTrail";

/// One file that was found, or a place that could not be looked into.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Found {
    /// The path as text, `/`-separated, as given or below what was given.
    pub name: String,
    /// The path to open.
    pub path: PathBuf,
    /// Its size in bytes.
    pub size: u64,
    /// When it was last changed, if the disk tells.
    pub changed: Option<SystemTime>,
    /// Why it cannot be read, if that is known already.
    pub error: Option<String>,
}

impl Found {
    /// What changes when the file does.
    fn stamp(&self) -> String {
        let changed = self.changed.and_then(|time| time.duration_since(UNIX_EPOCH).ok()).unwrap_or_default();
        format!("{}-{}", self.size, changed.as_nanos())
    }
}

/// Everything below the given paths, sorted by name, each file once. A path that does not exist is an error
/// of the caller's command line; what cannot be entered below it is handed on as found with its error.
pub fn find(paths: &[PathBuf]) -> Result<Vec<Found>, Error> {
    let mut all = Vec::new();
    for path in paths {
        let absent = |source| Error::Read { path: path.clone(), source };
        std::fs::metadata(path).map_err(absent)?;
        all.extend(WalkDir::new(path).follow_links(true).into_iter().filter_map(|entry| found(path, entry)));
    }
    all.sort_unstable();
    // Equal paths have equal names; to compare paths part by part takes far longer.
    all.dedup_by(|a, b| a.name == b.name && a.path == b.path);
    Ok(all)
}

fn found(root: &Path, entry: walkdir::Result<walkdir::DirEntry>) -> Option<Found> {
    match entry {
        Ok(entry) if entry.file_type().is_file() => {
            let metadata = entry.metadata().ok();
            let size = metadata.as_ref().map_or(0, |metadata| metadata.len());
            let changed = metadata.and_then(|metadata| metadata.modified().ok());
            Some(Found { name: name(entry.path()), path: entry.into_path(), size, changed, error: None })
        }
        Ok(_) => None,
        Err(error) => {
            let path = error.path().unwrap_or(root).to_path_buf();
            let reason = error.io_error().map_or_else(|| error.to_string(), ToString::to_string);
            Some(Found { name: name(&path), path, size: 0, changed: None, error: Some(reason) })
        }
    }
}

fn name(path: &Path) -> String {
    // Nearly every path is spelled so already; to take it apart costs more than to read a small file.
    let usual = path.to_str().filter(|text| !cfg!(windows) && !["//", "./"].iter().any(|odd| text.contains(odd)));
    if let Some(text) = usual.filter(|text| !text.ends_with(['/', '.'])) {
        return text.to_owned();
    }
    path.components()
        .map(|part| part.as_os_str().to_string_lossy())
        .collect::<Vec<_>>()
        .join("/")
        .replacen("//", "/", 1)
}

/// As much of the places as must be read to meet the latest records: of a folder of delivered files those of the
/// latest day, as their paths tell; else the place as it is.
pub fn latest(places: &[PathBuf]) -> Result<Vec<PathBuf>, Error> {
    let mut latest = Vec::new();
    for place in places {
        match Location::parse(place)? {
            Location::Disk(path) => latest.extend(latest_files(&path)?.unwrap_or_else(|| vec![path])),
            Location::Bucket { .. } | Location::Lookup { .. } => latest.push(place.clone()),
        }
    }
    Ok(latest)
}

/// `None`: some path tells no day.
fn latest_files(place: &Path) -> Result<Option<Vec<PathBuf>>, Error> {
    let found = find(std::slice::from_ref(&place.to_path_buf()))?;
    let logs = |key: &Key<'_>| key.kind == LOGS;
    let days: Option<Vec<_>> =
        found.iter().map(|file| Key::parse(&file.name).map(|key| (logs(&key), key.day))).collect();
    let Some(days) = days else {
        return Ok(None);
    };
    let last = days.iter().copied().max().filter(|(is_log, _)| *is_log);
    let of_last = found.into_iter().zip(days).filter(|(_, day)| Some(*day) == last);
    Ok(last.map(|_| of_last.map(|(file, _)| file.path).collect()))
}

/// The bytes of a file.
pub fn read(path: &Path) -> Result<Vec<u8>, Error> {
    std::fs::read(path).map_err(|source| Error::Read { path: path.to_path_buf(), source })
}

/// What is wanted of some folders and files.
pub(super) struct Folder {
    found: Vec<Found>,
    count: Count,
}

impl Folder {
    /// Looks into the folders, opens nothing.
    pub(super) fn open(paths: &[PathBuf], wanted: &Wanted) -> Result<Folder, Error> {
        let mut found = find(paths)?;
        found.retain(|found| !wanted.known.has(&found.name, || found.stamp()));
        let all = found.len();
        found.retain(|found| wanted.admits(&found.name));
        let count = Count {
            files: found.len() as u64,
            bytes: found.iter().map(|found| found.size).sum(),
            pruned: (all - found.len()) as u64,
        };
        Ok(Folder { found, count })
    }
}

impl Source for Folder {
    fn blobs(&self) -> Blobs<'_> {
        Box::new(self.found.iter().cloned().map(|found| {
            let stamp = found.stamp();
            let Found { name, path, size, error, .. } = found;
            Ok(match error {
                Some(reason) => Blob::lost(name, size, reason),
                None => Blob::later(name, size, move || read(&path)).stamped(stamp),
            })
        }))
    }

    fn count(&self) -> Count {
        self.count
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::latest;

    #[test]
    fn the_latest_day_is_told_by_the_paths() {
        let folder = tempfile::tempdir().unwrap();
        let place = folder.path().join("AWSLogs");
        let put = |name: &str| {
            let path = place.join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(&path, "{}").unwrap();
            path
        };
        put("111122223333/CloudTrail/eu-west-1/2026/09/30/a.json");
        let last = put("111122223333/CloudTrail/eu-west-1/2026/10/02/b.json");
        put("111122223333/CloudTrail-Digest/eu-west-1/2026/10/03/c.json");
        assert_eq!(latest(std::slice::from_ref(&place)).unwrap(), [last]);
        // One file that tells no day: everything has to be read.
        put("notes.json");
        assert_eq!(latest(std::slice::from_ref(&place)).unwrap(), [place]);
        let remote = std::path::PathBuf::from("s3://example-trail/AWSLogs");
        assert_eq!(latest(std::slice::from_ref(&remote)).unwrap(), [remote]);
    }
}
