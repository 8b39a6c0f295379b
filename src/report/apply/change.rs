//! One proven proposal with its number, its title and its steps.

use std::collections::BTreeMap;

use super::step::{Step, steps};
use crate::fit::{Change as Kind, Judgement, PolicyId, Proposal, Shared};
use crate::report::plain::{after_account, count, plain};
use crate::report::policies::naming::last_part;
use crate::report::policies::{PolicyFiles, deleted, is_gone, proven};

/// What is to happen with one policy.
pub(super) struct Change<'r> {
    /// Its number within the account, from 1.
    pub(super) number: usize,
    pub(super) title: String,
    pub(super) proposal: &'r Proposal,
    /// What the other ways to right-size it would remove, where several hold the policy.
    pub(super) shared: Option<&'r Shared>,
    pub(super) files: &'r PolicyFiles,
    pub(super) steps: Vec<Step<'r>>,
}

/// Every proven proposal for what still stands, in the order of the policies, numbered within its account.
pub(super) fn changes<'r>(judgement: &'r Judgement, files: &'r [PolicyFiles]) -> Vec<Change<'r>> {
    let deleted = deleted(judgement);
    let policies = &judgement.policies;
    let mut changes: Vec<Change<'r>> = Vec::new();
    let mut numbers: BTreeMap<&str, usize> = BTreeMap::new();
    for (policy, files) in policies.iter().zip(files) {
        let Some(proposal) = proven(policy).filter(|proposal| !is_gone(proposal, &deleted)) else { continue };
        let number = numbers.entry(&proposal.account).or_default();
        *number += 1;
        changes.push(Change {
            number: *number,
            title: title(proposal),
            proposal,
            shared: judgement.shared.get(&policy.target),
            files,
            steps: steps(proposal, files, &policy.before),
        });
    }
    changes
}

fn title(proposal: &Proposal) -> String {
    let owner = proposal.owner.as_deref().or(match &proposal.target {
        PolicyId::Inline { owner, .. } => Some(owner.as_str()),
        PolicyId::Managed { .. } => None,
    });
    let place = match (owner, proposal.cluster) {
        (Some(owner), _) => format!(" at {}", after_account(owner)),
        (None, Some(number)) => format!(" for cluster {number}, {}", count(proposal.attached_to.len(), "owner")),
        (None, None) => String::new(),
    };
    let verb = match proposal.change {
        Kind::Trim => "Trim",
        Kind::Replace => "Replace",
        Kind::Detach if matches!(proposal.target, PolicyId::Inline { .. }) => "Delete",
        Kind::Detach => "Detach",
    };
    plain(&format!("{verb} {}{place}", last_part(proposal.target.name())))
}
