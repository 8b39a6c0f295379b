//! What the event selectors of an account's trails say about its log, and for how much of the log they can say it.
//!
//! Which trail the log came from no record tells. So what all trails log is logged, what none logs is not, and of what
//! only some log the log itself has to tell. The selectors are those of the day on which they were read: of the time
//! before a change, as the log shows it, they say nothing.

use std::collections::BTreeSet;

use super::coverage::{AccountCoverage, Coverage};
use super::selectors::{Asked, data_events};
use super::trails::{Described, Trail};
use super::turn::Turn;

/// Seconds for which the log may end before the selectors were read: deliveries are late, and quiet accounts have
/// few records. After that a change may have come that the log does not show.
const LATEST: i64 = 24 * 3600;

/// What is said of some events.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Word {
    /// Every trail logs all of them.
    Logged,
    /// Some trail may, another does not, or it is not sure that the log shows every change of a trail.
    AskLog,
    /// No trail logs all of them.
    NotLogged,
}

/// What the selectors of an account's trails say.
#[derive(Clone, Debug)]
pub struct Selection<'c> {
    trails: Vec<&'c Trail>,
    is_sure: bool,
    seen: &'c AccountCoverage,
    /// Changes within the log, in the order of time.
    pub turns: Vec<Turn>,
    /// Stretches of days, first and last, for which selectors say nothing: those before each change.
    pub untold: Vec<(i64, i64)>,
}

/// Data events that are asked about.
#[derive(Clone, Copy, Debug)]
pub struct DataSelection<'a> {
    /// As `s3:GetObject`.
    pub action: &'a str,
    /// As `s3.amazonaws.com`.
    pub source: &'a str,
    /// Whether they are surely read-only events.
    pub reads: bool,
}

impl Coverage {
    /// What the selectors of an account's trails say about its log; or why they say nothing, so that the log alone
    /// has to tell.
    pub fn selection(&self, account: &str) -> Result<Selection<'_>, &'static str> {
        let seen = self.accounts.get(account).ok_or("no record of the account was read")?;
        let described = self.trails.accounts.get(account).ok_or("no snapshot tells its trails")?;
        let trails: Vec<&Trail> = described.trails.iter().filter(|trail| trail.is_on).collect();
        if !trails.iter().any(|trail| trail.is_everywhere) {
            return Err("no trail of all regions is on");
        }
        if described.as_of.0 > seen.last.0 + LATEST {
            return Err("its trails were read more than a day after the end of the log");
        }
        let turns = self.turns(account, seen, &trails);
        let untold = untold(seen, &turns, described);
        let is_sure = trails.iter().all(|trail| self.shows_changes_of(trail));
        Ok(Selection { trails, is_sure, seen, turns, untold })
    }

    /// Changes of the trails within the account's log, wherever they were made.
    fn turns(&self, account: &str, seen: &AccountCoverage, trails: &[&Trail]) -> Vec<Turn> {
        let mut turns: BTreeSet<Turn> = seen.turns.iter().cloned().collect();
        for trail in trails {
            turns.extend(trail.started.map(|time| {
                let (call, trail) = ("StartLogging".to_owned(), trail.name.clone());
                Turn { time, call, trail }
            }));
            let owner = owner(&trail.arn);
            let theirs = self.accounts.get(owner).filter(|_| owner != account).into_iter();
            let is_its = |turn: &&Turn| turn.trail.is_empty() || turn.trail == trail.arn || turn.trail == trail.name;
            turns.extend(theirs.flat_map(|theirs| theirs.turns.iter()).filter(is_its).cloned());
        }
        turns.into_iter().filter(|turn| turn.time > seen.first && turn.time <= seen.last).collect()
    }

    /// Whether the log would show a change of the trail: it is a management event of its owner in its region.
    fn shows_changes_of(&self, trail: &Trail) -> bool {
        let owner = self.accounts.get(owner(&trail.arn));
        owner.is_some_and(|owner| {
            !owner.management.is_empty() && owner.regions.contains(&trail.home) && !owner.turns.are_missed()
        })
    }
}

