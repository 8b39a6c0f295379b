//! Each granted action of one principal: used, unused, or unseen; and through which statements.

use std::collections::{BTreeMap, BTreeSet};

use rustc_hash::{FxHashMap, FxHashSet};

use super::agreement::{Agreement, Place};
use super::blindness::Blindness;
use super::eyesight::Eyesight;
use super::stack::Stack;
use crate::catalog::{Action, Catalog};
use crate::iam::{Effect, Statement};
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
pub fn standings<'c>(
    stack: &Stack<'_>,
    agreements: &[Agreement<'_>],
    uses: &[&Use],
    catalog: &'c Catalog,
    eyesight: &Eyesight<'_>,
) -> Standings<'c> {
    let used = used_places(agreements);
    let protected = Eyesight::unmapped_services(uses);
    let whole = eyesight.blind_to_principal(stack);
    let mut granted: FxHashMap<&str, Granted<'c>> = FxHashMap::default();
    for (policy, held) in stack.policies.iter().enumerate() {
        let of_policy = whole.clone().or_else(|| eyesight.blind_to_policy(stack, held));
        for (statement, text) in held.policy.statements.iter().enumerate() {
            if text.effect == Effect::Deny {
                continue;
            }
            let place = Place { policy, statement };
            let mut logged = BTreeMap::new();
            for action in granted_actions(text, catalog) {
                let standing = if used.contains(&(place, &*action.name)) {
                    Standing::Used
                } else {
                    let blind = of_policy.clone().or_else(|| unmapped(&protected, action));
                    let blind = blind.or_else(|| eyesight.blind_to_action(stack, action, text, &mut logged));
                    blind.map_or(Standing::Unused, Standing::Unseen)
                };
                let entry = granted.entry(&action.name);
                let entry = entry.or_insert_with(|| Granted { action, standing: Standing::Unused, places: Vec::new() });
                entry.places.push((place, standing));
            }
        }
    }
    let mut granted: Vec<Granted<'c>> = granted.into_values().collect();
    granted.iter_mut().for_each(|granted| granted.standing = overall(&granted.places));
    granted.sort_unstable_by(|a, b| a.action.name.cmp(&b.action.name));
    Standings { granted, protected }
}

/// The catalog's actions that a statement's Action or NotAction element takes in.
pub(super) fn granted_actions<'c>(statement: &Statement, catalog: &'c Catalog) -> Vec<&'c Action> {
    if statement.actions.negated {
        let not = statement.actions.patterns.iter().flat_map(|pattern| catalog.expand(pattern));
        let not: FxHashSet<&str> = not.map(|action| &*action.name).collect();
        let mut rest: Vec<&Action> = catalog.actions().iter().filter(|action| !not.contains(&*action.name)).collect();
        rest.sort_unstable_by(|a, b| a.name.cmp(&b.name));
        return rest;
    }
    let patterns: BTreeSet<_> = statement.actions.patterns.iter().collect();
    let mut actions: Vec<&Action> = patterns.into_iter().flat_map(|pattern| catalog.expand(pattern)).collect();
    actions.sort_unstable_by(|a, b| a.name.cmp(&b.name));
    actions.dedup_by(|a, b| a.name == b.name);
    actions
}

fn used_places<'a>(agreements: &'a [Agreement<'_>]) -> FxHashSet<(Place, &'a str)> {
    let places = |agreement: &'a Agreement<'_>| {
        let action = agreement.seen.key.action.as_str();
        agreement
            .answers
            .iter()
            .flat_map(move |answer| answer.allowed_by.iter().map(move |(place, _)| (*place, action)))
    };
    agreements.iter().flat_map(places).collect()
}

fn unmapped(protected: &BTreeMap<String, String>, action: &Action) -> Option<Blindness> {
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
