//! Shared policies: who holds them, what each way to right-size them costs, and the units of change of a split.
//!
//! A split makes new policies for some of the owners and takes the old one from them; the old one stays as it is for
//! everyone else, and remains when nobody holds it any more.

use std::collections::BTreeMap;

use rustc_hash::FxHashSet;

use super::cluster::{Atom, cluster};
use super::editable::{advice, missing_holders, not_editable};
use super::judged::Judged;
use super::limits;
use super::options::{Options, Split};
use super::propose::{Unit, account};
use super::quota::standing;
use super::sharing::{Cluster, Demand, Kept, Shared, Way};
use super::stack::PolicyId;
use crate::grants::{Grants, Owner};
use crate::iam::Effect;

/// A holder and the policy's index in its stack.
type Holder<'j> = (&'j Judged<'j>, usize);

/// A policy that decides the requests of several principals.
pub struct Sharing<'u, 'j> {
    /// One for all, or, of an AWS-managed policy, one for each owner.
    units: Vec<&'u Unit<'j>>,
    /// Why it is not split.
    whole: Option<String>,
    /// Policies that a split may make of it.
    bound: usize,
}

const ONE_GROUP: &str = "only a group gives it: a split would move it to attachments of the members, and a snapshot does \
                         not tell whether it holds all of them";

const NO_ROOM: &str = "the account has no room for more policies";

/// The policies of several holders, in the order of the units.
pub(super) fn sharings<'u, 'j: 'u>(units: impl Iterator<Item = &'u Unit<'j>>, grants: &Grants) -> Vec<Sharing<'u, 'j>> {
    let mut by_id: BTreeMap<&PolicyId, Vec<&Unit<'j>>> = BTreeMap::new();
    let mut replaced: BTreeMap<String, usize> = BTreeMap::new();
    for unit in units {
        *replaced.entry(account(unit)).or_default() += usize::from(unit.held.id.is_aws_managed());
        // What AWS owns, or nobody can judge, is not among those that share a replacement.
        let is_fit = unit.holders.iter().all(|(judged, _)| judged.stack.unfit.is_empty());
        if !unit.held.id.is_aws_managed() || (is_fit && not_editable(unit, grants).is_none()) {
            by_id.entry(&unit.held.id).or_default().push(unit);
        }
    }
    let shared: Vec<Vec<&Unit<'j>>> = by_id.into_values().filter(|units| holders(units).len() > 1).collect();
    let mut number: BTreeMap<String, usize> = BTreeMap::new();
    for units in &shared {
        let account = units.first().map(|unit| account(unit)).unwrap_or_default();
        *number.entry(account).or_default() += 1;
    }
    let sharing = |units: Vec<&'u Unit<'j>>| {
        let account = units.first().map(|unit| account(unit)).unwrap_or_default();
        let stand = grants.accounts.get(&account).map_or(0, standing);
        let made = replaced.get(&account).copied().unwrap_or_default();
        // Each gets the same part of the room that the account has left, so that its quota holds.
        let room = limits::CUSTOMER_POLICIES.saturating_sub(stand + made);
        let part = room / number.get(&account).copied().unwrap_or(1).max(1);
        let whole = units.first().and_then(|unit| whole(unit, units.len(), part, grants));
        Sharing { units, whole, bound: part.clamp(1, limits::CLUSTERS) }
    };
    shared.into_iter().map(sharing).collect()
}

/// Why a policy is not split. `room`: policies that the account may have for it.
fn whole(unit: &Unit<'_>, units: usize, room: usize, grants: &Grants) -> Option<String> {
    if unit.owners.len().max(units) < 2 {
        return Some(ONE_GROUP.to_owned());
    }
    if unit.held.id.is_aws_managed() {
        return None;
    }
    if room < 2 {
        return Some(NO_ROOM.to_owned());
    }
    let foreign = unit.owners.iter().find(|owner| advice(&owner.path, &owner.name).is_some());
    let foreign = foreign.map(|owner| format!("AWS owns {}, from which it cannot be detached here", owner.arn));
    foreign.or_else(|| missing_holders(unit, grants)).or_else(|| not_editable(unit, grants))
}

/// The holders of all units, each once, by ARN.
fn holders<'j>(units: &[&Unit<'j>]) -> BTreeMap<&'j str, Holder<'j>> {
    let all = units.iter().flat_map(|unit| &unit.holders);
    all.map(|(judged, index)| (judged.stack.bearer.owner().arn.as_str(), (*judged, *index))).collect()
}

