//! Checks of identity providers in trust policies: how they are named, what they ask for, whom they let in.

use super::finding::Findings;
use super::subject::Kind;
use super::view::{Clause, Entry, View};

const GITHUB: &str = "token.actions.githubusercontent.com";

pub(super) fn check(view: &View<'_>, findings: &mut Findings<'_>) {
    if view.kind != Kind::Trust || !view.allows() {
        return;
    }
    let principals = view.principals();
    actions(view, &principals, findings);
    for (_, entry) in principals.iter().filter(|(kind, _)| *kind == "Federated") {
        if !is_saml(entry.text) && !is_host(entry.text) {
            let sentence = format!("`{}` is neither a host nor the ARN of a provider", entry.text);
            let fix = "write `accounts.google.com`, or `arn:aws:iam::account:saml-provider/name`";
            findings.add("INVALID_FEDERATED_PRINCIPAL_SYNTAX_IN_ROLE_TRUST_POLICY", &entry.place, sentence, fix);
        } else if !is_saml(entry.text) {
            tokens(view, entry, findings);
        }
    }
    for clause in view.clauses().iter().filter(|clause| clause.key.eq_ignore_ascii_case(&format!("{GITHUB}:sub"))) {
        repositories(view, clause, findings);
    }
}

fn is_saml(text: &str) -> bool {
    text.starts_with("arn:") && text.contains(":saml-provider/")
}

/// A host name, alone or as the name of an OIDC provider.
fn is_host(text: &str) -> bool {
    let host = text.split_once(":oidc-provider/").map_or(text, |(_, host)| host);
    host.contains('.') && !host.contains([':', '*', ' '])
}

/// Each kind of provider has an action of its own.
fn actions(view: &View<'_>, principals: &[(&str, Entry<'_>)], findings: &mut Findings<'_>) {
    for action in view.actions() {
        let saml = action.text.eq_ignore_ascii_case("sts:AssumeRoleWithSAML");
        let oidc = action.text.eq_ignore_ascii_case("sts:AssumeRoleWithWebIdentity");
        let fits = |(kind, entry): &&(&str, Entry<'_>)| *kind == "Federated" && is_saml(entry.text) == saml;
        if let Some((_, entry)) = principals.iter().find(|one| (saml || oidc) && entry_is_known(one) && !fits(one)) {
            let sentence = format!("`{}` cannot use `{}`", entry.text, action.text);
            let fix = "SAML providers use `sts:AssumeRoleWithSAML`, OIDC providers `sts:AssumeRoleWithWebIdentity`";
            findings.add("MISMATCHED_ACTION_FOR_PRINCIPAL", &action.place, sentence, fix);
        }
    }
}

/// A name that is no provider's is told by itself.
fn entry_is_known((kind, entry): &(&str, Entry<'_>)) -> bool {
    *kind != "Federated" || is_saml(entry.text) || is_host(entry.text)
}

/// Identity providers serve many: the token must be for us, and of one of ours.
fn tokens(view: &View<'_>, entry: &Entry<'_>, findings: &mut Findings<'_>) {
    let named = |end: &str| view.statement.conditions.iter().any(|one| one.key.to_ascii_lowercase().ends_with(end));
    let sentence = format!("everyone whom `{}` knows may assume the role", entry.text);
    if entry.text.ends_with(GITHUB) && !named(":sub") {
        let fix = "add a condition on `token.actions.githubusercontent.com:sub`, with repository and branch";
        findings.add("MISSING_GITHUB_REPO_CONDITION_KEY", &entry.place, sentence, fix);
    } else if !named(":sub") && !named(":aud") && !named(":amr") {
        let fix = "add conditions on the `aud` and `sub` of the token";
        findings.add("MISSING_CONDITION_KEY_FOR_OIDC_PRINCIPAL", &entry.place, sentence, fix);
    }
}

/// `repo:owner/name:ref:refs/heads/main`: owner, name and branch are fixed, or the branch has a key of its own.
fn repositories(view: &View<'_>, clause: &Clause<'_>, findings: &mut Findings<'_>) {
    let branch = view.asks_for(&[&format!("{GITHUB}:ref")]);
    for value in &clause.values {
        let repository: String = value.text.splitn(3, ':').take(2).collect();
        if repository.contains(['*', '?']) || (!branch && value.text.contains(['*', '?'])) {
            let sentence = format!("`{}` lets in more than one repository and branch", value.text);
            let fix = "name repository and branch";
            findings.add("SPECIFIC_GITHUB_REPO_AND_BRANCH_RECOMMENDED", &value.place, sentence, fix);
        }
    }
}
