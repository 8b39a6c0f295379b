//! The conservation law: every record read ends in exactly one of used, exempt, lost.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

/// Losses that are listed one by one; the rest is counted. The smallest by file and record are listed.
pub(crate) const MAX_LISTED_LOSSES: usize = 10_000;

/// Classes of losses that are told apart: each is a time series for whoever keeps metrics.
const MAX_CLASSES: usize = 20;

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

    /// The losses by class: the reason without what differs from file to file. Those that are not listed one by one
    /// are a class of their own, and so are all beyond the most frequent ones.
    pub fn lost_by_class(&self) -> BTreeMap<String, u64> {
        let mut classes: BTreeMap<String, u64> = BTreeMap::new();
        for loss in &self.losses {
            *classes.entry(class(&loss.reason)).or_default() += 1;
        }
        let mut ranked: Vec<(String, u64)> = classes.into_iter().collect();
        ranked.sort_by_key(|(class, count)| (Reverse(*count), class.clone()));
        let others = ranked.split_off(ranked.len().min(MAX_CLASSES));
        let mut classes: BTreeMap<String, u64> = ranked.into_iter().collect();
        let unlisted = self.lost.saturating_sub(self.losses.len() as u64);
        for (class, count) in [("other", others.iter().map(|(_, count)| count).sum()), ("not listed", unlisted)] {
            if count > 0 {
                classes.insert(class.to_owned(), count);
            }
        }
        classes
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

/// `not JSON` of "not JSON: `abc`"; what is quoted is left out.
fn class(reason: &str) -> String {
    let class = reason.split_once(": ").map_or(reason, |(class, _)| class);
    class.split('`').enumerate().map(|(at, part)| if at % 2 == 0 { part } else { "…" }).collect()
}

#[cfg(test)]
mod tests {
    use super::{Loss, MAX_CLASSES, Tally};

    #[test]
    fn losses_are_told_by_class() {
        let mut tally = Tally::default();
        let reasons = ["not JSON: `a`", "not JSON: `b`", "`12` where a record should be", "empty file"];
        for (record, reason) in reasons.into_iter().enumerate() {
            tally.lose(Loss { file: "x".to_owned(), record: record as u64, reason: reason.to_owned() });
        }
        tally.lost += 3;
        let told: Vec<(String, u64)> = tally.lost_by_class().into_iter().collect();
        let expected = [("empty file", 1), ("not JSON", 2), ("not listed", 3), ("… where a record should be", 1)];
        assert_eq!(told, expected.map(|(class, count)| (class.to_owned(), count)));
    }

    #[test]
    fn there_are_never_many_classes() {
        let mut tally = Tally::default();
        for record in 0..100 {
            tally.lose(Loss { file: "x".to_owned(), record, reason: format!("reason {record}") });
        }
        let told = tally.lost_by_class();
        assert_eq!((told.len(), told["other"]), (MAX_CLASSES + 1, 100 - MAX_CLASSES as u64));
    }
}
