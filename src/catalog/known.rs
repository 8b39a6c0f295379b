//! The table of actions → actions in the order of their names without case.
//!
//! Of each line only what is needed at once is read; lists are left to the groups.

use std::cmp::Ordering;
use std::ops::Range;
use std::sync::Arc;

use memchr::memchr_iter;
use rustc_hash::FxHashMap;

use super::error::CatalogError;
use super::facts::{AccessLevel, Action, Visibility};
use super::group::{Group, Listed};
use super::kinds::Kinds;
use super::sheet::{Fields, Keep, rows};

/// The head of the table says of which day it is.
const AS_OF: &str = "# as of: ";
/// About how many actions there are.
const SIZE: usize = 23_000;

/// How far from its place a line stands in a table in byte order, at most.
const NEAR: usize = 100;

/// What the table says.
pub(super) struct Known {
    pub actions: Vec<Action>,
    pub as_of: String,
}

/// Reads the table.
pub(super) fn read<'a>(
    table: &'static str,
    text: &'a str,
    keep: Keep<'a>,
    kinds: &Arc<Kinds>,
) -> Result<Known, CatalogError> {
    let head = text.lines().take_while(|line| line.starts_with('#'));
    let as_of = head.filter_map(|line| line.strip_prefix(AS_OF)).next().unwrap_or_default().to_owned();
    let mut groups = Groups { service: "", known: FxHashMap::default() };
    let mut sorted = Sorted { actions: Vec::with_capacity(SIZE), is_near: true };
    for row in rows(table, text) {
        let Line { action, level, lists, flags } = Line::of(&row)?;
        let level = AccessLevel::of(level).ok_or_else(|| row.error(format!("access level `{level}` is not known")))?;
        let service = action.split_once(':').map_or(action, |(service, _)| service);
        let group = groups.of(service).entry(lists).or_insert_with(|| Arc::new(Group::new(keep(row.whole()), kinds)));
        sorted.take(Action {
            name: keep(action),
            level,
            resource_formats: Listed::new(group),
            condition_keys: Listed::new(group),
            dependents: Listed::new(group),
            visibility: Visibility::Management,
            is_operation: flags.contains('o'),
            is_newer: flags.contains('n'),
        });
    }
    Ok(Known { actions: sorted.finish(), as_of })
}

/// Actions in the order of their names without case; of those whose names are the same, the first.
struct Sorted {
    actions: Vec<Action>,
    /// Whether each stood near its place until now.
    is_near: bool,
}

impl Sorted {
    fn take(&mut self, action: Action) {
        // Nearly every line stands right behind its neighbour.
        if self.actions.last().is_none_or(|last| order(last, &action).is_lt()) {
            return self.actions.push(action);
        }
        let behind = self.actions.iter().rev().take(NEAR + 1);
        let after = behind.take_while(|known| self.is_near && order(known, &action).is_gt()).count();
        let place = self.actions.len() - after;
        self.is_near &= after <= NEAR;
        if !self.is_near {
            self.actions.push(action);
        } else if self.actions.get(place.wrapping_sub(1)).is_none_or(|before| order(before, &action).is_ne()) {
            self.actions.insert(place, action);
        }
    }

    fn finish(mut self) -> Vec<Action> {
        if !self.is_near {
            self.actions.sort_by(order);
            self.actions.dedup_by(|next, kept| next.name.eq_ignore_ascii_case(&kept.name));
        }
        self.actions
    }
}

/// The groups of the service at which the reading is.
struct Groups<'a> {
    service: &'a str,
    /// By types, keys and dependents as the table writes them.
    known: FxHashMap<&'a str, Arc<Group>>,
}

impl<'a> Groups<'a> {
    fn of(&mut self, service: &'a str) -> &mut FxHashMap<&'a str, Arc<Group>> {
        if self.service != service {
            self.service = service;
            self.known.clear();
        }
        &mut self.known
    }
}

/// The order of names without case.
fn order(left: &Action, right: &Action) -> Ordering {
    let (one, other) = (left.name.as_bytes(), right.name.as_bytes());
    // Neighbours mostly begin alike, so equal words are passed over.
    let words = one.as_chunks::<8>().0.iter().zip(other.as_chunks::<8>().0);
    let same = words.take_while(|(one, other)| one == other).count() * 8;
    let folded = [one, other].map(|name| name.iter().skip(same).map(u8::to_ascii_lowercase));
    let [one, other] = folded;
    one.cmp(other)
}

/// A line, cut where it must be.
struct Line<'a> {
    action: &'a str,
    level: &'a str,
    /// Types, keys and dependents.
    lists: &'a str,
    flags: &'a str,
}

impl<'a> Line<'a> {
    fn of(row: &Fields<'a>) -> Result<Line<'a>, CatalogError> {
        let text = row.whole();
        let mut tabs = memchr_iter(b'\t', text.as_bytes());
        let mut cut = || {
            let (name, level, flags) = (tabs.next()?, tabs.next()?, tabs.nth(2)?);
            let part = |range: Range<usize>| text.get(range);
            let is_whole = tabs.next().is_none();
            let line = Line {
                action: part(0..name)?,
                level: part(name + 1..level)?,
                lists: part(level + 1..flags)?,
                flags: part(flags + 1..text.len())?,
            };
            is_whole.then_some(line)
        };
        cut().ok_or_else(|| {
            let short = row.all::<6>().err();
            short.unwrap_or_else(|| row.error("there are more than 6 fields"))
        })
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::indexing_slicing)]

    use super::super::Catalog;

    #[test]
    fn a_table_in_any_order_gives_the_same() {
        let table = "s3:b\tR\t-\tk:a\t-\to\ns3:A\tW\tx\t-\ts3:b\t-\ns3:B\tL\t-\t-\t-\t-\nec2:c\tR\t-\t-\t-\to\n";
        let tables = [("generated/actions.tsv".to_owned(), table.to_owned())].into();
        let catalog = Catalog::from_tables(&tables).unwrap();
        let names: Vec<&str> = catalog.actions().iter().map(|action| &*action.name).collect();
        assert_eq!(names, ["ec2:c", "s3:A", "s3:b"]);
        assert_eq!(*catalog.actions()[1].dependents, ["s3:b"]);
        assert_eq!(*catalog.actions()[2].condition_keys, ["k:a"]);
        assert!(catalog.actions()[1].resource_formats.is_empty());
    }

    #[test]
    fn lines_may_stand_far_from_their_places() {
        let lines = (0..3000).rev().map(|number| format!("s3:Get{number:04}\tR\t-\t-\t-\to\n"));
        let table = lines.chain(["S3:GET0007\tW\t-\t-\t-\to\n".to_owned()]).collect();
        let catalog = Catalog::from_tables(&[("generated/actions.tsv".to_owned(), table)].into()).unwrap();
        assert_eq!(catalog.actions().len(), 3000);
        assert!(catalog.actions().is_sorted_by(|left, right| left.name < right.name));
        assert_eq!(catalog.action("s3:get0007").unwrap().name, "s3:Get0007");
    }
}
