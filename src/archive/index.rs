//! Which nights count and what each of them holds, with the sums by which it is known again.
//!
//! The index is the one file that is exchanged: what it does not name does not count.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::error::ArchiveError;

/// Its file.
pub const INDEX: &str = "archive.json";

/// What a night holds; beside its files, not one of them.
pub const CONTENTS: &str = "contents.json";

/// Raised when the layout changes in a way that older readers would misread.
const FORMAT: u32 = 1;

/// The nights that count, in order.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Index {
    format: u32,
    /// How often it was exchanged; so no two are the same.
    pub generation: u64,
    /// Each with the sum of its contents.
    pub nights: Vec<NightEntry>,
}

/// A night as the index names it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NightEntry {
    /// Its folder below `nights`.
    pub name: String,
    /// Of its `contents.json`.
    #[serde(flatten)]
    pub sum: Sum,
}

/// The files of a night.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Contents {
    /// By name, below the night's folder: `objects.parquet`, `YYYY-MM-DD/uses.parquet`.
    pub files: BTreeMap<String, Sum>,
}

/// By which a file is known again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sum {
    /// Its length.
    pub bytes: u64,
    /// In hex.
    pub sha256: String,
}

impl Sum {
    /// Of these bytes.
    pub fn of(bytes: &[u8]) -> Sum {
        Sum { bytes: bytes.len() as u64, sha256: hex::encode(Sha256::digest(bytes)) }
    }

    /// Whether the bytes are those that were written.
    pub fn check(&self, bytes: &[u8]) -> Result<(), ArchiveError> {
        let found = Sum::of(bytes);
        if found.bytes != self.bytes {
            return Err(ArchiveError::Length { found: found.bytes, written: self.bytes });
        }
        if found == *self { Ok(()) } else { Err(ArchiveError::Sum) }
    }
}

impl Index {
    /// The next one, with these nights.
    #[must_use]
    pub fn next(&self, nights: Vec<NightEntry>) -> Index {
        Index { format: FORMAT, generation: self.generation + 1, nights }
    }

    /// As its file holds it.
    pub fn to_json(&self) -> Result<Vec<u8>, ArchiveError> {
        Ok(serde_json::to_vec_pretty(self)?)
    }

    /// From its file.
    pub fn from_json(bytes: &[u8]) -> Result<Index, ArchiveError> {
        let index: Index = serde_json::from_slice(bytes)?;
        if index.format == FORMAT { Ok(index) } else { Err(ArchiveError::Layout(index.format)) }
    }
}

impl Contents {
    /// As its file holds it.
    pub fn to_json(&self) -> Result<Vec<u8>, ArchiveError> {
        Ok(serde_json::to_vec_pretty(self)?)
    }

    /// From its file.
    pub fn from_json(bytes: &[u8]) -> Result<Contents, ArchiveError> {
        Ok(serde_json::from_slice(bytes)?)
    }

    /// The days, `YYYY-MM-DD`, each with the sums of its tables by name.
    pub fn days(&self) -> BTreeMap<&str, BTreeMap<&str, &Sum>> {
        let mut days: BTreeMap<&str, BTreeMap<&str, &Sum>> = BTreeMap::new();
        for (file, sum) in &self.files {
            if let Some((day, table)) = file.split_once('/') {
                days.entry(day).or_default().insert(table, sum);
            }
        }
        days
    }
}

#[cfg(test)]
mod tests {
    use super::{Contents, Index, NightEntry, Sum};

    #[test]
    fn an_index_comes_back_and_a_newer_layout_is_told() {
        let entry = NightEntry { name: "00000001-a".to_owned(), sum: Sum::of(b"contents") };
        let index = Index::default().next(vec![entry]);
        assert_eq!(Index::from_json(&index.to_json().unwrap()).unwrap(), index);
        let newer = String::from_utf8(index.to_json().unwrap()).unwrap().replace("\"format\": 1", "\"format\": 9");
        assert!(Index::from_json(newer.as_bytes()).unwrap_err().to_string().contains("layout 9"));
        assert!(Index::from_json(b"{\"format\": 1").is_err());
    }

    #[test]
    fn bytes_that_changed_are_found() {
        let sum = Sum::of(b"12345");
        assert!(sum.check(b"12345").is_ok());
        assert!(sum.check(b"1234").unwrap_err().to_string().contains("4 bytes long, and 5 were written"));
        assert!(sum.check(b"12346").unwrap_err().to_string().contains("SHA-256"));
    }

    #[test]
    fn contents_are_told_by_days() {
        let names = ["2026-10-01/uses.parquet", "2026-10-01/run.parquet", "2026-10-02/uses.parquet", "objects.parquet"];
        let files = names.map(|name| (name.to_owned(), Sum::of(name.as_bytes()))).into();
        let contents = Contents { files };
        let days = contents.days();
        assert_eq!(days.keys().copied().collect::<Vec<_>>(), ["2026-10-01", "2026-10-02"]);
        assert_eq!(days["2026-10-01"].len(), 2);
    }
}
