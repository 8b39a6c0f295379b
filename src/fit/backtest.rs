//! Judged on the future: what was proposed from the past, put in place, is asked for what came after.
//!
//! Only what the grants that stand explain can be lost. Where the trail forgot or never told what was asked, or the
//! call may not have needed the action, the answer is "could not be told", counted apart.

use std::collections::{BTreeMap, BTreeSet};

use super::agreement::{Agreement, Answer, Place, answer as ask, outcome};
use super::asking::Asked;
use super::court::Court;
use super::doors::hang_on_origin;
use super::judged::Judged;
use super::proposal::Proposal;
use super::score::{Denied, PolicyKey, Range, Replayed, Weights};
use super::stack::{HeldPolicyDocument, PolicyId};
use super::verdict::{PolicyVerdict, Verdict};
use crate::iam::{Compiled, Outcome, Policy, Truth, size};
use crate::trail::{Derivation, Use};

/// Proven proposals, as if each stood in the place of its policy.
pub struct Applied<'p> {
    /// By policy, and by owner where it is changed at some owners alone.
    by_key: BTreeMap<(&'p PolicyId, Option<&'p str>), &'p Proposal>,
    /// Each once.
    proposals: Vec<&'p Proposal>,
    /// Whether it matters from where calls come.
    by_origin: bool,
}

impl<'p> Applied<'p> {
    /// All that were proven.
    pub fn of(policies: &'p [PolicyVerdict]) -> Applied<'p> {
        let mut applied = Applied { by_key: BTreeMap::new(), proposals: Vec::new(), by_origin: false };
        for policy in policies {
            let Verdict::Proven(proven) = &policy.verdict else { continue };
            let proposal = proven.proposal();
            applied.proposals.push(proposal);
            applied.by_origin |= hang_on_origin(proposal.conditions.iter().map(|(_, new)| &new.condition));
            match policy.cluster {
                None => drop(applied.by_key.insert((&policy.target, policy.owner.as_deref()), proposal)),
                Some(_) => {
                    let owners = proposal.attached_to.iter().map(|owner| (&policy.target, Some(owner.as_str())));
                    applied.by_key.extend(owners.map(|key| (key, proposal)));
                }
            }
        }
        applied
    }

    /// How many there are.
    pub fn count(&self) -> usize {
        self.proposals.len()
    }

    /// The changes; one at each owner of a cluster.
    pub fn keys(&self) -> BTreeSet<PolicyKey> {
        self.by_key.keys().map(|(id, owner)| ((*id).clone(), owner.map(str::to_owned))).collect()
    }

    /// Characters of the policies that change, before and after.
    pub fn sizes(&self) -> (usize, usize) {
        let sizes = self.proposals.iter().map(|proposal| (proposal.size_before, proposal.size_after()));
        sizes.fold((0, 0), |sum, size| (sum.0 + size.0, sum.1 + size.1))
    }

    /// The changes that a policy comes under: one for all, or one at each owner.
    fn keys_of<'h>(&self, held: &'h HeldPolicyDocument<'_>) -> Vec<(&'h PolicyId, Option<&'h str>)> {
        if self.by_key.contains_key(&(&held.id, None)) {
            return vec![(&held.id, None)];
        }
        held.owners.iter().map(|owner| (&held.id, Some(owner.arn.as_str()))).collect()
    }

    fn of_held(&self, held: &HeldPolicyDocument<'_>) -> Vec<Option<&'p Proposal>> {
        self.keys_of(held).into_iter().map(|key| self.by_key.get(&key).copied()).collect()
    }

    /// The documents in the place of a policy; `None`: it stays. Where several owners hold it, each has its own.
    fn documents<'h>(&self, held: &HeldPolicyDocument<'h>) -> Option<Vec<&'h Policy>>
    where
        'p: 'h,
    {
        let proposals = self.of_held(held);
        proposals.iter().any(Option::is_some).then(|| {
            let of_owner = |proposal: Option<&'p Proposal>| match proposal {
                Some(proposal) => proposal.documents.iter().map(|document| &document.policy).collect(),
                None => vec![held.policy],
            };
            proposals.into_iter().flat_map(of_owner).collect()
        })
    }

    /// Whether the policy goes on to grant the action.
    fn keeps(&self, held: &HeldPolicyDocument<'_>, action: &str) -> bool {
        let keeps = |proposal: &Proposal| {
            proposal.unseen.contains_key(action)
                || proposal.used.binary_search_by(|used| used.as_str().cmp(action)).is_ok()
        };
        self.of_held(held).into_iter().any(|proposal| proposal.is_none_or(keeps))
    }
}

/// What is taken from one principal: the granted actions that no policy of it grants any more.
pub fn weigh(judged: &Judged<'_>, applied: &Applied<'_>) -> Weights {
    let mut weights = Weights::default();
    for granted in &judged.standings.granted {
        let held = granted.places.iter().filter_map(|(place, _)| judged.stack.policies.get(place.policy));
        let stays = held.into_iter().any(|held| applied.keeps(held, &granted.action.name));
        weights.take(granted.action.level, !stays);
    }
    weights
}

/// Characters of the policies that one principal holds, before and after.
pub fn sizes(judged: &Judged<'_>, applied: &Applied<'_>) -> (usize, usize) {
    let both = |held: &HeldPolicyDocument<'_>| {
        let before = size(held.policy);
        let after = applied.documents(held).map(|documents| documents.into_iter().map(size).sum());
        (before, after.unwrap_or(before))
    };
    judged.stack.policies.iter().map(both).fold((0, 0), |sum, size| (sum.0 + size.0, sum.1 + size.1))
}

