//! Trust policies, account by account: the scripts that put them, and a page that says what to set elsewhere.

use std::collections::BTreeMap;

use super::script::{Numbered, line, script};
use super::step::Entrusted;
use super::{cloudformation, terraform};
use crate::fit::{Hint, Standing, TrustProposal, TrustVerdict};
use crate::iam;
use crate::report::plain::{after_account, plain};
use crate::report::policies::content::restorable;
use crate::report::policies::naming::{last_part, part};
use crate::report::policies::quoting::code;
use crate::report::telling::Report;
use crate::report::trust::{TrustFiles, proven};

/// One role's change.
struct Change<'r> {
    trust: &'r TrustVerdict,
    proposal: &'r TrustProposal,
    files: &'r TrustFiles,
}

/// Path relative to the report's folder, and content, of every file, in a folder for each account below `folder`.
pub(super) fn contents(report: &Report<'_>, folder: &str) -> Vec<(String, String)> {
    let mut accounts: BTreeMap<&str, Vec<Change<'_>>> = BTreeMap::new();
    for (trust, files) in report.judgement.trusts.iter().zip(&report.trust_files) {
        if let (Some(proposal), Some(files)) = (proven(trust), files) {
            accounts.entry(&trust.account).or_default().push(Change { trust, proposal, files });
        }
    }
    let files = accounts.iter().flat_map(|(account, changes)| {
        let folder = format!("{folder}/{}", part(account));
        let what = "Applies the trust policies that are proposed; trust-rollback.sh takes them back.";
        let back = "Takes back what trust-apply.sh did; what was not applied stays as it is.";
        [
            (format!("{folder}/trust-apply.sh"), script(account, &numbered(changes, true), what)),
            (format!("{folder}/trust-rollback.sh"), script(account, &numbered(changes, false), back)),
            (format!("{folder}/trust.md"), page(account, changes)),
        ]
        .into_iter()
        .chain(as_code(account, changes).into_iter().map(move |(name, text)| (format!("{folder}/{name}"), text)))
    });
    files.collect()
}

fn entrusted<'c>(change: &'c Change<'_>) -> Entrusted<'c> {
    let json = |text: &str| serde_json::from_str(text).unwrap_or_default();
    Entrusted {
        title: title(change),
        role: &change.trust.role,
        before: json(&restorable(&change.trust.before)),
        after: json(&iam::compact(&change.proposal.policy)),
    }
}

/// Terraform and CloudFormation.
fn as_code(account: &str, changes: &[Change<'_>]) -> Vec<(String, String)> {
    let roles: Vec<Entrusted<'_>> = changes.iter().map(entrusted).collect();
    let mut files = cloudformation::trust(account, &roles);
    files.push(("trust-terraform/main.tf".to_owned(), terraform::trust(account, &roles)));
    files
}

fn numbered(changes: &[Change<'_>], forward: bool) -> Vec<Numbered> {
    let numbered = |(at, change): (usize, &Change<'_>)| {
        let role = last_part(&change.trust.role);
        let (before, after) = (change.files.before.as_str(), change.files.document.as_str());
        let (from, to) = if forward { (before, after) } else { (after, before) };
        (at + 1, title(change), vec![line("trust", &[role, from, to])])
    };
    changes.iter().enumerate().map(numbered).collect()
}

fn title(change: &Change<'_>) -> String {
    plain(&format!("Trust policy of {}", after_account(&change.trust.role)))
}

fn page(account: &str, changes: &[Change<'_>]) -> String {
    let mut text = format!(
        "# Trust policies of account {}\n\n\
         Every assumption in the log stays allowed, and nobody is trusted who was not before.\n\
         `bash trust-apply.sh --dry-run` shows the commands, `trust-rollback.sh` is the way back.\n\
         `trust-terraform/main.tf` imports the roles, and `trust-cloudformation/standing.json` takes them into a stack, \
         with `import.json`, which is then updated to `proposed.json`; both change nothing but the trust policy.\n\
         Where a role is in a module or stack of yours, set its `assume_role_policy` to the file, `file(\"…\")`, or its \
         `AssumeRolePolicyDocument` to the content.\n",
        code(account)
    );
    for (at, change) in changes.iter().enumerate() {
        text.push_str(&format!("\n## {}. {}\n\n", at + 1, code(after_account(&change.trust.role))));
        text.push_str(&format!("File: {}, diff: {}.\n", code(&change.files.document), code(&change.files.diff)));
        for (statement, kind, name) in &change.proposal.removed {
            text.push_str(&format!("- {} ({kind}, statement {statement}) goes: {}.\n", code(name), why(change, name)));
        }
        for hint in &change.trust.hints {
            text.push_str(&format!("- {}\n", told(hint)));
        }
    }
    text
}

fn why(change: &Change<'_>, name: &str) -> String {
    let standing = change.trust.trusted.iter().find(|one| one.value == name).map(|one| &one.standing);
    match standing {
        Some(Standing::Unseen(blindness)) => format!("not seen ({blindness}), and dropped as you asked"),
        _ => "nobody of this name assumed the role, and it would have shown".to_owned(),
    }
}

/// A condition that is missing, as a sentence.
fn told(hint: &Hint) -> String {
    let values: Vec<String> = hint.values.iter().map(|value| code(value)).collect();
    let of = format!("{} for {}", code(&hint.key), code(&hint.value));
    match (hint.added, values.is_empty()) {
        (true, _) => format!("{of} comes: {}.", values.join(", ")),
        (false, false) => format!("{of} is missing; it could be {}.", values.join(", ")),
        (false, true) => format!("{of} is missing; the log does not tell one value for all."),
    }
}
