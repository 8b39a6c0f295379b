//! What was granted, as data: accounts, their principals and policies, guardrails, resource policies.
//!
//! Not the JSON it came from: that is `details`, `guardrails` and `resources`. Not the questions asked of it: `lookup`.

use std::collections::{BTreeMap, BTreeSet};

use crate::iam::{Policy, PolicyError};

/// Everything that was granted, over all accounts given.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Grants {
    /// By account id.
    pub accounts: BTreeMap<String, Account>,
    /// SCPs and RCPs by account id.
    pub guardrails: BTreeMap<String, Guardrails>,
    /// Resource-based policies by resource ARN.
    pub resource_policies: BTreeMap<String, Document>,
    /// Accounts of which no snapshot was given: they were rebuilt from changes.
    pub rebuilt: BTreeSet<String>,
    /// Parts of the input that could not be understood, in a stable order.
    pub unreadable: Vec<Unreadable>,
}

/// One account's snapshot.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Account {
    /// The account id.
    pub id: String,
    /// By ARN.
    pub users: BTreeMap<String, User>,
    /// By group name.
    pub groups: BTreeMap<String, Group>,
    /// By ARN.
    pub roles: BTreeMap<String, Role>,
    /// Customer- and AWS-managed policies by ARN (default version).
    pub policies: BTreeMap<String, ManagedPolicy>,
    /// Instance profile name → role name.
    pub instance_profiles: BTreeMap<String, String>,
}

/// A policy document as it was found: parsed, or the reason why not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Document {
    /// The parsed policy, or why it is none.
    pub policy: Result<Policy, PolicyError>,
    /// The document's JSON as found (URL decoding undone), for diffs and messages.
    pub text: String,
}

/// An inline policy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InlinePolicy {
    /// `PolicyName`.
    pub name: String,
    /// `PolicyDocument`.
    pub document: Document,
}

/// An attached managed policy.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Attachment {
    /// `PolicyArn`.
    pub arn: String,
    /// `PolicyName`.
    pub name: String,
}

/// A managed policy's default version.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ManagedPolicy {
    /// ARN; `arn:P:iam::aws:policy/…` for AWS-managed ones.
    pub arn: String,
    /// Name.
    pub name: String,
    /// Path, `/…/`.
    pub path: String,
    /// `DefaultVersionId`.
    pub version: String,
    /// When the default version was made, as written.
    pub created: Option<String>,
    /// The default version's document.
    pub document: Document,
    /// How many versions exist (the limit is five).
    pub version_count: usize,
    /// `AttachmentCount`: to how many users, groups and roles it is attached, as AWS counts.
    pub attachments: Option<u64>,
}

impl ManagedPolicy {
    /// Whether AWS owns it, so that it cannot be edited.
    pub fn is_aws_managed(&self) -> bool {
        self.arn.split(':').nth(4) == Some("aws")
    }
}

/// What users and roles have in common: the policies that stand.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Owner {
    /// ARN with path.
    pub arn: String,
    /// Name.
    pub name: String,
    /// Unique id (`AIDA…`, `AROA…`, `AGPA…`).
    pub id: String,
    /// Path, `/…/`.
    pub path: String,
    /// `CreateDate` as written.
    pub created: Option<String>,
    /// Inline policies by document order.
    /// A part of the principal that could not be understood stands here as an unreadable policy,
    /// because it might have held a Deny.
    pub inline: Vec<InlinePolicy>,
    /// Attached managed policies.
    pub attached: Vec<Attachment>,
    /// ARN of the permissions boundary.
    pub boundary: Option<String>,
    /// Tags, key → value.
    pub tags: BTreeMap<String, String>,
}

/// An IAM user.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct User {
    /// Its policies.
    pub owner: Owner,
    /// Names of its groups.
    pub groups: Vec<String>,
}

/// An IAM group.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Group {
    /// Its policies (a group has no boundary).
    pub owner: Owner,
}

/// An IAM role.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Role {
    /// Its policies.
    pub owner: Owner,
    /// The trust policy.
    pub trust: Option<Document>,
    /// `RoleLastUsed.LastUsedDate` as written.
    pub last_used: Option<String>,
}

/// Organization policies that limit one account.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Guardrails {
    /// Whether this is the management account (no SCP or RCP applies).
    pub management_account: bool,
    /// SCPs with their names, one list per level, root first.
    pub scps: Option<Vec<Vec<(String, Document)>>>,
    /// RCPs likewise.
    pub rcps: Option<Vec<Vec<(String, Document)>>>,
}

/// A part of the input that could not be understood.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Unreadable {
    /// The file.
    pub file: String,
    /// Where in it, as `UserDetailList[3]`.
    pub place: String,
    /// Why.
    pub reason: String,
}
