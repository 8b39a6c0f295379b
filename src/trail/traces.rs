//! Which records there were, so that one delivered twice counts once. Many traces are put away outside memory.

use std::io;
use std::sync::Arc;

use rustc_hash::FxHashMap;

/// A record's fingerprint and the kind of record that it is: 24 bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Trace {
    /// Hash of the eventID and the content without insignificant white space.
    pub fingerprint: [u64; 2],
    /// The id of its kind.
    pub kind: u64,
}

/// Traces are dealt out by the beginnings of their fingerprints, so that equal ones meet. One part at a
/// time comes back into memory: of a billion records 94 MB.
const PARTS: usize = 1 << PART_BITS;

const PART_BITS: u32 = 8;

/// So many traces of a part stay in memory; then all of the part are put away. All parts take 6 MB at most.
const MOST_HERE: usize = 1_024;

const TRACE_BYTES: usize = size_of::<Trace>();

/// Room outside memory. This room knows no file.
pub trait Depot: Send + Sync {
    /// Puts bytes away with what was put away under this number before.
    fn put(&self, part: usize, bytes: &[u8]) -> io::Result<()>;

    /// How many bytes were put away under this number.
    fn held(&self, part: usize) -> usize;

    /// Hands out all that was put away under this number, piece by piece as it was put.
    fn take(&self, part: usize, piece: &mut dyn FnMut(&[u8])) -> io::Result<()>;
}

/// Traces of records.
#[derive(Clone, Default)]
pub struct Traces {
    parts: Vec<Vec<Trace>>,
    /// Others that were put away. Nothing is added to them any more.
    away: Vec<Arc<dyn Depot>>,
    /// Whether any were put into the depot that is not closed yet.
    put: bool,
    /// Whether the depot took no more; it is not asked again, for each time would cost the whole part.
    refused: bool,
}

impl Traces {
    /// Takes in one more.
    pub fn add(&mut self, trace: Trace) {
        self.push(trace);
    }

    /// Takes in one more, and puts its part away when it has grown. When that fails it stays in memory.
    pub(super) fn add_or_put(&mut self, trace: Trace, depot: &dyn Depot) {
        let number = self.push(trace);
        self.put_part_away(number, depot);
    }

    /// Puts away the parts that have grown, as `add_or_put` does.
    pub fn put_away(&mut self, depot: &dyn Depot) {
        (0..PARTS).for_each(|number| self.put_part_away(number, depot));
    }

    fn put_part_away(&mut self, number: usize, depot: &dyn Depot) {
        let Some(part) = self.parts.get_mut(number).filter(|part| part.len() >= MOST_HERE && !self.refused) else {
            return;
        };
        if depot.put(number, &written(part)).is_ok() {
            part.clear();
            self.put = true;
        } else {
            self.refused = true;
        }
    }

    /// Takes note of the depot, to which nothing will be added, if anything is in it.
    pub fn close(&mut self, depot: Arc<dyn Depot>) {
        if std::mem::take(&mut self.put) {
            self.away.push(depot);
        }
    }

    fn push(&mut self, trace: Trace) -> usize {
        let number = (trace.fingerprint[0] >> (64 - PART_BITS)) as usize;
        if self.parts.is_empty() {
            self.parts.resize_with(PARTS, Vec::new);
        }
        if let Some(part) = self.parts.get_mut(number) {
            part.push(trace);
        }
        number
    }

    /// The union.
    pub(super) fn merge(&mut self, other: Traces) {
        if self.parts.is_empty() {
            self.parts = other.parts;
        } else {
            self.parts.iter_mut().zip(other.parts).for_each(|(mine, theirs)| mine.extend(theirs));
        }
        self.away.extend(other.away);
    }

    /// Every trace, sorted; equal ones stay. All of them are brought into memory.
    pub fn sorted(&self) -> io::Result<Vec<Trace>> {
        let here: usize = self.parts.iter().map(Vec::len).sum();
        let away: usize = (0..PARTS).map(|number| held(&self.away, number)).sum();
        let mut all = Vec::with_capacity(here + away);
        for number in 0..PARTS {
            let before = all.len();
            all.extend(self.parts.get(number).into_iter().flatten());
            fetch(&self.away, number, &mut all)?;
            sort(all.get_mut(before..).unwrap_or_default());
        }
        Ok(all)
    }

