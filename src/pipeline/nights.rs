//! Evidence that grows night by night: a folder in which every run puts what is new, and from which any window of
//! days is put together.
//!
//! Each run adds one night: the evidence by days, and the ledger of the files that it read. A night comes to its place
//! by one rename, so it is there as a whole or not at all, and what was read and what it showed are never apart. Runs
//! that overlap are kept apart by a lock that ends with the process.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

use super::book::Book;
use super::{Input, Listener, freeze, read_slices, thaw, wanted};
use crate::archive::{self, LEDGER, Ledger, freeze_ledger, thaw_ledger};
use crate::catalog::Catalog;
use crate::error::Error;
use crate::source::{Known, Wanted};
use crate::table::{Table, to_parquet};
use crate::trail::{Evidence, Moment, Scope, Slicing};

/// Days of a run that stand apart; what is older stands with the oldest of them.
const DAYS_APART: usize = 100;

/// Seconds after which no more events come into the event history of a time: AWS says 15 minutes, this is more.
const LATEST: i64 = 3 * 3600;

/// Where the nights stand.
const NIGHTS: &str = "nights";

/// Where a night is written before it comes to its place. Only who has the lock writes.
const PARTIAL: &str = "partial";

/// The nights that a night stands for, a line for each. They count no more, and may be gone.
const REPLACED: &str = "replaces";

const LOCK: &str = "lock";

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

/// What a run has read and not yet kept. Other runs are locked out until it is kept or dropped.
pub struct Fresh {
    folder: PathBuf,
    _lock: File,
    nights: Vec<Night>,
    days: BTreeMap<String, Evidence>,
    read: Ledger,
    added: Added,
}

/// Reads what is new since the last run. `now` is the time of the run.
pub fn read_night(
    folder: &Path,
    input: &Input,
    now: Moment,
    catalog: &Catalog,
    listener: Listener<'_>,
) -> Result<Fresh, Error> {
    let lock = lock(folder)?;
    let nights = nights(folder)?;
    let ledger = ledger(&nights)?;
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
    Ok(Fresh { folder: folder.to_path_buf(), _lock: lock, nights, days, read, added })
}

impl Fresh {
    /// Adds it as one night, if there is anything.
    pub fn keep(self, catalog: &Catalog) -> Result<Added, Error> {
        if !(self.read.is_empty() && self.days.is_empty()) {
            write_night(&self.folder, &self.nights, &self.days, &self.read, &[], catalog)?;
        }
        Ok(self.added)
    }
}

/// The folders of evidence of the days from `since` on and before `until`, each for `--evidence`.
pub fn days_of(folder: &Path, since: Option<Moment>, until: Option<Moment>) -> Result<Vec<PathBuf>, Error> {
    let (since, until) = (since.map(Moment::date), until.map(|until| Moment(until.0 - 1).date()));
    let mut found = Vec::new();
    for night in nights(folder)? {
        for (day, path) in days(&night.path)? {
            let early = since.as_ref().is_some_and(|since| day < *since);
            let late = until.as_ref().is_some_and(|until| day > *until);
            if !(early || late) {
                found.push(path);
            }
        }
    }
    Ok(found)
}

/// What the archive holds.
pub fn holding(folder: &Path) -> Result<Holding, Error> {
    let nights = nights(folder)?;
    let mut holding = Holding { nights: nights.len(), files: ledger(&nights)?.len(), ..Holding::default() };
    for night in &nights {
        for (day, path) in days(&night.path)? {
            *holding.days.entry(day).or_default() += size(&path)?;
        }
    }
    Ok(holding)
}

/// Makes one night of all, without the days before `before`. Of these only the ledger stays, so that their files are
/// not read again.
pub fn compact(folder: &Path, before: Option<Moment>, catalog: &Catalog) -> Result<(), Error> {
    let _lock = lock(folder)?;
    let nights = nights(folder)?;
    let before = before.map(Moment::date);
    let mut whole: BTreeMap<String, Evidence> = BTreeMap::new();
    for night in &nights {
        for (day, path) in days(&night.path)? {
            if before.as_ref().is_some_and(|before| day < *before) {
                continue;
            }
            let evidence = thaw(&path)?;
            let merged = whole.remove(&day).unwrap_or_default().merge(evidence);
            whole.insert(day, merged);
        }
    }
    let replaced: Vec<u64> = nights.iter().map(|night| night.number).collect();
    write_night(folder, &nights, &whole, &ledger(&nights)?, &replaced, catalog)?;
    nights.iter().try_for_each(|night| fs::remove_dir_all(&night.path).map_err(at(&night.path)))
}

/// A night in its place.
struct Night {
    number: u64,
    path: PathBuf,
}

