//! One proposal → the AWS CLI commands that apply it and those that take it back. It runs nothing.

use super::naming::{PolicyFiles, kind, last_part};
use super::quoting::shell;
use crate::fit::{Change, Placement, PolicyId, Proposal, ProposedPolicy};

/// A managed policy has at most so many versions.
const MAX_VERSIONS: usize = 5;

/// Commands in order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Commands {
    /// To apply.
    pub(super) forward: Vec<String>,
    /// To take back, in the order in which to run them.
    pub(super) back: Vec<String>,
}

/// The commands of one proposal; paths are relative to the report's folder.
pub(super) fn commands(proposal: &Proposal, files: &PolicyFiles) -> Commands {
    let mut commands = Commands::default();
    for (document, path) in proposal.documents.iter().zip(&files.documents) {
        install(proposal, document, path, &mut commands);
    }
    if goes_away(proposal) {
        remove(proposal, files, &mut commands);
    } else if let (PolicyId::Inline { owner, name }, Some(before)) = (&proposal.target, &files.before) {
        commands.back.insert(0, put(owner, name, before));
    }
    commands
}

/// Whether the old policy is still there, under its name, when all documents are in place.
fn goes_away(proposal: &Proposal) -> bool {
    let takes_its_place = |document: &ProposedPolicy| match (&proposal.target, document.placement) {
        (PolicyId::Inline { name, .. }, Placement::Inline) => document.name == *name,
        (PolicyId::Managed { .. }, Placement::NewVersion) => true,
        _ => false,
    };
    proposal.change == Change::Detach || !proposal.documents.iter().any(takes_its_place)
}

fn install(proposal: &Proposal, document: &ProposedPolicy, path: &str, commands: &mut Commands) {
    let file = shell(path);
    let name = shell(&document.name);
    match (document.placement, &proposal.target) {
        (Placement::NewVersion, target) => {
            let arn = shell(target.name());
            let (old, versions) = proposal.version.clone().unwrap_or_default();
            if versions >= MAX_VERSIONS {
                commands.forward.push(format!(
                    "aws iam list-policy-versions --policy-arn {arn} # {versions} stand: first delete-policy-version the oldest that is not {old}"
                ));
            }
            commands.forward.push(format!(
                "aws iam create-policy-version --policy-arn {arn} --policy-document file://{file} --set-as-default"
            ));
            commands
                .back
                .push(format!("aws iam set-default-policy-version --policy-arn {arn} --version-id {}", shell(&old)));
        }
        (Placement::Inline, target) => {
            let owner = proposal.owner.as_deref().or(owner_of(target)).unwrap_or_default();
            commands.forward.push(put(owner, &document.name, path));
            if target.name() != document.name {
                commands.back.push(format!("aws iam delete-{} --policy-name {name}", at(owner, "policy")));
            }
        }
        (Placement::NewPolicy, _) => {
            let arn = new_arn(proposal, &document.name);
            commands
                .forward
                .push(format!("aws iam create-policy --policy-name {name} --policy-document file://{file}"));
            commands.forward.extend(for_each_attached(proposal, "attach", &arn));
            commands.back.extend(for_each_attached(proposal, "detach", &arn));
            commands.back.push(format!("aws iam delete-policy --policy-arn {}", shell(&arn)));
        }
    }
}

/// Takes the old policy away, last, so that nothing that is needed is missing in between; puts it back first.
fn remove(proposal: &Proposal, files: &PolicyFiles, commands: &mut Commands) {
    match &proposal.target {
        PolicyId::Inline { owner, name } => {
            commands.forward.push(format!("aws iam delete-{} --policy-name {}", at(owner, "policy"), shell(name)));
            if let Some(before) = &files.before {
                commands.back.insert(0, put(owner, name, before));
            }
        }
        PolicyId::Managed { arn, .. } => {
            commands.forward.extend(for_each_attached(proposal, "detach", arn));
            commands.back.splice(0..0, for_each_attached(proposal, "attach", arn));
        }
    }
}

fn owner_of(target: &PolicyId) -> Option<&str> {
    match target {
        PolicyId::Inline { owner, .. } => Some(owner),
        PolicyId::Managed { .. } => None,
    }
}

/// `role-policy --role-name deploy`.
fn at(owner: &str, what: &str) -> String {
    let kind = kind(owner);
    format!("{kind}-{what} --{kind}-name {}", shell(last_part(owner)))
}

fn put(owner: &str, name: &str, path: &str) -> String {
    format!(
        "aws iam put-{} --policy-name {} --policy-document file://{}",
        at(owner, "policy"),
        shell(name),
        shell(path)
    )
}

/// Attaches or detaches a policy wherever the one that stands is attached.
fn for_each_attached(proposal: &Proposal, verb: &str, arn: &str) -> Vec<String> {
    let one = |owner: &String| format!("aws iam {verb}-{} --policy-arn {}", at(owner, "policy"), shell(arn));
    proposal.attached_to.iter().map(one).collect()
}

/// The ARN that a new customer-managed policy gets, in the partition of the old one.
fn new_arn(proposal: &Proposal, name: &str) -> String {
    let known = proposal.owner.as_deref().or(owner_of(&proposal.target)).unwrap_or(proposal.target.name());
    let partition = known.split(':').nth(1).unwrap_or("aws");
    format!("arn:{partition}:iam::{}:policy/{name}", proposal.account)
}
