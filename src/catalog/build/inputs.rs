//! The pinned archives: which they are, whether they are the right ones, and the files inside them.
//!
//! Knows no path on disk: an archive is a name and its bytes.

use std::collections::BTreeMap;
use std::io::{Cursor, Read};

use flate2::read::GzDecoder;
use sha2::{Digest, Sha256};

use super::outcome::BuildError;

/// The lock table that is built into the binary.
pub(crate) const LOCK: &str = include_str!("../data/sources.lock");

/// The largest file that is taken out of an archive. The largest known one (a service model) has 4 MB.
const MAX_FILE: u64 = 64 << 20;

/// One line of the lock table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pin {
    /// The package's name in its registry.
    pub name: String,
    /// Its version.
    pub version: String,
    /// The archive's file name.
    pub archive: String,
    /// The archive's SHA-256 in lower-case hexadecimal.
    pub sha256: String,
    /// The package's licence.
    pub licence: String,
    /// Where the registry shows it.
    pub page: String,
}

/// The pinned packages, in the order of the lock table.
pub fn pins() -> Vec<Pin> {
    LOCK.lines().filter(|line| !line.starts_with('#')).filter_map(pin).collect()
}

fn pin(line: &str) -> Option<Pin> {
    let mut fields = line.split('\t').map(str::to_owned);
    Some(Pin {
        name: fields.next()?,
        version: fields.next()?,
        archive: fields.next()?,
        sha256: fields.next()?,
        licence: fields.next()?,
        page: fields.next()?,
    })
}

/// Refuses archives that are absent or are not the pinned ones.
pub(crate) fn check(inputs: &BTreeMap<String, Vec<u8>>) -> Result<Vec<Pin>, BuildError> {
    let pins = pins();
    for pin in &pins {
        let bytes = inputs.get(&pin.archive).ok_or_else(|| BuildError::Absent(pin.archive.clone()))?;
        let found = hex(&Sha256::digest(bytes));
        if found != pin.sha256 {
            return Err(BuildError::Changed { archive: pin.archive.clone(), expected: pin.sha256.clone(), found });
        }
    }
    Ok(pins)
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Which of a package's pinned versions is meant, where two are pinned.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Age {
    /// The newest.
    Newest,
    /// The oldest: it still has what the newest has no longer, or is of the reference's day.
    Oldest,
}

/// The archive of one package.
pub(crate) fn archive<'a>(
    inputs: &'a BTreeMap<String, Vec<u8>>,
    pins: &[Pin],
    name: &str,
    age: Age,
) -> Result<&'a [u8], BuildError> {
    let mut found: Vec<&Pin> = pins.iter().filter(|pin| pin.name == name).collect();
    found.sort_by_key(|pin| numbers(&pin.version));
    let pin = if age == Age::Newest { found.last() } else { found.first() };
    pin.and_then(|pin| inputs.get(&pin.archive)).map(Vec::as_slice).ok_or_else(|| BuildError::Absent(name.to_owned()))
}

/// A version as numbers, so that 1.9 stands before 1.10.
fn numbers(version: &str) -> Vec<u64> {
    version.split('.').map(|part| part.parse().unwrap_or_default()).collect()
}

/// The files of a zip archive (a Python wheel) whose path is wanted.
pub(crate) fn unzip(
    name: &str,
    bytes: &[u8],
    wanted: impl Fn(&str) -> bool,
) -> Result<BTreeMap<String, Vec<u8>>, BuildError> {
    let unreadable = |error: &dyn std::fmt::Display| BuildError::unreadable(name, error);
    let mut zip = zip::ZipArchive::new(Cursor::new(bytes)).map_err(|error| unreadable(&error))?;
    let mut files = BTreeMap::new();
    for index in 0..zip.len() {
        let file = zip.by_index(index).map_err(|error| unreadable(&error))?;
        let path = file.name().map_err(|error| unreadable(&error))?.into_owned();
        if wanted(&path) {
            files.insert(path, read(file).map_err(|error| unreadable(&error))?);
        }
    }
    Ok(files)
}

/// The files of a gzipped tar archive (an npm package) whose path is wanted.
pub(crate) fn untar(
    name: &str,
    bytes: &[u8],
    wanted: impl Fn(&str) -> bool,
) -> Result<BTreeMap<String, Vec<u8>>, BuildError> {
    let unreadable = |error: std::io::Error| BuildError::unreadable(name, &error);
    let mut tar = tar::Archive::new(GzDecoder::new(bytes));
    let mut files = BTreeMap::new();
    for entry in tar.entries().map_err(unreadable)? {
        let entry = entry.map_err(unreadable)?;
        let path = entry.path().map_err(unreadable)?.to_string_lossy().into_owned();
        if wanted(&path) {
            files.insert(path, read(entry).map_err(unreadable)?);
        }
    }
    Ok(files)
}

/// A gzipped file's content.
pub(crate) fn gunzip(name: &str, bytes: &[u8]) -> Result<Vec<u8>, BuildError> {
    read(GzDecoder::new(bytes)).map_err(|error| BuildError::unreadable(name, &error))
}

fn read(source: impl Read) -> std::io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    source.take(MAX_FILE).read_to_end(&mut bytes)?;
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)]

    use super::*;

    #[test]
    fn the_lock_names_every_archive_with_a_hash() {
        let pins = pins();
        assert!(pins.len() >= 5);
        for pin in pins {
            assert_eq!(pin.sha256.len(), 64, "{}", pin.archive);
            assert!(pin.page.starts_with("https://"), "{}", pin.archive);
        }
    }

    #[test]
    fn an_absent_archive_is_named() {
        let error = check(&BTreeMap::new()).unwrap_err();
        assert!(error.to_string().contains("aws-cdk-lib-2.276.0.tgz"), "{error}");
    }

    #[test]
    fn a_changed_archive_is_named() {
        let inputs = pins().into_iter().map(|pin| (pin.archive, vec![1, 2, 3])).collect();
        let error = check(&inputs).unwrap_err();
        assert!(matches!(error, BuildError::Changed { ref archive, .. } if archive == "aws-cdk-lib-2.276.0.tgz"));
    }
}
