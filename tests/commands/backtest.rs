//! `trailfit backtest` and `suggest --backtest`: judged on the future.

use std::fs;
use std::path::Path;

use serde_json::{Value, json};

use super::{GRANTS, LOGS, run, text};

const ROLE: &str = "arn:aws:iam::111122223333:role/worker";

/// A role that may do three things on a bucket's objects and queues, and a log of 60 days in which it puts objects all
/// the time, deletes some on the last ten days only, and never sends a message.
fn scene(folder: &Path) {
    let document = json!({"Version": "2012-10-17", "Statement": [{
        "Effect": "Allow",
        "Action": ["s3:PutBucketTagging", "s3:DeleteBucketWebsite", "s3:PutBucketWebsite"],
        "Resource": "arn:aws:s3:::made",
    }]});
    let role = json!({
        "Path": "/", "RoleName": "worker", "RoleId": "AROAEXAMPLE", "Arn": ROLE, "CreateDate": "2025-01-01T00:00:00Z",
        "AssumeRolePolicyDocument": {"Version": "2012-10-17", "Statement": []},
        "RolePolicyList": [{"PolicyName": "work", "PolicyDocument": document}],
        "AttachedManagedPolicies": [], "InstanceProfileList": [], "Tags": [],
    });
    let grants = json!({"UserDetailList": [], "GroupDetailList": [], "RoleDetailList": [role], "Policies": []});
    fs::write(folder.join("grants.json"), grants.to_string()).unwrap();
    let mut records = Vec::new();
    for day in 0..60 {
        let date = if day < 31 { format!("2026-01-{:02}", day + 1) } else { format!("2026-02-{:02}", day - 30) };
        if day < 59 {
            records.push(record(&format!("{date}T08:00:00Z"), "PutBucketTagging", records.len()));
        }
        if (50..59).contains(&day) {
            records.push(record(&format!("{date}T09:00:00Z"), "DeleteBucketWebsite", records.len()));
        }
    }
    fs::write(folder.join("log.json"), json!({ "Records": records }).to_string()).unwrap();
}

fn record(time: &str, name: &str, number: usize) -> Value {
    json!({
        "eventVersion": "1.11", "eventTime": time, "eventSource": "s3.amazonaws.com", "eventName": name,
        "awsRegion": "eu-central-1", "readOnly": false, "managementEvent": true, "eventCategory": "Management",
        "eventType": "AwsApiCall", "recipientAccountId": "111122223333", "sourceIPAddress": "192.0.2.7",
        "eventID": format!("00000000-0000-4000-8000-{number:012x}"),
        "requestParameters": {"bucketName": "made"}, "responseElements": null,
        "userIdentity": {
            "type": "AssumedRole", "principalId": "AROAEXAMPLE:s", "accountId": "111122223333",
            "arn": "arn:aws:sts::111122223333:assumed-role/worker/s",
            "sessionContext": {"sessionIssuer": {
                "type": "Role", "principalId": "AROAEXAMPLE", "arn": ROLE, "accountId": "111122223333", "userName": "worker",
            }},
        },
    })
}

