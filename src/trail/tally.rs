//! The conservation law: every record read ends in exactly one of used, exempt, lost.

use std::collections::{BTreeMap, BTreeSet};

/// Losses that are listed one by one; the rest is counted. The smallest by file and record are listed.
pub(crate) const MAX_LISTED_LOSSES: usize = 10_000;

/// The rule that exempts a second delivery of a record.
pub const DUPLICATE: &str = "duplicate delivery";

/// The rule that exempts denied calls: kept as evidence, never a use.
pub const DENIED: &str = "denied call";

/// One thing that was not understood.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Loss {
    /// The file as it was named.
    pub file: String,
    /// The item in the file, from 1; 0 for the file as a whole.
    pub record: u64,
    /// Why.
    pub reason: String,
}

/// Counts over everything read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// Files opened.
    pub files: u64,
    /// Bytes of those files as stored.
    pub bytes: u64,
    /// Files left out by account, region or day before they were opened.
    pub pruned: u64,
    /// Items read: records, and files or entries that hold none.
    pub read: u64,
    /// Records that show a use; set when the evidence is settled.
    pub used: u64,
    /// Items that show none, by rule; complete when the evidence is settled.
    pub exempt: BTreeMap<String, u64>,
    /// Items that were not understood.
    pub lost: u64,
    /// The first of them.
    pub losses: BTreeSet<Loss>,
}

impl Tally {
    /// Counts a loss.
    pub(crate) fn lose(&mut self, loss: Loss) {
        self.lost += 1;
        self.list(loss);
    }

    /// Counts an item that is exempt.
    pub(crate) fn exempt(&mut self, rule: &str) {
        self.exempt_many(rule, 1);
    }

    pub(crate) fn exempt_many(&mut self, rule: &str, count: u64) {
        match self.exempt.get_mut(rule) {
            Some(total) => *total += count,
            None if count > 0 => drop(self.exempt.insert(rule.to_owned(), count)),
            None => {}
        }
    }

    /// All exempt items.
    pub fn exempted(&self) -> u64 {
        self.exempt.values().sum()
    }

    /// Whether `read == used + exempt + lost`; holds once the evidence is settled.
    pub fn balances(&self) -> bool {
        self.read == self.used + self.exempted() + self.lost
    }

    /// The share of items that were lost, 0 to 1.
    pub fn lost_share(&self) -> f64 {
        if self.read == 0 { 0.0 } else { self.lost as f64 / self.read as f64 }
    }

    fn list(&mut self, loss: Loss) {
        self.losses.insert(loss);
        while self.losses.len() > MAX_LISTED_LOSSES {
            self.losses.pop_last();
        }
    }

    pub(crate) fn merge(&mut self, other: Tally) {
        self.files += other.files;
        self.bytes += other.bytes;
        self.pruned += other.pruned;
        self.read += other.read;
        self.used += other.used;
        self.lost += other.lost;
        other.exempt.iter().for_each(|(rule, count)| self.exempt_many(rule, *count));
        other.losses.into_iter().for_each(|loss| self.list(loss));
    }
}
