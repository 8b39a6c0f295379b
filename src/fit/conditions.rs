//! Conditions from evidence: the regions, forwarding services and passed-to services that were seen, and the doors by
//! which calls came, for actions all of whose uses were seen. Offered, never forced; the statement's own conditions stay.

use std::collections::{BTreeMap, BTreeSet};

use super::doors::{self, Doors};
use super::options::AddedCondition;
use super::proposal::{NewCondition, Withheld};
use super::tighten::TightPart;
use super::tightness::Parameters;
use super::touches::{self, Direct, Touches};
use crate::iam::{Condition, Effect, Statement};

const PASS_ROLE: &str = "iam:PassRole";

/// What was seen of a statement's actions, and what may be made of it.
pub(super) struct Seen<'s> {
    /// The statement that stands.
    pub(super) statement: &'s Statement,
    /// By action.
    pub(super) touches: &'s BTreeMap<String, Touches>,
    /// What the user asked for.
    pub(super) wanted: &'s BTreeSet<AddedCondition>,
    /// What must have been seen.
    pub(super) parameters: &'s Parameters,
}

/// The parts of a statement once more, with conditions: actions of the same kind in one part, those without
/// conditions as they were; and which conditions are not offered. `parts` and the actions in none of them are both
/// looked at.
pub(super) fn condition(seen: &Seen<'_>, parts: Vec<TightPart>) -> (Vec<TightPart>, Vec<Withheld>) {
    if seen.wanted.is_empty() || seen.statement.effect == Effect::Deny {
        return (parts, Vec::new());
    }
    let tight: BTreeSet<&String> = parts.iter().flat_map(|part| &part.actions).collect();
    let rest: BTreeSet<String> = seen.touches.keys().filter(|action| !tight.contains(action)).cloned().collect();
    let own = TightPart { actions: rest, ..TightPart::default() };
    let mut withheld = Vec::new();
    let mut found = Vec::new();
    for part in parts.into_iter().chain([own]) {
        for ((kind, doors), part) in split(seen, part, &mut withheld) {
            found.extend(seen.conditioned(kind, doors, part, &mut withheld));
        }
    }
    found.retain(|part| !part.resources.is_empty() || !part.conditions.is_empty());
    (found, withheld)
}

impl Seen<'_> {
    /// A part with its conditions; one for each door.
    fn conditioned(
        &self,
        kind: Kind,
        mut doors: Doors,
        part: TightPart,
        withheld: &mut Vec<Withheld>,
    ) -> impl Iterator<Item = TightPart> + use<> {
        let of_part: Vec<&Touches> = part.actions.iter().filter_map(|action| self.touches.get(action)).collect();
        let directs: Vec<&Direct> = of_part.iter().map(|touches| &touches.direct).collect();
        if !doors.hold(&directs) {
            let keys = doors::keys(self.wanted).filter(|key| *key != touches::MFA);
            let reason = "all of these actions together came from too many places";
            let each = keys.flat_map(|key| part.actions.iter().map(move |action| (action, (key, reason))));
            each.for_each(|(action, why)| doors::withhold(withheld, action, why));
            doors = doors.without_origins();
        }
        // Beside a condition of its own on the same key another one says nothing that it does not.
        let stands =
            |new: &Condition| self.statement.conditions.iter().any(|old| old.key.eq_ignore_ascii_case(&new.key));
        let mut common = conditions(kind, &of_part, self.wanted);
        common.retain(|new| !stands(new));
        let calls = |uses: &dyn Fn(&&Touches) -> u64| of_part.iter().map(uses).sum::<u64>() / super::ladder::WHOLE;
        let (all, direct) = (calls(&|one| one.uses), calls(&|one| one.direct.uses));
        let common: Vec<NewCondition> =
            common.into_iter().map(|condition| NewCondition { condition, calls: all }).collect();
        doors.open(&directs).into_iter().map(move |door| {
            let through = |condition: Condition| {
                let calls = if condition.key == doors::VIA { all.saturating_sub(direct) } else { direct };
                NewCondition { condition, calls }
            };
            let conditions = common.iter().cloned().chain(door.into_iter().map(through)).collect();
            TightPart { conditions, ..part.clone() }
        })
    }

    /// The doors of an action; those that were asked for and not offered are written down.
    fn doors(&self, kind: Kind, action: &str, withheld: &mut Vec<Withheld>) -> Doors {
        let Some(touches) = self.touches.get(action).filter(|touches| touches.uses > 0) else {
            return Doors::default();
        };
        let reason = match kind {
            Kind::Direct => {
                let enough = |values: usize| is_enough(touches.direct.uses, values, touches, self.parameters);
                let (doors, reasons) = Doors::of(&touches.direct, self.statement, self.wanted, enough);
                reasons.into_iter().for_each(|why| doors::withhold(withheld, action, why));
                return doors;
            }
            Kind::Unknown => "there were too few calls, or not all of them can be known",
            Kind::Forwarded | Kind::ForwardedKms => "only services called, with addresses of their own",
            Kind::PassRole => "the permission is asked for by another call",
        };
        doors::keys(self.wanted).for_each(|key| doors::withhold(withheld, action, (key, reason)));
        Doors::default()
    }
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

/// A part by the kinds and doors of its actions. Actions with little evidence get no condition.
fn split(seen: &Seen<'_>, part: TightPart, withheld: &mut Vec<Withheld>) -> BTreeMap<(Kind, Doors), TightPart> {
    let mut found: BTreeMap<(Kind, Doors), TightPart> = BTreeMap::new();
    for action in &part.actions {
        let kind = seen.touches.get(action).map_or(Kind::Unknown, |touches| kind(action, touches, seen.parameters));
        let doors = seen.doors(kind, action, withheld);
        let like = || TightPart { actions: BTreeSet::new(), ..part.clone() };
        found.entry((kind, doors)).or_insert_with(like).actions.insert(action.clone());
    }
    found
}

/// Whether so many uses, in thousandths, bear so many values.
fn is_enough(uses: u64, values: usize, touches: &Touches, parameters: &Parameters) -> bool {
    uses >= parameters.uses_per_pattern.saturating_mul(values as u64).saturating_mul(super::ladder::WHOLE)
        && touches.spread_days() >= parameters.spread_days
}

fn kind(action: &str, touches: &Touches, parameters: &Parameters) -> Kind {
    let values = touches.regions.len().max(touches.vias.len()).max(touches.passed_to.len());
    let enough = is_enough(touches.uses, values, touches, parameters);
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
            key: doors::VIA.to_owned(),
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
