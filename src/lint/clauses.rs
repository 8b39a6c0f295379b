//! Checks of condition keys: keys that do not exist, or that the statement's actions do not have.

use super::finding::Findings;
use super::nearest::nearest;
use super::view::{Clause, View};
use crate::catalog::{Action, Actions, Catalog, takes_key};
use crate::iam::{Family, Operator};

pub(super) fn check(view: &View<'_>, findings: &mut Findings<'_>) {
    let actions = named_actions(view);
    for clause in view.clauses() {
        if !misspelled(&clause, findings) {
            key(view, &clause, &actions, findings);
            partly(view, &clause, &actions, findings);
        }
    }
    doubled(view, findings);
}

/// Keys that lack a part, or are no longer keys.
fn misspelled(clause: &Clause<'_>, findings: &mut Findings<'_>) -> bool {
    let key = clause.key.to_ascii_lowercase();
    let name = key.split_once(':').map_or("", |(_, name)| name);
    if matches!(name.trim_end_matches('/'), "resourcetag" | "requesttag" | "principaltag") {
        let sentence = format!("`{}` names no tag", clause.key);
        findings.add("MISSING_TAG_KEY_IN_CONDITION", &clause.place, sentence, "write `aws:ResourceTag/key`");
    } else if key == "aws:arn" {
        let fix = "use `aws:PrincipalArn` or `aws:SourceArn`";
        findings.add("UNSUPPORTED_GLOBAL_CONDITION_KEY", &clause.place, "there is no key `aws:ARN`", fix);
    } else {
        return false;
    }
    true
}

/// Keys of one operator that differ in case only.
fn doubled(view: &View<'_>, findings: &mut Findings<'_>) {
    let clauses = view.clauses();
    for (at, clause) in clauses.iter().enumerate() {
        let same = |other: &&Clause<'_>| {
            other.operator_place == clause.operator_place
                && other.key != clause.key
                && other.key.eq_ignore_ascii_case(clause.key)
        };
        if let Some(other) = clauses.iter().take(at).find(same) {
            let sentence = format!("`{}` is the same key as `{}`", clause.key, other.key);
            let fix = "put the values into one list";
            findings.add("DUPLICATE_KEYS_WITH_DIFFERENT_CASE", &clause.place, sentence, fix);
        }
    }
}

/// Actions by name that lack a key which others of the statement have: the condition never holds for them.
fn partly(view: &View<'_>, clause: &Clause<'_>, actions: &[&Action], findings: &mut Findings<'_>) {
    let global = view.catalog.condition_key(clause.key).is_some_and(|known| known.global);
    let demands = Operator::parse(clause.operator).is_some_and(|one| !one.if_exists() && one.family() != Family::Null);
    if global || !demands || !supports(actions, clause.key) {
        return;
    }
    for entry in view.actions() {
        let Some(action) = view.catalog.action(entry.text).filter(|action| !supports(&[action], clause.key)) else {
            continue;
        };
        let sentence = format!("`{}` has no condition key `{}`", action.name, clause.key);
        let fix = "move it to a statement without the key";
        findings.add("UNSUPPORTED_ACTION_FOR_CONDITION_KEY", &entry.place, sentence, fix);
    }
}

/// The actions that the statement names; none when it names nearly all.
fn named_actions<'a>(view: &View<'a>) -> Vec<&'a Action> {
    let list = &view.statement.actions;
    let wide = list.negated || list.patterns.iter().any(|pattern| pattern.as_str().starts_with('*'));
    if wide { Vec::new() } else { view.catalog.expand_all(&list.patterns) }
}

fn key(view: &View<'_>, clause: &Clause<'_>, actions: &[&Action], findings: &mut Findings<'_>) {
    let key = clause.key;
    let Some((prefix, _)) = key.split_once(':').filter(|(prefix, name)| !prefix.is_empty() && !name.is_empty()) else {
        let sentence = format!("`{key}` is not a condition key");
        return findings.add("INVALID_CONDITION_KEY_FORMAT", &clause.place, sentence, "write `service:Key`");
    };
    let known = view.catalog.condition_key(key);
    // Identity providers bring keys of their own, called by their host.
    if known.is_some_and(|known| known.global) || prefix.contains(['.', '/']) {
        return;
    }
    if supports(actions, key) {
        return;
    }
    if prefix.eq_ignore_ascii_case("aws") {
        if exists(view.catalog.actions(), key) {
            return unsupported(clause, actions, findings);
        }
        let sentence = format!("there is no global condition key `{key}`");
        let near = nearest(key, view.catalog.global_keys());
        let fix = near.map_or_else(|| "use a global condition key".to_owned(), |near| format!("did you mean `{near}`"));
        return findings.add("INVALID_GLOBAL_CONDITION_KEY", &clause.place, sentence, fix);
    }
    if known.is_some() || exists(view.catalog.actions(), key) {
        unsupported(clause, actions, findings);
    } else if view.catalog.service(prefix).is_empty() {
        let sentence = format!("there is no service `{prefix}`");
        findings.add("INVALID_SERVICE", &clause.place, sentence, "use a key of a service, or a global one");
    } else {
        let service = view.catalog.service(prefix);
        let near = nearest(key, service.iter().flat_map(|action| action.condition_keys.iter()).map(String::as_str));
        let fix = near.map_or_else(|| "use a key of the service".to_owned(), |near| format!("did you mean `{near}`"));
        let sentence = format!("there is no condition key `{key}` (as of {})", view.catalog.as_of());
        findings.add("INVALID_SERVICE_CONDITION_KEY", &clause.place, sentence, fix);
    }
}

fn unsupported(clause: &Clause<'_>, actions: &[&Action], findings: &mut Findings<'_>) {
    if !actions.is_empty() {
        let sentence = format!("no action of the statement has the condition key `{}`", clause.key);
        let fix = "use a key of the actions, or a global one";
        findings.add("UNSUPPORTED_CONDITION_KEY_FOR_ACTION", &clause.place, sentence, fix);
    }
}

/// The keys of actions that the reference does not list yet are not known; among others they prove nothing.
fn supports(actions: &[&Action], key: &str) -> bool {
    let has = |action: &&Action| action.condition_keys.iter().any(|known| takes_key(known, key));
    actions.iter().any(has) || (!actions.is_empty() && actions.iter().all(|action| action.is_newer))
}

fn exists(actions: &Actions, key: &str) -> bool {
    actions.iter().any(|action| action.condition_keys.iter().any(|known| takes_key(known, key)))
}

/// Whether a key exists at all, as a policy variable may name it.
pub(super) fn is_known(catalog: &Catalog, key: &str) -> bool {
    let prefix = key.split(':').next().unwrap_or_default();
    prefix.contains('.') || catalog.condition_key(key).is_some() || exists(catalog.actions(), key)
}
