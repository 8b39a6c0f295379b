//! Condition keys whose values stand in the request: which parameter tells which key.
//!
//! Only keys that the action supports; keys of the caller and the connection are not this room's matter.

use std::sync::OnceLock;

use serde_json_borrow::Value;

use super::call::Call;
use super::facts::Action;
use super::resources::{text, values};
use super::sheet::Sheet;

/// The variable part of a key that stands once per entry, as in `aws:RequestTag/${TagKey}`.
const PER_ENTRY: &str = "${";
/// The rows for every service.
const ANY_SERVICE: &str = "*:*";

/// The table of keys and the parameters that tell them.
pub(super) struct Contexts {
    rows: Sheet,
    /// How many actions there are.
    actions: usize,
    /// Of each action, by its place, the rows that concern it; found when first asked for.
    concerning: OnceLock<Vec<OnceLock<Vec<Row>>>>,
}

/// A key, and the paths of the parameters that tell it.
struct Row {
    key: String,
    /// The fixed part of a key that stands once per entry.
    start: Option<String>,
    paths: Vec<String>,
    /// The marks of the members with which its paths begin.
    marks: u64,
}

impl Row {
    fn new(key: &str, paths: &str) -> Row {
        let start = key.split_once(PER_ENTRY).map(|(start, _)| start.to_owned());
        let marks = paths.split('|').map(|path| mark(path.split(['.', '[', '{']).next().unwrap_or(path)));
        let marks = marks.fold(0, |all, one| all | one);
        Row { key: key.to_owned(), start, paths: paths.split('|').map(str::to_owned).collect(), marks }
    }
}

impl Contexts {
    /// From the table, for a number of actions.
    pub(super) fn new(rows: Sheet, actions: usize) -> Contexts {
        Contexts { rows, actions, concerning: OnceLock::new() }
    }

    /// The keys of the action at a place that a call's parameters tell, each with a value.
    pub(super) fn of(&self, place: usize, action: &Action, call: &Call<'_>) -> Vec<(String, String)> {
        let mut found = Vec::new();
        if call.parameters.is_null() || action.condition_keys.is_empty() {
            return found;
        }
        let slots = || std::iter::repeat_with(OnceLock::new).take(self.actions).collect();
        let known = self.concerning.get_or_init(slots).get(place).map(|slot| slot.get_or_init(|| self.rows_of(action)));
        // Most rows name members that are not there, which their marks mostly show.
        let members = call.parameters.as_object().into_iter().flat_map(|members| members.iter());
        let there = members.fold(0, |all, (name, _)| all | mark(name));
        for row in known.into_iter().flatten().filter(|row| row.marks & there != 0) {
            tell(&mut found, row, call.parameters);
        }
        found
    }

    fn rows_of(&self, action: &Action) -> Vec<Row> {
        let name = action.name.to_ascii_lowercase();
        let whole = format!("{}:*", name.split(':').next().unwrap_or_default());
        let keys = [name.as_str(), whole.as_str(), ANY_SERVICE];
        let rows = keys.iter().flat_map(|key| self.rows.find(key)).map(|row| row.take::<3>());
        rows.filter(|[_, key, _]| supports(action, key)).map(|[_, key, paths]| Row::new(key, paths)).collect()
    }
}

/// One bit for a member's name, the same for names that differ in case only.
fn mark(name: &str) -> u64 {
    let first = name.bytes().next().unwrap_or_default().to_ascii_lowercase();
    1 << ((name.len() * 7 + usize::from(first)) % 64)
}

fn supports(action: &Action, key: &str) -> bool {
    action.condition_keys.binary_search_by(|known| known.as_str().cmp(key)).is_ok()
}

fn tell(found: &mut Vec<(String, String)>, row: &Row, parameters: &Value<'_>) {
    let told = row.paths.iter().flat_map(|path| values(parameters, path));
    let Some(start) = &row.start else {
        found.extend(told.map(|value| (row.key.clone(), value.into_owned())));
        return;
    };
    for (name, value) in row.paths.iter().filter_map(|name| parameters.as_object()?.get(name)).flat_map(entries) {
        found.push((format!("{start}{name}"), value.to_owned()));
    }
}

/// The pairs of a map, or of a list of `key` and `value`, bare or in EC2's `items`.
fn entries<'a>(value: &'a Value<'_>) -> Vec<(&'a str, &'a str)> {
    match value {
        Value::Array(items) => items.iter().filter_map(pair).collect(),
        Value::Object(map) => match map.get("items") {
            Some(items) => entries(items),
            None => map.iter().filter_map(|(name, value)| Some((name, value.as_str()?))).collect(),
        },
        _ => Vec::new(),
    }
}

fn pair<'a>(item: &'a Value<'_>) -> Option<(&'a str, &'a str)> {
    let key = text(item, "key").or_else(|| text(item, "tagKey"))?;
    Some((key, text(item, "value").or_else(|| text(item, "tagValue")).unwrap_or_default()))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)]

    use serde_json::json;

    use super::*;

    #[test]
    fn tags_become_one_key_each() {
        let mut found = Vec::new();
        let request = json!({"tags": [{"key": "team", "value": "a"}, {"Key": "env", "Value": "b"}]});
        tell(&mut found, &Row::new("aws:RequestTag/${TagKey}", "tags|tagSet"), &(&request).into());
        let expected = [("aws:RequestTag/team", "a"), ("aws:RequestTag/env", "b")];
        assert_eq!(found, expected.map(|(key, value)| (key.to_owned(), value.to_owned())));
        assert_eq!(entries(&(&json!({"team": "a"})).into()), [("team", "a")]);
        assert_eq!(entries(&(&json!({"items": [{"key": "team", "value": "a"}]})).into()), [("team", "a")]);
    }

    #[test]
    fn a_plain_key_takes_the_value() {
        let mut found = Vec::new();
        tell(
            &mut found,
            &Row::new("iam:PolicyARN", "policyArn"),
            &(&json!({"policyArn": "arn:aws:iam::aws:policy/X"})).into(),
        );
        assert_eq!(found, [("iam:PolicyARN".to_owned(), "arn:aws:iam::aws:policy/X".to_owned())]);
    }
}
