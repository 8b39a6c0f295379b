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
    /// The policy must still be the one that was judged: AWS changes its own, too.
    Stands { arn: &'r str, version: &'r str, before: Document<'r> },
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

/// A role whose trust policy changes: its ARN, the document that stands and the one that is proposed.
pub(super) struct Entrusted<'r> {
    pub(super) title: String,
    pub(super) role: &'r str,
    pub(super) before: Value,
    pub(super) after: Value,
}

/// The steps of a proposal. What is new stands before the old is narrowed or goes, so that nothing that is needed
/// is missing in between. `before`: the document that stands, as found.
pub(super) fn steps<'r>(proposal: &'r Proposal, files: &'r PolicyFiles, before: &str) -> Vec<Step<'r>> {
    let mut steps = Vec::new();
    let old = || {
        let json = serde_json::from_str(&restorable(before)).unwrap_or_default();
        Some(Document { path: files.before.as_deref()?, json })
    };
    // A part of a split leaves the policy to all others as it is, whoever they are.
    if let (PolicyId::Managed { arn, .. }, false) =
        (&proposal.target, proposal.is_part() || proposal.target.is_aws_managed())
    {
        let owners = proposal.attached_to.iter().map(String::as_str).collect();
        steps.push(Step::HeldBy { arn: arn.clone(), owners });
    }
    if let (PolicyId::Managed { arn, .. }, true, Some(before)) = (&proposal.target, goes_away(proposal), old()) {
        steps.push(Step::Stands { arn, version: version(proposal), before });
    }
    let mut in_place = Vec::new();
    let paths = files.names.iter().zip(&files.documents);
    for (proposed, (name, path)) in proposal.documents.iter().zip(paths) {
        let document = Document { path, json: json(proposed) };
        if proposed.placement == Placement::NewPolicy {
            let arn = new_arn(proposal, name);
            steps.push(Step::Create { arn: arn.clone(), name, document });
            steps.extend(proposal.attached_to.iter().map(|owner| Step::Attach { owner, arn: arn.clone() }));
        } else {
            in_place.extend(changed(proposal, proposed, old(), document));
        }
    }
    steps.append(&mut in_place);
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
fn changed<'r>(
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
            Some(Step::Version { arn, version: version(proposal), before: before?, after })
        }
    }
}

/// The default version that was judged.
fn version(proposal: &Proposal) -> &str {
    proposal.version.as_ref().map_or("", |(version, _)| version)
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

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::{Step, path, steps};
    use crate::fit::{Change, Placement, PolicyId, Proposal, ProposedPolicy};
    use crate::iam::parse;
    use crate::report::policies::PolicyFiles;

    const OLD: &str = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}"#;

    fn told(target: PolicyId, change: Change, documents: &[(&str, Placement)]) -> Vec<String> {
        let proposed = |(name, placement): &(&str, Placement)| ProposedPolicy {
            name: (*name).to_owned(),
            placement: *placement,
            policy: parse(OLD).unwrap(),
            parents: vec![0],
        };
        let names: Vec<String> = documents.iter().map(|(name, _)| (*name).to_owned()).collect();
        let files =
            PolicyFiles { documents: names.clone(), diffs: names.clone(), names, before: Some("old".to_owned()) };
        let proposal = Proposal {
            target,
            account: "111122223333".to_owned(),
            owner: None,
            cluster: None,
            holders: Vec::new(),
            attached_to: vec!["arn:aws-cn:iam::111122223333:group/a/readers".to_owned()],
            version: Some(("v2".to_owned(), 2)),
            change,
            documents: documents.iter().map(proposed).collect(),
            size_before: 0,
            removed: Vec::new(),
            used: Vec::new(),
            unseen: BTreeMap::new(),
            tightened: Vec::new(),
            conditions: Vec::new(),
            withheld: Vec::new(),
            parted: Vec::new(),
        };
        let steps = steps(&proposal, &files, OLD);
        let tell = |step: &Step<'_>| match step {
            Step::HeldBy { arn, .. } => format!("held {arn}"),
            Step::Stands { arn, version, .. } => format!("stands {arn} {version}"),
            Step::Create { arn, .. } => format!("create {arn}"),
            Step::Version { arn, version, .. } => format!("version {arn} {version}"),
            Step::Inline { name, before, after, .. } => {
                format!("inline {name} {} {}", before.is_some(), after.is_some())
            }
            Step::Attach { arn, .. } => format!("attach {arn}"),
            Step::Detach { arn, .. } => format!("detach {arn}"),
        };
        steps.iter().map(tell).collect()
    }

    fn managed(arn: &str) -> PolicyId {
        PolicyId::Managed { account: "111122223333".to_owned(), arn: arn.to_owned() }
    }

    #[test]
    fn the_new_stands_before_the_old_goes() {
        let arn = "arn:aws-cn:iam::111122223333:policy/a/Read";
        let split = [("Read", Placement::NewVersion), ("Read-2", Placement::NewPolicy)];
        let second = "arn:aws-cn:iam::111122223333:policy/Read-2";
        let expected = [
            format!("held {arn}"),
            format!("create {second}"),
            format!("attach {second}"),
            format!("version {arn} v2"),
        ];
        assert_eq!(told(managed(arn), Change::Trim, &split), expected);
        let aws = "arn:aws-us-gov:iam::aws:policy/ReadOnlyAccess";
        let new = "arn:aws-us-gov:iam::111122223333:policy/fit";
        let expected =
            [format!("stands {aws} v2"), format!("create {new}"), format!("attach {new}"), format!("detach {aws}")];
        assert_eq!(told(managed(aws), Change::Replace, &[("fit", Placement::NewPolicy)]), expected);
        assert_eq!(
            told(managed(arn), Change::Detach, &[]),
            [format!("held {arn}"), format!("stands {arn} v2"), format!("detach {arn}"),]
        );
    }

    #[test]
    fn an_inline_policy_is_changed_deleted_or_replaced() {
        let owner = "arn:aws-cn:iam::111122223333:role/deploy".to_owned();
        let inline = || PolicyId::Inline { owner: owner.clone(), name: "in".to_owned() };
        assert_eq!(told(inline(), Change::Trim, &[("in", Placement::Inline)]), ["inline in true true"]);
        assert_eq!(told(inline(), Change::Detach, &[]), ["inline in true false"]);
        let new = "arn:aws-cn:iam::111122223333:policy/fit";
        let expected = [format!("create {new}"), format!("attach {new}"), "inline in true false".to_owned()];
        assert_eq!(told(inline(), Change::Trim, &[("fit", Placement::NewPolicy)]), expected);
    }

    #[test]
    fn the_path_is_between_kind_and_name() {
        assert_eq!(path("arn:aws:iam::111122223333:policy/team/a/Build"), "/team/a/");
        assert_eq!(path("arn:aws:iam::111122223333:policy/Build"), "/");
    }
}
