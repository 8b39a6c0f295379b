//! Checks of trust policies: elements that they do not take, foreign accounts, principals that say nothing new.

use super::finding::Findings;
use super::subject::Kind;
use super::view::View;
use crate::iam::PrincipalList;

/// Keys that make a foreign account prove more than its number.
const PROOFS: &[&str] = &["sts:ExternalId", "aws:PrincipalOrgID", "aws:PrincipalOrgPaths", "aws:PrincipalArn"];

pub(super) fn check(view: &View<'_>, findings: &mut Findings<'_>) {
    if view.kind != Kind::Trust {
        return;
    }
    elements(view, findings);
    if view.allows() && view.statement.principals.as_ref().is_some_and(|principals| !principals.negated) {
        accounts(view, findings);
        sessions(view, findings);
    }
}

fn elements(view: &View<'_>, findings: &mut Findings<'_>) {
    if let Some(list) = &view.statement.resources {
        let place = view.element(if list.negated { "NotResource" } else { "Resource" });
        let sentence = "a trust policy has no resources: it is about its role";
        findings.add("ROLE_TRUST_POLICY_SYNTAX_ERROR_RESOURCE", &place, sentence, "remove the element");
    }
    let Some(principals) = &view.statement.principals else { return };
    if principals.negated {
        let place = view.element("NotPrincipal");
        let sentence = "a trust policy has no `NotPrincipal`";
        findings.add("ROLE_TRUST_POLICY_SYNTAX_ERROR_NOTPRINCIPAL", &place, sentence, "name who is trusted");
    } else if principals.list == PrincipalList::Everyone {
        let place = view.element("Principal");
        let sentence = "a trust policy takes no `*` alone as its principal";
        findings.add("ROLE_TRUST_POLICY_UNSUPPORTED_WILDCARD_IN_PRINCIPAL", &place, sentence, "name who is trusted");
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

/// A session beside its role.
fn sessions(view: &View<'_>, findings: &mut Findings<'_>) {
    let principals = view.principals();
    for (_, entry) in &principals {
        let Some((account, name)) = entry.text.split_once(":assumed-role/") else { continue };
        let account = account.rsplit(':').next().unwrap_or_default();
        let role = format!("::{account}:role/");
        let name = name.split('/').next().unwrap_or_default();
        let is_parent = |text: &str| {
            let path = text.split_once(&role).map(|(_, path)| path);
            path.is_some_and(|path| path.rsplit('/').next() == Some(name))
        };
        if let Some((_, parent)) = principals.iter().find(|(_, other)| is_parent(other.text)) {
            let sentence = format!("`{}` is a session of `{}`, which is trusted already", entry.text, parent.text);
            findings.add("REDUNDANT_PRINCIPAL_IN_ROLE_TRUST_POLICY", &entry.place, sentence, "remove it");
        }
    }
}
