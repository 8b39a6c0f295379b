//! Expansion cases: which actions a list of patterns means.

use std::collections::BTreeSet;

use serde_json::Value;
use trailfit::catalog::Catalog;
use trailfit::iam::ActionPattern;

use super::{cases, conformance, report};

#[test]
fn suites_of_others() {
    let Some(folder) = conformance() else { return };
    let catalog = Catalog::embedded().unwrap();
    let cases = cases(&folder.join("policy-sentry-expand.json"));
    let failures: Vec<String> = cases.iter().filter_map(|case| failure(&catalog, case).err()).collect();
    report("policy-sentry-expand", cases.len(), &failures);
}

/// All that they know and no two alike; what our catalog knows beyond theirs, which is older, it must mean too.
fn failure(catalog: &Catalog, case: &Value) -> Result<(), String> {
    let texts = |name: &str| case[name].as_array().unwrap().iter().map(|text| text.as_str().unwrap());
    let patterns: Vec<ActionPattern> = texts("actions").map(ActionPattern::new).collect();
    let found: Vec<&str> = catalog.expand_all(&patterns).iter().map(|action| &*action.name).collect();
    let expected: BTreeSet<&str> = texts("expected").collect();
    let set: BTreeSet<&str> = found.iter().copied().collect();
    let missing: Vec<&&str> = expected.difference(&set).collect();
    let beyond: Vec<&&str> = set.difference(&expected).collect();
    let stray = beyond.iter().find(|name| !patterns.iter().any(|pattern| pattern.matches(name)));
    if !beyond.is_empty() {
        println!("{}: newer than the case: {beyond:?}", case["id"]);
    }
    if missing.is_empty() && stray.is_none() && set.len() == found.len() {
        Ok(())
    } else {
        Err(format!("{}: missing {missing:?}, stray {stray:?}, found {found:?}", case["id"]))
    }
}
