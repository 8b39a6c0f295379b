//! What is proposed for one policy: what its holders need of it, the trimmed statements, the documents that fit.

use std::collections::{BTreeMap, BTreeSet};

use super::agreement::Place;
use super::blindness::Blindness;
use super::judged::Judged;
use super::limits;
use super::options::DropUnseen;
use super::pack::{pack, place, replacement_name};
use super::proposal::{Change, Placement, Proposal, ProposedPolicy};
use super::rightsize::{StatementNeed, Trimmed, Wording, rightsize};
use super::stack::{HeldPolicyDocument, PolicyId};
use super::standing::Standing;
use crate::catalog::Catalog;
use crate::grants::Owner;
use crate::iam::size;

/// A policy as one change: an AWS-managed policy is replaced at each owner by itself, any other changes for all.
pub(super) struct Unit<'a> {
    /// The policy as its first holder holds it.
    pub(super) held: &'a HeldPolicyDocument<'a>,
    /// The owner at which an AWS-managed or inline policy is changed.
    pub(super) owner: Option<&'a Owner>,
    /// Everyone it is attached to.
    pub(super) owners: Vec<&'a Owner>,
    /// Its holders, and its index in the stack of each.
    pub(super) holders: Vec<(&'a Judged<'a>, usize)>,
}

/// What the holders need of each statement, and why.
#[derive(Default)]
struct Needs {
    statements: BTreeMap<usize, StatementNeed>,
    used: BTreeSet<String>,
    unseen: BTreeMap<String, String>,
    removed: BTreeSet<String>,
}

/// Proposes a change; `None`: the policy fits.
pub(super) fn propose(unit: &Unit<'_>, drop_unseen: DropUnseen, catalog: &Catalog) -> Option<Proposal> {
    let needs = needs(unit, drop_unseen);
    let policy = unit.held.policy;
    let trimmed = rightsize(policy, &needs.statements, Wording::Names, catalog)?;
    let (change, documents) = match trimmed.is_empty() {
        true => (Change::Detach, Vec::new()),
        false => {
            let change = if unit.held.id.is_aws_managed() { Change::Replace } else { Change::Trim };
            let compacted = || rightsize(policy, &needs.statements, Wording::Wildcards, catalog);
            (change, documents(unit, trimmed, compacted))
        }
    };
    let stays = |action: &String| needs.used.contains(action) || needs.unseen.contains_key(action);
    let holders = sorted(unit.holders.iter().map(|(judged, _)| judged.stack.bearer.owner().arn.clone()));
    Some(Proposal {
        target: unit.held.id.clone(),
        account: account(unit),
        owner: unit.owner.map(|owner| owner.arn.clone()),
        holders,
        attached_to: sorted(unit.owners.iter().map(|owner| owner.arn.clone())),
        version: unit.held.managed.map(|policy| (policy.version.clone(), policy.version_count)),
        change,
        documents,
        size_before: size(policy),
        removed: needs.removed.iter().filter(|action| !stays(action)).cloned().collect(),
        unseen: needs.unseen.into_iter().filter(|(action, _)| !needs.used.contains(action)).collect(),
        used: needs.used.into_iter().collect(),
    })
}

fn sorted(arns: impl Iterator<Item = String>) -> Vec<String> {
    let mut arns: Vec<String> = arns.collect();
    arns.sort_unstable();
    arns
}

pub(super) fn account(unit: &Unit<'_>) -> String {
    unit.holders.first().map(|(judged, _)| judged.stack.bearer.account().id.clone()).unwrap_or_default()
}

/// A statement needs an action when one holder used it through the statement, or would not have been seen.
fn needs(unit: &Unit<'_>, drop_unseen: DropUnseen) -> Needs {
    let mut needs = Needs::default();
    for (judged, index) in &unit.holders {
        let touched: BTreeSet<&str> =
            judged.uses.iter().filter(|seen| seen.is_use()).map(|seen| seen.service()).collect();
        let is_dropped = |action: &str, blindness: &Blindness| match drop_unseen {
            DropUnseen::Never => false,
            DropUnseen::Untouched => {
                blindness.may_be_dropped() && !action.split(':').next().is_some_and(|service| touched.contains(service))
            }
            DropUnseen::All => blindness.may_be_dropped(),
        };
        for granted in &judged.standings.granted {
            for (Place { policy, statement }, standing) in &granted.places {
                if policy == index {
                    needs.take(*statement, &granted.action.name, standing, &is_dropped);
                }
            }
        }
        let protected = judged.standings.protected.keys();
        for statement in 0..unit.held.policy.statements.len() {
            needs.statements.entry(statement).or_default().protected.extend(protected.clone().cloned());
        }
    }
    needs
}

