//! The corridor: the whole program on one page, and the only file that knows threads, but for the one
//! that waits for signals.
//!
//! logs and archives → evidence → judgement. Telling is the report's matter, asking the door's.

mod backtest;
mod book;
mod collected;
mod depot;
mod histories;
mod layout;
mod nights;
mod outbox;
mod partition;
mod policies;
mod proofs;
mod seals;
mod snapshot;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rayon::prelude::*;

use crate::access::{Change, Snapshots, Subject, World};
use crate::archive;
use crate::catalog::Catalog;
use crate::error::Error;
use crate::fit::{Court, Judged, Judgement, Options, PolicyId, PolicyVerdict, Shared, UnitOfChange, fitting};
use crate::grants::{self, Grants};
use crate::source::{self, Blob, Count, Found, Wanted};
pub use crate::source::{Identity, Part};
use crate::table::Table;
use crate::trail::{Depot, Evidence, Moment, RecordCount, Scope, Slicer, Slicing, Trails};

pub use backtest::{Plan, ahead, backtest, end, gather_slices};
use book::Book;
pub use collected::{Collected, Missing};
use depot::Shelf;
pub use histories::in_turn;
pub use nights::{Added, Archive, Fresh, Holding};
pub use outbox::{Kind, Outbox};
pub use partition::Partition;
use partition::thaw_all;
pub use policies::documents;
pub use proofs::subjects;
pub use seals::verify_logs;
pub use snapshot::{Needing, Order, collect, policy as collecting_policy};

/// What is read.
#[derive(Clone, Debug, Default)]
pub struct Input {
    /// Folders and files of logs, `s3://bucket/prefix`, `lookup:REGION`.
    pub logs: Vec<PathBuf>,
    /// What is kept of earlier runs.
    pub archives: Vec<Partition>,
    /// As whom AWS is asked.
    pub identity: Identity,
    /// Which records count.
    pub scope: Scope,
}

/// How far reading has come.
#[derive(Clone, Copy, Debug)]
pub enum Step {
    /// So many bytes in so many files are to be read, as far as is known by now; said again when more are found.
    Start {
        /// Bytes as stored.
        bytes: u64,
        /// Files.
        files: u64,
    },
    /// One more file was read.
    File {
        /// Its bytes as stored.
        bytes: u64,
        /// Its items.
        items: u64,
    },
}

/// Hears about progress, from any thread.
pub type Listener<'l> = &'l (dyn Fn(Step) + Sync);

/// Runs `work` on a pool of `threads` threads (0: one per core).
pub fn with_threads<T: Send>(threads: usize, work: impl FnOnce() -> T + Send) -> Result<T, Error> {
    let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build();
    Ok(pool.map_err(|error| Error::Threads(error.to_string()))?.install(work))
}

/// The tables built in, or those of a folder laid out like `catalog/data`.
pub fn catalog(folder: Option<&Path>) -> Result<Catalog, Error> {
    let Some(folder) = folder else {
        return Ok(Catalog::embedded()?);
    };
    let mut tables = BTreeMap::new();
    for found in source::find(&[folder.to_path_buf()])? {
        let name = found.path.strip_prefix(folder).unwrap_or(&found.path).to_string_lossy().replace('\\', "/");
        tables.insert(name, String::from_utf8_lossy(&source::read(&found.path)?).into_owned());
    }
    // A table that is not given is the one built in; a folder without any was hardly meant.
    if !tables.keys().any(|name| name.starts_with("generated/") || name.starts_with("curated/")) {
        return Err(Error::NoCatalog(folder.to_path_buf()));
    }
    Ok(Catalog::from_tables(&tables)?)
}

/// Reads logs and archives into one piece of evidence, not yet settled. The same evidence for any number of
/// threads and any order of files.
pub fn gather(input: &Input, catalog: &Catalog, listener: Listener<'_>) -> Result<Evidence, Error> {
    if input.logs.is_empty() && input.archives.is_empty() {
        return Err(Error::NoInput);
    }
    let kept = if input.archives.is_empty() { None } else { Some(thaw_all(&input.archives)?) };
    let logs = if input.logs.is_empty() { None } else { Some(read_logs(input, catalog, listener)?) };
    Ok(kept.into_iter().chain(logs).reduce(Evidence::merge).unwrap_or_default())
}

