//! What came of collecting, as a value and as the book that stands in the snapshot; and how its files are written.

use std::collections::BTreeSet;
use std::fs;
use std::io::{self, Write};
use std::path::Path;
use std::time::Duration;

use serde_json::json;

use crate::error::Error;
use crate::source::{Part, Refused};

/// Something that could not be had.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Missing {
    /// 12 digits.
    pub account: String,
    /// None: the service has none.
    pub region: Option<String>,
    /// The call, and what was answered.
    pub refused: Refused,
}

/// What came of it.
#[derive(Clone, Debug, Default)]
pub struct Collected {
    /// Accounts that could be entered.
    pub accounts: Vec<String>,
    /// Parts read, whole or in part.
    pub read: usize,
    /// Parts that stood there, whole and young.
    pub kept: usize,
    /// Accounts of the organization that are not active, with their state.
    pub passed: Vec<(String, String)>,
    /// Accounts that stand in the snapshot and are none of the organization any more, or not active.
    pub left: Vec<String>,
    /// Sorted.
    pub missing: Vec<Missing>,
    /// Files below the folder that stayed as they were because they could not be renewed; sorted.
    pub stale: Vec<String>,
}

/// Writes the book of a snapshot.
pub(super) fn write_book(
    path: &Path,
    (parts, regions): (&BTreeSet<Part>, &[String]),
    collected: &Collected,
    is_finished: bool,
) -> Result<(), Error> {
    let missing = collected.missing.iter().map(|Missing { account, region, refused }| {
        let Refused { call, of, reason } = refused;
        json!({ "Call": call, "Account": account, "Region": region, "Of": of, "Reason": reason })
    });
    let passed = collected.passed.iter().map(|(account, state)| json!({ "Account": account, "State": state }));
    let book = json!({
        "Collected": {
            "Finished": is_finished,
            "Parts": parts.iter().map(|part| part.name()).collect::<Vec<_>>(),
            "Regions": regions,
            "Accounts": collected.accounts,
            "Left": collected.left,
            "PassedOver": passed.collect::<Vec<_>>(),
            "Missing": missing.collect::<Vec<_>>(),
        }
    });
    write(path, format!("{book:#}\n").as_bytes())
}

/// Whether a file stands there that is younger.
pub(super) fn is_young(path: &Path, max_age: Duration) -> bool {
    let changed = fs::metadata(path).and_then(|metadata| metadata.modified()).ok();
    changed.and_then(|changed| changed.elapsed().ok()).is_some_and(|age| age < max_age)
}

/// There as a whole, or not at all.
pub(super) fn write(path: &Path, bytes: &[u8]) -> Result<(), Error> {
    let failed = |source| Error::Snapshot { path: path.to_path_buf(), source };
    let folder = path.parent().unwrap_or(Path::new("."));
    fs::create_dir_all(folder).map_err(failed)?;
    let mut file = tempfile::Builder::new().suffix(".tmp").tempfile_in(folder).map_err(failed)?;
    file.write_all(bytes).map_err(failed)?;
    file.as_file().sync_all().map_err(failed)?;
    file.persist(path).map_err(|error| failed(error.error))?;
    Ok(())
}

/// It need not be there.
pub(super) fn remove(path: &Path) -> Result<(), Error> {
    match fs::remove_file(path) {
        Err(source) if source.kind() != io::ErrorKind::NotFound => {
            Err(Error::Snapshot { path: path.to_path_buf(), source })
        }
        _ => Ok(()),
    }
}
