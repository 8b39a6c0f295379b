//! Checks of `Action` and `NotAction`: services and actions that do not exist.

use std::collections::BTreeSet;

use super::finding::Findings;
use super::nearest::nearest;
use super::subject::Kind;
use super::view::{Entry, View};
use crate::catalog::Catalog;
use crate::iam::ActionPattern;

pub(super) fn check(view: &View<'_>, findings: &mut Findings<'_>) {
    for entry in view.actions() {
        known(view, &entry, findings);
    }
}

fn known(view: &View<'_>, entry: &Entry<'_>, findings: &mut Findings<'_>) {
    let text = entry.text;
    if text.contains("${") {
        let sentence = "policy variables are not expanded in actions";
        return findings.add("VARIABLE_UNSUPPORTED_IN_ELEMENT", &entry.place, sentence, "name the actions");
    }
    if !text.is_empty() && text.bytes().all(|byte| byte == b'*') {
        return;
    }
    let Some((prefix, name)) = text.split_once(':') else {
        let sentence = format!("`{text}` has no service prefix");
        return findings.add("INVALID_ACTION", &entry.place, sentence, "write `service:Action`");
    };
    if prefix.contains(['*', '?']) {
        wild_service(view.kind, entry, prefix, name, findings);
    } else if view.catalog.service(prefix).is_empty() {
        let near = nearest(prefix, services(view.catalog).into_iter());
        let sentence = format!("there is no service `{prefix}`");
        findings.add(
            "INVALID_SERVICE_IN_ACTION",
            &entry.place,
            sentence,
            did_you_mean(near, "use a service prefix of AWS"),
        );
    } else if view.catalog.expand(&ActionPattern::new(text)).is_empty() {
        unknown(view.catalog, entry, prefix, findings);
    } else if view.kind == Kind::Trust && !prefix.eq_ignore_ascii_case("sts") {
        let sentence = format!("`{text}` has no effect in a trust policy");
        findings.add("UNSUPPORTED_ACTION_IN_POLICY", &entry.place, sentence, "use actions of `sts`");
    }
}

fn wild_service(kind: Kind, entry: &Entry<'_>, prefix: &str, name: &str, findings: &mut Findings<'_>) {
    // Since September 2025 service control policies take wildcards anywhere; IAM refuses them elsewhere.
    if kind == Kind::Scp || (prefix == "*" && name == "*") {
        return;
    }
    let sentence = format!("the service prefix `{prefix}` has a wildcard");
    findings.add("WILDCARD_IN_SERVICE_NAME", &entry.place, &*sentence, "name each service");
    findings.add("INVALID_SERVICE_IN_ACTION", &entry.place, sentence, "name each service");
}

fn unknown(catalog: &Catalog, entry: &Entry<'_>, prefix: &str, findings: &mut Findings<'_>) {
    let text = entry.text;
    if text.contains(['*', '?']) {
        let sentence = format!("`{text}` matches no action");
        return findings.add("INVALID_ACTION", &entry.place, sentence, "correct the pattern or remove it");
    }
    let near = nearest(text, catalog.service(prefix).iter().map(|action| &*action.name));
    let sentence = format!("there is no action `{text}` (as of {})", catalog.as_of());
    findings.add("INVALID_ACTION", &entry.place, sentence, did_you_mean(near, "use an action of the service"));
}

fn did_you_mean(near: Option<&str>, else_say: &str) -> String {
    near.map_or_else(|| else_say.to_owned(), |near| format!("did you mean `{near}`"))
}

fn services(catalog: &Catalog) -> BTreeSet<&str> {
    catalog.actions().iter().filter_map(|action| action.name.split(':').next()).collect()
}
