//! Policy files: where each proven document stands, its text, its diff, and the commands that apply it.
//! Only `Proven` becomes a file.

mod apply;
mod commands;
mod content;
mod naming;
mod quoting;

pub(super) use naming::{APPLY, PolicyFiles};

use crate::fit::{PolicyVerdict, Proposal, Verdict};

/// The files of each policy, in the order of the policies; empty for those without a proven proposal.
pub(super) fn names(policies: &[PolicyVerdict]) -> Vec<PolicyFiles> {
    naming::names(policies.iter().map(proven))
}

/// Path relative to the report's folder, and content, of every policy file.
pub(super) fn contents(policies: &[PolicyVerdict], names: &[PolicyFiles]) -> Vec<(String, String)> {
    let changes: Vec<_> = policies
        .iter()
        .zip(names)
        .filter_map(|(policy, files)| Some((proven(policy)?, policy.before.as_str(), files)))
        .collect();
    let mut all: Vec<(String, String)> =
        changes.iter().flat_map(|(proposal, before, files)| content::files(proposal, before, files)).collect();
    if !changes.is_empty() {
        let changes = changes.iter().map(|(proposal, _, files)| (*proposal, *files));
        all.push((APPLY.to_owned(), apply::apply(changes)));
    }
    all
}

fn proven(policy: &PolicyVerdict) -> Option<&Proposal> {
    match &policy.verdict {
        Verdict::Proven(proven) => Some(proven.proposal()),
        _ => None,
    }
}
