//! What event selectors say of what is logged: a log of our own making, one role, and a snapshot with its trails.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use trailfit::archive;
use trailfit::fit::{Judgement, Options};
use trailfit::grants;
use trailfit::pipeline;
use trailfit::trail::{Evidence, Trails};

use super::bench::{catalog, gathered, settled};

const ACCOUNT: &str = "111122223333";
const OTHER: &str = "444455556666";
const HOME: &str = "eu-west-1";

/// What the role may do, in this order.
const ACTIONS: [&str; 6] =
    ["s3:GetObject", "dynamodb:PutItem", "ec2:DescribeInstances", "ec2:StopInstances", "kms:Decrypt", "sts:AssumeRole"];

/// A day of November.
fn record(day: u32, account: &str, (source, call): (&str, &str), read_only: bool, parameters: Value) -> Value {
    let is_data = source.starts_with("dynamodb") && call == "GetItem" || call == "GetObject";
    let identity = json!({"type": "AssumedRole", "principalId": "AROAEXAMPLEAPP:s", "accountId": account,
        "arn": format!("arn:aws:sts::{account}:assumed-role/app/s"),
        "sessionContext": {"sessionIssuer": {"type": "Role", "principalId": "AROAEXAMPLEAPP", "accountId": account,
            "arn": format!("arn:aws:iam::{account}:role/app"), "userName": "app"}}});
    json!({"eventVersion": "1.11", "userIdentity": identity, "eventTime": format!("2026-11-{day:02}T09:00:00Z"),
        "eventSource": format!("{source}.amazonaws.com"), "eventName": call, "awsRegion": HOME,
        "sourceIPAddress": "192.0.2.7", "userAgent": "aws-cli", "requestParameters": parameters,
        "responseElements": null, "eventID": format!("{account}-{day:02}-{source}-{call}"), "readOnly": read_only,
        "eventType": "AwsApiCall", "managementEvent": !is_data, "recipientAccountId": account,
        "eventCategory": if is_data { "Data" } else { "Management" }})
}

fn turn(day: u32, account: &str, call: &str) -> Value {
    record(day, account, ("cloudtrail", call), false, json!({ "name": trail(account), "trailName": trail(account) }))
}

/// The first and the last day, with reads, writes and one data event.
fn quiet() -> Vec<Value> {
    let item = json!({ "tableName": "carts", "key": { "id": "1" } });
    vec![
        record(1, ACCOUNT, ("sqs", "CreateQueue"), false, json!({ "queueName": "q" })),
        record(2, ACCOUNT, ("sns", "ListTopics"), true, Value::Null),
        record(3, ACCOUNT, ("dynamodb", "GetItem"), true, item),
        record(29, ACCOUNT, ("sqs", "CreateQueue"), false, json!({ "queueName": "r" })),
    ]
}

fn log(records: &[Value]) -> Evidence {
    settled(json!({ "Records": records }).to_string().as_bytes())
}

fn trail(owner: &str) -> String {
    format!("arn:aws:cloudtrail:{HOME}:{owner}:trail/whole")
}

fn of_trail(owner: &str, selectors: Value) -> Value {
    json!({ "TrailARN": trail(owner), "Name": "whole", "HomeRegion": HOME, "IsMultiRegionTrail": true,
        "IsLogging": true, "StartLoggingTime": "2025-01-01T00:00:00Z", "EventSelectors": selectors })
}

fn all() -> Value {
    json!([{ "ReadWriteType": "All", "IncludeManagementEvents": true,
        "DataResources": [{ "Type": "AWS::S3::Object", "Values": ["arn:aws:s3"] }] }])
}

fn snapshot(as_of: &str, trails: &[Value]) -> Trails {
    let document = json!({ "Account": ACCOUNT, "AsOf": as_of, "Trails": trails }).to_string();
    Trails::read([document.as_bytes()])
}

/// On the evening of the log's last day.
fn tonight(trails: &[Value]) -> Trails {
    snapshot("2026-11-29T20:00:00Z", trails)
}

fn judged(mut evidence: Evidence, trails: Trails) -> (Judgement, Evidence) {
    let trust = json!({ "Version": "2012-10-17", "Statement": [{ "Effect": "Allow", "Action": "sts:AssumeRole",
        "Principal": { "Service": "ec2.amazonaws.com" } }] });
    let policy =
        json!({ "Version": "2012-10-17", "Statement": [{ "Effect": "Allow", "Action": ACTIONS, "Resource": "*" }] });
    let snapshot = json!({ "RoleDetailList": [{ "Arn": format!("arn:aws:iam::{ACCOUNT}:role/app"), "RoleName": "app",
        "RoleId": "AROAEXAMPLEAPP", "Path": "/", "CreateDate": "2020-01-01T00:00:00Z",
        "AssumeRolePolicyDocument": trust, "RolePolicyList": [{ "PolicyName": "p", "PolicyDocument": policy }] }] });
    let grants = grants::read(vec![("details.json".to_owned(), snapshot.to_string().into_bytes())]);
    evidence.coverage.trails = trails;
    (pipeline::judge(&evidence, &grants, catalog(), &Options::default()), evidence)
}

