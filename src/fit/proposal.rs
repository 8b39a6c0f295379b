//! What is proposed for one policy, statement by statement, with the statement that each came from.
//! A proposal is not proven; only `verify` makes a `Proven` of it.

use std::collections::{BTreeMap, BTreeSet};

use super::ladder::TightResource;
use super::stack::PolicyId;
use crate::iam::{Condition, Policy};

/// How a proposed document is to be put in place.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Placement {
    /// `put-user-policy`, `put-group-policy`, `put-role-policy`.
    Inline,
    /// A new default version of the customer-managed policy that stands.
    NewVersion,
    /// A new customer-managed policy, attached beside or instead of the old one.
    NewPolicy,
}

/// One proposed document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProposedPolicy {
    /// Name of the policy that it becomes.
    pub name: String,
    /// How it is put in place.
    pub placement: Placement,
    /// The document.
    pub policy: Policy,
    /// For each of its statements, the index of the statement of the old policy that it came from.
    pub parents: Vec<usize>,
}

/// What is to happen with the policy.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Change {
    /// The documents take the place of an inline or customer-managed policy.
    Trim,
    /// Customer-managed documents take the place of an AWS-managed policy.
    Replace,
    /// Nothing of it was used: detach it, or delete it when it is inline.
    Detach,
}

impl Change {
    /// The name in reports.
    pub fn name(self) -> &'static str {
        match self {
            Change::Trim => "trim",
            Change::Replace => "replace",
            Change::Detach => "detach",
        }
    }
}

/// Two actions that go together, of which one stays and the other goes. Told, never decided upon.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PartedPair {
    /// The action that stays.
    pub kept: String,
    /// The action that goes.
    pub removed: String,
    /// Why the one may need the other.
    pub reason: String,
    /// The page that says so.
    pub source: String,
}

/// A condition that is new, and how many calls it rests on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewCondition {
    /// The condition; its values are all that were seen.
    pub condition: Condition,
    /// Calls that it was drawn around.
    pub calls: u64,
}

/// Actions for which a condition was asked and is not offered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Withheld {
    /// The condition key.
    pub key: &'static str,
    /// Why.
    pub reason: &'static str,
    /// The actions.
    pub actions: BTreeSet<String>,
}

/// A proposal for one policy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proposal {
    /// The policy that stands.
    pub target: PolicyId,
    /// The account.
    pub account: String,
    /// The user, group or role that the change is made at; `None` for a customer-managed policy, which changes
    /// for all who hold it, and for a cluster.
    pub owner: Option<String>,
    /// The number of the cluster of owners, from 1, for which alone a shared policy is replaced.
    pub cluster: Option<usize>,
    /// ARNs of the users and roles whose requests the policy decides, sorted.
    pub holders: Vec<String>,
    /// ARNs of the users, groups and roles that the policy is attached to or inline at, sorted.
    pub attached_to: Vec<String>,
    /// The default version of a managed policy, and how many versions stand (five may).
    pub version: Option<(String, usize)>,
    /// What is to happen.
    pub change: Change,
    /// The documents; empty for `Detach`.
    pub documents: Vec<ProposedPolicy>,
    /// Size in characters of the old document, as IAM counts it.
    pub size_before: usize,
    /// Actions that the policy granted and no longer does, sorted.
    pub removed: Vec<String>,
    /// Actions that stay because they were used, sorted.
    pub used: Vec<String>,
    /// Actions that stay although no use was seen, with the reason.
    pub unseen: BTreeMap<String, String>,
    /// Resources that take the place of a statement's own, by the statement's index, each with its reason.
    pub tightened: Vec<(usize, TightResource)>,
    /// Conditions that are new, by the statement's index; their values are all that were seen.
    pub conditions: Vec<(usize, NewCondition)>,
    /// Conditions that were asked for and are not offered, by the statement's index.
    pub withheld: Vec<(usize, Withheld)>,
    /// Actions that go although one that stays may need them.
    pub parted: Vec<PartedPair>,
}

impl Proposal {
    /// Whether the policy that stands stays as it is for others, who are not concerned.
    pub fn is_part(&self) -> bool {
        matches!(self.target, PolicyId::Managed { .. }) && (self.owner.is_some() || self.cluster.is_some())
    }

    /// Size in characters of all new documents.
    pub fn size_after(&self) -> usize {
        self.documents.iter().map(|document| crate::iam::size(&document.policy)).sum()
    }
}

/// What a smaller proposal would leave.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Remainder {
    /// Actions.
    pub actions: usize,
    /// Characters of all documents.
    pub size: usize,
}

/// Why a proposal was refused: a request that the old policy decided otherwise, a statement that grants more,
/// or a document that AWS would not take.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Counterexample {
    /// A use that was allowed would not be.
    #[error("{principal} used {action} on {resource}, which `{policy}` allows and its proposal does not")]
    Lost {
        /// ARN of the principal.
        principal: String,
        /// The action.
        action: String,
        /// The resource.
        resource: String,
        /// The policy's name.
        policy: String,
    },
    /// A statement is not covered by the statement that it came from.
    #[error("statement {statement} of `{document}` grants what statement {parent} of the policy that stands does not")]
    Wider {
        /// The document.
        document: String,
        /// Index of its statement.
        statement: usize,
        /// Index of the parent.
        parent: usize,
    },
    /// The documents together allow a request that the policy does not.
    #[error("the proposal allows {action} on {resource}, which the policy that stands does not")]
    NewAccess {
        /// The action.
        action: String,
        /// The resource.
        resource: String,
    },
    /// A Deny of the old policy is missing or changed.
    #[error("the Deny in statement {parent} of the policy that stands is gone or changed")]
    DenyLost {
        /// Index of the Deny.
        parent: usize,
    },
    /// A document is larger than IAM takes, and there is no room for more documents.
    #[error("`{document}` has {size} characters, {limit} are allowed")]
    TooLarge {
        /// The document.
        document: String,
        /// Its size in characters.
        size: usize,
        /// The limit there.
        limit: usize,
        /// What would be left without the unseen actions of services that no holder touched, if that can be proven.
        untouched_dropped: Option<Remainder>,
    },
    /// A document is not a policy when read again.
    #[error("`{document}` would not be accepted: {reason}")]
    NotAccepted {
        /// The document.
        document: String,
        /// Why.
        reason: String,
    },
}
