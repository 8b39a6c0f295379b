//! Checks of control policies of organizations, which take less than the rest of the language.

use super::finding::Findings;
use super::subject::Kind;
use super::view::View;

/// The key that tells services from the rest.
const SERVICE: &str = "aws:PrincipalIsAWSService";

pub(super) fn check(view: &View<'_>, findings: &mut Findings<'_>) {
    match view.kind {
        Kind::Scp => service_control(view, findings),
        Kind::Rcp => {
            resource_control(view, findings);
            callers(view, findings);
        }
        Kind::Identity | Kind::Resource | Kind::Trust => {}
    }
}

fn service_control(view: &View<'_>, findings: &mut Findings<'_>) {
    if let Some(principals) = &view.statement.principals {
        let place = view.element(if principals.negated { "NotPrincipal" } else { "Principal" });
        let sentence = "a service control policy has no principals";
        findings.add("SCP_SYNTAX_ERROR_PRINCIPAL", &place, sentence, "add a condition on `aws:PrincipalArn`");
    }
}

fn resource_control(view: &View<'_>, findings: &mut Findings<'_>) {
    if view.allows() {
        let sentence = "a resource control policy only denies";
        findings.add("RCP_SYNTAX_ERROR_ALLOW", &view.element("Effect"), sentence, "write `Deny`");
    }
    if view.statement.actions.negated {
        let sentence = "a resource control policy has no `NotAction`";
        findings.add("RCP_SYNTAX_ERROR_NOTACTION", &view.element("NotAction"), sentence, "use `Action`");
    }
    for entry in view.actions().iter().filter(|entry| entry.text == "*") {
        let sentence = "a resource control policy names the services of its actions";
        findings.add("RCP_SYNTAX_ERROR_ACTION", &entry.place, sentence, "write `s3:*` and the like");
    }
    let negated = view.statement.principals.as_ref().is_some_and(|principals| principals.negated);
    for (_, entry) in view.principals().iter().filter(|(_, entry)| negated || entry.text != "*") {
        let sentence = "the principal of a resource control policy is everyone";
        findings.add("RCP_SYNTAX_ERROR_PRINCIPAL", &entry.place, sentence, "write `*`, and conditions");
    }
}

/// People and services meet the same policy: a key that only one of them brings denies the other.
fn callers(view: &View<'_>, findings: &mut Findings<'_>) {
    let asked = view.asks_for(&[SERVICE]);
    for clause in view.clauses() {
        let key = clause.key.to_ascii_lowercase();
        let (principal, source) = (is_of_principal(&key), is_of_source(&key));
        let mut add = |id: &'static str, sentence: String, fix: &str| findings.add(id, &clause.place, sentence, fix);
        if principal && !asked {
            let sentence = format!("services bring no `{}`, so they are denied", clause.key);
            let fix = "add `\"BoolIfExists\": {\"aws:PrincipalIsAWSService\": \"false\"}`";
            add("RCP_MISSING_RELATED_PRINCIPAL_CONDITION_KEY", sentence, fix);
        }
        if source && !asked {
            let sentence = format!("your principals bring no `{}`, so they are denied", clause.key);
            let fix = "add `\"BoolIfExists\": {\"aws:PrincipalIsAWSService\": \"true\"}`";
            add("RCP_MISSING_RELATED_SERVICE_PRINCIPAL_CONDITION_KEY", sentence, fix);
        }
        if source && !view.asks_for(&["aws:SourceAccount", "aws:SourceArn"]) {
            let sentence = format!("some services bring no `{}`, so they are denied", clause.key);
            let fix = "add `\"Null\": {\"aws:SourceAccount\": \"false\"}`";
            add("RCP_MISSING_SERVICE_CONDITION_KEY_NULL_CHECK", sentence, fix);
        }
    }
}

fn is_of_principal(key: &str) -> bool {
    matches!(key, "aws:principalaccount" | "aws:principalarn" | "aws:principalorgid" | "aws:principalorgpaths")
        || key.starts_with("aws:principaltag/")
}

fn is_of_source(key: &str) -> bool {
    matches!(key, "aws:sourceorgid" | "aws:sourceorgpaths")
}
