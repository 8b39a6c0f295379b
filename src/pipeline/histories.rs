//! Event histories, taken into an archive day by day. AWS answers two requests a second, so a long history takes
//! hours: each day is a night of its own, and a run that was ended goes on with the day at which it was.

use std::path::PathBuf;

use super::Input;
use crate::source;
use crate::trail::{Moment, Scope};

/// So far back the event history goes.
const DAYS_BACK: i64 = 90;

/// What is to be read and kept one after the other: the files, then each day of the histories up to `now`.
pub fn in_turn(input: &Input, now: Moment) -> Vec<Input> {
    let (histories, files): (Vec<PathBuf>, Vec<PathBuf>) =
        input.logs.iter().cloned().partition(|place| source::is_history(place));
    let mut turns = Vec::new();
    if !files.is_empty() || histories.is_empty() {
        turns.push(Input { logs: files, ..input.clone() });
    }
    if histories.is_empty() {
        return turns;
    }
    let first = input.scope.since.map_or(i64::MIN, Moment::day).max(now.day() - DAYS_BACK);
    let end = input.scope.until.map_or(i64::MAX, |until| Moment(until.0 - 1).day() + 1).min(now.day() + 1);
    turns.extend((first..end).map(|day| {
        let until = Some(Moment::of_day(day + 1)).filter(|until| *until <= now);
        let scope = Scope { since: Some(Moment::of_day(day)), until, ..input.scope.clone() };
        Input { logs: histories.clone(), scope, ..input.clone() }
    }));
    turns
}
