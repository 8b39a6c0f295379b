//! How sure each removal is: a role that works daily, does one thing every month, and holds more than it needs.

use serde_json::{Value, json};
use trailfit::archive;
use trailfit::fit::{Options, Tightness};
use trailfit::grants;
use trailfit::pipeline;
use trailfit::report::Report;
use trailfit::table::to_parquet;
use trailfit::trail::{Evidence, Moment};

use super::bench::{Bench, catalog, gathered};

const ROLE: &str = "arn:aws:iam::111122223333:role/app/web";

/// So many days of log; the first is the first of July.
const DAYS: i64 = 121;

fn used(day: i64, source: &str, call: &str) -> Value {
    let first = Moment::parse("2026-07-01").unwrap().day();
    let identity = json!({"type": "AssumedRole", "principalId": "AROAEXAMPLEWEB:s", "accountId": "111122223333",
        "arn": "arn:aws:sts::111122223333:assumed-role/web/s",
        "sessionContext": {"sessionIssuer": {"type": "Role", "principalId": "AROAEXAMPLEWEB",
            "accountId": "111122223333", "arn": ROLE, "userName": "web"}}});
    json!({"eventVersion": "1.11", "userIdentity": identity, "eventTime": format!("{}T03:00:00Z", Moment::of_day(first + day).date()),
        "eventSource": format!("{source}.amazonaws.com"), "eventName": call, "awsRegion": "us-east-1",
        "requestParameters": {"name": "t", "queueName": "q"}, "eventID": format!("{call}-{day}"), "readOnly": false,
        "eventType": "AwsApiCall", "managementEvent": true, "recipientAccountId": "111122223333"})
}

/// Daily work, and a topic on the first of each month.
fn evidence() -> Evidence {
    let daily = (0..DAYS).map(|day| used(day, "sqs", "CreateQueue"));
    let monthly = [0, 31, 62, 92].map(|day| used(day, "sns", "CreateTopic"));
    let files = daily.chain(monthly).enumerate();
    gathered(files.map(|(at, record)| (format!("{at}.json"), json!({"Records": [record]}).to_string())))
}

fn report(mut evidence: Evidence) -> (Value, String) {
    let actions = ["sqs:CreateQueue", "sqs:DeleteQueue", "sns:CreateTopic", "sns:DeleteTopic", "ec2:RunInstances"];
    let policy =
        json!({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": actions, "Resource": "*"}]});
    let snapshot = json!({"RoleDetailList": [{"Arn": ROLE, "RoleName": "web", "Path": "/app/", "RoleId": "AROAEXAMPLEWEB",
        "CreateDate": "2025-01-01T00:00:00Z", "RolePolicyList": [{"PolicyName": "own", "PolicyDocument": policy}]}]});
    let grants = grants::read(vec![("snapshot.json".to_owned(), snapshot.to_string().into_bytes())]);
    evidence.settle().unwrap();
    let judgement = pipeline::judge(&evidence, &grants, catalog(), &Options::default());
    let report = Report::new(&evidence, &judgement, "2026-10-27");
    (serde_json::from_str(&report.json()).unwrap(), report.summary(false))
}

#[test]
fn each_removal_says_how_sure_it_is_and_why() {
    let (json, _) = report(evidence());
    let policy = &json["policies"][0];
    assert_eq!(policy["verdict"], "proven");
    let removals = policy["removals"].as_array().unwrap();
    let about = |action: &str| removals.iter().find(|row| row["actions"] == json!([action])).unwrap();
    let case = |action: &str, confidence: &str, uses: u64, days: u64| {
        let row = about(action);
        assert_eq!(row["confidence"], confidence, "{row}");
        assert_eq!(row["observed_days"], DAYS);
        assert_eq!((row["service_uses"].as_u64(), row["service_days"].as_u64()), (Some(uses), Some(days)), "{row}");
        assert!(row["if_kept"].as_str().is_some_and(|text| !text.is_empty()), "{row}");
        assert!(row["if_missed"].as_str().is_some_and(|text| !text.is_empty()), "{row}");
    };
    case("ec2:RunInstances", "high", 0, 0);
    case("sqs:DeleteQueue", "medium", 121, 121);
    case("sns:DeleteTopic", "low", 4, 4);
    assert!(about("sns:DeleteTopic")["because"].as_str().unwrap().contains("sns:CreateTopic of it comes monthly"));
    let listed: usize = removals.iter().map(|row| row["actions"].as_array().unwrap().len()).sum();
    assert_eq!(listed, policy["removed"].as_array().unwrap().len());
    let finding = json["findings"].as_array().unwrap().iter().find(|row| row["id"] == "policy-trim").unwrap();
    assert!(
        finding["detail"].as_str().unwrap().ends_with("confidence high for 1, medium for 1, low for 1"),
        "{finding}"
    );
}

#[test]
fn what_comes_every_month_is_told() {
    let (json, summary) = report(evidence());
    let rare = &json["rarely_used"];
    assert_eq!(rare.as_array().unwrap().len(), 1);
    assert_eq!((&rare[0]["action"], &rare[0]["rhythm"]), (&json!("sns:CreateTopic"), &json!("monthly")));
    assert_eq!(rare[0]["days"], json!(["2026-07-01", "2026-08-01", "2026-09-01", "2026-10-01"]));
    let words = summary.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(
        words.contains("role `web` uses 1 action about once a month or quarter: monthly: sns:CreateTopic"),
        "{summary}"
    );
}

/// Through files and back; files of an earlier version hold neither days nor changes, and say so.
#[test]
fn kept_evidence_tells_the_same() {
    let evidence = evidence();
    let tables = pipeline::freeze(&evidence, catalog()).unwrap();
    let files = tables.iter().map(|table| (table.name.to_owned(), to_parquet(table).unwrap()));
    let mut files: std::collections::BTreeMap<String, Vec<u8>> = files.collect();
    let kept = archive::thaw(files.clone()).unwrap().evidence;
    assert_eq!(kept.changes.forgotten(), None);
    assert_eq!(report(kept), report(evidence));
    files.retain(|name, _| !["days", "changes", "origins"].contains(&name.as_str()));
    let earlier = archive::thaw(files).unwrap().evidence;
    assert_eq!(earlier.changes.forgotten().map(|until| until.date()).as_deref(), Some("2026-10-29"));
    assert_eq!(report(earlier).0["rarely_used"], json!([]));
}

#[test]
fn the_title_of_a_change_tells_what_else_is_drawn_closer() {
    let bench = Bench::sample().tightened(Tightness::High).conditioned(&[trailfit::fit::AddedCondition::Region]);
    let evidence = bench.evidence();
    let judgement = bench.judged().judgement;
    let report: Value = serde_json::from_str(&Report::new(&evidence, &judgement, "2026-10-27").json()).unwrap();
    let count = |member: &str| {
        let policies = report["policies"].as_array().unwrap().iter();
        policies.filter(|policy| policy[member].as_array().is_some_and(|list| !list.is_empty())).count()
    };
    let titled = |words: &str| {
        let findings = report["findings"].as_array().unwrap().iter();
        findings.filter(|row| row["title"].as_str().unwrap().contains(words)).count()
    };
    assert!(count("resources") > 0 && count("conditions") > 0);
    assert_eq!((titled(" resource pattern"), titled(", adds ")), (count("resources"), count("conditions")));
    let resources = report["policies"].as_array().unwrap().iter().filter_map(|policy| policy["resources"].as_array());
    // A hundred days are more than a month and less than a year.
    assert!(resources.flatten().all(|row| row["confidence"] == "medium" && row["if_missed"].is_string()));
}
