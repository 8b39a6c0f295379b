//! The record of a hearing: one judged principal → its findings as plain data.

use std::collections::BTreeSet;

use rustc_hash::FxHashMap;

use super::agreement::{Agreement, Answer, Place};
use super::editable::advice;
use super::fitting::{ExplainedUse, Fitting, GrantedAction, Occurred, Surprise};
use super::judged::Judged;
use super::past::explaining;
use super::rhythm::rare;
use super::standing::Standing;
use crate::catalog::Visibility;
use crate::grants::Bearer;
use crate::iam::{Layer, Outcome};
use crate::trail::{Evidence, Use};

/// What is told of one principal.
pub fn fitting(judged: &Judged<'_>, evidence: &Evidence) -> Fitting {
    let bearer = judged.stack.bearer;
    let owner = bearer.owner();
    let known: BTreeSet<_> = judged.uses.iter().map(|seen| &seen.key.principal).collect();
    let sightings = known.iter().filter_map(|principal| evidence.sighting(principal));
    let (mut sessions, mut source_identities) = (BTreeSet::new(), BTreeSet::new());
    for sighting in sightings {
        sessions.extend(sighting.sessions.iter().cloned());
        source_identities.extend(sighting.source_identities.iter().cloned());
    }
    let first = judged.uses.iter().map(|seen| seen.first).min();
    let last = judged.uses.iter().map(|seen| seen.last).max();
    let uses = explained_uses(judged);
    Fitting {
        account: bearer.account().id.clone(),
        kind: match bearer {
            Bearer::User(..) => "user",
            Bearer::Role(..) => "role",
        },
        arn: owner.arn.clone(),
        name: owner.name.clone(),
        unique_id: owner.id.clone(),
        created: owner.created.clone(),
        made: judged.life.0.map(Occurred::of),
        deleted: judged.life.1.map(Occurred::of),
        not_editable: advice(&owner.path, &owner.name),
        unfit: judged.stack.unfit.clone(),
        seen: first.zip(last),
        sessions: sessions.into_iter().collect(),
        source_identities: source_identities.into_iter().collect(),
        granted: granted(judged),
        rare: rare(judged.uses.iter().copied()),
        uses,
        surprises: judged.agreements.iter().flat_map(|agreement| surprises(judged, agreement)).collect(),
    }
}

fn granted(judged: &Judged<'_>) -> Vec<GrantedAction> {
    let mut names: FxHashMap<Place, String> = FxHashMap::default();
    let mut name = |place: Place| names.entry(place).or_insert_with(|| statement_name(judged, place)).clone();
    let action = |granted: &super::standing::Granted<'_>| GrantedAction {
        action: granted.action.name.to_string(),
        level: granted.action.level,
        standing: granted.standing.name(),
        reason: match &granted.standing {
            Standing::Unseen(blindness) => Some(blindness.to_string()),
            Standing::Used | Standing::Unused => None,
        },
        data_source: match &granted.action.visibility {
            Visibility::Data(source) => Some(source.to_string()),
            Visibility::Management | Visibility::Never(_) => None,
        },
        statements: granted.places.iter().map(|(place, _)| name(*place)).collect(),
    };
    judged.standings.granted.iter().map(action).collect()
}

/// `policy#Sid`, or `policy#index` where the statement has no Sid.
fn statement_name(judged: &Judged<'_>, place: Place) -> String {
    let Some(held) = judged.stack.policies.get(place.policy) else {
        return String::new();
    };
    let sid = held.policy.statements.get(place.statement).and_then(|statement| statement.sid.as_deref());
    let name = held.id.name();
    sid.map_or_else(|| format!("{name}#{}", place.statement), |sid| format!("{name}#{sid}"))
}

/// Agreements stand in the order of the uses, but only for those that the evaluator was asked about.
fn explained_uses(judged: &Judged<'_>) -> Vec<ExplainedUse> {
    let mut agreements = judged.agreements.iter().peekable();
    let mut explain = |seen: &Use| explained(judged, seen, agreements.next_if(|next| std::ptr::eq(next.seen, seen)));
    judged.uses.iter().map(|seen| explain(seen)).collect()
}

fn explained(judged: &Judged<'_>, seen: &Use, agreement: Option<&Agreement<'_>>) -> ExplainedUse {
    let answers: &[Answer] = agreement.map_or(&[], |agreement| &agreement.answers);
    let places: BTreeSet<Place> =
        answers.iter().flat_map(|answer| &answer.allowed_by).map(|(place, _)| *place).collect();
    let missing: BTreeSet<&String> = answers.iter().flat_map(|answer| &answer.missing_keys).collect();
    ExplainedUse {
        seen: seen.clone(),
        outcome: answers.iter().map(|answer| answer.outcome).max_by_key(badness),
        allowed_by: places.into_iter().map(|place| statement_name(judged, place)).collect(),
        missing_keys: missing.into_iter().cloned().collect(),
    }
}

fn badness(outcome: &Outcome) -> u8 {
    match outcome {
        Outcome::Allowed => 0,
        Outcome::Undetermined => 1,
        Outcome::NotAllowed => 2,
        Outcome::Denied => 3,
    }
}

fn surprises(judged: &Judged<'_>, agreement: &Agreement<'_>) -> Vec<Surprise> {
    let is_certain = agreement.seen.key.derivation.is_certain() && agreement.seen.key.outcome.is_proof();
    let surprising = agreement.answers.iter().filter(|answer| is_certain && answer.is_surprise());
    let surprise = |answer: &Answer| Surprise {
        action: agreement.seen.key.action.clone(),
        resource: answer.resource.as_str().to_owned(),
        blocked_by: blocked_by(answer),
        changed: explained_by(judged, agreement.seen, answer),
        last: agreement.seen.last,
        samples: agreement.seen.samples.iter().cloned().collect(),
    };
    surprising.map(surprise).collect()
}

/// Only policies of IAM are changed by calls of IAM.
fn explained_by(judged: &Judged<'_>, seen: &Use, answer: &Answer) -> Option<Occurred> {
    let by_iam = matches!(answer.blocked_by, None | Some(Layer::Identity | Layer::Boundary));
    if by_iam { explaining(judged, seen, answer.outcome).map(Occurred::of) } else { None }
}

fn blocked_by(answer: &Answer) -> String {
    let layer = match answer.blocked_by {
        Some(Layer::Identity) => "identity-based policies",
        Some(Layer::Boundary) => "the permissions boundary",
        Some(Layer::Session) => "the session policy",
        Some(Layer::Scp) => "a service control policy",
        Some(Layer::Rcp) => "a resource control policy",
        Some(Layer::Resource) => "the resource-based policy",
        Some(Layer::Endpoint) => "the VPC endpoint policy",
        None => "the policies that stand",
    };
    let verb = if answer.outcome == Outcome::Denied { "denied by" } else { "not allowed by" };
    format!("{verb} {layer}")
}
