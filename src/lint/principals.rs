//! Checks of `Principal` and `NotPrincipal`: where they must and must not stand, and what they may name.

use super::finding::Findings;
use super::json::Value;
use super::subject::Kind;
use super::view::{Entry, View};

pub(super) fn check(view: &View<'_>, findings: &mut Findings<'_>) {
    presence(view, findings);
    empty(view, findings);
    for (kind, entry) in view.principals() {
        form(view.kind, kind, &entry, findings);
    }
    let negated = view.statement.principals.as_ref().is_some_and(|principals| principals.negated);
    if negated && view.allows() && view.kind != Kind::Trust {
        let place = view.element("NotPrincipal");
        let sentence = "it allows everyone but those named, strangers too";
        findings.add("ALLOW_WITH_NOT_PRINCIPAL", &place, sentence, "name who is allowed");
    }
}

fn presence(view: &View<'_>, findings: &mut Findings<'_>) {
    let name = if view.node.get("Principal").is_some() { "Principal" } else { "NotPrincipal" };
    match (view.kind, &view.statement.principals) {
        (Kind::Identity, Some(_)) => {
            let sentence = "policies of this kind have no principals";
            findings.add("UNSUPPORTED_PRINCIPAL", &view.element(name), sentence, "remove the element");
        }
        (kind, None) if kind.names_principals() => {
            let sentence = "the statement names no principal";
            findings.add("MISSING_PRINCIPAL", &view.place, sentence, "add the element `Principal`");
        }
        _ => {}
    }
    if view.kind != Kind::Trust && view.statement.resources.is_none() {
        findings.add("MISSING_RESOURCE", &view.place, "the statement names no resource", "add the element `Resource`");
    }
}

/// A type of principals without any.
fn empty(view: &View<'_>, findings: &mut Findings<'_>) {
    let members = ["Principal", "NotPrincipal"].iter().filter_map(|name| view.node.get(name));
    for member in members {
        let place = view.place.member(member);
        for kind in member.node.members().iter().filter(|kind| kind.node.value == Value::List(Vec::new())) {
            let sentence = format!("`{}` names nobody", kind.key);
            findings.add("EMPTY_ARRAY_PRINCIPAL", &place.member(kind), sentence, "name a principal");
        }
    }
}

/// Providers that the guide's page on principals shows in resource policies, too.
const WEB_IDENTITY: [&str; 4] =
    ["accounts.google.com", "cognito-identity.amazonaws.com", "graph.facebook.com", "www.amazon.com"];

fn form(of: Kind, kind: &str, entry: &Entry<'_>, findings: &mut Findings<'_>) {
    let text = entry.text;
    let mut add = |id: &'static str, sentence: String, fix: &str| findings.add(id, &entry.place, sentence, fix);
    if text.contains("${") {
        add("VARIABLE_UNSUPPORTED_IN_ELEMENT", "principals take no variables".to_owned(), "name the principal");
    } else if text.contains(['*', '?']) && (text != "*" || kind != "AWS") {
        let fix = "name each principal, or use `*` and a condition on `aws:PrincipalArn`";
        add("UNSUPPORTED_WILDCARD_IN_PRINCIPAL", format!("`{text}` has a wildcard"), fix);
    } else if kind == "AWS" && is_unique_id(text) {
        let user = text.starts_with("AIDA");
        let id = if user { "INVALID_USER_REFERENCE" } else { "INVALID_ROLE_REFERENCE" };
        let sentence = format!("`{text}` is an id, as it is left behind by a principal that was deleted");
        add(id, sentence, "remove it, or name the principal by its ARN");
    } else if kind == "AWS" && text != "*" && !is_account(text) && !is_principal_arn(text) {
        let fix = "write an account id, or the ARN of an account, user, role or session";
        add("INVALID_PRINCIPAL_FORMAT", format!("`{text}` is not a principal of AWS"), fix);
    } else if kind == "Service" && !is_service(text) {
        let fix = "write it as `lambda.amazonaws.com`";
        add("INVALID_SERVICE_PRINCIPAL_FORMAT", format!("`{text}` is not a service principal"), fix);
    } else if kind == "Federated" && of == Kind::Resource && !WEB_IDENTITY.contains(&text) {
        let sentence = format!("`{text}` is known to trust policies alone");
        add("FEDERATED_PRINCIPAL_NOT_SUPPORTED", sentence, "name the role that its users assume");
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
