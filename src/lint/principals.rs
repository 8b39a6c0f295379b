//! Checks of `Principal` and `NotPrincipal`: where they must and must not stand, and what they may name.

use super::finding::Findings;
use super::subject::Kind;
use super::view::{Entry, View};

pub(super) fn check(view: &View<'_>, findings: &mut Findings<'_>) {
    presence(view, findings);
    for (kind, entry) in view.principals() {
        form(kind, &entry, findings);
    }
    effect(view, findings);
    if view.kind == Kind::Rcp {
        control(view, findings);
    }
}

fn presence(view: &View<'_>, findings: &mut Findings<'_>) {
    let name = if view.node.get("Principal").is_some() { "Principal" } else { "NotPrincipal" };
    match (view.kind.names_principals(), &view.statement.principals) {
        (false, Some(_)) => {
            let sentence = "policies of this kind have no principals";
            findings.add("UNSUPPORTED_PRINCIPAL", &view.element(name), sentence, "remove the element");
        }
        (true, None) => {
            let sentence = "the statement names no principal";
            findings.add("MISSING_PRINCIPAL", &view.place, sentence, "add the element `Principal`");
        }
        _ => {}
    }
    let has_resource = view.statement.resources.is_some();
    if view.kind == Kind::Trust && has_resource {
        let sentence = "a trust policy has no resources: it is about its role";
        findings.add("UNSUPPORTED_RESOURCE_IN_TRUST_POLICY", &view.element("Resource"), sentence, "remove the element");
    } else if view.kind != Kind::Trust && !has_resource {
        findings.add("MISSING_RESOURCE", &view.place, "the statement names no resource", "add the element `Resource`");
    }
}

fn form(kind: &str, entry: &Entry<'_>, findings: &mut Findings<'_>) {
    let text = entry.text;
    let mut add = |id: &'static str, sentence: String, fix: &str| findings.add(id, &entry.place, sentence, fix);
    if text.contains("${") {
        add("VARIABLE_UNSUPPORTED_IN_ELEMENT", "principals take no variables".to_owned(), "name the principal");
    } else if text != "*" && text.contains(['*', '?']) {
        let fix = "name each principal, or use `*` and a condition on `aws:PrincipalArn`";
        add("UNSUPPORTED_WILDCARD_IN_PRINCIPAL", format!("`{text}` has a wildcard"), fix);
    } else if kind == "AWS" && is_unique_id(text) {
        let sentence = format!("`{text}` is the id of a principal that was deleted");
        add("ORPHANED_PRINCIPAL", sentence, "remove it, or name the principal anew");
    } else if kind == "AWS" && text != "*" && !is_account(text) && !is_principal_arn(text) {
        let fix = "write an account id, or the ARN of an account, user, role or session";
        add("INVALID_PRINCIPAL_FORMAT", format!("`{text}` is not a principal of AWS"), fix);
    } else if kind == "Service" && text != "*" && !is_service(text) {
        let fix = "write it as `lambda.amazonaws.com`";
        add("INVALID_SERVICE_PRINCIPAL_FORMAT", format!("`{text}` is not a service principal"), fix);
    }
}

fn is_account(text: &str) -> bool {
    text.len() == 12 && text.bytes().all(|byte| byte.is_ascii_digit())
}

fn is_unique_id(text: &str) -> bool {
    let start = ["AROA", "AIDA"].iter().any(|start| text.starts_with(start));
    start && text.len() > 15 && text.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit())
}

fn is_principal_arn(text: &str) -> bool {
    let parts: Vec<&str> = text.splitn(6, ':').collect();
    let ["arn", _, service, "", account, rest] = parts.as_slice() else { return false };
    let kinds = ["user/", "role/", "assumed-role/", "federated-user/"];
    matches!(*service, "iam" | "sts")
        && (is_account(account) || matches!(*account, "cloudfront" | "aws"))
        && (*rest == "root" || kinds.iter().any(|kind| rest.starts_with(kind)))
}

fn is_service(text: &str) -> bool {
    let name = text.strip_suffix(".amazonaws.com").or_else(|| text.strip_suffix(".amazonaws.com.cn"));
    let other = [".aws.internal", ".alexa.com", ".amazon.com", ".api.aws"].iter().any(|end| text.ends_with(end));
    other || name.is_some_and(|name| !name.is_empty() && !name.contains(['/', ':', ' ']))
}

fn effect(view: &View<'_>, findings: &mut Findings<'_>) {
    let Some(principals) = view.statement.principals.as_ref().filter(|_| view.allows()) else { return };
    if principals.negated {
        let sentence = "it allows everyone but those named, strangers too";
        return findings.add(
            "ALLOW_WITH_NOT_PRINCIPAL",
            &view.element("NotPrincipal"),
            sentence,
            "name who is allowed",
        );
    }
    if !view.statement.conditions.is_empty() || view.kind == Kind::Rcp {
        return;
    }
    for (_, entry) in view.principals().into_iter().filter(|(kind, entry)| *kind == "AWS" && entry.text == "*") {
        let sentence = "it allows everyone, without any condition";
        let fix = "name who is allowed, or add a condition as `aws:PrincipalOrgID`";
        findings.add("ALLOW_WITH_STAR_PRINCIPAL", &entry.place, sentence, fix);
    }
}

/// Resource control policies take less than the rest of the language.
fn control(view: &View<'_>, findings: &mut Findings<'_>) {
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
    for (_, entry) in view.principals().iter().filter(|(_, entry)| entry.text != "*") {
        let sentence = "the principal of a resource control policy is everyone";
        findings.add("RCP_SYNTAX_ERROR_PRINCIPAL", &entry.place, sentence, "write `*`, and conditions");
    }
}
