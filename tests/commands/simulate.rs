//! `trailfit simulate`: policies asked for what they allow, one request or a table of them.

use std::fs;
use std::io::Write;
use std::path::PathBuf;
use std::process::{Command, Stdio};

use serde_json::{Value, json};

use super::{GRANTS, run, text, trailfit};

fn file(folder: &tempfile::TempDir, name: &str, content: &str) -> PathBuf {
    let path = folder.path().join(name);
    fs::write(&path, content).unwrap();
    path
}

const POLICY: &str = r#"{"Version": "2012-10-17", "Statement": [
    {"Sid": "Read", "Effect": "Allow", "Action": "s3:Get*", "Resource": "arn:aws:s3:::b/*"},
    {"Effect": "Deny", "Action": "*", "Resource": "*", "Condition": {"IpAddress": {"aws:SourceIp": "203.0.113.0/24"}}},
    {"Effect": "Allow", "Action": "ec2:CreateTags", "Resource": "*",
     "Condition": {"ForAllValues:StringEquals": {"aws:TagKeys": ["team", "stage"]}, "Null": {"aws:TagKeys": "false"}}}]}"#;

/// The answers as JSON objects.
fn answers(arguments: &[&str]) -> Vec<Value> {
    let told = run(&[&["simulate", "--format", "json"], arguments].concat(), 0);
    told.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

fn decisions(arguments: &[&str]) -> Vec<String> {
    answers(arguments).iter().map(|answer| answer["EvalDecision"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn one_policy_is_asked() {
    let folder = tempfile::tempdir().unwrap();
    let policy = file(&folder, "p.json", POLICY);
    let ask = ["--policy", text(&policy), "--resource", "arn:aws:s3:::b/k", "--action", "s3:GetObject"];
    let found = answers(&ask);
    assert_eq!(found[0]["EvalDecision"], "allowed");
    assert_eq!(found[0]["MatchedStatements"][0]["Sid"], "Read");
    assert_eq!(found[0]["MissingContextValues"], json!(["aws:SourceIp"]));
    assert_eq!(decisions(&[&ask[..], &["s3:PutObject"]].concat()), ["allowed", "implicitDeny"]);
    assert_eq!(decisions(&[&ask[..], &["--context", "aws:SourceIp=203.0.113.9"]].concat()), ["explicitDeny"]);
    assert_eq!(decisions(&[&ask[..], &["--context-unknown"]].concat()), ["undetermined"]);
    let tags = ["--policy", text(&policy), "--action", "ec2:CreateTags", "--context"];
    assert_eq!(decisions(&[&tags[..], &["aws:TagKeys=team"]].concat()), ["allowed"]);
    assert_eq!(decisions(&[&tags[..], &["aws:TagKeys=team", "aws:TagKeys=x"]].concat()), ["implicitDeny"]);
}

/// A service asks about `*` where an action has no resource types.
#[test]
fn an_action_without_resource_types_needs_every_resource() {
    let folder = tempfile::tempdir().unwrap();
    let policy = |name: &str, resource: &str| {
        let statement = json!({"Effect": "Allow", "Action": "ec2:DescribeInstances", "Resource": resource});
        file(&folder, name, &json!({"Version": "2012-10-17", "Statement": statement}).to_string())
    };
    let instance = "arn:aws:ec2:eu-west-1:111122223333:instance/i-1";
    for (resource, expected) in [("*", "allowed"), (instance, "implicitDeny")] {
        let policy = policy("p.json", resource);
        let ask = ["--policy", text(&policy), "--action", "ec2:DescribeInstances", "--resource", instance];
        let found = answers(&ask);
        assert_eq!(found[0]["EvalDecision"], expected);
        assert_eq!(found[0]["EvalResourceName"], "*");
    }
}

#[test]
fn boundary_and_resource_policy_take_part() {
    let folder = tempfile::tempdir().unwrap();
    let policy = file(&folder, "p.json", POLICY);
    let none = r#"{"Statement": {"Effect": "Allow", "Action": "sqs:*", "Resource": "*"}}"#;
    let boundary = file(&folder, "b.json", none);
    let open = r#"{"Statement": {"Effect": "Allow", "Principal": "*", "Action": "s3:*", "Resource": "*"}}"#;
    let bucket = file(&folder, "r.json", open);
    let base = ["--policy", text(&policy), "--action", "s3:GetObject", "--resource", "arn:aws:s3:::b/k"];
    let found = answers(&[&base[..], &["--boundary", text(&boundary)]].concat());
    assert_eq!(
        (found[0]["EvalDecision"].as_str(), found[0]["BlockedBy"].as_str()),
        (Some("implicitDeny"), Some("boundary"))
    );
    let other = ["--caller", "arn:aws:iam::444455556666:user/ann", "--resource-owner", "111122223333"];
    assert_eq!(decisions(&[&base[..], &other].concat()), ["implicitDeny"]);
    assert_eq!(decisions(&[&base[..], &other, &["--resource-policy", text(&bucket)]].concat()), ["allowed"]);
}

#[test]
fn a_principal_of_the_sample_is_asked() {
    let told = run(&["simulate", "--grants", GRANTS, "--principal", "shop-ci", "--action", "iam:CreateUser"], 0);
    assert!(
        told.starts_with("implicitDeny") || told.starts_with("explicitDeny") || told.starts_with("allowed"),
        "{told}"
    );
    let told = run(&["simulate", "--grants", GRANTS, "--principal", "no-such", "--action", "iam:CreateUser"], 2);
    assert!(told.contains("no principal of the grants is `no-such`"), "{told}");
}

#[test]
fn a_table_of_requests_is_asked() {
    let folder = tempfile::tempdir().unwrap();
    let policy = file(&folder, "p.json", POLICY);
    let rows = "action,resource,aws:SourceIp\n\
        s3:GetObject,arn:aws:s3:::b/k,192.0.2.1\n\
        s3:Get*,,\n\
        s3:GetObject,arn:aws:s3:::b/k,203.0.113.7\n";
    let mut child = Command::new(env!("CARGO_BIN_EXE_trailfit"))
        .args(["simulate", "--policy", text(&policy), "--requests", "-"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(rows.as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(3));
    let told = String::from_utf8(output.stdout).unwrap();
    let words: Vec<&str> = told.lines().filter_map(|line| line.split(' ').next()).collect();
    assert_eq!(words, ["allowed", "explicitDeny"]);
    let told = String::from_utf8(output.stderr).unwrap();
    assert!(told.contains("row 2: `s3:Get*`") && told.contains("1 of 3 rows"), "{told}");
    let list = r#"[{"principal": "arn:aws:iam::111122223333:user/ann", "action": "s3:GetObject", "resource": "arn:aws:s3:::b/k"}]"#;
    let list = file(&folder, "rows.json", list);
    assert_eq!(decisions(&["--policy", text(&policy), "--requests", text(&list)]), ["allowed"]);
}

#[test]
fn bad_arguments_are_told() {
    let folder = tempfile::tempdir().unwrap();
    let policy = file(&folder, "p.json", POLICY);
    let base = ["simulate", "--policy", text(&policy)];
    let case = |more: &[&str], sentence: &str| {
        let told = run(&[&base[..], more].concat(), 2);
        assert!(told.contains(sentence), "{told}");
    };
    case(&["--action", "s3:*"], "`s3:*` is not an action");
    case(&["--action", "s3:GetObject", "--resource", "bucket"], "`bucket` is not a resource");
    case(&["--action", "s3:GetObject", "--context", "x"], "`x` is not a context key");
    case(&["--action", "s3:GetObject", "--caller", "me"], "`me` is not a caller");
    case(&["--requests", "no/such.csv"], "no/such.csv");
    case(&["--requests", text(&file(&folder, "t.csv", "verb\nx"))], "the column `verb`");
    assert_eq!(trailfit(&base).status.code(), Some(2));
}
