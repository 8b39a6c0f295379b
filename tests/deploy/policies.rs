//! The policies of `deploy/policies/` are those that the program prints, plus what reading a bucket takes.

use std::collections::BTreeSet;

use serde_json::Value;

use super::file;
use crate::commands::run;

fn policy(name: &str) -> Value {
    serde_json::from_str(&file(&format!("policies/{name}.json"))).unwrap()
}

#[test]
fn collecting_takes_what_the_program_prints() {
    let case = |name: &str, arguments: &[&str]| {
        let output = crate::commands::trailfit(&[&["collect"], arguments].concat());
        let printed: Value = serde_json::from_slice(&output.stdout).unwrap();
        assert_eq!(policy(name), printed, "write it to deploy/policies/{name}.json:\n{printed:#}");
    };
    let organization = ["--organization", "--role-name", "trailfit-reader"];
    case("collect", &["--show-policy"]);
    case("collect-organization", &[&["--show-policy"], &organization[..]].concat());
    case("collect-role", &[&["--show-policy=role"], &organization[..]].concat());
}

#[test]
fn reading_takes_four_actions() {
    let read = policy("read");
    let actions: BTreeSet<&str> =
        read["Statement"].as_array().unwrap().iter().map(|one| one["Action"].as_str().unwrap()).collect();
    let expected = ["cloudtrail:ListPublicKeys", "kms:Decrypt", "s3:GetObject", "s3:ListBucket"];
    assert_eq!(actions, BTreeSet::from(expected));
}

/// IAM would take them: our own proofreader finds no errors.
#[test]
fn they_are_policies() {
    run(&["lint", "deploy/policies", "--fail-on", "error"], 0);
}
