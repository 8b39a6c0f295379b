//! Actions that the reference does not list yet, though AWS's own texts name them as permissions: the documentation
//! of the operation itself, a handler of a CloudFormation resource, or a page that a curated row cites.
//!
//! Only where an operation has the name. Resource types and condition keys of such an action are not known.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;

use super::actions::Files;
use super::inputs::{self, Age, Pin};
use super::models::Operation;
use super::outcome::BuildError;
use crate::catalog::load;

/// The package that holds the schemas of CloudFormation's resources.
const SCHEMAS: &str = "cfn-lint";

/// What tells such actions.
pub(super) struct Newer {
    /// The level of each curated one.
    curated: BTreeMap<String, char>,
    /// The permissions that CloudFormation's handlers ask for.
    handled: BTreeSet<String>,
    /// Services that have an operation under another action's name. Their handlers name operations as if they were
    /// actions, as `s3:HeadBucket`, so what they say is no evidence.
    renaming: BTreeSet<String>,
}

impl Newer {
    /// `mapped`: events with curated rows and the actions they lead to, in lower case.
    pub(super) fn read(
        inputs: &Files,
        pins: &[Pin],
        mapped: &BTreeMap<String, Vec<String>>,
    ) -> Result<Newer, BuildError> {
        let renamed = mapped.iter().filter(|(event, actions)| !actions.iter().any(|to| to.eq_ignore_ascii_case(event)));
        let service = |event: &String| event.split(':').next().unwrap_or_default().to_owned();
        let renaming = renamed.map(|(event, _)| service(event)).collect();
        Ok(Newer { curated: load::newer_actions()?, handled: handled(inputs, pins)?, renaming })
    }

    /// The access level of an operation's action, where some text names the action.
    pub(super) fn level(&self, service: &str, name: &str, operation: &Operation) -> Option<char> {
        let action = format!("{service}:{name}");
        let told = says(operation, &action) || (self.handled.contains(&action) && !self.renaming.contains(service));
        self.curated.get(&action).copied().or_else(|| told.then(|| level_of(name)))
    }
}

/// Whether the documentation of an operation names the action.
fn says(operation: &Operation, action: &str) -> bool {
    let follows = |rest: &str| rest.starts_with(|letter: char| letter.is_ascii_alphanumeric() || letter == '*');
    operation.documentation.match_indices(action).any(|(at, found)| {
        let rest = operation.documentation.get(at + found.len()..).unwrap_or_default();
        !follows(rest)
    })
}

/// The permissions that the handlers of CloudFormation's resources ask for.
fn handled(inputs: &Files, pins: &[Pin]) -> Result<BTreeSet<String>, BuildError> {
    #[derive(Deserialize)]
    struct Schema {
        #[serde(default)]
        handlers: BTreeMap<String, Handler>,
    }
    #[derive(Deserialize)]
    struct Handler {
        #[serde(default)]
        permissions: Vec<String>,
    }
    let archive = inputs::archive(inputs, pins, SCHEMAS, Age::Newest)?;
    let files =
        inputs::unzip(SCHEMAS, archive, |path| path.contains("/data/schemas/resources/") && path.ends_with(".json"))?;
    let mut found = BTreeSet::new();
    for (path, bytes) in &files {
        let schema: Schema = serde_json::from_slice(bytes).map_err(|error| BuildError::unreadable(path, &error))?;
        found.extend(schema.handlers.into_values().flat_map(|handler| handler.permissions));
    }
    Ok(found)
}

/// The level that actions with such a name have.
fn level_of(name: &str) -> char {
    let starts = |words: &[&str]| words.iter().any(|word| name.starts_with(word));
    match name {
        _ if starts(&["List"]) => 'L',
        _ if starts(&["Get", "Describe", "BatchGet", "Search"]) => 'R',
        _ if starts(&["TagResource", "UntagResource"]) => 'T',
        _ => 'W',
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn an_operation_names_its_own_action_only() {
        let told = |documentation: &str| {
            let value =
                serde_json::json!({"http": {"method": "POST", "requestUri": "/"}, "documentation": documentation});
            says(&serde_json::from_value(value).unwrap(), "s3tables:GetTable")
        };
        assert!(told("<p>You must have the <code>s3tables:GetTable</code> permission.</p>"));
        assert!(!told("<p>You must have the <code>s3tables:GetTableBucket</code> permission.</p>"));
        assert!(!told("<p>Allow <code>s3tables:GetTable*</code>.</p>"));
        assert!(!told(""));
    }

    #[test]
    fn handlers_are_no_evidence_where_operations_have_other_names() {
        let value = serde_json::json!({"http": {"method": "POST", "requestUri": "/"}});
        let operation = serde_json::from_value(value).unwrap();
        let newer = Newer {
            curated: BTreeMap::from([("glue:PutAsset".to_owned(), 'W')]),
            handled: ["connect:ListTestCases", "s3:HeadBucket"].map(str::to_owned).into(),
            renaming: BTreeSet::from(["s3".to_owned()]),
        };
        let level = |service, name| newer.level(service, name, &operation);
        assert_eq!(level("connect", "ListTestCases"), Some('L'));
        assert_eq!(level("s3", "HeadBucket"), None);
        assert_eq!(level("glue", "PutAsset"), Some('W'));
        assert_eq!(level("glue", "GetAsset"), None);
    }

    #[test]
    fn names_tell_the_level() {
        let found = ["ListQueues", "GetQueue", "TagResource", "CreateQueue"].map(level_of);
        assert_eq!(found, ['L', 'R', 'T', 'W']);
    }
}
