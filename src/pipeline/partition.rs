//! A piece of kept evidence, where it stands, and the way back to evidence.

use std::collections::BTreeMap;
use std::fmt;
use std::path::Path;
use std::sync::Arc;

use rayon::prelude::*;

use super::depot::Shelf;
use crate::archive::{self, ArchiveError, Sum};
use crate::error::Error;
use crate::source::{self, Identity, Store};
use crate::trail::{Depot, Evidence};

/// Stands beside files that are being written to a bucket, until all of them are there.
pub(super) const PARTIAL: &str = ".partial";

/// Partitions that are in memory at once; each of them asks for its tables at once.
const AT_ONCE: usize = 8;

/// The tables of one archived day, or those that `used --out` wrote.
#[derive(Clone)]
pub struct Partition {
    store: Arc<dyn Store>,
    /// Below the store; empty: the store itself.
    folder: String,
    /// By table file. `None`: nobody wrote down what was written.
    sums: Option<BTreeMap<String, Sum>>,
}

impl Partition {
    /// A folder or `s3://bucket/prefix` that `used --out` has written.
    pub fn of(place: &Path, identity: &Identity) -> Result<Partition, Error> {
        Ok(Partition { store: source::store(place, identity)?, folder: String::new(), sums: None })
    }

    /// Part of an archive.
    pub(super) fn kept(store: &Arc<dyn Store>, folder: String, sums: BTreeMap<String, Sum>) -> Partition {
        Partition { store: Arc::clone(store), folder, sums: Some(sums) }
    }

    /// Its evidence, not yet settled.
    pub(super) fn thaw(&self) -> Result<Evidence, Error> {
        let unfit = |name: &str| {
            let place = self.store.name(name);
            move |source| Error::Archive { place, source }
        };
        let tables = archive::TABLES.iter().map(|table| format!("{table}.parquet"));
        let is_written = |file: &String| self.sums.as_ref().is_none_or(|sums| sums.contains_key(file));
        let mut files: Vec<String> = tables.filter(is_written).collect();
        if self.sums.is_none() {
            files.push(PARTIAL.to_owned());
        }
        let names: Vec<String> = files.iter().map(|file| self.name(file)).collect();
        let mut found = BTreeMap::new();
        for ((file, name), bytes) in files.into_iter().zip(&names).zip(self.store.read(&names)?) {
            match (self.sums.as_ref().and_then(|sums| sums.get(&file)), bytes) {
                (Some(sum), Some(bytes)) => {
                    sum.check(&bytes).map_err(unfit(name))?;
                    found.insert(file.trim_end_matches(".parquet").to_owned(), bytes);
                }
                (Some(_), None) => return Err(unfit(name)(ArchiveError::Gone)),
                (None, Some(_)) if file == PARTIAL => return Err(unfit(&self.folder)(ArchiveError::Partial)),
                (None, Some(bytes)) => drop(found.insert(file.trim_end_matches(".parquet").to_owned(), bytes)),
                // Evidence of earlier versions lacks the tables that are new since.
                (None, None) => {}
            }
        }
        Ok(archive::thaw(found).map_err(unfit(&self.folder))?.evidence)
    }

    fn name(&self, file: &str) -> String {
        if self.folder.is_empty() { file.to_owned() } else { format!("{}/{file}", self.folder) }
    }
}

/// The evidence of all of them together, a few in memory at a time: what grows with the records is put away.
pub(super) fn thaw_all(partitions: &[Partition]) -> Result<Evidence, Error> {
    let depot: Arc<dyn Depot> = Arc::new(Shelf::default());
    let mut all: Option<Evidence> = None;
    for some in partitions.chunks(AT_ONCE) {
        for evidence in some.par_iter().map(Partition::thaw).collect::<Result<Vec<Evidence>, Error>>()? {
            let mut merged = match all.take() {
                Some(all) => all.merge(evidence),
                None => evidence,
            };
            merged.traces.put_away(depot.as_ref());
            all = Some(merged);
        }
    }
    let mut all = all.unwrap_or_default();
    all.traces.close(depot);
    Ok(all)
}

impl fmt::Debug for Partition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.store.name(&self.folder))
    }
}
