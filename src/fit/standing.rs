//! Each granted action of one principal: used, unused, or unseen; and through which statements.

use std::collections::BTreeMap;

use rustc_hash::{FxHashMap, FxHashSet};

use super::agreement::{Agreement, Place};
use super::blindness::Blindness;
use super::eyesight::Eyesight;
use super::memory::Meanings;
use super::stack::Stack;
use crate::catalog::Action;
use crate::iam::Effect;
use crate::trail::Use;

/// What became of a granted action.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Standing {
    /// It was used.
    Used,
    /// It was not used, and a use would have shown.
    Unused,
    /// A use might not have shown.
    Unseen(Blindness),
}

impl Standing {
    /// The name in reports.
    pub fn name(&self) -> &'static str {
        match self {
            Standing::Used => "used",
            Standing::Unused => "unused",
            Standing::Unseen(_) => "unseen",
        }
    }
}

/// One granted action.
#[derive(Clone, Debug)]
pub struct Granted<'c> {
    /// The action.
    pub action: &'c Action,
    /// What became of it, over all statements.
    pub standing: Standing,
    /// The Allow statements that grant it, and what became of it through each.
    pub places: Vec<(Place, Standing)>,
}

/// What one principal was granted.
#[derive(Clone, Debug, Default)]
pub struct Standings<'c> {
    /// By action, sorted.
    pub granted: Vec<Granted<'c>>,
    /// Services whose actions are all kept because an event of theirs could not be mapped.
    pub protected: BTreeMap<String, String>,
}

/// Judges every action that the stack's Allow statements name.
pub(super) fn standings<'c>(
    stack: &Stack<'_>,
    agreements: &[Agreement<'_>],
    uses: &[&Use],
    meanings: &Meanings<'c>,
    eyesight: &Eyesight<'_>,
) -> Standings<'c> {
    let used = used_places(agreements);
    let protected = Eyesight::unmapped_services(uses);
    let whole = eyesight.blind_to_principal(stack);
    let mut places: Vec<(&'c Action, Place, Standing)> = Vec::new();
    for (policy, held) in stack.policies.iter().enumerate() {
        let of_policy = whole.clone().or_else(|| eyesight.blind_to_policy(stack, held));
        for (statement, text) in held.policy.statements.iter().enumerate() {
            if text.effect == Effect::Deny {
                continue;
            }
            let place = Place { policy, statement };
            let used = used.get(&place);
            let mut logged = BTreeMap::new();
            places.extend(meanings.granted(text).iter().map(|action| {
                if used.is_some_and(|used| used.contains(&*action.name)) {
                    return (*action, place, Standing::Used);
                }
                let blind = of_policy.clone().or_else(|| unmapped(&protected, action));
                let blind = blind.or_else(|| eyesight.blind_to_action(stack, action, text, &mut logged));
                (*action, place, blind.map_or(Standing::Unused, Standing::Unseen))
            }));
        }
    }
    Standings { granted: by_action(places), protected }
}

/// What became of each action over all its places, which stay in order.
fn by_action<'c>(mut places: Vec<(&'c Action, Place, Standing)>) -> Vec<Granted<'c>> {
    // Each statement's actions are in order, so that these are few runs to be merged.
    places.sort_by(|(one, ..), (other, ..)| one.name.cmp(&other.name));
    let mut granted: Vec<Granted<'c>> = Vec::new();
    for (action, place, standing) in places {
        match granted.last_mut().filter(|last| last.action.name == action.name) {
            Some(last) => last.places.push((place, standing)),
            None => granted.push(Granted { action, standing: Standing::Unused, places: vec![(place, standing)] }),
        }
    }
    granted.iter_mut().for_each(|granted| granted.standing = overall(&granted.places));
    granted
}

/// The actions that were used through each statement.
fn used_places<'a>(agreements: &'a [Agreement<'_>]) -> FxHashMap<Place, FxHashSet<&'a str>> {
    let mut used: FxHashMap<Place, FxHashSet<&str>> = FxHashMap::default();
    for agreement in agreements {
        let places = agreement.answers.iter().flat_map(|answer| &answer.allowed_by).map(|(place, _)| *place);
        for place in places {
            used.entry(place).or_default().insert(&agreement.seen.key.action);
        }
    }
    used
}

fn unmapped(protected: &BTreeMap<String, String>, action: &Action) -> Option<Blindness> {
    if protected.is_empty() {
        return None;
    }
    let service = action.name.split(':').next().unwrap_or_default();
    protected.get(service).map(|event| Blindness::UnmappedUse(event.clone()))
}

/// Used through one statement is used; unseen through one is unseen.
fn overall(places: &[(Place, Standing)]) -> Standing {
    let rank = |standing: &Standing| match standing {
        Standing::Used => 0,
        Standing::Unseen(_) => 1,
        Standing::Unused => 2,
    };
    places
        .iter()
        .map(|(_, standing)| standing)
        .min_by_key(|standing| rank(standing))
        .cloned()
        .unwrap_or(Standing::Unused)
}
