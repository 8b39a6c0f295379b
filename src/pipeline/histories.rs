//! Event histories, taken into an archive day by day. AWS answers two requests a second, so a long history takes
//! hours: each day is a night of its own, and a run that was killed goes on with the day at which it was.

use std::path::{Path, PathBuf};

use super::nights::{Added, add_night};
use super::{Input, Listener};
use crate::catalog::Catalog;
use crate::error::Error;
use crate::source;
use crate::trail::{Moment, Scope};

/// So far back the event history goes.
const DAYS_BACK: i64 = 90;

/// Adds what is new since the last run; `now` is the time of the run.
pub fn add(
    folder: &Path,
    input: &Input,
    now: Moment,
    catalog: &Catalog,
    listener: Listener<'_>,
) -> Result<Added, Error> {
    let (histories, files): (Vec<PathBuf>, Vec<PathBuf>) =
        input.logs.iter().cloned().partition(|place| source::is_history(place));
    let mut added = Added::default();
    if !files.is_empty() || histories.is_empty() {
        added = add_night(folder, &Input { logs: files, ..input.clone() }, now, catalog, listener)?;
    }
    if histories.is_empty() {
        return Ok(added);
    }
    let first = input.scope.since.map_or(i64::MIN, Moment::day).max(now.day() - DAYS_BACK);
    let end = input.scope.until.map_or(i64::MAX, |until| Moment(until.0 - 1).day() + 1).min(now.day() + 1);
    for day in first..end {
        let until = Some(Moment::of_day(day + 1)).filter(|until| *until <= now);
        let scope = Scope { since: Some(Moment::of_day(day)), until, ..input.scope.clone() };
        let one = Input { logs: histories.clone(), scope, ..input.clone() };
        added = added.and(add_night(folder, &one, now, catalog, listener)?);
    }
    Ok(added)
}