    /// Its parts, to be counted one by one.
    pub(super) fn parts(&mut self) -> Vec<TracePart<'_>> {
        let away = &self.away;
        if !away.is_empty() {
            self.parts.resize_with(PARTS, Vec::new);
        }
        self.parts.iter_mut().enumerate().map(|(number, here)| TracePart { number, here, away }).collect()
    }

    /// Gives up what was put away.
    pub(super) fn forget(&mut self) {
        self.away.clear();
    }
}

/// All traces whose fingerprints begin alike.
pub struct TracePart<'t> {
    number: usize,
    here: &'t mut Vec<Trace>,
    away: &'t [Arc<dyn Depot>],
}

/// How many records there were.
#[derive(Default)]
pub struct RecordCount {
    /// Distinct ones, by their kinds.
    pub(super) kinds: FxHashMap<u64, u64>,
    /// Distinct ones.
    pub(super) distinct: u64,
    /// All of them.
    pub(super) delivered: u64,
    /// The same room for all parts, so that none is left behind in pieces.
    room: Vec<Trace>,
}

impl RecordCount {
    /// Counts every fingerprint of a part once. What is in memory is sorted and distinct afterwards, if nothing was
    /// put away.
    pub fn take(&mut self, part: TracePart<'_>) -> io::Result<()> {
        let all = match part.away {
            [] => part.here,
            away => {
                self.room.clear();
                self.room.reserve(part.here.len() + held(away, part.number));
                self.room.extend(std::mem::take(part.here));
                fetch(away, part.number, &mut self.room)?;
                &mut self.room
            }
        };
        self.delivered += all.len() as u64;
        sort(all);
        all.dedup_by_key(|trace| trace.fingerprint);
        self.distinct += all.len() as u64;
        all.iter().for_each(|trace| *self.kinds.entry(trace.kind).or_default() += 1);
        Ok(())
    }

    /// Both together.
    #[must_use]
    pub fn plus(mut self, other: RecordCount) -> RecordCount {
        self.distinct += other.distinct;
        self.delivered += other.delivered;
        other.kinds.into_iter().for_each(|(kind, count)| *self.kinds.entry(kind).or_default() += count);
        self
    }
}

/// Sorts traces. Few fingerprints begin alike that are not the same, so their beginnings are compared first.
fn sort(traces: &mut [Trace]) {
    traces.sort_unstable_by_key(|trace| trace.fingerprint[0]);
    for alike in traces.chunk_by_mut(|one, other| one.fingerprint[0] == other.fingerprint[0]) {
        if alike.len() > 1 {
            alike.sort_unstable();
        }
    }
}

/// How many traces of a part are put away.
fn held(away: &[Arc<dyn Depot>], number: usize) -> usize {
    away.iter().map(|depot| depot.held(number) / TRACE_BYTES).sum()
}

fn fetch(away: &[Arc<dyn Depot>], number: usize, into: &mut Vec<Trace>) -> io::Result<()> {
    let mut piece = |bytes: &[u8]| into.extend(bytes.chunks_exact(TRACE_BYTES).filter_map(read));
    away.iter().try_for_each(|depot| depot.take(number, &mut piece))
}

fn written(traces: &[Trace]) -> Vec<u8> {
    let words = traces.iter().flat_map(|Trace { fingerprint: [high, low], kind }| [*high, *low, *kind]);
    words.flat_map(u64::to_le_bytes).collect()
}

fn read(bytes: &[u8]) -> Option<Trace> {
    let mut words = bytes.chunks_exact(8).filter_map(|word| Some(u64::from_le_bytes(word.try_into().ok()?)));
    Some(Trace { fingerprint: [words.next()?, words.next()?], kind: words.next()? })
}

impl PartialEq for Traces {
    /// The same in memory, and the same put away.
    fn eq(&self, other: &Traces) -> bool {
        self.parts == other.parts
            && self.away.len() == other.away.len()
            && self.away.iter().zip(&other.away).all(|(mine, theirs)| Arc::ptr_eq(mine, theirs))
    }
}

