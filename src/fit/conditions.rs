//! Conditions from evidence: the regions, forwarding services and passed-to services that were seen, for actions all
//! of whose uses were seen. Offered, never forced; the statement's own conditions stay.

use std::collections::{BTreeMap, BTreeSet};

use super::options::AddedCondition;
use super::tighten::TightPart;
use super::tightness::Parameters;
use super::touches::Touches;
use crate::iam::{Condition, Effect, Statement};

const PASS_ROLE: &str = "iam:PassRole";

/// The parts of a statement once more, with conditions: actions of the same kind in one part, those without
/// conditions as they were. `parts` and the actions in none of them are both looked at.
pub(super) fn condition(
    statement: &Statement,
    parts: Vec<TightPart>,
    touches: &BTreeMap<String, Touches>,
    wanted: &BTreeSet<AddedCondition>,
    parameters: &Parameters,
) -> Vec<TightPart> {
    if wanted.is_empty() || statement.effect == Effect::Deny {
        return parts;
    }
    let tight: BTreeSet<&String> = parts.iter().flat_map(|part| &part.actions).collect();
    let rest: BTreeSet<String> = touches.keys().filter(|action| !tight.contains(action)).cloned().collect();
    let own = TightPart { actions: rest, ..TightPart::default() };
    let split = parts.into_iter().chain([own]).flat_map(|part| split(part, touches, parameters));
    let with_conditions = split.map(|(kind, mut part)| {
        let of_part: Vec<&Touches> = part.actions.iter().filter_map(|action| touches.get(action)).collect();
        part.conditions = conditions(kind, &of_part, wanted);
        // Beside a condition of its own on the same key another one says nothing that it does not.
        part.conditions.retain(|new| !statement.conditions.iter().any(|old| old.key.eq_ignore_ascii_case(&new.key)));
        part
    });
    with_conditions.filter(|part| !part.resources.is_empty() || !part.conditions.is_empty()).collect()
}

/// What the conditions of an action may be about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Kind {
    /// Its uses are not surely all known.
    Unknown,
    /// The principal called, at least once, itself.
    Direct,
    /// AWS KMS, always by way of another service.
    ForwardedKms,
    /// Always by way of another service.
    Forwarded,
    /// A role was passed.
    PassRole,
}

/// A part by the kinds of its actions. Actions with little evidence get no condition.
fn split(part: TightPart, touches: &BTreeMap<String, Touches>, parameters: &Parameters) -> BTreeMap<Kind, TightPart> {
    let mut found: BTreeMap<Kind, TightPart> = BTreeMap::new();
    for action in &part.actions {
        let kind = touches.get(action).map_or(Kind::Unknown, |touches| kind(action, touches, parameters));
        let like = || TightPart { actions: BTreeSet::new(), ..part.clone() };
        found.entry(kind).or_insert_with(like).actions.insert(action.clone());
    }
    found
}

fn kind(action: &str, touches: &Touches, parameters: &Parameters) -> Kind {
    let values = touches.regions.len().max(touches.vias.len()).max(touches.passed_to.len()) as u64;
    let enough = touches.uses
        >= parameters.uses_per_pattern.saturating_mul(values).saturating_mul(super::ladder::WHOLE)
        && touches.spread_days() >= parameters.spread_days;
    let is_pass = action == PASS_ROLE;
    if touches.blind || !touches.unlogged.is_empty() || !enough || (touches.indirect && !is_pass) {
        Kind::Unknown
    } else if is_pass {
        Kind::PassRole
    } else if touches.vias.is_empty() || touches.vias.contains(&None) {
        Kind::Direct
    } else if action.starts_with("kms:") {
        Kind::ForwardedKms
    } else {
        Kind::Forwarded
    }
}

fn conditions(kind: Kind, touches: &[&Touches], wanted: &BTreeSet<AddedCondition>) -> Vec<Condition> {
    let mut found = Vec::new();
    if kind == Kind::Unknown || touches.is_empty() {
        return found;
    }
    let regions: BTreeSet<&String> = touches.iter().flat_map(|one| &one.regions).collect();
    // Where a role is passed the region is that of the other call.
    if wanted.contains(&AddedCondition::Region) && kind != Kind::PassRole && !regions.iter().any(|one| one.is_empty()) {
        found.push(equals("aws:RequestedRegion", regions.into_iter().cloned()));
    }
    let vias = touches.iter().flat_map(|one| one.vias.iter().flatten().cloned());
    match kind {
        Kind::ForwardedKms if wanted.contains(&AddedCondition::Via) => found.push(equals("kms:ViaService", vias)),
        Kind::Forwarded if wanted.contains(&AddedCondition::Via) => found.push(Condition {
            operator: "Bool".to_owned(),
            key: "aws:ViaAWSService".to_owned(),
            values: vec!["true".to_owned()],
        }),
        Kind::PassRole if wanted.contains(&AddedCondition::PassedTo) => {
            let services: Option<BTreeSet<String>> = touches.iter().flat_map(|one| one.passed_to.clone()).collect();
            found.extend(services.map(|services| equals("iam:PassedToService", services.into_iter())));
        }
        _ => {}
    }
    found
}

fn equals(key: &str, values: impl Iterator<Item = String>) -> Condition {
    let values: BTreeSet<String> = values.collect();
    Condition { operator: "StringEquals".to_owned(), key: key.to_owned(), values: values.into_iter().collect() }
}
