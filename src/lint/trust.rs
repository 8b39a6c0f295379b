//! Checks of who is let in from outside: services on behalf of others, foreign accounts, identity providers.

use super::finding::Findings;
use super::subject::Kind;
use super::view::View;

/// Keys that tell on whose behalf a service calls.
const SOURCES: &[&str] = &["aws:SourceArn", "aws:SourceAccount", "aws:SourceOrgID", "aws:SourceOrgPaths"];

/// Keys that make a foreign account prove more than its number.
const PROOFS: &[&str] = &["sts:ExternalId", "aws:PrincipalOrgID", "aws:PrincipalOrgPaths", "aws:PrincipalArn"];

pub(super) fn check(view: &View<'_>, findings: &mut Findings<'_>) {
    if !view.allows() || view.statement.principals.as_ref().is_none_or(|principals| principals.negated) {
        return;
    }
    services(view, findings);
    if view.kind == Kind::Trust {
        accounts(view, findings);
        providers(view, findings);
    }
}

/// The confused deputy: a service that anyone may use calls in our name.
fn services(view: &View<'_>, findings: &mut Findings<'_>) {
    if view.asks_for(SOURCES) {
        return;
    }
    let id = match view.kind {
        // Several services do not send the keys when they assume a role, so this is advice.
        Kind::Trust => "ROLE_TRUST_SERVICE_WITHOUT_SOURCE",
        _ => "RESTRICT_ACCESS_TO_SERVICE_PRINCIPAL",
    };
    for (_, entry) in view.principals().iter().filter(|(kind, _)| *kind == "Service") {
        let sentence = format!("`{}` may call on behalf of any account", entry.text);
        let fix = "add a condition on `aws:SourceArn` or `aws:SourceAccount` where the service sends it";
        findings.add(id, &entry.place, sentence, fix);
    }
}

/// A foreign account; where the own one is not known, every account as a whole may be one.
fn accounts(view: &View<'_>, findings: &mut Findings<'_>) {
    if view.asks_for(PROOFS) {
        return;
    }
    for (_, entry) in view.principals().iter().filter(|(kind, _)| *kind == "AWS") {
        let account = entry.text.split(':').nth(4).unwrap_or(entry.text);
        let digits = account.len() == 12 && account.bytes().all(|byte| byte.is_ascii_digit());
        let whole = entry.text.ends_with(":root") || entry.text == account;
        let foreign = view.account.map_or(whole, |own| own != account);
        if digits && foreign {
            let sentence = format!("account `{account}` may assume the role without an external id");
            let fix = "demand `sts:ExternalId` of third parties, or `aws:PrincipalOrgID` of your own accounts";
            findings.add("ROLE_TRUST_ACCOUNT_WITHOUT_EXTERNAL_ID", &entry.place, sentence, fix);
        }
    }
}

/// Identity providers serve many: the token must be for us, and of one of ours.
fn providers(view: &View<'_>, findings: &mut Findings<'_>) {
    let named = |end: &str| view.statement.conditions.iter().any(|one| one.key.to_ascii_lowercase().ends_with(end));
    if named(":sub") || named(":aud") || named(":amr") {
        return;
    }
    for (_, entry) in view.principals().iter().filter(|(kind, _)| *kind == "Federated") {
        let host = !entry.text.contains(":saml-provider/");
        if host {
            let sentence = format!("everyone whom `{}` knows may assume the role", entry.text);
            let fix = "add conditions on the `aud` and `sub` of the token";
            findings.add("MISSING_CONDITION_KEY_FOR_OIDC_PRINCIPAL", &entry.place, sentence, fix);
        }
    }
}
