//! Where reports and evidence go: a folder, which they enter as a whole, or a prefix of a bucket, file by file.
//!
//! In a bucket a mark stands beside the files while they are written, and the file that makes them a report comes
//! last. What a run leaves that was killed in between is told by the mark, and written over.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::partition::PARTIAL;
use crate::archive;
use crate::error::Error;
use crate::report::{self, Report, ReportError};
use crate::source::{self, Files, Identity, Store};
use crate::table::Table;

pub use crate::report::Kind;

/// The table that makes files evidence; it is small.
const EVIDENCE: &str = "run.parquet";

/// What makes the files whole comes last.
const LAST: [&str; 2] = [report::REPORT, EVIDENCE];

/// A place that was found fit to be written to.
pub struct Outbox {
    place: Place,
    /// Replace what stands there.
    force: bool,
    kind: Kind,
}

enum Place {
    Folder(PathBuf),
    Bucket(Arc<dyn Store>),
}

impl Outbox {
    /// Whether the place can be written later, so that the answer comes before long work and not after it.
    pub fn open(place: &Path, force: bool, kind: Kind, identity: &Identity) -> Result<Outbox, Error> {
        let place = if source::is_bucket(place) || source::is_history(place) {
            let store = source::store(place, identity)?;
            standing(&*store, force, kind)?;
            Place::Bucket(store)
        } else {
            report::ready(place, force)?;
            Place::Folder(place.to_path_buf())
        };
        Ok(Outbox { place, force, kind })
    }

    /// Puts a report there.
    pub fn put_report(&self, report: &Report<'_>) -> Result<(), Error> {
        match &self.place {
            Place::Folder(folder) => Ok(report::write(folder, self.force, report)?),
            Place::Bucket(store) => self.upload(&**store, report::files(report)?),
        }
    }

    /// Puts tables there.
    pub fn put_tables(&self, tables: &[Table]) -> Result<(), Error> {
        match &self.place {
            Place::Folder(folder) => Ok(report::write_tables(folder, self.force, tables)?),
            Place::Bucket(store) => self.upload(&**store, report::table_files(tables)?),
        }
    }

    fn upload(&self, store: &dyn Store, files: Files) -> Result<(), Error> {
        upload(store, files, standing(store, self.force, self.kind)?)
    }
}

/// The files there that would be replaced, if they may be.
fn standing(store: &dyn Store, force: bool, kind: Kind) -> Result<Vec<String>, Error> {
    let all = store.list("")?;
    let is_partial = all.iter().any(|name| name == PARTIAL);
    let old: Vec<String> = all.into_iter().filter(|name| is_of(kind, name)).collect();
    if old.is_empty() || is_partial {
        return Ok(old);
    }
    if !is_ours(store, kind)? {
        return Err(kind.not_ours(store.name("")).into());
    }
    if force { Ok(old) } else { Err(ReportError::Exists(store.name("")).into()) }
}

/// Whether a file would be part of what is written. Others are nobody's matter here: prefixes stand within prefixes.
fn is_of(kind: Kind, name: &str) -> bool {
    match kind {
        Kind::Report => report::is_part(name),
        Kind::Tables => name.strip_suffix(".parquet").is_some_and(|table| archive::TABLES.contains(&table)),
    }
}

fn is_ours(store: &dyn Store, kind: Kind) -> Result<bool, Error> {
    Ok(match kind {
        Kind::Report => {
            store.read_head(report::REPORT, report::MARK_WITHIN)?.is_some_and(|head| report::is_report(&head))
        }
        Kind::Tables => {
            store.read(&[EVIDENCE.to_owned()])?.pop().flatten().is_some_and(|table| report::is_table(&table))
        }
    })
}

fn upload(store: &dyn Store, mut files: Files, old: Vec<String>) -> Result<(), Error> {
    let mark = source::nonce().into_bytes();
    store.write(vec![(PARTIAL.to_owned(), mark.clone())])?;
    let last = files.iter().position(|(name, _)| LAST.contains(&name.as_str())).map(|at| files.remove(at));
    let is_new = |name: &String| files.iter().chain(&last).any(|(new, _)| new == name);
    let stale: Vec<String> = old.into_iter().filter(|name| !is_new(name)).collect();
    store.write(files)?;
    store.remove(&stale)?;
    if store.read(&[PARTIAL.to_owned()])?.pop().flatten().as_ref() != Some(&mark) {
        return Err(source::Error::Mixed(store.name("")).into());
    }
    store.write(last.into_iter().collect())?;
    store.remove(&[PARTIAL.to_owned()])?;
    Ok(())
}