/// What becomes of one request.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Fate {
    Allowed,
    Denied,
    /// Some of the calls, by from where they came.
    DeniedInPart,
    Untold,
    /// The grants that stand do not explain it.
    Surprise,
}

/// Asks a principal's proposals for all that it does in the evidence of the court. `None`: no such case.
pub fn replay(court: &Court<'_>, case: usize, applied: &Applied<'_>) -> Option<Replayed> {
    let judged = court.listen(case)?;
    let owner = judged.stack.bearer.owner();
    let account = judged.stack.bearer.account().id.clone();
    let mut replayed = Replayed::new(account, owner.arn.clone());
    let changed = judged.stack.policies.iter().filter_map(|held| Some((&held.id, applied.documents(held)?)));
    let mut layers = judged.stack.compiled(&changed.collect());
    for agreement in &judged.agreements {
        let fates = fates(court, &judged, agreement, applied.by_origin, &mut layers);
        note(&mut replayed, &judged, agreement, &fates, applied);
    }
    if judged.stack.unfit.is_empty() {
        let unmapped = |seen: &&&Use| seen.is_use() && seen.key.derivation == Derivation::Unmapped;
        replayed.score.untold += judged.uses.iter().filter(unmapped).map(|seen| seen.count).sum::<u64>();
    }
    Some(replayed)
}

fn fates(
    court: &Court<'_>,
    judged: &Judged<'_>,
    agreement: &Agreement<'_>,
    by_origin: bool,
    layers: &mut Compiled,
) -> Vec<Fate> {
    let entities = court.entities();
    let asked = Asked::each(judged.stack.bearer, entities, agreement.seen, by_origin);
    let is_certain = agreement.seen.key.derivation.is_certain() && agreement.seen.key.outcome.is_proof();
    let mut stands = by_origin.then(|| judged.stack.compiled(&BTreeMap::new()));
    let mut fate = |(request, answer): (_, &Answer)| {
        // From where it came settles conditions that stand as well, so what stands is asked again.
        let again = stands.as_mut().map(|stands| ask(stands, entities, &request, &answer.resource));
        let answer = again.as_ref().unwrap_or(answer);
        if answer.is_surprise() {
            return Fate::Surprise;
        }
        layers.resource = entities.resource_policy(&request);
        layers.rcps = entities.rcps(&request);
        let decision = layers.evaluate(&request);
        let now = layers.identity.allowing(&request).into_iter().map(|(.., truth)| truth);
        match outcome(&decision, layers) {
            Outcome::Allowed => Fate::Allowed,
            // As open as it was, for the same reason.
            Outcome::Undetermined if best(now) >= best(answer.allowed_by.iter().map(|(_, truth)| *truth)) => {
                Fate::Allowed
            }
            Outcome::Denied | Outcome::NotAllowed if is_certain => Fate::Denied,
            _ => Fate::Untold,
        }
    };
    let mut each =
        asked.iter().map(|asked| asked.requests().zip(&agreement.answers).map(&mut fate).collect::<Vec<_>>());
    let first = each.next().unwrap_or_default();
    each.fold(first, |all, one| all.into_iter().zip(one).map(|(all, one)| together(all, one)).collect())
}

/// What becomes of one request from two origins.
fn together(one: Fate, other: Fate) -> Fate {
    match (one, other) {
        _ if one == other => one,
        (Fate::Denied | Fate::DeniedInPart, _) | (_, Fate::Denied | Fate::DeniedInPart) => Fate::DeniedInPart,
        (Fate::Surprise, _) | (_, Fate::Surprise) => Fate::Surprise,
        _ => Fate::Untold,
    }
}

fn best(truths: impl Iterator<Item = Truth>) -> Truth {
    truths.fold(Truth::No, Truth::or)
}

/// Counts one use with all its records. A footprint does not say how many records were on which resource.
fn note(
    replayed: &mut Replayed,
    judged: &Judged<'_>,
    agreement: &Agreement<'_>,
    fates: &[Fate],
    applied: &Applied<'_>,
) {
    let seen = agreement.seen;
    let explained = fates.iter().filter(|fate| **fate != Fate::Surprise).count();
    if explained == 0 {
        replayed.surprises += seen.count;
        return;
    }
    let lost: Vec<&Answer> = agreement
        .answers
        .iter()
        .zip(fates)
        .filter(|(_, fate)| matches!(fate, Fate::Denied | Fate::DeniedInPart))
        .map(|(answer, _)| answer)
        .collect();
    let denied = match lost.len() {
        0 => Range::default(),
        all if all == explained && !fates.contains(&Fate::DeniedInPart) => {
            Range { least: seen.count, most: seen.count }
        }
        _ => Range { least: 1.min(seen.count), most: seen.count },
    };
    let untold = if lost.is_empty() && fates.contains(&Fate::Untold) { seen.count } else { 0 };
    replayed.score.take(seen.count, denied, untold);
    let places: BTreeSet<Place> =
        agreement.answers.iter().flat_map(|answer| answer.allowed_by.iter().map(|(place, _)| *place)).collect();
    let policies: BTreeSet<usize> = places.into_iter().map(|place| place.policy).collect();
    for held in policies.into_iter().filter_map(|policy| judged.stack.policies.get(policy)) {
        for ((id, owner), proposal) in applied.keys_of(held).into_iter().zip(applied.of_held(held)) {
            if proposal.is_some() {
                let key: PolicyKey = (id.clone(), owner.map(str::to_owned));
                replayed.policies.entry(key).or_default().take(seen.count, denied, untold);
            }
        }
    }
    if let Some(first) = lost.first() {
        let resource = first.resource.as_str().to_owned();
        let (action, first) = (seen.key.action.clone(), seen.first);
        replayed.denied.push(Denied { action, resource, resources: lost.len(), count: denied, first });
    }
}
