//! One proposal as steps in order, each with its inverse; the formats only word them. It runs nothing.

use serde_json::Value;

use crate::fit::{Change, Placement, PolicyId, Proposal, ProposedPolicy};
use crate::iam;
use crate::report::policies::PolicyFiles;
use crate::report::policies::content::restorable;

/// A document and the file that holds it, relative to the report's folder.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Document<'r> {
    pub(super) path: &'r str,
    pub(super) json: Value,
}

/// One change of what stands in an account.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Step<'r> {
    /// Nobody but these, by ARN, may hold the policy.
    HeldBy { arn: String, owners: Vec<&'r str> },
    /// A new customer-managed policy.
    Create { arn: String, name: &'r str, document: Document<'r> },
    /// A new default version in the place of `version`.
    Version { arn: &'r str, version: &'r str, before: Document<'r>, after: Document<'r> },
    /// An inline policy is put, changed or deleted.
    Inline { owner: &'r str, name: &'r str, before: Option<Document<'r>>, after: Option<Document<'r>> },
    /// A managed policy is attached to a user, group or role.
    Attach { owner: &'r str, arn: String },
    /// A managed policy is detached.
    Detach { owner: &'r str, arn: &'r str },
}

/// The steps of a proposal. What is new stands before the old is narrowed or goes, so that nothing that is needed
/// is missing in between. `before`: the document that stands, as found.
pub(super) fn steps<'r>(proposal: &'r Proposal, files: &'r PolicyFiles, before: &str) -> Vec<Step<'r>> {
    let mut steps = Vec::new();
    let old = || {
        let json = serde_json::from_str(&restorable(before)).unwrap_or_default();
        Some(Document { path: files.before.as_deref()?, json })
    };
    if let (PolicyId::Managed { arn, .. }, false) = (&proposal.target, proposal.target.is_aws_managed()) {
        let owners = proposal.attached_to.iter().map(String::as_str).collect();
        steps.push(Step::HeldBy { arn: arn.clone(), owners });
    }
    let documents = || {
        let all = proposal.documents.iter().zip(&files.documents);
        all.map(|(proposed, path)| (proposed, Document { path, json: json(proposed) }))
    };
    for (proposed, document) in documents().filter(|(proposed, _)| proposed.placement == Placement::NewPolicy) {
        let arn = new_arn(proposal, &proposed.name);
        steps.push(Step::Create { arn: arn.clone(), name: &proposed.name, document });
        steps.extend(proposal.attached_to.iter().map(|owner| Step::Attach { owner, arn: arn.clone() }));
    }
    for (proposed, after) in documents().filter(|(proposed, _)| proposed.placement != Placement::NewPolicy) {
        steps.extend(in_place(proposal, proposed, old(), after));
    }
    if goes_away(proposal) {
        match &proposal.target {
            PolicyId::Inline { owner, name } => steps.push(Step::Inline { owner, name, before: old(), after: None }),
            PolicyId::Managed { arn, .. } => {
                steps.extend(proposal.attached_to.iter().map(|owner| Step::Detach { owner, arn }));
            }
        }
    }
    steps
}

fn json(proposed: &ProposedPolicy) -> Value {
    serde_json::from_str(&iam::compact(&proposed.policy)).unwrap_or_default()
}

/// The old policy under its name, with the new document.
fn in_place<'r>(
    proposal: &'r Proposal,
    proposed: &'r ProposedPolicy,
    before: Option<Document<'r>>,
    after: Document<'r>,
) -> Option<Step<'r>> {
    match &proposal.target {
        PolicyId::Inline { owner, name } => {
            let before = before.filter(|_| proposed.name == *name);
            Some(Step::Inline { owner, name: &proposed.name, before, after: Some(after) })
        }
        PolicyId::Managed { arn, .. } => {
            let version = proposal.version.as_ref().map_or("", |(version, _)| version.as_str());
            Some(Step::Version { arn, version, before: before?, after })
        }
    }
}

/// Whether the old policy is not there any more, under its name, when all documents are in place.
fn goes_away(proposal: &Proposal) -> bool {
    let takes_its_place = |document: &ProposedPolicy| match (&proposal.target, document.placement) {
        (PolicyId::Inline { name, .. }, Placement::Inline) => document.name == *name,
        (PolicyId::Managed { .. }, Placement::NewVersion) => true,
        _ => false,
    };
    proposal.change == Change::Detach || !proposal.documents.iter().any(takes_its_place)
}

/// The ARN that a new customer-managed policy gets, in the partition of the old one.
fn new_arn(proposal: &Proposal, name: &str) -> String {
    let owner = match &proposal.target {
        PolicyId::Inline { owner, .. } => Some(owner.as_str()),
        PolicyId::Managed { .. } => proposal.owner.as_deref(),
    };
    let partition = owner.unwrap_or(proposal.target.name()).split(':').nth(1).unwrap_or("aws");
    format!("arn:{partition}:iam::{}:policy/{name}", proposal.account)
}

/// `/team/` of `arn:aws:iam::111122223333:policy/team/Build`.
pub(super) fn path(arn: &str) -> String {
    let resource = arn.splitn(6, ':').nth(5).unwrap_or_default();
    let below = resource.strip_prefix("policy").unwrap_or_default();
    below.rfind('/').and_then(|at| below.get(..=at)).unwrap_or("/").to_owned()
}
