//! What was changed of what is granted, in the order of time: so much of it as there is room for, the latest.

use std::collections::BTreeSet;

use super::moment::Moment;
use crate::iam::Change;

/// Bytes of changes kept: some ten thousand policies. Beyond it the earliest are forgotten, and what they changed
/// counts as not known.
const MOST_BYTES: usize = 64 << 20;

/// Changes, each once. `merge` is associative and commutative: the latest that fit stay, whatever the order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Changes {
    kept: BTreeSet<Change>,
    bytes: usize,
    forgotten: Option<Moment>,
}

impl Changes {
    /// Takes in one; the same a second time changes nothing.
    pub fn add(&mut self, change: Change) {
        let size = change.size();
        if self.kept.insert(change) {
            self.bytes += size;
            self.forget(MOST_BYTES);
        }
    }

    /// Takes note that changes up to this moment may be missing.
    pub fn miss(&mut self, until: Moment) {
        self.forgotten = self.forgotten.max(Some(until));
    }

    /// All that are kept, in the order of time.
    pub fn iter(&self) -> impl Iterator<Item = &Change> {
        self.kept.iter()
    }

    /// Up to when changes may be missing; `None`: all that the log shows are here.
    pub fn forgotten(&self) -> Option<Moment> {
        self.forgotten
    }

    /// The union.
    pub(super) fn merge(&mut self, other: Changes) {
        self.forgotten = self.forgotten.max(other.forgotten);
        other.kept.into_iter().for_each(|change| self.add(change));
    }

    fn forget(&mut self, most: usize) {
        while self.bytes > most
            && let Some(earliest) = self.kept.pop_first()
        {
            self.bytes -= earliest.size();
            self.forgotten = self.forgotten.max(Moment::parse(&earliest.time));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Change, Changes};
    use crate::iam::{EntityKind, Verb};

    fn change(day: usize) -> Change {
        Change {
            time: format!("2026-10-{day:02}T00:00:00Z"),
            verb: Verb::Put,
            account: "111122223333".to_owned(),
            kind: EntityKind::Role,
            name: Some("web".to_owned()),
            policy: Some("p".to_owned()),
            document: Some("{}".to_owned()),
            arn: None,
            path: None,
            unique_id: None,
            is_default: false,
            tags: Vec::new(),
            call: "PutRolePolicy".to_owned(),
            id: format!("e-{day}"),
        }
    }

    /// Room for some of them.
    fn kept(days: &[usize], room: usize) -> Changes {
        let mut changes = Changes::default();
        for day in days {
            changes.add(change(*day));
            changes.forget(room);
        }
        changes
    }

    #[test]
    fn the_latest_stay_whatever_the_order_and_the_split() {
        let room = 3 * change(10).size();
        let all = kept(&[10, 11, 12, 13, 14], room);
        assert_eq!(all.iter().map(|change| change.id.as_str()).collect::<Vec<_>>(), ["e-12", "e-13", "e-14"]);
        assert_eq!(all.forgotten().map(|moment| moment.date()), Some("2026-10-11".to_owned()));
        assert_eq!(kept(&[14, 10, 13, 13, 11, 12, 10], room), all);
        let mut merged = kept(&[13, 10], room);
        merged.merge(kept(&[14, 12, 11], room));
        merged.forget(room);
        assert_eq!(merged, all);
    }
}
