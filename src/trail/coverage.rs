//! What the trail could have shown, per account, as far as the log itself tells.
//! A permission is only "unused" where its use would have been seen.

use std::collections::{BTreeMap, BTreeSet};

use super::event::Event;
use super::moment::Moment;
use super::trails::Trails;
use super::turn::{Turns, turn};

/// Coverage by account id.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Coverage {
    /// Accounts that have records in the window.
    pub accounts: BTreeMap<String, AccountCoverage>,
    /// What snapshots tell of trails; the log itself tells nothing of them.
    pub trails: Trails,
}

/// What was seen of one account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccountCoverage {
    /// The earliest record.
    pub first: Moment,
    /// The latest record.
    pub last: Moment,
    /// Days with records, as days since 1970-01-01.
    pub days: BTreeSet<i64>,
    /// Event sources with management events.
    pub management: BTreeSet<String>,
    /// Event sources with data events.
    pub data: BTreeSet<String>,
    /// Whether a read-only management event was seen; a write-only trail has none.
    pub reads: bool,
    /// Regions with records.
    pub regions: BTreeSet<String>,
    /// Calls that changed what is logged.
    pub turns: Turns,
}

impl AccountCoverage {
    fn at(time: Moment) -> AccountCoverage {
        AccountCoverage {
            first: time,
            last: time,
            days: BTreeSet::new(),
            management: BTreeSet::new(),
            data: BTreeSet::new(),
            reads: false,
            regions: BTreeSet::new(),
            turns: Turns::default(),
        }
    }

    /// Whole days from the first record to the last, both included.
    pub fn span_days(&self) -> i64 {
        self.last.day() - self.first.day() + 1
    }

    fn merge(&mut self, other: AccountCoverage) {
        self.first = self.first.min(other.first);
        self.last = self.last.max(other.last);
        self.days.extend(other.days);
        self.management.extend(other.management);
        self.data.extend(other.data);
        self.reads |= other.reads;
        self.regions.extend(other.regions);
        self.turns.merge(other.turns);
    }
}

impl Coverage {
    /// Notes that a record of this account was logged.
    pub(crate) fn note(&mut self, account: &str, event: &Event<'_>) {
        if account.is_empty() {
            return;
        }
        if !self.accounts.contains_key(account) {
            self.accounts.insert(account.to_owned(), AccountCoverage::at(event.time));
        }
        self.touch(account, event.time);
        let Some(seen) = self.accounts.get_mut(account) else {
            return;
        };
        let sources = if event.is_data() { &mut seen.data } else { &mut seen.management };
        if !sources.contains(event.source.as_ref()) {
            sources.insert(event.source.clone().into_owned());
        }
        seen.reads |= event.read_only == Some(true) && !event.is_data();
        if !seen.regions.contains(event.region.as_ref()) {
            seen.regions.insert(event.region.clone().into_owned());
        }
    }

    /// Keeps what an event changed of what is logged; tells whether it did.
    pub(crate) fn turn(&mut self, account: &str, event: &Event<'_>) -> bool {
        let turned = self.accounts.get_mut(account).zip(turn(event));
        turned.map(|(seen, turn)| seen.turns.add(turn)).is_some()
    }

    /// Notes one more record like one that was noted before.
    pub(crate) fn touch(&mut self, account: &str, time: Moment) {
        if let Some(seen) = self.accounts.get_mut(account) {
            seen.first = seen.first.min(time);
            seen.last = seen.last.max(time);
            seen.days.insert(time.day());
        }
    }

    /// The union; associative and commutative.
    pub(crate) fn merge(&mut self, other: Coverage) {
        self.trails.merge(other.trails);
        for (account, seen) in other.accounts {
            match self.accounts.get_mut(&account) {
                Some(mine) => mine.merge(seen),
                None => drop(self.accounts.insert(account, seen)),
            }
        }
    }
}
