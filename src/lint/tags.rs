//! Checks of `aws:ResourceTag` on actions of services that do not tell a resource's tags.

use std::collections::BTreeSet;

use super::finding::Findings;
use super::view::{Clause, View};
use crate::catalog::{Action, takes_key};
use crate::iam::{ActionPattern, Operator};

pub(super) fn check(view: &View<'_>, findings: &mut Findings<'_>) {
    for clause in view.clauses() {
        let folded = clause.key.to_ascii_lowercase();
        let asks = folded.strip_prefix("aws:resourcetag/").is_some_and(|name| !name.is_empty());
        // Those hold when the tag is not told, which is another fault.
        let demands = Operator::parse(clause.operator).is_some_and(|one| !one.if_exists() && !one.is_negated());
        if asks && demands {
            tag(view, &clause, findings);
        }
    }
}

fn tag(view: &View<'_>, clause: &Clause<'_>, findings: &mut Findings<'_>) {
    let negated = view.statement.actions.negated;
    let services = untagged(view, clause.key);
    if services.is_empty() && !negated {
        return;
    }
    let id = match (view.allows(), negated) {
        (true, false) => "ALLOW_WITH_UNSUPPORTED_TAG_CONDITION_KEY_FOR_SERVICE",
        (true, true) => "ALLOW_NOTACTION_WITH_UNSUPPORTED_TAG_CONDITION_KEY_FOR_SERVICE",
        (false, false) => "DENY_WITH_UNSUPPORTED_TAG_CONDITION_KEY_FOR_SERVICE",
        (false, true) => "DENY_NOTACTION_WITH_UNSUPPORTED_TAG_CONDITION_KEY_FOR_SERVICE",
    };
    let who = if negated { "some services".to_owned() } else { format!("`{}`", services.join("`, `")) };
    let verb = if view.allows() { "allows" } else { "denies" };
    let sentence = format!("actions of {who} do not tell the tags of resources, so it {verb} none of them");
    let fix = if negated { "use `Action`" } else { "move these actions to a statement without the key" };
    findings.add(id, &clause.place, sentence, fix);
}

/// The services of entries none of whose actions has the key.
fn untagged<'a>(view: &View<'a>, key: &str) -> Vec<&'a str> {
    let patterns = view.statement.actions.patterns.iter().filter(|pattern| !pattern.as_str().starts_with('*'));
    let lacks = |pattern: &&ActionPattern| {
        let actions = view.catalog.expand(pattern);
        let has = |known: &String| takes_key(known, key);
        let tells = |action: &&Action| action.condition_keys.iter().any(has);
        !actions.iter().all(|action| action.is_newer) && !actions.iter().any(tells)
    };
    let services: BTreeSet<&str> =
        patterns.filter(lacks).filter_map(|pattern| pattern.as_str().split(':').next()).collect();
    services.into_iter().collect()
}