impl std::fmt::Debug for Traces {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let here: usize = self.parts.iter().map(Vec::len).sum();
        write!(f, "{here} traces, {} depots", self.away.len())
    }
}

#[cfg(test)]
mod tests {
    use std::io;
    use std::sync::{Arc, Mutex};

    use super::{Depot, PARTS, RecordCount, Trace, Traces, sort};

    #[derive(Default)]
    struct Shelf(Mutex<Vec<Vec<u8>>>);

    impl Depot for Shelf {
        fn put(&self, part: usize, bytes: &[u8]) -> io::Result<()> {
            let mut shelves = self.0.lock().unwrap();
            shelves.resize(PARTS, Vec::new());
            shelves[part].extend(bytes);
            Ok(())
        }

        fn held(&self, part: usize) -> usize {
            self.0.lock().unwrap().get(part).map_or(0, Vec::len)
        }

        fn take(&self, part: usize, piece: &mut dyn FnMut(&[u8])) -> io::Result<()> {
            self.0.lock().unwrap().get(part).into_iter().for_each(|bytes| piece(bytes));
            Ok(())
        }
    }

    /// A depot that has no room.
    struct Full;

    impl Depot for Full {
        fn put(&self, _: usize, _: &[u8]) -> io::Result<()> {
            Err(io::ErrorKind::StorageFull.into())
        }

        fn held(&self, _: usize) -> usize {
            0
        }

        fn take(&self, _: usize, _: &mut dyn FnMut(&[u8])) -> io::Result<()> {
            Ok(())
        }
    }

    /// Half a million records, of which each third comes a second time.
    fn traces() -> impl Iterator<Item = Trace> {
        let trace = |number: u64| Trace { fingerprint: [number.wrapping_mul(0x9e37_79b9_7f4a_7c15), number], kind: 7 };
        (0..500_000).map(trace).chain((0..500_000).step_by(3).map(trace))
    }

    fn counted(mut traces: Traces) -> (u64, u64) {
        let [mut one, mut other] = [RecordCount::default(), RecordCount::default()];
        traces.parts().into_iter().enumerate().for_each(|(at, part)| match at % 3 {
            0 => one.take(part).unwrap(),
            _ => other.take(part).unwrap(),
        });
        let both = one.plus(other);
        assert_eq!(both.kinds.into_iter().collect::<Vec<_>>(), [(7, both.distinct)]);
        (both.delivered, both.distinct)
    }

    #[test]
    fn what_is_put_away_counts_as_what_is_here() {
        let mut here = Traces::default();
        traces().for_each(|trace| here.add(trace));
        for depot in [Arc::new(Shelf::default()) as Arc<dyn Depot>, Arc::new(Full)] {
            let mut away = Traces::default();
            traces().for_each(|trace| away.add_or_put(trace, depot.as_ref()));
            away.close(depot);
            assert_eq!(here.sorted().unwrap(), away.sorted().unwrap());
            assert_eq!(counted(away), (666_667, 500_000));
        }
        assert_eq!(counted(here), (666_667, 500_000));
    }

    #[test]
    fn sorting_is_that_of_all_members() {
        let values = [u64::MAX, 0, 1];
        let pairs = values.into_iter().flat_map(|high| values.map(|low| [high, low]));
        let mut all: Vec<Trace> =
            pairs.flat_map(|fingerprint| values.map(|kind| Trace { fingerprint, kind })).collect();
        sort(&mut all);
        assert!(all.len() == 27 && all.is_sorted());
    }

    #[test]
    fn parts_of_two_hands_meet() {
        let (one, two) = (Arc::new(Shelf::default()), Arc::new(Shelf::default()));
        let (mut left, mut right) = (Traces::default(), Traces::default());
        traces().for_each(|trace| left.add_or_put(trace, one.as_ref()));
        traces().for_each(|trace| right.add_or_put(trace, two.as_ref()));
        assert!(left.parts.iter().map(Vec::len).sum::<usize>() < 300_000);
        left.close(one);
        right.close(two);
        left.merge(right);
        assert_eq!(counted(left), (2 * 666_667, 500_000));
    }
}
