//! Cases as JSON, run by small runners: adding a case takes no code.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic)]

mod arns;
mod disputed;
pub(crate) mod evaluation;
mod expansion;
mod lint;
mod mapping;
mod patterns;
mod public;
mod subsumption;

use std::path::{Path, PathBuf};

use serde_json::Value;

/// The conformance cases written by others, where the machine has them.
fn conformance() -> Option<PathBuf> {
    let beside = || Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../shared/cases")).to_owned();
    let folder = std::env::var_os("TRAILFIT_CASES").map_or_else(beside, PathBuf::from);
    if folder.is_dir() {
        return Some(folder);
    }
    println!("skipped: the conformance cases of others are not on this machine");
    None
}

/// Our own cases.
fn own() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases/own")
}

/// The binding cases of a file.
fn cases(path: &Path) -> Vec<Value> {
    let text = std::fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let mut suite: Value = serde_json::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let Value::Array(mut cases) = suite["cases"].take() else { panic!("no cases in {}", path.display()) };
    cases.retain(|case| case["disputed"] != true && !disputed::is(case["id"].as_str().unwrap_or_default()));
    assert!(!cases.is_empty(), "{} has no case", path.display());
    cases
}

/// Prints the count and fails with every case that failed.
fn report(suite: &str, total: usize, failures: &[String]) {
    println!("{suite}: {} of {total} cases pass", total - failures.len());
    assert!(failures.is_empty(), "{suite}:\n{}", failures.join("\n"));
}
