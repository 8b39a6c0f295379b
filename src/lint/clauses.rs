//! Checks of condition keys: keys that do not exist, or that the statement's actions do not have.

use super::finding::Findings;
use super::nearest::nearest;
use super::view::{Clause, View};
use crate::catalog::{Action, Catalog, takes_key};

pub(super) fn check(view: &View<'_>, findings: &mut Findings<'_>) {
    let actions = named_actions(view);
    for clause in view.clauses() {
        key(view, &clause, &actions, findings);
    }
}

/// The actions that the statement names; none when it names nearly all.
fn named_actions<'a>(view: &View<'a>) -> Vec<&'a Action> {
    let list = &view.statement.actions;
    let wide = list.negated || list.patterns.iter().any(|pattern| pattern.as_str().starts_with('*'));
    if wide { Vec::new() } else { list.patterns.iter().flat_map(|pattern| view.catalog.expand(pattern)).collect() }
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

fn supports(actions: &[&Action], key: &str) -> bool {
    actions.iter().any(|action| action.condition_keys.iter().any(|known| takes_key(known, key)))
}

fn exists(actions: &[Action], key: &str) -> bool {
    actions.iter().any(|action| action.condition_keys.iter().any(|known| takes_key(known, key)))
}

/// Whether a key exists at all, as a policy variable may name it.
pub(super) fn is_known(catalog: &Catalog, key: &str) -> bool {
    let prefix = key.split(':').next().unwrap_or_default();
    prefix.contains('.') || catalog.condition_key(key).is_some() || exists(catalog.actions(), key)
}
