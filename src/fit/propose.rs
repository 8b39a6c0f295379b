//! What is proposed for one policy: what its holders need of it, the trimmed statements, the documents that fit.

use super::conditions::{Seen, condition};
use super::eyesight::Eyesight;
use super::judged::Judged;
use super::limits;
use super::memory::Memory;
use super::needs::{Needs, needs};
use super::options::Options;
use super::pack::{cluster_name, pack, pack_in_one, place, replacement_name};
use super::proposal::{Change, PartedPair, Placement, Proposal, ProposedPolicy, Withheld};
use super::rightsize::{Trimmed, Wording, rightsize};
use super::stack::{HeldPolicyDocument, PolicyId};
use super::tighten::tighten;
use super::tightness::Tightness;
use super::touches::{self, AllTouches};
use crate::catalog::{Catalog, Pair};
use crate::grants::Owner;
use crate::iam::size;

/// A policy as one change: an AWS-managed policy is replaced at each owner by itself, any other changes for all,
/// unless it is split.
pub(super) struct Unit<'a> {
    /// The policy as its first holder holds it.
    pub(super) held: &'a HeldPolicyDocument<'a>,
    /// The owner at which it is changed alone: that of an AWS-managed or inline policy, or of a part of a split.
    pub(super) owner: Option<&'a Owner>,
    /// The number of the cluster, from 1, that gets a policy of its own.
    pub(super) cluster: Option<usize>,
    /// Everyone it is attached to.
    pub(super) owners: Vec<&'a Owner>,
    /// Its holders, and its index in the stack of each.
    pub(super) holders: Vec<(&'a Judged<'a>, usize)>,
}

impl Unit<'_> {
    /// Whether the policy stays as it is, for others, and new ones take its place here.
    fn is_replaced(&self) -> bool {
        matches!(self.held.id, PolicyId::Managed { .. }) && (self.owner.is_some() || self.cluster.is_some())
    }
}

/// Under which terms a change is proposed.
pub(super) struct Terms<'a, 'c> {
    /// What the user asked for.
    pub(super) options: &'a Options,
    /// What the trail could have shown.
    pub(super) eyesight: &'a Eyesight<'a>,
    /// The dictionary.
    pub(super) catalog: &'a Catalog,
    /// What was worked out before.
    pub(super) memory: &'a Memory<'c>,
}

