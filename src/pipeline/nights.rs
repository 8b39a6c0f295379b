//! Evidence that grows night by night: a folder or a prefix of a bucket in which every run puts what is new, and from
//! which any window of days is put together.
//!
//! Each run adds one night: the evidence by days, and the ledger of the files that it read. Its files are written
//! first, under a name that no other run has; then the index that names the nights is exchanged for one that names this
//! one as well. So a night counts as a whole or not at all, what was read and what it showed are never apart, and of two
//! runs that read the same index only one can exchange it.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::Arc;

use rayon::prelude::*;

use super::book::Book;
use super::partition::Partition;
use super::{Input, Listener, freeze, read_slices, wanted};
use crate::archive::{
    ArchiveError, CONTENTS, Contents, INDEX, Index, LEDGER, Ledger, NightEntry, Sum, freeze_ledger, thaw_ledger,
};
use crate::catalog::Catalog;
use crate::error::Error;
use crate::source::{self, Files, Identity, Known, Lock, Store, Wanted};
use crate::table::to_parquet;
use crate::trail::{Evidence, Moment, Scope, Slicing};

/// Days of a run that stand apart; what is older stands with the oldest of them.
const DAYS_APART: usize = 100;

/// Seconds after which no more events come into the event history of a time: AWS says 15 minutes, this is more.
const LATEST: i64 = 3 * 3600;

/// Below which the nights stand.
const NIGHTS: &str = "nights/";

/// What a run added.
#[derive(Clone, Debug, Default)]
pub struct Added {
    /// Files read.
    pub files: usize,
    /// Files that could not be had, with the reason; the next run tries again.
    pub unread: BTreeMap<String, String>,
    /// Items read.
    pub items: u64,
    /// Items that were not understood.
    pub lost: u64,
    /// The days on which the records were.
    pub days: BTreeSet<String>,
}

impl Added {
    /// Both together.
    #[must_use]
    pub fn and(mut self, other: Added) -> Added {
        self.unread.extend(other.unread);
        self.days.extend(other.days);
        Added { files: self.files + other.files, items: self.items + other.items, lost: self.lost + other.lost, ..self }
    }
}

/// What an archive holds.
#[derive(Clone, Debug, Default)]
pub struct Holding {
    /// Nights that count.
    pub nights: usize,
    /// Files read.
    pub files: usize,
    /// Bytes of the evidence by day, `YYYY-MM-DD`.
    pub days: BTreeMap<String, u64>,
}

/// An archive of nights.
pub struct Archive {
    store: Arc<dyn Store>,
}

/// What a run has read and not yet kept. On disk other runs are locked out until it is kept or dropped.
pub struct Fresh<'a> {
    archive: &'a Archive,
    lock: Lock,
    standing: Standing,
    days: BTreeMap<String, Evidence>,
    read: Ledger,
    added: Added,
}

/// The index as it was found.
struct Standing {
    index: Index,
    stamp: Option<String>,
    nights: Vec<Night>,
}

/// A night that counts.
struct Night {
    name: String,
    contents: Contents,
}

impl Archive {
    /// A folder or `s3://bucket/prefix`; it need not be there yet.
    pub fn open(place: &Path, identity: &Identity) -> Result<Archive, Error> {
        Ok(Archive { store: source::store(place, identity)? })
    }

    /// Whether no run has kept anything yet.
    pub fn is_new(&self) -> Result<bool, Error> {
        Ok(self.store.read_stamped(INDEX)?.is_none())
    }