/// The actions that are unused; of the others it could not be seen.
fn unused(evidence: Evidence, trails: Trails) -> Vec<&'static str> {
    let (judgement, _) = judged(evidence, trails);
    let granted = &judgement.fittings[0].granted;
    let standing = |action: &str| granted.iter().find(|one| one.action == action).unwrap().standing;
    assert!(ACTIONS.iter().all(|action| ["unused", "unseen"].contains(&standing(action))));
    ACTIONS.into_iter().filter(|action| standing(action) == "unused").collect()
}

fn reasons(evidence: Evidence, trails: Trails) -> BTreeMap<String, String> {
    let (judgement, _) = judged(evidence, trails);
    let granted = &judgement.fittings[0].granted;
    granted.iter().filter_map(|one| Some((one.action.clone(), one.reason.clone()?))).collect()
}

/// By itself this log shows no object and no key.
const BY_LOG: [&str; 4] = ["dynamodb:PutItem", "ec2:DescribeInstances", "ec2:StopInstances", "sts:AssumeRole"];

/// The same where selectors log no table at all, whatever was in the log.
const NO_TABLE: [&str; 3] = ["ec2:DescribeInstances", "ec2:StopInstances", "sts:AssumeRole"];

#[test]
fn selectors_tell_what_the_log_cannot() {
    assert_eq!(unused(log(&quiet()), Trails::default()), BY_LOG);
    let told = unused(log(&quiet()), tonight(&[of_trail(ACCOUNT, all())]));
    assert_eq!(told, ["s3:GetObject", "ec2:DescribeInstances", "ec2:StopInstances", "kms:Decrypt", "sts:AssumeRole"]);
}

#[test]
fn what_selectors_leave_out_is_unseen_whatever_the_log_shows() {
    let only = |more: Value| {
        let mut selector = json!({ "ReadWriteType": "All", "IncludeManagementEvents": true });
        selector.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        tonight(&[of_trail(ACCOUNT, json!([selector]))])
    };
    let mut records = quiet();
    records.push(record(4, ACCOUNT, ("kms", "Encrypt"), true, json!({})));
    records.push(record(5, ACCOUNT, ("s3", "GetObject"), true, json!({ "bucketName": "a", "key": "k" })));
    let log = || {
        let mut evidence = log(&records);
        evidence.uses.retain(|_, seen| !ACTIONS.contains(&seen.key.action.as_str()));
        evidence
    };
    assert_eq!(unused(log(), only(json!({ "ReadWriteType": "WriteOnly" }))), ["ec2:StopInstances"]);
    assert_eq!(unused(log(), only(json!({ "ExcludeManagementEventSources": ["kms.amazonaws.com"] }))), NO_TABLE);
    assert_eq!(unused(log(), only(json!({ "IncludeManagementEvents": false }))), [""; 0]);
    let reason = |more| reasons(log(), only(more))["kms:Decrypt"].clone();
    let excluded = reason(json!({ "ExcludeManagementEventSources": ["kms.amazonaws.com"] }));
    assert_eq!(excluded, "no events of kms.amazonaws.com were logged");
    assert_eq!(reason(json!({ "ReadWriteType": "WriteOnly" })), "no read-only events were logged");
    // One bucket of all that the statement means.
    let some = json!({ "DataResources": [{ "Type": "AWS::S3::Object", "Values": ["arn:aws:s3:::a/"] }] });
    assert!(!unused(log(), only(some)).contains(&"s3:GetObject"));
}

/// Nobody knows which trail the log came from.
#[test]
fn trails_that_differ_leave_it_to_the_log() {
    let none = || of_trail(ACCOUNT, json!([{ "ReadWriteType": "WriteOnly", "IncludeManagementEvents": true }]));
    assert_eq!(unused(log(&quiet()), tonight(&[of_trail(ACCOUNT, all()), none()])), NO_TABLE);
    let refused = json!({ "TrailARN": trail(ACCOUNT), "HomeRegion": HOME, "IsMultiRegionTrail": true });
    assert_eq!(unused(log(&quiet()), tonight(&[of_trail(ACCOUNT, all()), refused])), BY_LOG);
    let mut off = none();
    off["IsLogging"] = json!(false);
    assert_eq!(unused(log(&quiet()), tonight(&[of_trail(ACCOUNT, all()), off])).len(), 5);
    let mut local = of_trail(ACCOUNT, all());
    local["IsMultiRegionTrail"] = json!(false);
    assert_eq!(unused(log(&quiet()), tonight(&[of_trail(ACCOUNT, all()), local.clone()])), NO_TABLE);
    assert_eq!(unused(log(&quiet()), tonight(&[local])), BY_LOG);
}

