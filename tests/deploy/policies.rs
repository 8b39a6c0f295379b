//! The policies of `deploy/policies/` are those that the program prints, plus what reading a bucket takes.

use std::collections::BTreeSet;
use std::path::Path;

use hyper::Method;
use serde_json::Value;

use super::file;
use crate::commands::run;
use crate::fakes::{Program, Store};

const ROOT: &str = env!("CARGO_MANIFEST_DIR");

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

/// What the program asks of a bucket when it keeps its archive and report there, and what SSE-KMS asks for it.
#[test]
fn keeping_takes_what_the_program_calls() {
    let store = Store::of(Path::new(&format!("{ROOT}/sample-logs/AWSLogs")));
    let call = |arguments: &[&str]| {
        let output = Program::of(arguments).signed(store.url()).output();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    };
    let [logs, grants] = ["sample-logs/AWSLogs", "sample-logs/grants"].map(|name| format!("{ROOT}/{name}"));
    let (archive, out) = ("s3://kept/trailfit/evidence", "s3://kept/trailfit/report");
    for _ in 0..2 {
        call(&["run", &logs, "--grants", &grants, "--archive", archive, "--out", out, "--window", "9999d"]);
    }
    call(&["archive", "forget", archive, "--before", "2026-10-01"]);
    let action = |(method, target): (Method, String)| match method {
        Method::PUT => "s3:PutObject",
        Method::DELETE => "s3:DeleteObject",
        Method::GET if target.contains("list-type=2") => "s3:ListBucket",
        Method::GET if target.starts_with("/kept/trailfit/") => "s3:GetObject",
        _ => panic!("{method} {target}"),
    };
    let mut called: BTreeSet<&str> = store.calls().into_iter().map(action).collect();
    called.extend(["kms:Decrypt", "kms:GenerateDataKey"]);
    let keep = policy("keep");
    let statements = keep["Statement"].as_array().unwrap();
    let words = |one: &Value| match &one["Action"] {
        Value::Array(many) => many.clone(),
        one => vec![one.clone()],
    };
    let actions: Vec<Value> = statements.iter().flat_map(words).collect();
    assert_eq!(actions.iter().map(|action| action.as_str().unwrap()).collect::<BTreeSet<_>>(), called);
}

/// IAM would take them: our own proofreader finds no errors.
#[test]
fn they_are_policies() {
    run(&["lint", "deploy/policies", "--fail-on", "error"], 0);
}