/// The nights that count, in order. What an interrupted compaction has left does not.
fn nights(folder: &Path) -> Result<Vec<Night>, Error> {
    let root = folder.join(NIGHTS);
    let mut nights = Vec::new();
    let mut replaced = BTreeSet::new();
    for entry in entries(&root)? {
        let number = entry.file_name().and_then(|name| name.to_str()).and_then(|name| name.parse().ok());
        let Some(number) = number else { continue };
        let list = fs::read_to_string(entry.join(REPLACED)).unwrap_or_default();
        replaced.extend(list.lines().filter_map(|line| line.parse::<u64>().ok()));
        nights.push(Night { number, path: entry });
    }
    nights.retain(|night| !replaced.contains(&night.number));
    nights.sort_unstable_by_key(|night| night.number);
    Ok(nights)
}

fn ledger(nights: &[Night]) -> Result<Ledger, Error> {
    let mut whole = Ledger::new();
    for night in nights {
        let path = night.path.join(format!("{LEDGER}.parquet"));
        let bytes = fs::read(&path).map_err(at(&path))?;
        whole.extend(thaw_ledger(bytes).map_err(|source| Error::Archive { path, source })?);
    }
    Ok(whole)
}

/// The days of a night, with their folders.
fn days(night: &Path) -> Result<Vec<(String, PathBuf)>, Error> {
    let day = |path: PathBuf| Some((path.file_name()?.to_str()?.to_owned(), path.clone()));
    Ok(entries(night)?.into_iter().filter(|path| path.is_dir()).filter_map(day).collect())
}

fn write_night(
    folder: &Path,
    nights: &[Night],
    days: &BTreeMap<String, Evidence>,
    read: &Ledger,
    replaced: &[u64],
    catalog: &Catalog,
) -> Result<(), Error> {
    let partial = folder.join(PARTIAL);
    if partial.exists() {
        // The run that wrote it was killed.
        fs::remove_dir_all(&partial).map_err(at(&partial))?;
    }
    fs::create_dir_all(&partial).map_err(at(&partial))?;
    for (day, evidence) in days {
        let path = partial.join(day);
        fs::create_dir(&path).map_err(at(&path))?;
        freeze(evidence, catalog)?.iter().try_for_each(|table| write_table(&path, table))?;
    }
    write_table(&partial, &freeze_ledger(read))?;
    let list: String = replaced.iter().map(|number| format!("{number}\n")).collect();
    write(&partial.join(REPLACED), list.as_bytes())?;
    let number = nights.last().map_or(0, |night| night.number) + 1;
    let place = folder.join(NIGHTS).join(format!("{number:08}"));
    fs::create_dir_all(folder.join(NIGHTS)).map_err(at(folder))?;
    fs::rename(&partial, &place).map_err(at(&place))?;
    sync(&folder.join(NIGHTS))
}

fn write_table(folder: &Path, table: &Table) -> Result<(), Error> {
    write(&folder.join(format!("{}.parquet", table.name)), &to_parquet(table)?)
}

/// Writes a file so that it is on disk before the night's name is.
fn write(path: &Path, bytes: &[u8]) -> Result<(), Error> {
    fs::write(path, bytes).map_err(at(path))?;
    sync(path)
}

fn sync(path: &Path) -> Result<(), Error> {
    File::open(path).and_then(|file| file.sync_all()).map_err(at(path))
}

/// Keeps other runs away until it is dropped, or the process ends however it may.
fn lock(folder: &Path) -> Result<File, Error> {
    fs::create_dir_all(folder).map_err(at(folder))?;
    let path = folder.join(LOCK);
    let file = File::options().create(true).append(true).open(&path).map_err(at(&path))?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(fs::TryLockError::WouldBlock) => Err(Error::Locked(folder.to_path_buf())),
        Err(fs::TryLockError::Error(source)) => Err(at(&path)(source)),
    }
}

fn entries(folder: &Path) -> Result<Vec<PathBuf>, Error> {
    match fs::read_dir(folder) {
        Ok(entries) => {
            entries.map(|entry| entry.map(|entry| entry.path())).collect::<io::Result<_>>().map_err(at(folder))
        }
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Vec::new()),
        Err(error) => Err(at(folder)(error)),
    }
}

/// The bytes of the tables in a folder.
fn size(folder: &Path) -> Result<u64, Error> {
    let sizes = archive::TABLES.iter().map(|table| folder.join(format!("{table}.parquet")));
    // Nights of earlier versions lack the tables that are new since.
    sizes
        .filter(|path| path.exists())
        .map(|path| fs::metadata(&path).map(|metadata| metadata.len()).map_err(at(&path)))
        .sum()
}

fn at(path: &Path) -> impl FnOnce(io::Error) -> Error + use<> {
    let path = path.to_path_buf();
    move |source| Error::Nights { path, source }
}
