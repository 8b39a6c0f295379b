//! Evidence that grows night by night: a folder or a prefix of a bucket in which every run puts what is new, and from
//! which any window of days is put together.
//!
//! Each run adds one night: the evidence by days, and the ledger of the files that it read. Its files are written
//! first, under a name that no other run has; then the index that names the nights is exchanged for one that names this
//! one as well. So a night counts as a whole or not at all, what was read and what it showed are never apart, and of two
//! runs that read the same index only one can exchange it.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use super::book::Book;
use super::layout::{Layout, Standing};
use super::partition::{Partition, thaw_all};
use super::{Input, Listener, read_slices, wanted};
use crate::archive::Ledger;
use crate::catalog::Catalog;
use crate::error::Error;
use crate::source::{Identity, Known, Lock, Wanted};
use crate::trail::{Evidence, Moment, Scope, Slicing};

/// Days of a run that stand apart; what is older stands with the oldest of them.
const DAYS_APART: usize = 100;

/// Seconds after which no more events come into the event history of a time: AWS says 15 minutes, this is more.
const LATEST: i64 = 3 * 3600;

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
    layout: Layout,
}

/// What a run has read and not yet kept. On disk other runs are locked out until it is kept or dropped.
pub struct Fresh<'a> {
    layout: &'a Layout,
    lock: Lock,
    standing: Standing,
    days: BTreeMap<String, Evidence>,
    read: Ledger,
    added: Added,
}

impl Archive {
    /// A folder or `s3://bucket/prefix`; it need not be there yet.
    pub fn open(place: &Path, identity: &Identity) -> Result<Archive, Error> {
        Ok(Archive { layout: Layout::open(place, identity)? })
    }

    /// Whether no run has kept anything yet.
    pub fn is_new(&self) -> Result<bool, Error> {
        self.layout.is_new()
    }

    /// Reads what is new since the last run. `now` is the time of the run.
    pub fn read_night(
        &self,
        input: &Input,
        now: Moment,
        catalog: &Catalog,
        listener: Listener<'_>,
    ) -> Result<Fresh<'_>, Error> {
        let lock = self.layout.lock()?;
        let standing = self.layout.standing()?;
        let ledger = self.layout.ledger(&standing.nights)?;
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
        Ok(Fresh { layout: &self.layout, lock, standing, days, read, added })
    }

    /// The evidence of the days from `since` on and before `until`.
    pub fn partitions(&self, since: Option<Moment>, until: Option<Moment>) -> Result<Vec<Partition>, Error> {
        let (since, until) = (since.map(Moment::date), until.map(|until| Moment(until.0 - 1).date()));
        let is_wanted = |day: &str| {
            let early = since.as_ref().is_some_and(|since| day < since.as_str());
            let late = until.as_ref().is_some_and(|until| day > until.as_str());
            !(early || late)
        };
        let standing = self.layout.standing()?;
        let all = standing.nights.iter().flat_map(|night| self.layout.days(night));
        Ok(all.filter(|(day, _)| is_wanted(day)).map(|(_, partition)| partition).collect())
    }

    /// What the archive holds.
    pub fn holding(&self) -> Result<Holding, Error> {
        let nights = self.layout.standing()?.nights;
        let mut holding =
            Holding { nights: nights.len(), files: self.layout.ledger(&nights)?.len(), ..Holding::default() };
        for (day, tables) in nights.iter().flat_map(|night| night.contents.days()) {
            *holding.days.entry(day.to_owned()).or_default() += tables.values().map(|sum| sum.bytes).sum::<u64>();
        }
        Ok(holding)
    }

    /// Makes one night of all, without the days before `before`. Of these only the ledger stays, so that their files
    /// are not read again. What runs left that were killed is removed.
    pub fn compact(&self, before: Option<Moment>, catalog: &Catalog) -> Result<(), Error> {
        let _lock = self.layout.lock()?;
        let standing = self.layout.standing()?;
        // Whoever began to write these and has not finished has read an index that stands no longer afterwards.
        let written = self.layout.files()?;
        let before = before.map(Moment::date);
        let mut days: BTreeMap<String, Vec<Partition>> = BTreeMap::new();
        for (day, partition) in standing.nights.iter().flat_map(|night| self.layout.days(night)) {
            if before.as_ref().is_none_or(|before| day >= *before) {
                days.entry(day).or_default().push(partition);
            }
        }
        let days = days.into_iter().map(|(day, partitions)| Ok((day, thaw_all(&partitions)?)));
        let ledger = self.layout.ledger(&standing.nights)?;
        let night = self.layout.write_night(standing.number(), days, &ledger, catalog)?;
        self.layout.exchange(&standing, vec![night])?;
        self.layout.sweep(&written)
    }
}

impl Fresh<'_> {
    /// Adds it as one night, if there is anything. What `hold` gives is kept while the night comes to count.
    pub fn keep<H>(self, catalog: &Catalog, hold: impl FnOnce() -> H) -> Result<Added, Error> {
        let Fresh { layout, lock, standing, days, read, added } = self;
        if read.is_empty() && days.is_empty() {
            return Ok(added);
        }
        let night = layout.write_night(standing.number(), days.into_iter().map(Ok), &read, catalog)?;
        let _held = hold();
        let nights = standing.index.nights.iter().cloned().chain([night]).collect();
        layout.exchange(&standing, nights)?;
        if lock.is_alone() {
            // Of runs that were killed. Elsewhere another run may be about to finish them.
            layout.sweep(&layout.files()?)?;
        }
        Ok(added)
    }
}