fn read_logs(input: &Input, catalog: &Catalog, listener: Listener<'_>) -> Result<Evidence, Error> {
    let afresh = (wanted(&input.scope), None);
    Ok(read_slices(input, Slicing::WHOLE, catalog, listener, afresh)?
        .into_iter()
        .reduce(Evidence::merge)
        .unwrap_or_default())
}

/// Reads logs once into slices of time, the latest first, not yet settled.
fn read_slices(
    input: &Input,
    slicing: Slicing,
    catalog: &Catalog,
    listener: Listener<'_>,
    (wanted, book): (Wanted, Option<&Book>),
) -> Result<Vec<Evidence>, Error> {
    let sources = source::open(&input.logs, &input.identity, &wanted)?;
    let count = || sources.iter().map(|source| source.count()).fold(Count::default(), Count::plus);
    let depot = || Arc::new(Shelf::default()) as Arc<dyn Depot>;
    let start = || Slicer::new(catalog, &input.scope, slicing, &depot);
    let parts = sources.iter().flat_map(|source| source.blobs()).par_bridge().try_fold(start, |slicer, blob| {
        let Count { bytes, files, .. } = count();
        listener(Step::Start { bytes, files });
        Ok::<_, Error>(read_blob(slicer, blob?, listener, book))
    });
    let merged = |one: Vec<Evidence>, other: Vec<Evidence>| {
        Ok(one.into_iter().zip(other).map(|(one, other)| one.merge(other)).collect())
    };
    let mut slices = parts.map(|part| part.map(Slicer::finish)).try_reduce(|| start().finish(), merged)?;
    if let Some(latest) = slices.first_mut() {
        latest.tally.pruned += count().pruned;
    }
    Ok(slices)
}

fn wanted(scope: &Scope) -> Wanted {
    let seconds = |moment: Option<Moment>| moment.map(|moment| moment.0);
    let (since, until) = (seconds(scope.since), seconds(scope.until));
    Wanted { since, until, accounts: scope.accounts.clone(), ..Wanted::default() }
}

fn read_blob<'c>(mut slicer: Slicer<'c>, blob: Blob, listener: Listener<'_>, book: Option<&Book>) -> Slicer<'c> {
    let (name, stamp, bytes) = (blob.name.clone(), blob.stamp.clone(), blob.size);
    let items = match (blob.bytes(), book) {
        (Ok(bytes), book) => {
            book.inspect(|book| book.read(&name, stamp.as_deref()));
            slicer.read(&name, &bytes)
        }
        (Err(reason), Some(book)) => {
            book.unread(&name, reason);
            0
        }
        (Err(reason), None) => {
            slicer.lose(&name, reason);
            1
        }
    };
    listener(Step::File { bytes, items });
    slicer
}

/// The evidence as tables, before it is settled.
pub fn freeze(evidence: &Evidence, catalog: &Catalog) -> Result<Vec<Table>, Error> {
    archive::freeze(evidence, catalog.as_of()).map_err(Error::Depot)
}

/// Counts what was gathered, every distinct record once.
pub fn settle(evidence: &mut Evidence) -> Result<(), Error> {
    let settled = evidence.settle_by(|parts| {
        let counted = |mut count: RecordCount, part| count.take(part).map(|()| count);
        let counts = parts.into_par_iter().try_fold(RecordCount::default, counted);
        counts.try_reduce(RecordCount::default, |one, other| Ok(one.plus(other)))
    });
    settled.map_err(Error::Depot)
}

/// The pinned archives of a folder, by file name.
pub fn archives(folder: &Path) -> Result<BTreeMap<String, Vec<u8>>, Error> {
    let named = |found: Found| {
        let name = found.path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        Ok((name, source::read(&found.path)?))
    };
    source::find(&[folder.to_path_buf()])?.into_iter().map(named).collect()
}

/// Files that `collect` leaves beside grants: credential reports, and what a killed run was writing.
const BESIDE_GRANTS: [&str; 2] = [".csv", ".tmp"];

