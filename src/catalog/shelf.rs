//! The actions of one service, read from their lines.
//!
//! Lists of types, keys and dependents are left to the groups.

use std::cmp::Ordering;
use std::ops::Range;
use std::sync::Arc;

use memchr::memchr_iter;
use rustc_hash::FxHashMap;

use super::error::CatalogError;
use super::facts::{AccessLevel, Action};
use super::group::{Group, Listed};
use super::index::Index;
use super::remarks::Remarks;
use super::sheet::{Fields, Keep};

/// Actions in the order of their names without case, and where each stands.
pub(super) struct Shelf {
    pub actions: Vec<Action>,
    index: Index,
}

impl Default for Shelf {
    fn default() -> Shelf {
        Shelf::new(Vec::new())
    }
}

impl Shelf {
    fn new(actions: Vec<Action>) -> Shelf {
        let index = Index::new(actions.iter().map(|action| &*action.name));
        Shelf { actions, index }
    }

    /// Reads the lines of a service; of actions whose names are the same, the first counts.
    pub(super) fn read<'a>(
        rows: impl Iterator<Item = Fields<'a>>,
        keep: Keep<'a>,
        remarks: &Remarks,
    ) -> Result<Shelf, CatalogError> {
        let mut groups: FxHashMap<&str, Arc<Group>> = FxHashMap::default();
        let mut actions = Vec::new();
        for row in rows {
            let Line { action, level, lists, flags } = Line::of(&row)?;
            let level =
                AccessLevel::of(level).ok_or_else(|| row.error(format!("access level `{level}` is not known")))?;
            let new = || Arc::new(Group::new(keep(row.whole()), &remarks.kinds));
            let group = groups.entry(lists).or_insert_with(new);
            let (folded, is_operation) = (action.to_ascii_lowercase(), flags.contains('o'));
            actions.push(Action {
                name: keep(action),
                level,
                resource_formats: Listed::new(group),
                condition_keys: Listed::new(group),
                dependents: Listed::new(group),
                visibility: remarks.shown.of(&folded, is_operation),
                is_operation,
                is_newer: flags.contains('n'),
                // Tagging actions list the types of all that can be tagged as required; a call tags one.
                acts_on_one_type: level == AccessLevel::Tagging || remarks.alternatives.get(&folded).is_some(),
            });
        }
        actions.sort_by(order);
        actions.dedup_by(|next, kept| order(next, kept).is_eq());
        Ok(Shelf::new(actions))
    }

    /// The place of an action, by its name in any case.
    pub(super) fn place(&self, name: &str) -> Option<usize> {
        self.index.find(name, |place| self.actions.get(place).map(|action| &*action.name))
    }
}

/// Those actions, of some in their order, whose names begin so, in lower case.
pub(super) fn beginning<'a>(actions: &'a [Action], start: &str) -> &'a [Action] {
    let to = |action: &Action| folded(action).take(start.len()).cmp(start.bytes());
    let first = actions.partition_point(|action| to(action).is_lt());
    let rest = actions.get(first..).unwrap_or_default();
    rest.get(..rest.partition_point(|action| to(action).is_eq())).unwrap_or_default()
}

/// The order of names without case.
fn order(left: &Action, right: &Action) -> Ordering {
    folded(left).cmp(folded(right))
}

fn folded(action: &Action) -> impl Iterator<Item = u8> {
    action.name.bytes().map(|byte| byte.to_ascii_lowercase())
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