/// Proposes a change; `None`: the policy fits.
pub(super) fn propose(unit: &Unit<'_>, terms: &Terms<'_, '_>) -> Option<Proposal> {
    let Memory { meanings, lists, .. } = terms.memory;
    let mut needs = needs(&unit.holders, unit.held.policy.statements.len(), terms.options);
    let withheld = tighten_all(unit, terms, &mut needs);
    let policy = unit.held.policy;
    let trimmed = rightsize(policy, &needs.statements, Wording::Names, meanings)?;
    let (change, documents) = match trimmed.is_empty() {
        true => (Change::Detach, Vec::new()),
        false => {
            let change = if unit.is_replaced() { Change::Replace } else { Change::Trim };
            let compacted = || rightsize(policy, &needs.statements, Wording::Wildcards(lists), meanings);
            (change, documents(unit, trimmed, compacted))
        }
    };
    let parts = || needs.statements.iter().flat_map(|(at, need)| need.tight.iter().map(move |part| (*at, part)));
    let tightened = once_each(parts().flat_map(|(at, part)| part.resources.iter().map(move |one| (at, one.clone()))));
    let conditions = once_each(parts().flat_map(|(at, part)| part.conditions.iter().map(move |one| (at, one.clone()))));
    let holders = sorted(unit.holders.iter().map(|(judged, _)| judged.stack.bearer.owner().arn.clone()));
    let removed = needs.removed();
    Some(Proposal {
        target: unit.held.id.clone(),
        account: account(unit),
        owner: unit.owner.map(|owner| owner.arn.clone()),
        cluster: unit.cluster,
        holders,
        attached_to: sorted(unit.owners.iter().map(|owner| owner.arn.clone())),
        version: unit.held.managed.map(|policy| (policy.version.clone(), policy.version_count)),
        change,
        documents,
        size_before: size(policy),
        parted: parted(&removed, |action| needs.stays(action), terms.catalog),
        removed,
        unseen: needs.unseen(),
        used: needs.used(),
        tightened,
        conditions,
        withheld,
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

/// Pairs that go together, of which one stays and the other goes.
fn parted(removed: &[String], stays: impl Fn(&str) -> bool, catalog: &Catalog) -> Vec<PartedPair> {
    let pair = |pair: &Pair| PartedPair {
        kept: pair.action.clone(),
        removed: pair.with.clone(),
        reason: pair.reason.clone(),
        source: pair.source.clone(),
    };
    let is_parted = |pair: &&Pair| stays(&pair.action) && removed.binary_search(&pair.with).is_ok();
    catalog.pairs().iter().filter(is_parted).map(pair).collect()
}

/// Parts with the same actions tell the same more than once.
fn once_each<T: PartialEq>(items: impl Iterator<Item = T>) -> Vec<T> {
    let mut each = Vec::new();
    for item in items {
        if !each.contains(&item) {
            each.push(item);
        }
    }
    each
}

/// Draws resources around what was used, as far as the user asked for and the evidence bears; gives which conditions
/// are not offered.
fn tighten_all(unit: &Unit<'_>, terms: &Terms<'_, '_>, needs: &mut Needs<'_>) -> Vec<(usize, Withheld)> {
    let mut withheld = Vec::new();
    let (drawn, wanted) = (terms.options.tightness.parameters(), &terms.options.conditions);
    // Conditions rest on the same evidence; without a level for resources, on that of the middle one.
    let Some(parameters) = drawn.or(Tightness::Medium.parameters()).filter(|_| drawn.is_some() || !wanted.is_empty())
    else {
        return withheld;
    };
    let days = unit.holders.iter().map(|(judged, _)| terms.eyesight.days(&judged.stack)).min().unwrap_or(0);
    if days < parameters.window_days {
        return withheld;
    }
    let mut all = AllTouches::new();
    for (judged, index) in &unit.holders {
        touches::take(judged, *index, terms.eyesight, terms.catalog, &mut all);
    }
    for (index, mut touches) in all {
        let (Some(statement), Some(need)) = (unit.held.policy.statements.get(index), needs.statements.get_mut(&index))
        else {
            continue;
        };
        touches.retain(|action, _| need.kept.contains(action.as_str()) && !need.open.contains(action.as_str()));
        let parts = drawn.map_or_else(Vec::new, |drawn| tighten(statement, &touches, &drawn, terms.catalog));
        let seen = Seen { statement, touches: &touches, wanted, parameters: &parameters };
        let (tight, not_offered) = condition(&seen, parts);
        need.tight = tight;
        withheld.extend(not_offered.into_iter().map(|one| (index, one)));
    }
    withheld
}

/// Documents within the limits: by names if they fit where the policy stands, else by wildcards, else split.
fn documents(
    unit: &Unit<'_>,
    names: Vec<Trimmed>,
    compacted: impl Fn() -> Option<Vec<Trimmed>>,
) -> Vec<ProposedPolicy> {
    let policy = unit.held.policy;
    let (first, limit, name) = home(unit);
    if let Some(document) = pack_in_one(policy, &names, limit) {
        return place(vec![document], &name, first);
    }
    let wildcards = compacted().unwrap_or(names);
    if let Some(document) = pack_in_one(policy, &wildcards, limit) {
        return place(vec![document], &name, first);
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
        (PolicyId::Managed { arn, .. }, None) if unit.cluster.is_some() => {
            let policy = arn.rsplit('/').next().unwrap_or(arn);
            let name = cluster_name(policy, unit.cluster.unwrap_or_default());
            (Placement::NewPolicy, limits::MANAGED_POLICY, name)
        }
        (id, None) => {
            let name = id.name().rsplit('/').next().unwrap_or_default().to_owned();
            (Placement::NewVersion, limits::MANAGED_POLICY, name)
        }
    }
}

/// Whether everyone to whom the policy is attached has room for that many policies in its place.
fn fits_attachments(unit: &Unit<'_>, documents: usize, first: Placement) -> bool {
    let stands = usize::from(first == Placement::NewVersion || unit.is_replaced());
    documents <= limits::DOCUMENTS
        && unit
            .owners
            .iter()
            .all(|owner| owner.attached.len() - stands.min(owner.attached.len()) + documents <= limits::ATTACHED)
}
