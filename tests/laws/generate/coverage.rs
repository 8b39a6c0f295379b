//! What the generator reaches: a test, so that no operator, element, layer or caller is forgotten.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::condition::BASES;
use super::{PRINCIPALS, case};

/// Cases looked at.
const CASES: u64 = 6_000;

#[test]
fn everything_is_reached() {
    let mut seen = BTreeMap::new();
    for number in 0..CASES {
        let case = case(1, number);
        *seen.entry(case["request"]["principal"].as_str().unwrap().to_owned()).or_default() += 1;
        names(&case, &mut seen);
    }
    let missed: Vec<String> = wanted().into_iter().filter(|name| seen.get(name).copied().unwrap_or(0) < 3).collect();
    assert!(missed.is_empty(), "hardly ever generated: {missed:?}");
}

/// Every name in a case (layers, elements, operators), with its number of times.
fn names(value: &Value, seen: &mut BTreeMap<String, usize>) {
    match value {
        Value::Object(map) => {
            for (name, value) in map {
                *seen.entry(name.clone()).or_default() += 1;
                names(value, seen);
            }
        }
        Value::Array(items) => items.iter().for_each(|item| names(item, seen)),
        Value::String(text) if text.contains("${") => *seen.entry("${".to_owned()).or_default() += 1,
        _ => {}
    }
}

fn wanted() -> BTreeSet<String> {
    let mut wanted: BTreeSet<String> = PRINCIPALS.iter().map(|name| (*name).to_owned()).collect();
    for base in BASES {
        for set in ["", "ForAllValues:", "ForAnyValue:"] {
            wanted.insert(format!("{set}{base}"));
            if base != "Null" {
                wanted.insert(format!("{set}{base}IfExists"));
            }
        }
    }
    let rest = [
        "identity",
        "boundary",
        "session",
        "scps",
        "rcps",
        "resource",
        "endpoint",
        "Version",
        "Id",
        "Sid",
        "Effect",
        "Principal",
        "NotPrincipal",
        "Action",
        "NotAction",
        "Resource",
        "NotResource",
        "Condition",
        "AWS",
        "Service",
        "Federated",
        "CanonicalUser",
        "issuer",
        "open_context",
        "resource_within",
        "resource_account",
        "principal_in_management_account",
        "service_linked_role",
        "${",
    ];
    wanted.extend(rest.map(str::to_owned));
    wanted
}