#[test]
fn a_change_within_the_log_leaves_the_time_before_to_the_log() {
    let whole = || tonight(&[of_trail(ACCOUNT, all())]);
    for call in ["PutEventSelectors", "StartLogging", "UpdateTrail", "CreateTrail"] {
        let mut records = quiet();
        records.push(turn(20, ACCOUNT, call));
        // Before the change reads and writes are there, keys and objects are not.
        assert_eq!(unused(log(&records), whole()), NO_TABLE, "{call}");
        let told = reasons(log(&records), whole());
        let reason =
            format!("what is logged was changed by {call} on 2026-11-20, and no such event is in the log before");
        assert_eq!(told["s3:GetObject"], reason);
        // What failed changes nothing.
        records.last_mut().unwrap()["errorCode"] = json!("AccessDenied");
        assert_eq!(unused(log(&records), whole()).len(), 5, "{call}");
    }
    // Between the two nothing at all is in the log.
    let mut records = quiet();
    records.extend([turn(10, ACCOUNT, "StopLogging"), turn(20, ACCOUNT, "StartLogging")]);
    records.retain(|record| record["eventName"] != "CreateQueue" || record["requestParameters"]["queueName"] == "r");
    let told = unused(log(&records), whole());
    assert!(!told.contains(&"ec2:DescribeInstances"), "{told:?}");
    // Logging began within the log, although the log does not say so.
    let mut late = of_trail(ACCOUNT, all());
    late["StartLoggingTime"] = json!("2026-11-20T00:00:00Z");
    assert_eq!(unused(log(&quiet()), tonight(&[late])), NO_TABLE);
    // The selectors were read before the change.
    let mut records = quiet();
    records.push(turn(20, ACCOUNT, "PutEventSelectors"));
    let before = snapshot("2026-11-15T00:00:00Z", &[of_trail(ACCOUNT, all())]);
    assert_eq!(unused(log(&records), before), ["ec2:StopInstances"]);
}

#[test]
fn selectors_read_long_after_the_log_say_nothing() {
    let late = snapshot("2026-12-01T00:00:00Z", &[of_trail(ACCOUNT, all())]);
    assert_eq!(unused(log(&quiet()), late), BY_LOG);
    let off =
        json!({ "TrailARN": trail(ACCOUNT), "IsMultiRegionTrail": true, "IsLogging": false, "EventSelectors": [] });
    assert_eq!(unused(log(&quiet()), tonight(&[off])), BY_LOG);
}

/// A change of the organization's trail stands in the log of its owner.
#[test]
fn the_trail_of_another_account_is_known_by_its_log() {
    let whole = || tonight(&[of_trail(OTHER, all())]);
    assert_eq!(unused(log(&quiet()), whole()), NO_TABLE);
    let mut records = quiet();
    records.push(record(5, OTHER, ("sqs", "CreateQueue"), false, json!({ "queueName": "q" })));
    assert_eq!(unused(log(&records), whole()).len(), 5);
    records.push(turn(20, OTHER, "PutEventSelectors"));
    assert_eq!(unused(log(&records), whole()), NO_TABLE);
}

#[test]
fn reports_say_by_what_it_is_told() {
    let told = |records: &[Value], trails| {
        let (judgement, evidence) = judged(log(records), trails);
        let report = trailfit::report::Report::new(&evidence, &judgement, catalog().as_of());
        let json: Value = serde_json::from_str(&report.json()).unwrap();
        (report.summary(false), json["coverage"][0].clone())
    };
    let (text, json) = told(&quiet(), Trails::default());
    assert!(text.contains("inferred from the log itself"), "{text}");
    assert_eq!(json["inferred_from"], "log");
    assert_eq!(json["selectors"]["not_used_because"], "no snapshot tells its trails");
    let (text, json) = told(&quiet(), tonight(&[of_trail(ACCOUNT, all())]));
    assert!(text.contains("told by event selectors"), "{text}");
    assert_eq!(
        (&json["inferred_from"], &json["selectors"]["trails"][0]),
        (&json!("selectors"), &json!(trail(ACCOUNT)))
    );
    let mut records = quiet();
    records.push(turn(20, ACCOUNT, "PutEventSelectors"));
    let (_, json) = told(&records, tonight(&[of_trail(ACCOUNT, all())]));
    assert_eq!(json["inferred_from"], "selectors and log");
    assert_eq!(json["selectors"]["changed_by"], json!(["PutEventSelectors on 2026-11-20"]));
}

/// Changes are kept with the evidence; evidence of earlier versions does not tell them.
#[test]
fn changes_come_back_from_the_archive() {
    let mut records = quiet();
    records.push(turn(20, ACCOUNT, "PutEventSelectors"));
    let evidence = gathered([("log.json", json!({ "Records": records }).to_string())]);
    let tables = archive::freeze(&evidence, catalog().as_of()).unwrap();
    let files = tables.iter().map(|table| (table.name.to_owned(), trailfit::table::to_parquet(table).unwrap()));
    let mut files: BTreeMap<String, Vec<u8>> = files.collect();
    assert_eq!(archive::thaw(files.clone()).unwrap().evidence.coverage, evidence.coverage);
    files.remove("turns");
    let mut old = archive::thaw(files).unwrap().evidence;
    assert!(old.coverage.accounts[ACCOUNT].turns.are_missed());
    old.settle().unwrap();
    assert_eq!(unused(old, tonight(&[of_trail(ACCOUNT, all())])), NO_TABLE);
}
