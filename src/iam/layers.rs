//! The stack of policies that decides a request. An absent layer does not limit.

use super::policy::Policy;

/// A policy and the name under which a decision refers to it (ARN of a managed policy, name of an inline one).
#[derive(Clone, Debug)]
pub struct NamedPolicy<'a> {
    /// The name that findings show.
    pub name: &'a str,
    /// The document.
    pub policy: &'a Policy,
}

/// Everything that takes part in one decision.
#[derive(Clone, Debug, Default)]
pub struct Layers<'a> {
    /// Identity-based policies of the caller: inline, attached, and those of its groups.
    pub identity: Vec<NamedPolicy<'a>>,
    /// The permissions boundary.
    pub boundary: Option<NamedPolicy<'a>>,
    /// Session policies; several intersect with the rest as one union.
    pub session: Option<Vec<NamedPolicy<'a>>>,
    /// SCPs: one list per level, root first; `None` when the account is in no organization or unknown.
    pub scps: Option<Vec<Vec<NamedPolicy<'a>>>>,
    /// RCPs of the resource's account: one list per level, root first.
    pub rcps: Option<Vec<Vec<NamedPolicy<'a>>>>,
    /// The resource-based policy (for `sts:AssumeRole*`, the role trust policy).
    pub resource: Option<NamedPolicy<'a>>,
    /// The policy of the VPC endpoint that the request came through.
    pub endpoint: Option<NamedPolicy<'a>>,
    /// The caller belongs to the organization's management account: SCPs do not apply.
    pub management_account: bool,
    /// The caller is a service-linked role: SCPs and RCPs do not apply.
    pub service_linked_role: bool,
}
