//! Operations whose name is not an action's name: HTTP verbs, unsigned calls, and a few naming rules.
//!
//! Operations with an action of the same name need no row; the action gets a mark instead.

use std::collections::{BTreeMap, BTreeSet};

use super::actions::Reference;
use super::inputs::Pin;
use super::models::Service;
use super::newer::Newer;
use super::outcome::{BuildError, Built};
use super::table;
use crate::catalog::load;

/// The service whose actions are HTTP verbs.
const BY_VERB: &str = "apigateway";

/// Events with rows in the curated table, in lower case, with the actions they lead to.
pub(super) fn mapped() -> Result<BTreeMap<String, Vec<String>>, BuildError> {
    let mut mapped: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for (event, action) in load::curated_events()? {
        mapped.entry(event.to_ascii_lowercase()).or_default().push(action);
    }
    Ok(mapped)
}

/// Marks the actions that have an operation of their name, and writes rows for the other operations.
pub(super) fn write(
    (services, newer): (&[Service], &Newer),
    reference: &mut Reference,
    mapped: &BTreeMap<String, Vec<String>>,
    pins: &[Pin],
    built: &mut Built,
) {
    let mut rows = BTreeSet::new();
    let (mut same, mut listed, mut told, mut unknown, mut total) = (0, 0, 0, 0, 0);
    for service in services {
        for (name, operation) in &service.model.operations {
            total += 1;
            let key = format!("{}:{name}", service.prefix);
            let folded = key.to_ascii_lowercase();
            let action = reference.actions.get_mut(&folded);
            let named = action.map(|action| action.operation = true).is_some();
            same += usize::from(named);
            if mapped.contains_key(&folded) {
                listed += usize::from(!named);
            } else if operation.unsigned(&service.model) {
                rows.insert(format!("{key}\tunsigned\t-\t-"));
            } else if service.prefix == BY_VERB && !named {
                let uri = operation.http.request_uri.split('?').next().unwrap_or_default();
                rows.insert(format!("{key}\tverb\t{}\t{uri}", operation.http.method));
            } else if let Some((rule, target)) = by_rule(&service.prefix, name, reference).filter(|_| !named) {
                rows.insert(format!("{key}\trule\t{target}\t{rule}"));
            } else if let Some(level) = newer.level(&service.prefix, name, operation).filter(|_| !named) {
                reference.add_newer(key, level);
                told += 1;
            } else {
                unknown += usize::from(!named);
            }
        }
    }
    let head = table::head(
        "Operations without an action of their name, and unsigned ones",
        pins,
        &["botocore", "aws-cdk-lib"],
        COLUMNS,
    );
    built.summary.push(format!(
        "operations: {total}, of which {same} have an action of their name, {listed} stand in the curated table, \
         {told} have one that only texts beside the reference name, {} got a row and {unknown} lead nowhere",
        rows.len()
    ));
    built.tables.insert("generated/operations.tsv".to_owned(), table::text(head, rows));
}

const COLUMNS: &str = "operation kind(verb|unsigned|rule) target uri-or-rule";

/// Newer forms of an operation that are authorised as the older one; only where the target exists.
fn by_rule(prefix: &str, name: &str, reference: &Reference) -> Option<(&'static str, String)> {
    candidates(name).into_iter().find_map(|(rule, candidate)| {
        let action = reference.actions.get(&format!("{prefix}:{candidate}").to_ascii_lowercase())?;
        Some((rule, action.name.clone()))
    })
}

fn candidates(name: &str) -> Vec<(&'static str, String)> {
    let mut found = Vec::new();
    let unnumbered = name.trim_end_matches(|letter: char| letter.is_ascii_digit());
    if unnumbered.len() < name.len()
        && let Some(base) = unnumbered.strip_suffix('V')
    {
        found.push(("version", base.to_owned()));
    }
    if let Some(base) = name.strip_prefix("Batch") {
        found.extend(singulars(base).map(|base| ("batch", base)));
    }
    for (suffix, rule) in SUFFIXES {
        found.extend(name.strip_suffix(suffix).map(|base| (*rule, base.to_owned())));
    }
    found
}

const SUFFIXES: &[(&str, &str)] = &[
    ("Batch", "batch"),
    ("WithResponseStream", "stream"),
    ("WithBidirectionalStream", "stream"),
    ("Stream", "stream"),
    ("Definition", "definition"),
];

fn singulars(base: &str) -> impl Iterator<Item = String> {
    let one = base.strip_suffix("ies").map(|stem| format!("{stem}y"));
    let two = base.strip_suffix('s').map(str::to_owned);
    one.into_iter().chain(two).chain([base.to_owned()])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn case(name: &str, expected: &[&str]) {
        let found: Vec<String> = candidates(name).into_iter().map(|(_, candidate)| candidate).collect();
        assert_eq!(found, expected, "{name}");
    }

    #[test]
    fn newer_forms_lead_to_the_older_name() {
        case("GetFindingV2", &["GetFinding"]);
        case("BatchDescribeEntities", &["DescribeEntity", "DescribeEntitie", "DescribeEntities"]);
        case("BatchIsAuthorized", &["IsAuthorized"]);
        case("InvokeWithResponseStream", &["Invoke", "InvokeWithResponse"]);
        case("DescribeAnalysisDefinition", &["DescribeAnalysis"]);
        case("CreateUser", &[]);
    }
}
