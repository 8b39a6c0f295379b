//! A trust policy in report.json.

use serde_json::{Value, json};

use super::TrustFiles;
use crate::fit::{Assumer, Hint, Standing, TrustOutcome, TrustVerdict, Trusted};
use crate::iam::size;
use crate::trail::Moment;

/// The row.
pub(in crate::report) fn row(trust: &TrustVerdict, files: Option<&TrustFiles>) -> Value {
    let (verdict, reason) = match &trust.outcome {
        TrustOutcome::Fits => ("fits", None),
        TrustOutcome::Idle => ("idle", None),
        TrustOutcome::Proven(_) => ("proven", None),
        TrustOutcome::Refuted(_, counterexample) => ("refuted", Some(counterexample.to_string())),
        TrustOutcome::NotEditable(advice) => ("not-editable", Some(advice.clone())),
        TrustOutcome::Unjudged(reason) => ("unjudged", Some(reason.clone())),
    };
    let mut object = json!({
        "account": trust.account,
        "role": trust.role,
        "verdict": verdict,
        "reason": reason,
        "trusted": trust.trusted.iter().map(trusted).collect::<Vec<Value>>(),
        "assumed_by": trust.assumers.iter().map(assumer).collect::<Vec<Value>>(),
        "assumed_by_count": trust.assumer_count,
        "surprises": trust.surprises,
        "missing_conditions": trust.hints.iter().map(hint).collect::<Vec<Value>>(),
    });
    if let (Some(object), TrustOutcome::Proven(proven)) = (object.as_object_mut(), &trust.outcome) {
        let proposal = proven.proposal();
        let removed = proposal.removed.iter();
        let name = |(statement, kind, name): &(usize, String, String)| json!({"statement": statement, "kind": kind, "name": name});
        object.insert("removed".to_owned(), removed.map(name).collect());
        object.insert("replayed".to_owned(), json!(proven.replayed()));
        object.insert("size_before".to_owned(), json!(proposal.size_before));
        object.insert("size_after".to_owned(), json!(size(&proposal.policy)));
        object.insert("parents".to_owned(), json!(proposal.parents));
        object.insert("document".to_owned(), json!(files.map(|files| &files.document)));
        object.insert("before".to_owned(), json!(files.map(|files| &files.before)));
    }
    object
}

fn trusted(one: &Trusted) -> Value {
    let reason = match &one.standing {
        Standing::Unseen(blindness) => Some(blindness.to_string()),
        Standing::Used | Standing::Unused => None,
    };
    json!({
        "statement": one.statement,
        "kind": one.kind,
        "name": one.value,
        "standing": one.standing.name(),
        "reason": reason,
        "last": one.last.map(|last: Moment| last.to_string()),
    })
}

fn assumer(one: &Assumer) -> Value {
    json!({
        "name": one.name,
        "external_id": one.external_id,
        "subject": one.subject,
        "count": one.count,
        "last": one.last.to_string(),
    })
}

fn hint(one: &Hint) -> Value {
    json!({
        "statement": one.statement,
        "name": one.value,
        "key": one.key,
        "values": one.values,
        "added": one.added,
    })
}
