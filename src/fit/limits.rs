//! IAM's limits for what is proposed (IAM user guide, "IAM and AWS STS quotas"; as of 2026-11).

/// Characters of a customer-managed policy, insignificant white space not counted.
pub(super) const MANAGED_POLICY: usize = 6_144;

/// Characters of all inline policies of a user.
pub(super) const INLINE_USER: usize = 2_048;

/// Characters of all inline policies of a group.
pub(super) const INLINE_GROUP: usize = 5_120;

/// Characters of all inline policies of a role.
pub(super) const INLINE_ROLE: usize = 10_240;

/// Managed policies attached to a user, group or role. Newer pages give roles 20; the smaller default holds everywhere.
pub(super) const ATTACHED: usize = 10;

/// Policies that may take the place of one: more would fill half of the attachments, and nobody reads them.
pub(super) const DOCUMENTS: usize = 5;

/// Customer-managed policies of an account. Newer pages say 5,000 and more; the smaller default holds everywhere.
pub(super) const CUSTOMER_POLICIES: usize = 1_500;

/// Policies that a split makes of one: more than a handful, and nobody knows which is whose.
pub(super) const CLUSTERS: usize = 5;

/// Characters of a role's trust policy, unless the quota was raised.
pub(super) const TRUST_POLICY: usize = 2_048;

/// Characters of a service control policy, since 2026-05-15. White space counts.
pub(super) const SCP: usize = 10_240;

/// Service control policies of an account or organizational unit, since 2026-05-15; one of them is `FullAWSAccess`.
pub(super) const SCPS: usize = 9;

/// Characters of a policy's name.
pub(super) const POLICY_NAME: usize = 128;

/// Characters of all inline policies of the owner, told by its ARN.
pub(super) fn inline(owner_arn: &str) -> usize {
    match owner_arn.split(':').nth(5).unwrap_or_default() {
        resource if resource.starts_with("user/") => INLINE_USER,
        resource if resource.starts_with("group/") => INLINE_GROUP,
        _ => INLINE_ROLE,
    }
}