impl Needs {
    fn take(
        &mut self,
        statement: usize,
        action: &str,
        standing: &Standing,
        is_dropped: &dyn Fn(&str, &Blindness) -> bool,
    ) {
        match standing {
            Standing::Unseen(blindness) if !is_dropped(action, blindness) => {
                self.unseen.entry(action.to_owned()).or_insert_with(|| blindness.to_string());
            }
            Standing::Used => {
                self.used.insert(action.to_owned());
            }
            Standing::Unseen(_) | Standing::Unused => {
                self.removed.insert(action.to_owned());
                return;
            }
        }
        self.statements.entry(statement).or_default().kept.insert(action.to_owned());
    }
}

/// Documents within the limits: by names if they fit where the policy stands, else by wildcards, else split.
fn documents(
    unit: &Unit<'_>,
    names: Vec<Trimmed>,
    compacted: impl Fn() -> Option<Vec<Trimmed>>,
) -> Vec<ProposedPolicy> {
    let policy = unit.held.policy;
    let (first, limit, name) = home(unit);
    let one = |statements: Vec<Trimmed>| pack(policy, statements, limit).filter(|documents| documents.len() == 1);
    if let Some(documents) = one(names.clone()) {
        return place(documents, &name, first);
    }
    let wildcards = compacted().unwrap_or(names);
    if let Some(documents) = one(wildcards.clone()) {
        return place(documents, &name, first);
    }
    // Too large for where it stands: several managed policies. What does not fit at all is left whole, and
    // `verify` refuses it with its size.
    let first = if first == Placement::Inline { Placement::NewPolicy } else { first };
    let owner = unit.owner.map_or("", |owner| &owner.name);
    let name = if matches!(unit.held.id, PolicyId::Inline { .. }) { replacement_name(owner, &name) } else { name };
    let documents = pack(policy, wildcards.clone(), limits::MANAGED_POLICY);
    let documents = documents.filter(|documents| fits_attachments(unit, documents.len(), first));
    place(documents.unwrap_or_else(|| whole(unit, wildcards)), &name, first)
}

fn whole(unit: &Unit<'_>, statements: Vec<Trimmed>) -> Vec<(crate::iam::Policy, Vec<usize>)> {
    pack(unit.held.policy, statements, usize::MAX).unwrap_or_default()
}

/// Where the policy stands, the limit there, and the name of the first document.
fn home(unit: &Unit<'_>) -> (Placement, usize, String) {
    match (&unit.held.id, unit.owner) {
        (PolicyId::Inline { name, owner }, Some(entity)) => {
            let readable = entity.inline.iter().filter(|inline| inline.name != *name);
            let others: usize =
                readable.map(|inline| inline.document.policy.as_ref().map_or(inline.document.text.len(), size)).sum();
            (Placement::Inline, limits::inline(owner).saturating_sub(others), name.clone())
        }
        (PolicyId::Managed { arn, .. }, Some(entity)) => {
            let policy = arn.rsplit('/').next().unwrap_or(arn);
            (Placement::NewPolicy, limits::MANAGED_POLICY, replacement_name(&entity.name, policy))
        }
        (id, None) => {
            let name = id.name().rsplit('/').next().unwrap_or_default().to_owned();
            (Placement::NewVersion, limits::MANAGED_POLICY, name)
        }
    }
}

/// Whether everyone to whom the policy is attached has room for that many policies in its place.
fn fits_attachments(unit: &Unit<'_>, documents: usize, first: Placement) -> bool {
    let stands = usize::from(first == Placement::NewVersion || unit.held.id.is_aws_managed());
    documents <= limits::DOCUMENTS
        && unit
            .owners
            .iter()
            .all(|owner| owner.attached.len() - stands.min(owner.attached.len()) + documents <= limits::ATTACHED)
}