    /// Reads what is new since the last run. `now` is the time of the run.
    pub fn read_night(
        &self,
        input: &Input,
        now: Moment,
        catalog: &Catalog,
        listener: Listener<'_>,
    ) -> Result<Fresh<'_>, Error> {
        let lock = self.store.lock()?;
        let standing = self.standing()?;
        let ledger = self.ledger(&standing.nights)?;
        let known = Known::of(ledger.iter().map(|(name, stamp)| (name.as_str(), stamp.as_str())));
        let end = Moment::of_day(now.day() + 1);
        let slicing = Slicing { end, days: 1, count: DAYS_APART };
        let book = Book::default();
        // The window says what is listed. What is read is kept whole, or it would be lost for good.
        let scope = Scope { accounts: input.scope.accounts.clone(), ..Scope::default() };
        let whole = Input { scope, ..input.clone() };
        let is_past = input.scope.until.is_some_and(|until| until.0 + LATEST <= now.0);
        let wanted = Wanted { known, settled: is_past, ..wanted(&input.scope) };
        let slices = read_slices(&whole, slicing, catalog, listener, (wanted, Some(&book)))?;
        let (read, unread) = book.close();
        let mut added = Added { files: read.len(), unread, ..Added::default() };
        let mut days = BTreeMap::new();
        for (slice, evidence) in
            slices.into_iter().enumerate().filter(|(_, evidence)| evidence.tally.files + evidence.tally.read > 0)
        {
            added.items += evidence.tally.read;
            added.lost += evidence.tally.lost;
            days.insert(slicing.back(i64::try_from(slice).unwrap_or_default() + 1).date(), evidence);
        }
        added.days.extend(days.keys().cloned());
        Ok(Fresh { archive: self, lock, standing, days, read, added })
    }

    /// The evidence of the days from `since` on and before `until`.
    pub fn partitions(&self, since: Option<Moment>, until: Option<Moment>) -> Result<Vec<Partition>, Error> {
        let (since, until) = (since.map(Moment::date), until.map(|until| Moment(until.0 - 1).date()));
        let is_wanted = |day: &str| {
            let early = since.as_ref().is_some_and(|since| day < since.as_str());
            let late = until.as_ref().is_some_and(|until| day > until.as_str());
            !(early || late)
        };
        let standing = self.standing()?;
        let all = standing.nights.iter().flat_map(|night| self.days(night));
        Ok(all.filter(|(day, _)| is_wanted(day)).map(|(_, partition)| partition).collect())
    }

    /// What the archive holds.
    pub fn holding(&self) -> Result<Holding, Error> {
        let nights = self.standing()?.nights;
        let mut holding = Holding { nights: nights.len(), files: self.ledger(&nights)?.len(), ..Holding::default() };
        for (day, tables) in nights.iter().flat_map(|night| night.contents.days()) {
            *holding.days.entry(day.to_owned()).or_default() += tables.values().map(|sum| sum.bytes).sum::<u64>();
        }
        Ok(holding)
    }

    /// Makes one night of all, without the days before `before`. Of these only the ledger stays, so that their files
    /// are not read again. What runs left that were killed is removed.
    pub fn compact(&self, before: Option<Moment>, catalog: &Catalog) -> Result<(), Error> {
        let _lock = self.store.lock()?;
        let standing = self.standing()?;
        // Whoever began to write these and has not finished has read an index that stands no longer afterwards.
        let written = self.store.list(NIGHTS)?;
        let before = before.map(Moment::date);
        let mut days: BTreeMap<String, Vec<Partition>> = BTreeMap::new();
        for (day, partition) in standing.nights.iter().flat_map(|night| self.days(night)) {
            if before.as_ref().is_none_or(|before| day >= *before) {
                days.entry(day).or_default().push(partition);
            }
        }
        let days = days.into_iter().map(|(day, partitions)| {
            let thawed = partitions.par_iter().map(Partition::thaw);
            Ok((day, thawed.try_reduce(Evidence::default, |one, other| Ok(one.merge(other)))?))
        });
        let ledger = self.ledger(&standing.nights)?;
        let night = self.write_night(standing.number(), days, &ledger, catalog)?;
        self.exchange(&standing, vec![night])?;
        self.sweep(&written)
    }

    /// The nights that count, in order.
    fn standing(&self) -> Result<Standing, Error> {
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

    fn ledger(&self, nights: &[Night]) -> Result<Ledger, Error> {
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
    fn days(&self, night: &Night) -> Vec<(String, Partition)> {
        let partition = |(day, tables): (&str, BTreeMap<&str, &Sum>)| {
            let sums = tables.into_iter().map(|(table, sum)| (table.to_owned(), sum.clone())).collect();
            (day.to_owned(), Partition::kept(&self.store, file(&night.name, day), sums))
        };
        night.contents.days().into_iter().map(partition).collect()
    }

    /// Writes the files of a night, which does not count yet.
    fn write_night(
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
            let bytes = tables.par_iter().map(|table| Ok((format!("{day}/{}.parquet", table.name), to_parquet(table)?)));
            write(bytes.collect::<Result<Files, Error>>()?)?;
        }
        write(vec![(format!("{LEDGER}.parquet"), to_parquet(&freeze_ledger(read))?)])?;
        let bytes = contents.to_json().map_err(self.unfit(CONTENTS))?;
        let sum = Sum::of(&bytes);
        self.store.write(vec![(file(&night, CONTENTS), bytes)])?;
        Ok(NightEntry { name: night, sum })
    }

    /// From here on these nights count, and no others.
    fn exchange(&self, standing: &Standing, nights: Vec<NightEntry>) -> Result<(), Error> {
        let next = standing.index.next(nights).to_json().map_err(self.unfit(INDEX))?;
        if self.store.exchange(INDEX, next, standing.stamp.as_deref())? {
            return Ok(());
        }
        Err(source::Error::Locked(self.store.name("")).into())
    }

    /// Removes those of the files that belong to no night that counts.
    fn sweep(&self, written: &[String]) -> Result<(), Error> {
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

impl Fresh<'_> {
    /// Adds it as one night, if there is anything. What `hold` gives is kept while the night comes to count.
    pub fn keep<H>(self, catalog: &Catalog, hold: impl FnOnce() -> H) -> Result<Added, Error> {
        let Fresh { archive, lock, standing, days, read, added } = self;
        if read.is_empty() && days.is_empty() {
            return Ok(added);
        }
        let night = archive.write_night(standing.number(), days.into_iter().map(Ok), &read, catalog)?;
        let _held = hold();
        let nights = standing.index.nights.iter().cloned().chain([night]).collect();
        archive.exchange(&standing, nights)?;
        if lock.is_alone() {
            // Of runs that were killed. Elsewhere another run may be about to finish them.
            archive.sweep(&archive.store.list(NIGHTS)?)?;
        }
        Ok(added)
    }
}

impl Standing {
    /// Of the next night.
    fn number(&self) -> u64 {
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
