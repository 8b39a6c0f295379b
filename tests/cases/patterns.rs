//! Pattern cases: how two patterns stand to each other.

use serde_json::{Value, json};
use trailfit::iam::{self, Caller, Context, Pattern, Request, Resource, Truth};

use super::{cases, conformance, report};

#[test]
fn suites_of_others() {
    let Some(folder) = conformance() else { return };
    for suite in ["autopilot-resources", "parliament-overlap"] {
        let cases = cases(&folder.join(suite).with_extension("json"));
        let failures: Vec<String> = cases.iter().filter_map(|case| failure(case).err()).collect();
        report(suite, cases.len(), &failures);
    }
}

fn failure(case: &Value) -> Result<(), String> {
    let pattern = |name: &str| Pattern::new(case[name].as_str().unwrap_or_default());
    let (a, b) = (pattern("a"), pattern("b"));
    let found: Value = match case["kind"].as_str() {
        Some("pattern-relation") => relation(&a, &b).into(),
        Some("minimal-resources") => minimal(&case["resources"]).into(),
        Some("glob-overlap") => a.overlaps(&b).into(),
        Some("arn-pattern-overlap") => may_meet(&a, &b).into(),
        kind => return Err(format!("{}: unknown kind {kind:?}", case["id"])),
    };
    if found == case["expected"] {
        Ok(())
    } else {
        Err(format!("{}: {} {}, found {found}", case["id"], case["a"], case["b"]))
    }
}

/// Whether a statement on `a` may match a request on some resource of `b`.
fn may_meet(a: &Pattern, b: &Pattern) -> bool {
    let statement = json!({"Effect": "Allow", "Action": "*", "Resource": a.as_str()});
    let policy = iam::parse_value(&json!({"Statement": statement})).unwrap();
    let request = Request {
        caller: &Caller::Root("123456789012".into()),
        action: "s3:GetObject",
        resource: Resource::Within(b),
        resource_account: None,
        context: &Context::closed(),
    };
    iam::matches_statement(&policy, &policy.statements[0], &request) != Truth::No
}

fn relation(a: &Pattern, b: &Pattern) -> &'static str {
    match (a.covers(b), b.covers(a)) {
        (true, true) => "equivalent",
        (true, false) => "subsumes",
        (false, true) => "subsumed",
        (false, false) => "incomparable",
    }
}

/// Those that no other covers.
fn minimal(resources: &Value) -> Vec<String> {
    let patterns: Vec<Pattern> =
        resources.as_array().into_iter().flatten().map(|text| Pattern::new(text.as_str().unwrap())).collect();
    let kept = patterns.iter().filter(|&one| !patterns.iter().any(|other| other != one && other.covers(one)));
    kept.map(|pattern| pattern.as_str().to_owned()).collect()
}
