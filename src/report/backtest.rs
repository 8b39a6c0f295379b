//! A backtest as JSON: the curve, and every trial with its principals and policies.

use serde_json::{Value, json};

use crate::fit::{Backtest, Denied, GuardrailReplay, Point, Range, Replayed, Score, Trial, Weights};

/// Changes when a member changes its meaning or goes away, not when one is added.
const SCHEMA_VERSION: u32 = 1;

/// The whole backtest as one object. `catalog_as_of` is the day of the catalog.
pub fn backtest_json(backtest: &Backtest, catalog_as_of: &str) -> Value {
    let (first, last) = backtest.log;
    json!({
        "schema_version": SCHEMA_VERSION,
        "tool": {"name": "trailfit", "version": env!("CARGO_PKG_VERSION")},
        "catalog_as_of": catalog_as_of,
        "log": {"first": first.to_string(), "last": last.to_string()},
        "ahead_days": backtest.ahead_days,
        "curve": backtest.curve().iter().map(point).collect::<Vec<_>>(),
        "trials": backtest.trials.iter().map(trial).collect::<Vec<_>>(),
    })
}

fn point(point: &Point<'_>) -> Value {
    json!({
        "preset": point.preset,
        "learn_days": point.learn_days,
        "cuts": point.trials.len(),
        "score": score(&point.score()),
        "removed": weights(&point.weights()),
        "size_before": point.sizes().0,
        "size_after": point.sizes().1,
    })
}

fn trial(trial: &Trial) -> Value {
    let (from, cut, until) = trial.window;
    let policy = |((id, owner), of): (&crate::fit::PolicyKey, Score)| json!({"name": id.name(), "owner": owner, "score": score(&of)});
    json!({
        "preset": trial.preset,
        "learn_days": trial.learn_days,
        "from": from.to_string(),
        "cut": cut.to_string(),
        "until": until.to_string(),
        "changes": trial.changes.len(),
        "size_before": trial.sizes.0,
        "size_after": trial.sizes.1,
        "score": score(&trial.score()),
        "removed": weights(&trial.weights()),
        "principals": trial.principals.iter().map(principal).collect::<Vec<_>>(),
        "guardrails": trial.guardrails.iter().map(guardrail).collect::<Vec<_>>(),
        "policies": trial.policies().into_iter().map(|(key, score)| policy((key, score))).collect::<Vec<_>>(),
    })
}

fn principal(replayed: &Replayed) -> Value {
    json!({
        "account": replayed.account,
        "arn": replayed.arn,
        "score": score(&replayed.score),
        "surprises": replayed.surprises,
        "removed": weights(&replayed.weights),
        "size_before": replayed.sizes.0,
        "size_after": replayed.sizes.1,
        "denied": replayed.denied.iter().map(denied).collect::<Vec<_>>(),
    })
}

fn guardrail(replay: &GuardrailReplay) -> Value {
    let lost = |(arn, one): &(String, Denied)| {
        let mut object = denied(one);
        object.as_object_mut().map(|members| members.insert("arn".to_owned(), json!(arn)));
        object
    };
    json!({
        "accounts": replay.accounts,
        "kind": replay.kind,
        "denies": replay.denies,
        "score": score(&replay.score),
        "denied": replay.denied.iter().map(lost).collect::<Vec<_>>(),
    })
}

fn denied(denied: &Denied) -> Value {
    json!({
        "action": denied.action,
        "resource": denied.resource,
        "resources": denied.resources,
        "count": range(denied.count),
        "first_seen": denied.first.to_string(),
    })
}

fn score(score: &Score) -> Value {
    json!({"requests": score.requests, "denied": range(score.denied), "not_told": score.untold})
}

fn range(range: Range) -> Value {
    json!({"at_least": range.least, "at_most": range.most})
}

fn weights(weights: &Weights) -> Value {
    let (granted, removed) = weights.actions();
    let (risk_granted, risk_removed) = weights.risk();
    let levels = weights
        .levels
        .iter()
        .map(|(level, (granted, removed))| (level.word().to_owned(), json!({"granted": granted, "removed": removed})));
    json!({
        "actions": {"granted": granted, "removed": removed},
        "risk": {"granted": risk_granted, "removed": risk_removed},
        "levels": levels.collect::<serde_json::Map<_, _>>(),
    })
}
