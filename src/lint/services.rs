//! Checks of Allows for services: who may have them call, and which keys they bring.

use super::finding::Findings;
use super::subject::Kind;
use super::view::{Entry, View};

/// Keys that tell on whose behalf a service calls.
const SOURCES: &[&str] = &["aws:SourceArn", "aws:SourceAccount", "aws:SourceOrgID", "aws:SourceOrgPaths"];

/// Keys of principals that belong to an organization, which services do not.
const ORGANIZATION: &[&str] = &["aws:PrincipalOrgID", "aws:PrincipalOrgPaths"];

/// What IAM Roles Anywhere asks for when it assumes a role.
const ANYWHERE: &[&str] = &["sts:AssumeRole", "sts:SetSourceIdentity", "sts:TagSession"];

pub(super) fn check(view: &View<'_>, findings: &mut Findings<'_>) {
    let negated = view.statement.principals.as_ref().is_none_or(|principals| principals.negated);
    if negated || !view.allows() {
        return;
    }
    let principals = view.principals();
    let services: Vec<&Entry<'_>> =
        principals.iter().filter(|(kind, _)| *kind == "Service").map(|(_, entry)| entry).collect();
    if services.is_empty() {
        return;
    }
    deputies(view, &services, findings);
    if services.len() == principals.len() {
        keys(view, findings);
    }
    anywhere(view, &services, findings);
}

/// The confused deputy: a service that anyone may use calls in our name.
fn deputies(view: &View<'_>, services: &[&Entry<'_>], findings: &mut Findings<'_>) {
    if view.asks_for(SOURCES) {
        return;
    }
    let id = match view.kind {
        // Several services do not send the keys when they assume a role, so this is advice.
        Kind::Trust => "ROLE_TRUST_SERVICE_WITHOUT_SOURCE",
        _ => "RESTRICT_ACCESS_TO_SERVICE_PRINCIPAL",
    };
    for entry in services {
        let sentence = format!("`{}` may call on behalf of any account", entry.text);
        let fix = "add a condition on `aws:SourceArn` or `aws:SourceAccount` where the service sends it";
        findings.add(id, &entry.place, sentence, fix);
    }
}

/// Keys that services do not bring, or that hold nobody off.
fn keys(view: &View<'_>, findings: &mut Findings<'_>) {
    for clause in view.clauses() {
        let is = |key: &&str| clause.key.eq_ignore_ascii_case(key);
        if ORGANIZATION.iter().any(is) {
            let sentence = format!("services bring no `{}`", clause.key);
            let fix = "use `aws:SourceOrgID`";
            findings.add("UNSUPPORTED_CONDITION_KEY_FOR_SERVICE_PRINCIPAL", &clause.place, sentence, fix);
        } else if is(&"aws:referer") && !view.asks_for(SOURCES) {
            let sentence = format!("`{}` does not tell on whose behalf a service calls", clause.key);
            let fix = "use `aws:SourceArn` or `aws:SourceAccount`";
            findings.add("RECOMMENDED_CONDITION_KEY_FOR_SERVICE_PRINCIPAL", &clause.place, sentence, fix);
        }
    }
}

fn anywhere(view: &View<'_>, services: &[&Entry<'_>], findings: &mut Findings<'_>) {
    let list = &view.statement.actions;
    let lacks = |action: &&&str| !list.patterns.iter().any(|pattern| pattern.matches(action));
    let missing: Vec<&str> = ANYWHERE.iter().filter(lacks).copied().collect();
    let anywhere = services.iter().any(|entry| entry.text == "rolesanywhere.amazonaws.com");
    if view.kind == Kind::Trust && anywhere && !list.negated && !missing.is_empty() {
        let sentence = format!("IAM Roles Anywhere needs `{}` too", missing.join("`, `"));
        let place = view.element("Action");
        findings.add("MISSING_ACTION_FOR_ROLES_ANYWHERE_TRUST_POLICY", &place, sentence, "add it");
    }
}