/// Reads snapshots, guardrails and resource policies.
pub fn read_grants(paths: &[PathBuf]) -> Result<Grants, Error> {
    let mut documents = Vec::new();
    for found in source::find(paths)? {
        if BESIDE_GRANTS.iter().any(|end| found.name.ends_with(end)) {
            continue;
        }
        documents.push((found.name, source::read(&found.path)?));
    }
    let grants = grants::read(documents);
    if grants.accounts.is_empty() {
        let reasons = grants.unreadable.iter().take(3).map(|place| format!("{}: {}", place.file, place.reason));
        return Err(Error::NoGrants(reasons.collect::<Vec<_>>().join("; ")));
    }
    Ok(grants)
}

/// What the snapshots tell of trails and their event selectors.
pub fn read_trails(paths: &[PathBuf]) -> Result<Trails, Error> {
    let name = format!("{}.", Part::Trails.name());
    let is_of_trails =
        |found: &Found| found.path.file_name().is_some_and(|file| file.to_string_lossy().starts_with(&name));
    let found = source::find(paths)?.into_iter().filter(is_of_trails);
    let documents = found.map(|found| source::read(&found.path)).collect::<Result<Vec<_>, _>>()?;
    Ok(Trails::read(documents.iter().map(Vec::as_slice)))
}

/// The grants that the calls of IAM in the log rebuild, for accounts of which `paths` hold no snapshot. Documents of
/// policies that AWS manages are taken from `paths`.
pub fn rebuild_grants(evidence: &Evidence, paths: &[PathBuf]) -> Result<Grants, Error> {
    let mut documents = Vec::new();
    for found in source::find(paths)? {
        documents.push((found.name, source::read(&found.path)?));
    }
    let given = grants::read(documents.clone());
    let forgotten = evidence.changes.forgotten().map(|until| until.to_string());
    let is_wanted = |account: &str| !given.accounts.contains_key(account);
    let mut rebuilt = grants::rebuild(evidence.changes.iter(), forgotten.as_deref(), is_wanted);
    for policy in given.accounts.values().flat_map(|account| account.policies.values()) {
        for account in rebuilt.accounts.values_mut().filter(|_| policy.is_aws_managed()) {
            account.policies.entry(policy.arn.clone()).or_insert_with(|| policy.clone());
        }
    }
    let grants = grants::read_upon(rebuilt, documents);
    if grants.accounts.is_empty() { Err(Error::NoChanges) } else { Ok(grants) }
}

/// Judges every principal and every policy of the snapshots.
pub fn judge(evidence: &Evidence, grants: &Grants, catalog: &Catalog, options: &Options) -> Judgement {
    let court = Court::open(evidence, grants, catalog, options.clone());
    let judged: Vec<_> = (0..court.cases()).into_par_iter().filter_map(|case| court.hear(case)).collect();
    let (units, shared) = units(&court, &judged);
    let policies: Vec<PolicyVerdict> = units.par_iter().map(|unit| court.decide(unit)).collect();
    Judgement {
        fittings: judged.par_iter().map(|judged| fitting(judged, evidence)).collect(),
        quotas: court.quotas(&policies),
        policies,
        shared,
        trusts: judged.par_iter().filter_map(|judged| court.trust(judged)).collect(),
        guardrails: court.guardrails(),
        strangers: court.strangers().to_vec(),
        unreadable: grants.unreadable.clone(),
        rebuilt: grants.rebuilt.clone(),
    }
}

/// The policies to decide about, split as it was asked for, and what splitting each shared one would remove.
fn units<'j>(court: &Court<'_>, judged: &'j [Judged<'j>]) -> (Vec<UnitOfChange<'j>>, BTreeMap<PolicyId, Shared>) {
    let units = court.units(judged);
    let shared = court.sharings(&units).par_iter().filter_map(|sharing| court.weigh(sharing)).collect();
    (court.split(units, &shared), shared)
}

/// The parts of snapshots that could not be understood, a line for each.
pub fn unreadable(grants: &Grants) -> impl Iterator<Item = String> {
    grants.unreadable.iter().map(|part| format!("{}: {}: {}", part.file, part.place, part.reason))
}

/// What the change between two snapshots gives, principal by principal and resource by resource.
pub fn changes(old: &Grants, new: &Grants, world: &World<'_>) -> Vec<Change> {
    let snapshots = Snapshots::new(old, new);
    snapshots.subjects().par_iter().map(|subject: &Subject| snapshots.change(subject, world)).collect()
}
