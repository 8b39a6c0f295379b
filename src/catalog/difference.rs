//! What changed from one dictionary to another: actions that came and went, and what became of the others.

use super::dictionary::Catalog;
use super::facts::Action;

/// One change.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Change {
    /// An action that only the newer one has.
    New(String),
    /// An action that only the older one has.
    Retired(String),
    /// An action that both have, and what is different about it.
    Changed(String, String),
    /// A resource type that only the newer one has.
    NewType(String),
    /// A resource type that only the older one has.
    RetiredType(String),
}

/// All changes, sorted by kind and name.
pub fn difference(old: &Catalog, new: &Catalog) -> Vec<Change> {
    let only = |one: &'_ Catalog, other: &Catalog| -> Vec<String> {
        one.actions()
            .iter()
            .filter(|action| other.action(&action.name).is_none())
            .map(|action| action.name.to_string())
            .collect()
    };
    let mut changes: Vec<Change> = only(new, old).into_iter().map(Change::New).collect();
    changes.extend(only(old, new).into_iter().map(Change::Retired));
    for after in new.actions().iter() {
        if let Some(before) = old.action(&after.name) {
            changes
                .extend(changed(before, after).into_iter().map(|what| Change::Changed(after.name.to_string(), what)));
        }
    }
    let (before, after) = (old.type_names(), new.type_names());
    changes.extend(after.difference(&before).cloned().map(Change::NewType));
    changes.extend(before.difference(&after).cloned().map(Change::RetiredType));
    changes.sort();
    changes
}

fn changed(before: &Action, after: &Action) -> Vec<String> {
    let mut found = Vec::new();
    if before.level != after.level {
        found.push(format!("access level {:?} → {:?}", before.level, after.level));
    }
    found.extend(lists("resource", &before.resource_formats, &after.resource_formats));
    found.extend(lists("condition key", &before.condition_keys, &after.condition_keys));
    found.extend(lists("dependent action", &before.dependents, &after.dependents));
    found
}

/// What came to a list and what went.
fn lists(what: &str, before: &[String], after: &[String]) -> Vec<String> {
    let gone = before.iter().filter(|one| !after.contains(one)).map(|one| format!("no longer {what} {one}"));
    let come = after.iter().filter(|one| !before.contains(one)).map(|one| format!("new {what} {one}"));
    gone.chain(come).collect()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)]

    use std::collections::BTreeMap;

    use super::*;

    fn catalog(actions: &str) -> Catalog {
        let resources = "foo\tthing\tarn:${Partition}:foo:::${Name}\t-\n";
        let tables = [("generated/actions.tsv", actions), ("generated/resources.tsv", resources)];
        let tables: BTreeMap<String, String> =
            tables.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned())).collect();
        Catalog::from_tables(&tables).unwrap()
    }

    #[test]
    fn news_are_told() {
        let old = catalog("foo:Go\tR\t-\t-\t-\to\nfoo:Old\tR\t-\t-\t-\to\n");
        let new = catalog("foo:Go\tW\tthing\t-\t-\to\nfoo:New\tR\t-\t-\t-\to\n");
        let changed = |what: &str| Change::Changed("foo:Go".to_owned(), what.to_owned());
        assert_eq!(
            difference(&old, &new),
            [
                Change::New("foo:New".to_owned()),
                Change::Retired("foo:Old".to_owned()),
                changed("access level Read → Write"),
                changed("new resource arn:${Partition}:foo:::${Name}"),
            ]
        );
        assert!(difference(&old, &old).is_empty());
    }
}
