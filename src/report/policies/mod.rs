//! Policy files: where each proven document stands, its text, its diff. How they are applied is told in `apply`.
//! Only `Proven` becomes a file.

pub(super) mod content;
pub(super) mod naming;
pub(super) mod quoting;

pub(super) use naming::PolicyFiles;

use std::collections::BTreeSet;

use crate::fit::{Judgement, PolicyId, PolicyVerdict, Proposal, Verdict};

/// The files of each policy, in the order of the policies; empty for those without a proven proposal.
pub(super) fn names(policies: &[PolicyVerdict]) -> Vec<PolicyFiles> {
    let standing = policies.iter().filter_map(|policy| match &policy.target {
        PolicyId::Managed { arn, .. } if !policy.target.is_aws_managed() => {
            Some((policy.account.as_str(), naming::last_part(arn)))
        }
        _ => None,
    });
    naming::names(policies.iter().map(proven), standing)
}

/// Path relative to the report's folder, and content, of every policy file.
pub(super) fn contents(policies: &[PolicyVerdict], names: &[PolicyFiles]) -> Vec<(String, String)> {
    let files = policies
        .iter()
        .zip(names)
        .filter_map(|(policy, names)| proven(policy).map(|proposal| content::files(proposal, &policy.before, names)));
    files.flatten().collect()
}

/// Users and roles that were deleted within the log.
pub(super) fn deleted(judgement: &Judgement) -> BTreeSet<&str> {
    let gone = judgement.fittings.iter().filter(|fitting| fitting.deleted.is_some());
    gone.map(|fitting| fitting.arn.as_str()).collect()
}

/// Whether a proposal is for these alone, so that there is nothing to apply.
pub(super) fn is_gone(proposal: &Proposal, deleted: &BTreeSet<&str>) -> bool {
    proposal.attached_to.iter().all(|arn| deleted.contains(arn.as_str()))
}

/// The proposal that may be written.
pub(super) fn proven(policy: &PolicyVerdict) -> Option<&Proposal> {
    match &policy.verdict {
        Verdict::Proven(proven) => Some(proven.proposal()),
        _ => None,
    }
}