#[test]
fn what_the_future_needed_is_counted_and_named() {
    let folder = tempfile::tempdir().unwrap();
    scene(folder.path());
    let (log, grants) = (folder.path().join("log.json"), folder.path().join("grants.json"));
    let base =
        ["backtest", text(&log), "--grants", text(&grants), "--learn", "40d", "--learn", "20d", "--ahead", "10d"];
    let told: Value = serde_json::from_str(&run(&[&base[..], &["--format", "json"]].concat(), 0)).unwrap();
    // 59 days of log: after 40 learned there is room for one cut, after 20 for three.
    let cuts: Vec<(u64, u64)> = told["curve"]
        .as_array()
        .unwrap()
        .iter()
        .map(|point| (point["learn_days"].as_u64().unwrap(), point["cuts"].as_u64().unwrap()))
        .collect();
    assert_eq!(cuts, [(20, 3), (40, 1)]);
    let latest = &told["trials"][3];
    assert_eq!(latest["cut"], "2026-02-19T00:00:00Z");
    assert_eq!(latest["score"], json!({"requests": 19, "denied": {"at_least": 9, "at_most": 9}, "not_told": 0}));
    let denied = json!([{
        "action": "s3:DeleteBucketWebsite", "resource": "arn:aws:s3:::made", "resources": 1,
        "count": {"at_least": 9, "at_most": 9}, "first_seen": "2026-02-20T09:00:00Z",
    }]);
    assert_eq!(latest["principals"][0]["denied"], denied);
    let sizes = ["size_before", "size_after"].map(|name| latest["principals"][0][name].as_u64().unwrap());
    assert!(sizes[0] > sizes[1] && sizes[1] > 0, "{sizes:?}");
    assert_eq!(latest["removed"]["actions"], json!({"granted": 3, "removed": 2}));
    // Before the drift nothing was lost.
    assert_eq!(told["trials"][1]["score"]["denied"], json!({"at_least": 0, "at_most": 0}));
    let line = run(&base, 0);
    assert!(line.contains("s3:DeleteBucketWebsite") && line.contains("from 2026-02-20"), "{line}");
    run(&[&base[..], &["--max-denied", "0.5"]].concat(), 0);
    run(&[&base[..], &["--max-denied", "0.1"]].concat(), 1);
}

#[test]
fn threads_do_not_show() {
    let told = |threads: &str| {
        let base = ["backtest", LOGS, "--grants", GRANTS, "--learn", "30d", "--ahead", "15d", "--presets"];
        run(&[&base[..], &["--threads", threads, "--format", "json"]].concat(), 0)
    };
    assert_eq!(told("1"), told("2"));
}

#[test]
fn each_proposal_has_its_line() {
    let folder = tempfile::tempdir().unwrap();
    scene(folder.path());
    let (log, grants) = (folder.path().join("log.json"), folder.path().join("grants.json"));
    let suggest = ["suggest", text(&log), "--grants", text(&grants)];
    let plain = run(&suggest, 0);
    let told = run(&[&suggest[..], &["--backtest", "10d"]].concat(), 0);
    assert!(told.starts_with(&plain), "{told}");
    let words = told.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(
        words.contains(
            "`work` of role/worker (account 111122223333): applied 10 days ago, this would have denied 9 of 19 requests"
        ),
        "{told}"
    );
    run(&[&suggest[..], &["--backtest", "90d"]].concat(), 2);
}

#[test]
fn slices_add_up_to_the_log() {
    let whole = run(&["used", LOGS], 0);
    let sliced = run(&["backtest", LOGS, "--grants", GRANTS, "--learn", "30d", "--ahead", "15d"], 0);
    let intake = |text: &str| text.lines().take(3).map(str::to_owned).collect::<Vec<_>>();
    assert_eq!(intake(&whole), intake(&sliced));
    let suggest = ["suggest", LOGS, "--grants", GRANTS];
    let folder = tempfile::tempdir().unwrap();
    let (one, two) = (folder.path().join("one"), folder.path().join("two"));
    run(&[&suggest[..], &["--out", text(&one)]].concat(), 0);
    run(&[&suggest[..], &["--out", text(&two), "--backtest", "30d"]].concat(), 0);
    assert_eq!(super::contents(&one), super::contents(&two));
}

#[test]
fn what_cannot_be_tried_says_why() {
    let case = |arguments: &[&str], sentence: &str| {
        let told = run(&[&["backtest", "--grants", GRANTS], arguments].concat(), 2);
        assert!(told.contains(sentence), "{arguments:?}: {told}");
    };
    case(&[LOGS, "--learn", "400d"], "the log spans 100 days");
    case(&[LOGS, "--learn", "31d", "--ahead", "30d"], "slices of 1 day");
    case(&[LOGS, "--max-denied", "2"], "not a share");
    case(&["--evidence", "sample-logs"], "--evidence does not tell when");
    case(&[], "nothing to read");
}