/// The owners of all units with the holders to whom each gives the policy, by ARN.
fn owners<'j>(units: &[&Unit<'j>]) -> BTreeMap<&'j str, (&'j Owner, Vec<Holder<'j>>)> {
    let ours: FxHashSet<&str> = units.iter().flat_map(|unit| &unit.owners).map(|owner| owner.arn.as_str()).collect();
    let mut seen: FxHashSet<(&str, *const Judged<'j>)> = FxHashSet::default();
    let mut owners: BTreeMap<&str, (&Owner, Vec<Holder<'j>>)> = BTreeMap::new();
    for (judged, index) in units.iter().flat_map(|unit| &unit.holders) {
        let held = judged.stack.policies.get(*index);
        for owner in held.into_iter().flat_map(|held| &held.owners).filter(|owner| ours.contains(owner.arn.as_str())) {
            if seen.insert((&owner.arn, std::ptr::from_ref(*judged))) {
                owners.entry(&owner.arn).or_insert_with(|| (owner, Vec::new())).1.push((judged, *index));
            }
        }
    }
    owners
}

/// What each way to right-size a shared policy removes; `None`: nobody knows what some holder needs.
pub(super) fn weigh(sharing: &Sharing<'_, '_>, options: &Options) -> Option<(PolicyId, Shared)> {
    let id = &sharing.units.first()?.held.id;
    let (holders, owners) = (holders(&sharing.units), owners(&sharing.units));
    let demand = Demand::of(&holders.values().copied().collect::<Vec<Holder<'_>>>(), options)?;
    let needs: BTreeMap<&str, &Kept> = holders.keys().copied().zip(&demand.holders).collect();
    let inline = matches!(id, PolicyId::Inline { .. });
    // What nobody needs anything of stands all the same where it denies.
    let denies = sharing.units.first()?.held.policy.statements.iter().any(|one| one.effect == Effect::Deny);
    let way = |kept: &Kept, holders: usize, attachments: usize| {
        let (removed, weighted) = demand.removed(kept, holders);
        let stays = usize::from(denies || !kept.is_empty());
        Way { policies: stays, attachments: if inline { 0 } else { stays * attachments }, removed, weighted }
    };
    let together = way(&demand.union(demand.holders.iter()), holders.len(), owners.len());
    let alone = |kept: &Kept| Way { attachments: usize::from(denies || !kept.is_empty()), ..way(kept, 1, 1) };
    let per_holder = sum(demand.holders.iter().map(alone));
    let granted = demand.granted();
    let of_owner = |holders: &[Holder<'_>]| {
        demand.union(
            holders.iter().filter_map(|(judged, _)| needs.get(judged.stack.bearer.owner().arn.as_str()).copied()),
        )
    };
    let atoms: Vec<Atom> =
        owners.values().map(|(_, of)| Atom { kept: of_owner(of), holders: of.len() as u64 }).collect();
    let places = match sharing.whole {
        None => cluster(&atoms, &demand.scale, granted.1 - together.weighted, sharing.bound),
        Some(_) => Vec::new(),
    };
    let of_owners: Vec<&[Holder<'_>]> = owners.values().map(|(_, of)| of.as_slice()).collect();
    let each: Vec<Vec<usize>> = (0..atoms.len()).map(|place| vec![place]).collect();
    let split = |places: &[Vec<usize>]| match places.is_empty() || inline {
        true => together,
        false => clustered(places, &atoms, &of_owners, &demand, denies),
    };
    let (clusters, per_owner) = (split(&places), split(&each));
    let arns: Vec<&str> = owners.keys().copied().collect();
    let named = |places: &Vec<usize>| Cluster {
        owners: places.iter().filter_map(|place| arns.get(*place)).map(|arn| (*arn).to_owned()).collect(),
    };
    let members = places.iter().map(named).collect();
    let (holders, owners, whole) = (holders.len(), owners.len(), sharing.whole.clone());
    Some((id.clone(), Shared { holders, owners, granted, together, clusters, per_holder, per_owner, members, whole }))
}

/// One policy for each cluster. Who holds it through owners of several has what all of these give.
fn clustered(places: &[Vec<usize>], atoms: &[Atom], holders: &[&[Holder<'_>]], demand: &Demand, denies: bool) -> Way {
    let mut all = Way::default();
    let mut held: BTreeMap<&str, Kept> = BTreeMap::new();
    for places in places {
        let kept = demand.union(places.iter().filter_map(|place| atoms.get(*place)).map(|atom| &atom.kept));
        let stays = usize::from(denies || !kept.is_empty());
        all.policies += stays;
        all.attachments += stays * places.len();
        for (judged, _) in places.iter().filter_map(|place| holders.get(*place)).copied().flatten() {
            let known = held.entry(&judged.stack.bearer.owner().arn).or_insert_with(|| kept.clone());
            *known = known.with(&kept);
        }
    }
    for kept in held.values() {
        let (removed, weighted) = demand.removed(kept, 1);
        all.removed += removed;
        all.weighted += weighted;
    }
    all
}

fn sum(ways: impl Iterator<Item = Way>) -> Way {
    ways.fold(Way::default(), |sum, one| Way {
        policies: sum.policies + one.policies,
        attachments: sum.attachments + one.attachments,
        removed: sum.removed + one.removed,
        weighted: sum.weighted + one.weighted,
    })
}

/// The units, with those taken apart or put together that are split.
pub(super) fn split<'j>(
    units: impl Iterator<Item = Unit<'j>>,
    shared: &BTreeMap<PolicyId, Shared>,
    how: Split,
) -> Vec<Unit<'j>> {
    let mut all = Vec::new();
    let mut by_id: BTreeMap<PolicyId, Vec<Unit<'j>>> = BTreeMap::new();
    for unit in units {
        by_id.entry(unit.held.id.clone()).or_default().push(unit);
    }
    for (id, units) in by_id {
        let clusters = shared.get(&id).map_or_else(Vec::new, |shared| clusters(&id, shared, how));
        let refs: Vec<&Unit<'j>> = units.iter().collect();
        let owners = owners(&refs);
        let mut gone: FxHashSet<&str> = FxHashSet::default();
        for (number, cluster) in (1..).zip(&clusters) {
            gone.extend(cluster.iter().map(String::as_str));
            all.extend(part(&refs, &owners, cluster, number));
        }
        let is_left = |unit: &Unit<'_>| unit.owners.iter().any(|owner| !gone.contains(owner.arn.as_str()));
        let left: Vec<bool> = units.iter().map(is_left).collect();
        all.extend(units.into_iter().zip(left).filter(|(_, left)| *left).map(|(unit, _)| unit));
    }
    all
}

/// The owners that get policies of their own; none: the policy is not split.
fn clusters(id: &PolicyId, shared: &Shared, how: Split) -> Vec<Vec<String>> {
    let members = || shared.members.iter().map(|cluster| cluster.owners.clone());
    match how {
        _ if shared.whole.is_some() => Vec::new(),
        Split::Never => Vec::new(),
        // At each owner by itself it is replaced already; alike ones are put together.
        Split::Clusters if id.is_aws_managed() => members().filter(|owners| owners.len() > 1).collect(),
        Split::Clusters if shared.is_notable(&shared.clusters) => members().collect(),
        Split::Holders if !id.is_aws_managed() && shared.per_owner.weighted > shared.together.weighted => {
            members().flatten().map(|owner| vec![owner]).collect()
        }
        Split::Clusters | Split::Holders => Vec::new(),
    }
}

/// The part of a policy that concerns some of its owners.
fn part<'j>(
    units: &[&Unit<'j>],
    owners: &BTreeMap<&'j str, (&'j Owner, Vec<Holder<'j>>)>,
    cluster: &[String],
    number: usize,
) -> Option<Unit<'j>> {
    let of: Vec<_> = cluster.iter().filter_map(|arn| owners.get(arn.as_str())).collect();
    let mut holders: Vec<Holder<'j>> = Vec::new();
    for holder in of.iter().flat_map(|(_, holders)| holders) {
        if !holders.iter().any(|(known, _)| std::ptr::eq(*known, holder.0)) {
            holders.push(*holder);
        }
    }
    let owners: Vec<&Owner> = of.iter().map(|(owner, _)| *owner).collect();
    let alone = owners.first().copied().filter(|_| owners.len() == 1);
    let held = units.first()?.held;
    Some(Unit { held, owner: alone, cluster: alone.is_none().then_some(number), owners, holders })
}
