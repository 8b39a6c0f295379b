//! The table of actions → actions in the order of their names without case.
//!
//! Of each line only what is needed at once is read; lists are left to the groups.

use std::cmp::Ordering;
use std::sync::Arc;

use rustc_hash::{FxBuildHasher, FxHashMap};

use super::facts::{AccessLevel, Action, CatalogError, Visibility};
use super::group::{Group, Listed};
use super::kinds::Kinds;
use super::sheet::{Fields, Keep, rows};

/// The head of the table says of which day it is.
const AS_OF: &str = "# as of: ";
/// About how many actions there are, and groups of them.
const SIZES: (usize, usize) = (23_000, 7_000);

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
    let mut groups: Groups<'a> = FxHashMap::with_capacity_and_hasher(SIZES.1, FxBuildHasher);
    let mut actions = Vec::with_capacity(SIZES.0);
    for row in rows(table, text) {
        let Line { action, level, lists, flags } = Line::of(&row)?;
        let level = AccessLevel::of(level).ok_or_else(|| row.error(format!("access level `{level}` is not known")))?;
        let service = action.split_once(':').map_or(action, |(service, _)| service);
        let group = groups.entry((service, lists)).or_insert_with(|| Arc::new(Group::new(keep(row.whole()), kinds)));
        actions.push(Action {
            name: action.to_owned(),
            level,
            resource_formats: Listed::new(group),
            condition_keys: Listed::new(group),
            dependents: Listed::new(group),
            visibility: Visibility::Management,
            is_operation: flags.contains('o'),
        });
    }
    // The built-in table stands in this order; a given one may not.
    if !actions.is_sorted_by(|left, right| order(left, right).is_lt()) {
        actions.sort_by(order);
        actions.dedup_by(|next, kept| next.name.eq_ignore_ascii_case(&kept.name));
    }
    Ok(Known { actions, as_of })
}

/// By service, and types, keys and dependents as the table writes them.
type Groups<'a> = FxHashMap<(&'a str, &'a str), Arc<Group>>;

/// The order of names without case.
fn order(left: &Action, right: &Action) -> Ordering {
    let (one, other) = (left.name.bytes(), right.name.bytes());
    let first = one.zip(other).find(|(one, other)| !one.eq_ignore_ascii_case(other));
    match first {
        Some((one, other)) => one.to_ascii_lowercase().cmp(&other.to_ascii_lowercase()),
        None => left.name.len().cmp(&right.name.len()),
    }
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
        let mut tabs = row.whole().bytes().enumerate().filter(|(_, byte)| *byte == b'\t').map(|(place, _)| place);
        let found = [(); 5].map(|()| tabs.next());
        let [Some(action), Some(level), Some(_), Some(_), Some(lists)] = found else {
            return Err(row.all::<6>().err().unwrap_or_else(|| row.error("fields are missing")));
        };
        let cut = |start: usize, end: usize| row.whole().get(start..end).unwrap_or_default();
        let end = tabs.next().unwrap_or(row.whole().len());
        Ok(Line {
            action: cut(0, action),
            level: cut(action + 1, level),
            lists: cut(level + 1, lists),
            flags: cut(lists + 1, end),
        })
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::indexing_slicing)]

    use super::super::Catalog;
    use super::*;

    #[test]
    fn the_built_in_table_stands_in_order() {
        let mut names = rows("actions", include_str!("data/generated/actions.tsv"))
            .map(|row| row.get(0).unwrap().to_ascii_lowercase());
        assert!(names.is_sorted_by(|left, right| left < right));
    }

    #[test]
    fn a_table_in_any_order_gives_the_same() {
        let table = "s3:b\tR\t-\tk:a\t-\to\ns3:A\tW\tx\t-\ts3:b\t-\ns3:B\tL\t-\t-\t-\t-\nec2:c\tR\t-\t-\t-\to\n";
        let tables = [("generated/actions.tsv".to_owned(), table.to_owned())].into();
        let catalog = Catalog::from_tables(&tables).unwrap();
        let names: Vec<&str> = catalog.actions().iter().map(|action| action.name.as_str()).collect();
        assert_eq!(names, ["ec2:c", "s3:A", "s3:b"]);
        assert_eq!(*catalog.actions()[1].dependents, ["s3:b"]);
        assert_eq!(*catalog.actions()[2].condition_keys, ["k:a"]);
        assert!(catalog.actions()[1].resource_formats.is_empty());
    }
}
