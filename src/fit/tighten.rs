//! What each statement's actions were used on → which of them may have resources of their own.
//!
//! An action is tightened only when all of its uses through the statement are on known resources, often enough
//! and over enough days; all others keep the grant's own Resource.

use std::collections::{BTreeMap, BTreeSet};

use super::blindness::without_variables;
use super::ladder::{Rung, TightResource, climb};
use super::proposal::NewCondition;
use super::tightness::Parameters;
use super::touches::Touches;
use crate::catalog::Catalog;
use crate::iam::{Effect, Pattern, Statement, covers_resource};

/// Actions of a statement that stand apart from the others.
#[derive(Clone, Debug, Default)]
pub(super) struct TightPart {
    /// The actions.
    pub(super) actions: BTreeSet<String>,
    /// Their resources, sorted; empty: the statement's own.
    pub(super) resources: Vec<TightResource>,
    /// Conditions beside the statement's own.
    pub(super) conditions: Vec<NewCondition>,
}

/// The parts of a statement that are tightened; none where nothing may be.
pub(super) fn tighten(
    statement: &Statement,
    touches: &BTreeMap<String, Touches>,
    parameters: &Parameters,
    catalog: &Catalog,
) -> Vec<TightPart> {
    let Some(own) = statement.resources.as_ref().filter(|list| !list.negated) else {
        return Vec::new();
    };
    if statement.effect == Effect::Deny {
        return Vec::new();
    }
    let mut parts: Vec<TightPart> = Vec::new();
    for (action, touches) in touches {
        let known = !touches.untold && !touches.blind && !touches.indirect;
        let usable = known && !touches.values.is_empty() && touches.spread_days() >= parameters.spread_days;
        let Some(resources) = usable.then(|| resources(touches, &own.patterns, parameters, catalog)).flatten() else {
            continue;
        };
        let alike = |part: &&mut TightPart| !parameters.apart || patterns(&part.resources) == patterns(&resources);
        match parts.iter_mut().find(alike) {
            Some(part) => {
                part.actions.insert(action.clone());
                part.resources.extend(resources);
            }
            None => {
                parts.push(TightPart { actions: BTreeSet::from([action.clone()]), resources, conditions: Vec::new() })
            }
        }
    }
    parts.iter_mut().for_each(|part| part.resources = without_covered(std::mem::take(&mut part.resources)));
    parts.retain(|part| patterns(&part.resources) != own.patterns.iter().map(String::as_str).collect());
    parts
}

fn patterns(resources: &[TightResource]) -> BTreeSet<&str> {
    resources.iter().map(|one| one.pattern.as_str()).collect()
}

/// The resources of one action, entry by entry of the grant; `None`: all must stay.
fn resources(
    touches: &Touches,
    own: &[String],
    parameters: &Parameters,
    catalog: &Catalog,
) -> Option<Vec<TightResource>> {
    let mut here: Vec<BTreeMap<&str, u64>> = vec![BTreeMap::new(); own.len()];
    let mut whole: BTreeSet<usize> = (0..own.len()).filter(|at| is_kept(own, *at, &touches.unlogged)).collect();
    for (value, uses) in &touches.values {
        let plain = |entry: &str| !entry.contains("${");
        let holds = |entry: &String| plain(entry) && (entry == value || covers_resource(entry, value));
        match own.iter().position(holds).and_then(|at| here.get_mut(at)) {
            Some(values) => drop(values.insert(value, *uses)),
            // Only a variable, or no entry by itself, takes it in: all that may do so stay.
            None => {
                let text = Pattern::new(value);
                let meets = |entry: &String| Pattern::new(without_variables(entry)).overlaps(&text);
                let meeting: Vec<usize> = (0..own.len()).filter(|at| own.get(*at).is_some_and(meets)).collect();
                if meeting.is_empty() {
                    return None;
                }
                whole.extend(meeting);
            }
        }
    }
    let mut found = Vec::new();
    for (at, (entry, values)) in own.iter().zip(&here).enumerate() {
        let tight = if whole.contains(&at) { None } else { climb(values, entry, parameters, catalog) };
        let count = values.len();
        let grant = || vec![TightResource { pattern: entry.clone(), rung: Rung::Grant, values: count }];
        found.extend(tight.unwrap_or_else(grant));
    }
    let changes = patterns(&found) != own.iter().map(String::as_str).collect();
    (changes && !found.is_empty()).then_some(found)
}

fn is_kept(own: &[String], at: usize, unlogged: &BTreeSet<String>) -> bool {
    own.get(at).is_some_and(|entry| unlogged.contains(entry))
}

/// Sorted, and without those that another takes in.
fn without_covered(mut resources: Vec<TightResource>) -> Vec<TightResource> {
    resources.sort();
    resources.dedup_by(|a, b| a.pattern == b.pattern);
    let all = resources.clone();
    let covers =
        |wide: &str, narrow: &str| !wide.contains("${") && !narrow.contains("${") && covers_resource(wide, narrow);
    // Of two that mean the same one stays.
    let is_covered = |one: &TightResource| {
        all.iter().any(|other| {
            let (other, one) = (other.pattern.as_str(), one.pattern.as_str());
            other != one && covers(other, one) && !(one < other && covers(one, other))
        })
    };
    resources.retain(|one| !is_covered(one));
    resources
}
