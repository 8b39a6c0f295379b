//! A trail for any snapshot: every user and role uses some of what it was granted. The same snapshot gives the
//! same trail every time.

use std::collections::BTreeSet;

use serde_json::{Value, json};
use trailfit::catalog::{AccessLevel, Action, Visibility};
use trailfit::grants::{Bearer, Grants};
use trailfit::iam::{Effect, Statement, allows_action};

use super::bench::catalog;

/// One log file in which every principal takes every `stride`-th of its visible actions.
pub(super) fn trail(grants: &Grants, stride: usize) -> Vec<u8> {
    trail_of_weeks(grants, stride, 1)
}

/// The same, each action once in each of at most four weeks.
pub(super) fn trail_of_weeks(grants: &Grants, stride: usize, weeks: usize) -> Vec<u8> {
    let mut records: Vec<Value> = grants.accounts.keys().flat_map(|account| eyes(account)).collect();
    for (number, bearer) in grants.principals().enumerate() {
        let taken = granted(bearer).into_iter().skip(number % stride).step_by(stride);
        records.extend(taken.filter_map(|(action, statement)| told(bearer, action, statement)));
    }
    let first = records.len().max(1);
    records = vec![records; weeks].concat();
    for (number, record) in records.iter_mut().enumerate() {
        let (week, number_in_week) = (number / first, number % first);
        let (day, minute) = ((number_in_week + 7 * week) % 28 + 1, number_in_week % 60);
        record["eventID"] = json!(format!("00000000-0000-4000-8000-{number:012x}"));
        record["eventTime"] = json!(format!("2026-10-{day:02}T08:{minute:02}:00Z"));
    }
    json!({ "Records": records }).to_string().into_bytes()
}

/// The account's trail shows reads and data events: the root user looks at both.
fn eyes(account: &str) -> [Value; 2] {
    let root = json!({"type": "Root", "principalId": account, "arn": format!("arn:aws:iam::{account}:root"), "accountId": account});
    let read = record(&root, account, ("ec2.amazonaws.com", "DescribeVpcs"), [true, false]);
    let mut data = record(&root, account, ("s3.amazonaws.com", "GetObject"), [true, true]);
    data["requestParameters"] = json!({"bucketName": "seen", "key": "seen.txt"});
    [read, data]
}

/// The visible actions of a principal, each with the first statement that grants it.
fn granted(bearer: Bearer<'_>) -> Vec<(&'static Action, &Statement)> {
    let held = bearer.held();
    let policies = held.iter().filter_map(|held| held.document()?.policy.as_ref().ok());
    let statements = policies.flat_map(|policy| &policy.statements);
    let (mut seen, mut granted) = (BTreeSet::new(), Vec::new());
    for statement in statements.filter(|statement| statement.effect == Effect::Allow) {
        for action in catalog().actions().iter() {
            let visible = !matches!(action.visibility, Visibility::Never(_));
            if visible && allows_action(statement, &action.name) && seen.insert(&action.name) {
                granted.push((action, statement));
            }
        }
    }
    granted
}

/// The record of one action; `None` when no event is known to show it.
fn told(bearer: Bearer<'_>, action: &Action, statement: &Statement) -> Option<Value> {
    let (source, name) = catalog().events_for(&action.name).into_iter().find_map(|event| event_of(action, &event))?;
    let is_read = matches!(action.level, AccessLevel::Read | AccessLevel::List);
    let is_data = matches!(action.visibility, Visibility::Data(_));
    let account = &bearer.account().id;
    let mut told = record(&identity(bearer), account, (&source, &name), [is_read, is_data]);
    // Half of the records tell the resource, as far as the statement names one.
    let named = statement.resources.as_ref().filter(|resources| !resources.negated && name.len() % 2 == 0);
    if let Some(pattern) = named.and_then(|resources| resources.patterns.first()).filter(|text| text.len() > 1) {
        told["resources"] = json!([{"ARN": one_of(pattern), "accountId": account}]);
    }
    Some(told)
}

/// The source and name of an event that leads to the action.
fn event_of(action: &Action, event: &str) -> Option<(String, String)> {
    let (label, name) = event.split_once(':')?;
    let source = match &action.visibility {
        Visibility::Data(source) => source.to_string(),
        _ => format!("{label}.amazonaws.com"),
    };
    let leads = catalog().explain_event(&source, name).lines.iter().any(|line| line.starts_with(&*action.name));
    leads.then(|| (source, name.to_owned()))
}

/// A resource that a pattern takes in.
pub(super) fn one_of(pattern: &str) -> String {
    let mut text = pattern.replace('*', "some1").replace('?', "q");
    while let Some((start, end)) = text.find("${").and_then(|start| Some((start, text[start..].find('}')? + start))) {
        text.replace_range(start..=end, "filled");
    }
    text
}

fn identity(bearer: Bearer<'_>) -> Value {
    let (owner, account) = (bearer.owner(), &bearer.account().id);
    match bearer {
        Bearer::User(..) => json!({
            "type": "IAMUser", "principalId": owner.id, "arn": owner.arn, "accountId": account, "userName": owner.name,
        }),
        Bearer::Role(..) => json!({
            "type": "AssumedRole",
            "principalId": format!("{}:session", owner.id),
            "arn": format!("arn:aws:sts::{account}:assumed-role/{}/session", owner.name),
            "accountId": account,
            "sessionContext": {"sessionIssuer": {
                "type": "Role", "principalId": owner.id, "arn": owner.arn, "accountId": account, "userName": owner.name,
            }},
        }),
    }
}

fn record(identity: &Value, account: &str, (source, name): (&str, &str), [is_read, is_data]: [bool; 2]) -> Value {
    json!({
        "eventVersion": "1.11",
        "userIdentity": identity,
        "eventSource": source,
        "eventName": name,
        "awsRegion": "eu-central-1",
        "readOnly": is_read,
        "managementEvent": !is_data,
        "eventCategory": if is_data { "Data" } else { "Management" },
        "eventType": "AwsApiCall",
        "recipientAccountId": account,
        "requestParameters": null,
        "responseElements": null,
    })
}
