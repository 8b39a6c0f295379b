//! Subsumption cases against the statement check: it may miss what is covered, never claim too much.

use serde_json::Value;
use trailfit::iam::compare::{Access, NewAccess, Universe, new_access};
use trailfit::iam::{self, Effect, Policy};

use super::{cases, conformance, report};

#[test]
fn covered_is_never_claimed_wrongly() {
    let Some(folder) = conformance() else { return };
    for suite in ["aws-custom-checks", "policyglass-issubset"] {
        let cases = cases(&folder.join(suite).with_extension("json"));
        let (mut seen, mut covered, mut failures) = (0, 0, Vec::new());
        for case in &cases {
            let (Some(existing), Some(new)) = (policy(&case["existing"]), policy(&case["new"])) else {
                continue;
            };
            seen += 1;
            if !all_covered(&existing, &new) {
                continue;
            }
            covered += 1;
            if case["expected"] != "no-new-access" {
                failures.push(format!("{}: {} over {}", case["id"], case["existing"], case["new"]));
            }
        }
        println!("{suite}: {covered} of {seen} seen to be covered");
        report(suite, cases.len(), &failures);
    }
}

#[test]
fn new_access_is_found_and_nothing_else() {
    let Some(folder) = conformance() else { return };
    for suite in ["aws-custom-checks", "policyglass-issubset"] {
        let cases = cases(&folder.join(suite).with_extension("json"));
        let mut failures = Vec::new();
        for case in &cases {
            let (Some(existing), Some(new)) = (policy(&case["existing"]), policy(&case["new"])) else {
                failures.push(format!("{}: does not parse", case["id"]));
                continue;
            };
            let answer = new_access(&Access::of(&existing), &Access::of(&new), &Universe::default());
            let found = match &answer {
                NewAccess::None => "no-new-access",
                NewAccess::Some(_) => "new-access",
                NewAccess::Undecided(_) => "undecided",
            };
            if case["expected"] != found {
                failures.push(format!("{}: {answer:?}: {} over {}", case["id"], case["existing"], case["new"]));
            }
        }
        report(suite, cases.len(), &failures);
    }
}

fn policy(document: &Value) -> Option<Policy> {
    iam::parse_value(document).ok()
}

/// Every Allow of the new policy has a parent, and no Deny of the existing one is lost.
fn all_covered(existing: &Policy, new: &Policy) -> bool {
    new.statements
        .iter()
        .filter(|s| s.effect == Effect::Allow)
        .all(|child| existing.statements.iter().any(|parent| iam::covers_statement(existing, parent, new, child)))
        && existing
            .statements
            .iter()
            .filter(|s| s.effect == Effect::Deny)
            .all(|deny| new.statements.iter().any(|own| iam::covers_statement(existing, deny, new, own)))
}
