//! Whether what was proven fits into an account: policies made and policies attached, against IAM's quotas.

use std::collections::BTreeMap;

use super::limits;
use super::proposal::{Placement, Proposal};
use super::stack::PolicyId;
use super::verdict::{PolicyVerdict, Verdict};
use crate::grants::{Account, Grants, Owner};

/// How one account's quotas stand when everything that was proven is in place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Quota {
    /// The account.
    pub account: String,
    /// Customer-managed policies that stand.
    pub standing: usize,
    /// Those that the proposals make.
    pub created: usize,
    /// How many there may be.
    pub limit: usize,
    /// ARNs of the users, groups and roles that would have more policies attached than they may, with the number.
    pub crowded: Vec<(String, usize)>,
}

impl Quota {
    /// Whether the account has room for all of it.
    pub fn holds(&self) -> bool {
        self.standing + self.created <= self.limit && self.crowded.is_empty()
    }
}

/// Customer-managed policies that stand in an account.
pub(super) fn standing(account: &Account) -> usize {
    account.policies.values().filter(|policy| !policy.is_aws_managed()).count()
}

/// The accounts in which a policy is made, by account.
pub(super) fn quotas(policies: &[PolicyVerdict], grants: &Grants) -> Vec<Quota> {
    let mut proposals: BTreeMap<&str, Vec<&Proposal>> = BTreeMap::new();
    for policy in policies {
        if let Verdict::Proven(proven) = &policy.verdict {
            proposals.entry(&policy.account).or_default().push(proven.proposal());
        }
    }
    let quota = |(account, proposals): (&str, Vec<&Proposal>)| {
        let created: usize = proposals.iter().map(|proposal| made(proposal)).sum();
        let grants = grants.accounts.get(account).filter(|_| created > 0)?;
        let crowded = crowded(grants, &proposals);
        let (account, limit) = (account.to_owned(), limits::CUSTOMER_POLICIES);
        Some(Quota { account, standing: standing(grants), created, limit, crowded })
    };
    proposals.into_iter().filter_map(quota).collect()
}

fn made(proposal: &Proposal) -> usize {
    proposal.documents.iter().filter(|document| document.placement == Placement::NewPolicy).count()
}

fn crowded(account: &Account, proposals: &[&Proposal]) -> Vec<(String, usize)> {
    let mut added: BTreeMap<&str, (usize, usize)> = BTreeMap::new();
    for proposal in proposals {
        let stays = proposal.documents.iter().any(|document| document.placement == Placement::NewVersion);
        let goes = matches!(proposal.target, PolicyId::Managed { .. }) && !stays;
        for owner in &proposal.attached_to {
            let known = added.entry(owner).or_default();
            *known = (known.0 + made(proposal), known.1 + usize::from(goes));
        }
    }
    let users = account.users.values().map(|user| &user.owner);
    let groups = account.groups.values().map(|group| &group.owner);
    let roles = account.roles.values().map(|role| &role.owner);
    let after = |owner: &Owner| {
        let (more, fewer) = added.get(owner.arn.as_str()).copied().unwrap_or_default();
        let after = (owner.attached.len() + more).saturating_sub(fewer);
        (more > fewer && after > limits::ATTACHED).then(|| (owner.arn.clone(), after))
    };
    users.chain(groups).chain(roles).filter_map(after).collect()
}