/// The account of a trail.
fn owner(arn: &str) -> &str {
    arn.split(':').nth(4).unwrap_or_default()
}

/// The stretches between the changes, by whole days, but the last: of that the selectors tell, unless they are older.
fn untold(seen: &AccountCoverage, turns: &[Turn], described: &Described) -> Vec<(i64, i64)> {
    let mut first = seen.first.day();
    let mut untold = Vec::new();
    for day in turns.iter().map(|turn| turn.time.day()).collect::<BTreeSet<i64>>() {
        if day > first {
            untold.push((first, day - 1));
        }
        first = day;
    }
    let is_later = |turn: &Turn| turn.time > described.as_of;
    untold.extend(turns.last().filter(|turn| is_later(turn)).map(|_| (first, seen.last.day())));
    untold
}

impl Selection<'_> {
    /// The ARNs of the trails.
    pub fn trails(&self) -> impl Iterator<Item = &str> {
        self.trails.iter().map(|trail| trail.arn.as_str())
    }

    /// Whether the log has to tell by itself, or for the time before a change.
    pub fn needs_log(&self) -> bool {
        !self.is_sure || !self.untold.is_empty()
    }

    /// About management events of a source, as `kms.amazonaws.com`, that only read or do not.
    pub fn management(&self, source: &str, read_only: bool) -> Word {
        self.word(&[Asked::management(source, read_only)])
    }

    /// About data events on all resources of some patterns; `None`: nobody knows how selectors name them.
    pub fn data(&self, about: DataSelection<'_>, patterns: &[&str]) -> Option<Word> {
        let mut least = Word::Logged;
        let mut is_any = false;
        for pattern in patterns {
            // A bucket without an object stands for all that is in it.
            let bucket = format!("{pattern}/");
            let is_bucket = about.source == "s3.amazonaws.com" && !pattern.contains(['*', '?', '/']);
            let pattern = if is_bucket { bucket.as_str() } else { pattern };
            // Which events only read selectors know better than tables: for reads both kinds must be logged.
            let kinds: &[bool] = if about.reads { &[true, false] } else { &[false] };
            for read_only in kinds {
                let asked = data_events(about.action, about.source, pattern, *read_only)?;
                is_any |= !asked.is_empty();
                least = match (least, self.word(&asked)) {
                    (Word::NotLogged, _) | (_, Word::NotLogged) => Word::NotLogged,
                    (Word::AskLog, _) | (_, Word::AskLog) => Word::AskLog,
                    _ => Word::Logged,
                };
            }
        }
        match least {
            _ if !is_any => Some(Word::NotLogged),
            // Without any data event it may be a log that holds none, as an event history.
            Word::Logged if self.seen.data.is_empty() => Some(Word::AskLog),
            least => Some(least),
        }
    }

    fn word(&self, asked: &[Asked<'_>]) -> Word {
        let logs = |trail: &Trail| {
            let selectors = trail.selectors.as_ref()?;
            let is_logged = |asked: &Asked<'_>| selectors.iter().any(|selector| selector.logs(*asked));
            Some(trail.is_everywhere && asked.iter().all(is_logged))
        };
        let words: Vec<Option<bool>> = self.trails.iter().map(|trail| logs(trail)).collect();
        if words.iter().all(|word| *word == Some(false)) {
            Word::NotLogged
        } else if self.is_sure && words.iter().all(|word| *word == Some(true)) {
            Word::Logged
        } else {
            Word::AskLog
        }
    }

    /// The change at the end of a stretch of days of which selectors say nothing.
    pub fn turn_after(&self, (_, last): (i64, i64)) -> Option<&Turn> {
        let after = self.turns.iter().find(|turn| turn.time.day() > last);
        after.or(self.turns.last())
    }
}
