//! Everything the trail showed, counted so that neither order nor split shows.
//!
//! First, last, footprints and samples do not change when a record comes twice. Only counts do; so they are
//! taken last, from the distinct fingerprints (eventID and content) of the records behind each kind of record.

use std::io;

use rustc_hash::FxHashMap;
use xxhash_rust::xxh3::xxh3_64;

use super::changes::Changes;
use super::coverage::Coverage;
use super::map::Scope;
use super::principal::Principal;
use super::tally::{DUPLICATE, Tally};
use super::traces::{RecordCount, TracePart, Traces};
use super::usage::{Sighting, Use};

/// Records that show the same uses.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RecordKind {
    /// The rule that exempts them; `None` when they are uses.
    pub exempt: Option<String>,
    /// Ids of the uses, sorted.
    pub uses: Vec<u64>,
    /// Records of this kind without an eventID: all are kept.
    pub anonymous: u64,
}

/// The evidence. `merge` is associative and commutative; `settle` comes last.
#[derive(Clone, Debug, Default)]
pub struct Evidence {
    /// Uses and denied tries by id.
    pub uses: FxHashMap<u64, Use>,
    /// Principals by id.
    pub sightings: FxHashMap<u64, Sighting>,
    /// Kinds of records by id.
    pub kinds: FxHashMap<u64, RecordKind>,
    /// One per record with an eventID.
    pub traces: Traces,
    /// What was changed of what is granted.
    pub changes: Changes,
    /// What could have been seen.
    pub coverage: Coverage,
    /// What was read.
    pub tally: Tally,
    /// Which records were asked for.
    pub scope: Scope,
}

impl Evidence {
    /// The union of two pieces of evidence, unsettled. The scope is the same for both or widened to its whole.
    #[must_use]
    pub fn merge(mut self, other: Evidence) -> Evidence {
        for (id, theirs) in other.uses {
            match self.uses.get_mut(&id) {
                Some(mine) => mine.merge(theirs),
                None => drop(self.uses.insert(id, theirs)),
            }
        }
        for (id, theirs) in other.sightings {
            match self.sightings.get_mut(&id) {
                Some(mine) => mine.merge(theirs),
                None => drop(self.sightings.insert(id, theirs)),
            }
        }
        for (id, theirs) in other.kinds {
            self.kinds.entry(id).and_modify(|mine| mine.anonymous += theirs.anonymous).or_insert(theirs);
        }
        self.traces.merge(other.traces);
        self.changes.merge(other.changes);
        self.coverage.merge(other.coverage);
        self.tally.merge(other.tally);
        self.scope = self.scope.widen(other.scope);
        self
    }

    /// Slices of time, each of them settled, put together as one window. Only the traces are left out: the counts
    /// are taken already.
    pub fn window<'e>(slices: impl IntoIterator<Item = &'e Evidence>) -> Evidence {
        let untraced = |slice: &Evidence| Evidence { traces: Traces::default(), ..slice.clone() };
        slices.into_iter().map(untraced).reduce(Evidence::merge).unwrap_or_default()
    }

    /// Counts: every distinct record once. Asserts the conservation law. The error is of a depot.
    pub fn settle(&mut self) -> io::Result<()> {
        self.settle_by(|parts| {
            let mut count = RecordCount::default();
            parts.into_iter().try_for_each(|part| count.take(part))?;
            Ok(count)
        })
    }

    /// The same, with the parts of the traces counted as `run` likes: in any order, by many hands.
    pub fn settle_by(&mut self, run: impl FnOnce(Vec<TracePart<'_>>) -> io::Result<RecordCount>) -> io::Result<()> {
        let RecordCount { mut kinds, distinct, delivered, .. } = run(self.traces.parts())?;
        self.traces.forget();
        let duplicates = delivered - distinct;
        self.uses.values_mut().for_each(|seen| seen.count = 0);
        self.tally.used = 0;
        self.tally.exempt_many(DUPLICATE, duplicates);
        for (id, kind) in &self.kinds {
            let count = kind.anonymous + kinds.remove(id).unwrap_or_default();
            for seen in &kind.uses {
                if let Some(seen) = self.uses.get_mut(seen) {
                    seen.count += count;
                }
            }
            match &kind.exempt {
                Some(rule) => self.tally.exempt_many(rule, count),
                None => self.tally.used += count,
            }
        }
        assert!(self.tally.balances(), "read != used + exempt + lost: {:?}", self.tally);
        Ok(())
    }

    /// Uses and denied tries in a fixed order.
    pub fn sorted_uses(&self) -> Vec<&Use> {
        let mut uses: Vec<&Use> = self.uses.values().collect();
        uses.sort_unstable_by(|a, b| a.key.cmp(&b.key));
        uses
    }

    /// What is known of a principal beyond its uses.
    pub fn sighting(&self, principal: &Principal) -> Option<&Sighting> {
        self.sightings.get(&sighting_id(&mut Vec::new(), principal))
    }

    /// Principals in a fixed order.
    pub fn sorted_sightings(&self) -> Vec<&Sighting> {
        let mut sightings: Vec<&Sighting> = self.sightings.values().collect();
        sightings.sort_unstable_by(|a, b| a.principal.cmp(&b.principal));
        sightings
    }
}

/// The id under which a principal's sighting stands; `text` is room to write in.
pub(crate) fn sighting_id(text: &mut Vec<u8>, principal: &Principal) -> u64 {
    text.clear();
    principal.write_id(text);
    xxh3_64(text)
}
