//! How nights stand in a store: the index that names those that count, and the files of each below its own name.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::Arc;

use rayon::prelude::*;

use super::freeze;
use super::partition::Partition;
use crate::archive::{
    ArchiveError, CONTENTS, Contents, INDEX, Index, LEDGER, Ledger, NightEntry, Sum, freeze_ledger, thaw_ledger,
};
use crate::catalog::Catalog;
use crate::error::Error;
use crate::source::{self, Files, Identity, Lock, Store};
use crate::table::to_parquet;
use crate::trail::Evidence;

/// Below which the nights stand.
const NIGHTS: &str = "nights/";

/// A store with nights in it.
pub(super) struct Layout {
    store: Arc<dyn Store>,
}

/// The index as it was found.
pub(super) struct Standing {
    pub(super) index: Index,
    stamp: Option<String>,
    pub(super) nights: Vec<Night>,
}

/// A night that counts.
pub(super) struct Night {
    name: String,
    pub(super) contents: Contents,
}

impl Layout {
    pub(super) fn open(place: &Path, identity: &Identity) -> Result<Layout, Error> {
        Ok(Layout { store: source::store(place, identity)? })
    }

    /// Keeps other runs away, where the store can do that.
    pub(super) fn lock(&self) -> Result<Lock, Error> {
        Ok(self.store.lock()?)
    }

    /// Whether there is no index yet.
    pub(super) fn is_new(&self) -> Result<bool, Error> {
        Ok(self.store.read_stamped(INDEX)?.is_none())
    }

    /// All files of all nights, also of those that do not count.
    pub(super) fn files(&self) -> Result<Vec<String>, Error> {
        Ok(self.store.list(NIGHTS)?)
    }

    /// The nights that count, in order.
    pub(super) fn standing(&self) -> Result<Standing, Error> {
        let Some(found) = self.store.read_stamped(INDEX)? else {
            return Ok(Standing { index: Index::default(), stamp: None, nights: Vec::new() });
        };
        let index = Index::from_json(&found.bytes).map_err(self.unfit(INDEX))?;
        let entries = index.nights.iter().map(|entry| (file(&entry.name, CONTENTS), &entry.sum));
        let night = |(entry, bytes): (&NightEntry, Vec<u8>)| {
            let contents = Contents::from_json(&bytes).map_err(self.unfit(&file(&entry.name, CONTENTS)))?;
            Ok(Night { name: entry.name.clone(), contents })
        };
        let contents = self.read(entries)?;
        let nights = index.nights.iter().zip(contents).map(night).collect::<Result<_, Error>>()?;
        Ok(Standing { index, stamp: Some(found.stamp), nights })
    }

    pub(super) fn ledger(&self, nights: &[Night]) -> Result<Ledger, Error> {
        let name = format!("{LEDGER}.parquet");
        let sums = nights.iter().filter_map(|night| Some((file(&night.name, &name), night.contents.files.get(&name)?)));
        let mut whole = Ledger::new();
        for bytes in self.read(sums)? {
            whole.extend(thaw_ledger(bytes).map_err(self.unfit(NIGHTS))?);
        }
        Ok(whole)
    }

    /// Files that must be there as they were written.
    fn read<'s>(&self, files: impl Iterator<Item = (String, &'s Sum)>) -> Result<Vec<Vec<u8>>, Error> {
        let (names, sums): (Vec<String>, Vec<&Sum>) = files.unzip();
        let found = self.store.read(&names)?;
        let checked = names.iter().zip(sums).zip(found).map(|((name, sum), bytes)| {
            let bytes = bytes.ok_or(ArchiveError::Gone).and_then(|bytes| sum.check(&bytes).map(|()| bytes));
            bytes.map_err(self.unfit(name))
        });
        checked.collect()
    }

    /// The days of a night.
    pub(super) fn days(&self, night: &Night) -> Vec<(String, Partition)> {
        let partition = |(day, tables): (&str, BTreeMap<&str, &Sum>)| {
            let sums = tables.into_iter().map(|(table, sum)| (table.to_owned(), sum.clone())).collect();
            (day.to_owned(), Partition::kept(&self.store, file(&night.name, day), sums))
        };
        night.contents.days().into_iter().map(partition).collect()
    }

    /// Writes the files of a night, which does not count yet.
    pub(super) fn write_night(
        &self,
        number: u64,
        days: impl Iterator<Item = Result<(String, Evidence), Error>>,
        read: &Ledger,
        catalog: &Catalog,
    ) -> Result<NightEntry, Error> {
        let night = format!("{number:08}-{}", source::nonce());
        let mut contents = Contents::default();
        let mut write = |files: Files| {
            contents.files.extend(files.iter().map(|(name, bytes)| (name.clone(), Sum::of(bytes))));
            self.store.write(files.into_iter().map(|(name, bytes)| (file(&night, &name), bytes)).collect())
        };
        for day in days {
            let (day, evidence) = day?;
            let tables = freeze(&evidence, catalog)?;
            let bytes =
                tables.par_iter().map(|table| Ok((format!("{day}/{}.parquet", table.name), to_parquet(table)?)));
            write(bytes.collect::<Result<Files, Error>>()?)?;
        }
        write(vec![(format!("{LEDGER}.parquet"), to_parquet(&freeze_ledger(read))?)])?;
        let bytes = contents.to_json().map_err(self.unfit(CONTENTS))?;
        let sum = Sum::of(&bytes);
        self.store.write(vec![(file(&night, CONTENTS), bytes)])?;
        Ok(NightEntry { name: night, sum })
    }

    /// From here on these nights count, and no others.
    pub(super) fn exchange(&self, standing: &Standing, nights: Vec<NightEntry>) -> Result<(), Error> {
        let next = standing.index.next(nights).to_json().map_err(self.unfit(INDEX))?;
        if self.store.exchange(INDEX, next, standing.stamp.as_deref())? {
            return Ok(());
        }
        Err(source::Error::Locked(self.store.name("")).into())
    }

    /// Removes those of the files that belong to no night that counts.
    pub(super) fn sweep(&self, written: &[String]) -> Result<(), Error> {
        let nights: BTreeSet<String> = self.standing()?.nights.into_iter().map(|night| night.name).collect();
        let stray = |file: &&String| {
            let night = file.strip_prefix(NIGHTS).and_then(|rest| rest.split('/').next());
            night.is_some_and(|night| is_night(night) && !nights.contains(night))
        };
        Ok(self.store.remove(&written.iter().filter(stray).cloned().collect::<Vec<_>>())?)
    }

    fn unfit(&self, name: &str) -> impl FnOnce(ArchiveError) -> Error + use<> {
        let place = self.store.name(name);
        move |source| Error::Archive { place, source }
    }
}

impl Standing {
    /// Of the next night.
    pub(super) fn number(&self) -> u64 {
        self.index.generation + 1
    }
}

/// A file of a night.
fn file(night: &str, name: &str) -> String {
    format!("{NIGHTS}{night}/{name}")
}

/// Whether a folder has a name as nights have.
fn is_night(name: &str) -> bool {
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_hexdigit());
    name.split_once('-').is_some_and(|(number, nonce)| digits(number) && digits(nonce))
}
