//! Evidence in slices of time: one pass over the logs, each record in the slice of its event time, so that any run of
//! slices can be put together as a window. Within a slice everything is gathered as without slices.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::decode::{Decoder, Way};
use super::event::Event;
use super::evidence::Evidence;
use super::fields::Fields;
use super::gather::{Gatherer, MOST_BYTES};
use super::item::Item;
use super::map::Scope;
use super::moment::Moment;
use super::traces::Depot;
use crate::catalog::Catalog;

/// Slices of a run. Each may hold distinct usage, up to 6 MB of traces a thread, and a file for the rest of them.
pub const MAX_SLICES: usize = 48;

const SECONDS_PER_DAY: i64 = 86_400;

/// How time is cut: slices of the same length, the latest first. What is later than the end belongs to the first
/// slice, what is earlier than all to the last.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Slicing {
    /// Where the latest slice ends.
    pub end: Moment,
    /// Days of a slice.
    pub days: i64,
    /// How many slices, from 1 to `MAX_SLICES`.
    pub count: usize,
}

impl Slicing {
    /// All time in one slice.
    pub const WHOLE: Slicing = Slicing { end: Moment(0), days: 1, count: 1 };

    /// The slice of a moment, from 0.
    pub fn slice(&self, time: Moment) -> usize {
        let back = (self.end.0 - 1 - time.0).div_euclid(self.days.max(1) * SECONDS_PER_DAY);
        usize::try_from(back).unwrap_or(0).min(self.count.saturating_sub(1))
    }

    /// The moment so many days before the end.
    pub fn back(&self, days: i64) -> Moment {
        Moment(self.end.0 - days * SECONDS_PER_DAY)
    }
}

/// Gathers evidence by slices.
pub struct Slicer<'c> {
    catalog: &'c Catalog,
    scope: Scope,
    slicing: Slicing,
    depot: &'c (dyn Fn() -> Arc<dyn Depot> + Sync),
    gatherers: BTreeMap<usize, Gatherer<'c>>,
    decoder: Decoder,
}

impl<'c> Slicer<'c> {
    /// An empty slicer. `depot` gives a new depot each time.
    pub fn new(
        catalog: &'c Catalog,
        scope: &Scope,
        slicing: Slicing,
        depot: &'c (dyn Fn() -> Arc<dyn Depot> + Sync),
    ) -> Slicer<'c> {
        let (scope, decoder) = (scope.clone(), Decoder::new(Way::Quick));
        Slicer { catalog, scope, slicing, depot, gatherers: BTreeMap::new(), decoder }
    }

    /// Reads one file's bytes. Gives the number of items in it.
    pub fn read(&mut self, file: &str, bytes: &[u8]) -> u64 {
        let Slicer { catalog, scope, slicing, depot, gatherers, decoder } = self;
        let mut of = Slices { catalog, scope, slicing, depot: *depot, gatherers };
        let first = of.slice(0);
        first.open(bytes.len());
        let mut number = 0;
        if slicing.count == 1 {
            decoder.decode(bytes, &mut |item| {
                number += 1;
                first.take(file, number, item);
            });
            return number;
        }
        decoder.decode(bytes, &mut |item| {
            number += 1;
            let slice = time(&item).map_or(0, |time| slicing.slice(time));
            of.slice(slice).take(file, number, item);
        });
        number
    }

    /// Counts a file that could not be opened.
    pub fn lose(&mut self, file: &str, reason: String) {
        let Slicer { catalog, scope, slicing, depot, gatherers, .. } = self;
        Slices { catalog, scope, slicing, depot: *depot, gatherers }.slice(0).lose(file, reason);
    }

    /// What was gathered, a piece for each slice, unsettled. Files, and items that tell no time, are counted in the
    /// first.
    pub fn finish(mut self) -> Vec<Evidence> {
        let empty = || Evidence { scope: self.scope.clone(), ..Evidence::default() };
        (0..self.slicing.count)
            .map(|slice| self.gatherers.remove(&slice).map_or_else(empty, Gatherer::finish))
            .collect()
    }
}

/// The gatherers of a slicer, each made when it is first needed.
struct Slices<'s, 'c> {
    catalog: &'c Catalog,
    scope: &'s Scope,
    slicing: &'s Slicing,
    depot: &'c (dyn Fn() -> Arc<dyn Depot> + Sync),
    gatherers: &'s mut BTreeMap<usize, Gatherer<'c>>,
}

impl<'c> Slices<'_, 'c> {
    fn slice(&mut self, slice: usize) -> &mut Gatherer<'c> {
        // All of them together remember no more than one gatherer does.
        let share = MOST_BYTES / self.slicing.count.max(1);
        self.gatherers
            .entry(slice)
            .or_insert_with(|| Gatherer::new(self.catalog, self.scope).with_depot((self.depot)()).remembering(share))
    }
}

/// The event time of an item, if it tells one.
fn time(item: &Item<'_>) -> Option<Moment> {
    let careful = |fields: &Fields<'_>| Event::read(fields).ok().map(|event| event.time);
    match item {
        Item::Scanned(record) => {
            let plain = record.fields.time.and_then(|text| text.strip_prefix('"')?.strip_suffix('"'));
            plain.and_then(Moment::parse).or_else(|| careful(&record.all()))
        }
        Item::Record(text) => careful(&Fields::read(text).ok()?),
        Item::NotUsage(_) | Item::Loss(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::Slicing;
    use crate::trail::Moment;

    #[test]
    fn every_moment_has_one_slice() {
        let slicing = Slicing { end: Moment::parse("2026-10-31").unwrap(), days: 10, count: 3 };
        let case = |time: &str, slice: usize| assert_eq!(slicing.slice(Moment::parse(time).unwrap()), slice, "{time}");
        case("2027-01-01", 0);
        case("2026-10-31", 0);
        case("2026-10-30T23:59:59Z", 0);
        case("2026-10-21T00:00:00Z", 0);
        case("2026-10-20T23:59:59Z", 1);
        case("2026-10-01", 2);
        case("2020-01-01", 2);
        assert_eq!(slicing.back(30), Moment::parse("2026-10-01").unwrap());
    }
}
