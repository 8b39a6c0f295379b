//! The story and the grants agree: whatever succeeded was granted, but for the one call that is meant to surprise.
//! Only actions are compared here; resources and conditions are the judgement's matter.

use serde_json::Value;
use trailfit::grants::{self, Bearer, Grants};
use trailfit::iam::{self, Effect};

use super::{claims, records, rendered};

/// The action behind an event, for the few names that differ.
fn action(record: &Value) -> String {
    let service = record["eventSource"].as_str().unwrap().trim_end_matches(".amazonaws.com");
    let name = record["eventName"].as_str().unwrap();
    let plain = name.trim_end_matches("v2").trim_end_matches("20150331");
    let is_version = !record["requestParameters"]["versionId"].is_null();
    let name = match (service, plain) {
        ("s3", "ListObjects") => "ListBucket",
        ("s3", "GetObject") if is_version => "GetObjectVersion",
        ("lambda", "Invoke") => "InvokeFunction",
        (_, plain) => plain,
    };
    format!("{service}:{name}")
}

fn bearer<'g>(grants: &'g Grants, record: &Value) -> Option<Bearer<'g>> {
    let identity = &record["userIdentity"];
    let issuer = &identity["sessionContext"]["sessionIssuer"]["arn"];
    match identity["type"].as_str()? {
        "AssumedRole" => Some(grants.principal(issuer.as_str()?).expect("a role of the snapshot")),
        "IAMUser" => Some(grants.principal(identity["arn"].as_str()?).expect("a user of the snapshot")),
        _ => None,
    }
}

fn is_granted(bearer: &Bearer<'_>, action: &str) -> bool {
    bearer.held().iter().any(|held| {
        let policy = held.document().unwrap().policy.as_ref().unwrap();
        let mut allows = policy.statements.iter().filter(|statement| statement.effect == Effect::Allow);
        allows.any(|statement| iam::allows_action(statement, action))
    })
}

#[test]
fn only_one_call_surprises() {
    let grants = grants::read(claims::files().into_iter().collect());
    let needs_none = ["sts:GetCallerIdentity", "signin:ConsoleLogin"];
    let mut surprises = Vec::new();
    for record in records(&rendered()) {
        let succeeded = record["errorCode"].is_null();
        let (Some(bearer), action) = (bearer(&grants, &record), action(&record)) else { continue };
        if succeeded && !needs_none.contains(&action.as_str()) && !is_granted(&bearer, &action) {
            surprises.push((bearer.owner().name.clone(), action));
        }
    }
    let expected = ("catalog-api".to_owned(), "ssm:GetParametersByPath".to_owned());
    assert_eq!(surprises, [expected]);
}
