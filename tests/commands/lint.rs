//! `trailfit lint`: faults are told with their places, and the exit code says whether there are any.

use std::fs;

use serde_json::Value;

use super::{GRANTS, run, text};

const POLICY: &str = r#"{
  "Version": "2012-10-17",
  "Statement": [
    {
      "Effect": "Allow",
      "Action": ["s3:GetObjekt", "iam:PassRole"],
      "Resource": "*"
    }
  ]
}"#;

#[test]
fn faults_are_told_with_their_places() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("p.json");
    fs::write(&path, POLICY).unwrap();
    let told = run(&["lint", text(&path)], 1);
    assert!(told.contains("p.json:6:18: ERROR INVALID_ACTION: there is no action `s3:GetObjekt`"), "{told}");
    assert!(told.contains("did you mean `s3:GetObject`") && told.contains("(at Statement[0].Action[0])"), "{told}");
    assert!(told.contains("SECURITY_WARNING PASS_ROLE_WITH_STAR_IN_RESOURCE"), "{told}");
    assert!(told.contains("1 documents: 1 ERROR, 1 SECURITY_WARNING"), "{told}");
    let told = run(&["lint", text(&path), "--format", "json"], 1);
    let first: Value = serde_json::from_str(told.lines().next().unwrap()).unwrap();
    assert_eq!((first["id"].as_str(), first["line"].as_u64()), (Some("INVALID_ACTION"), Some(6)));
    let told = run(&["lint", text(&path), "--format", "sarif"], 1);
    let end = told.rfind('}').unwrap();
    let sarif: Value = serde_json::from_str(&told[..=end]).unwrap();
    assert_eq!(sarif["runs"][0]["results"][0]["ruleId"], "INVALID_ACTION");
}

#[test]
fn the_exit_code_follows_the_threshold() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("p.json");
    fs::write(&path, POLICY.replace("Objekt", "Object")).unwrap();
    run(&["lint", text(&path)], 0);
    run(&["lint", text(&path), "--fail-on", "security-warning"], 1);
    run(&["lint", text(&path), "--kind", "resource"], 1);
    run(&["lint", "no/such.json"], 2);
    run(&["lint"], 2);
    assert!(run(&["lint", "--list"], 0).contains("UNSUPPORTED_RESOURCE_ARN_IN_POLICY"));
}

#[test]
fn snapshots_are_proofread_whole() {
    let told = run(&["lint", GRANTS, "--format", "json", "--fail-on", "error"], 0);
    assert!(told.contains(":role/"), "{told}");
}
