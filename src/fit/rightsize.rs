//! One policy × what its holders need of it → its statements, trimmed. Only ever narrower: Sids, Conditions and
//! Denies stay; actions without use go, and actions whose resources are known stand apart with these.

use std::collections::{BTreeMap, BTreeSet};

use rustc_hash::FxHashSet;

use super::compact::{Lists, Within, compact};
use super::memory::Meanings;
use super::tighten::TightPart;
use crate::catalog::{Action, Catalog};
use crate::iam::{ActionPattern, Effect, Pattern, Policy, ResourceList, Statement};

/// What stays of one statement, over all who hold the policy.
#[derive(Clone, Debug, Default)]
pub(super) struct StatementNeed<'n> {
    /// Actions that stay.
    pub(super) kept: FxHashSet<&'n str>,
    /// Services of which everything stays, because an event of theirs could not be mapped.
    pub(super) protected: BTreeSet<String>,
    /// Actions of `kept` that one holder may need on any resource.
    pub(super) open: FxHashSet<&'n str>,
    /// Parts of `kept` that get resources of their own.
    pub(super) tight: Vec<TightPart>,
}

/// How action lists are written.
#[derive(Clone, Copy)]
pub(super) enum Wording<'m> {
    /// One name for each action.
    Names,
    /// Wildcards that mean the same today.
    Wildcards(&'m Lists),
}

/// A trimmed statement and the index of the one that it came from.
pub(super) type Trimmed = (Statement, usize);

/// Trims every statement. `None`: nothing can go.
pub(super) fn rightsize(
    policy: &Policy,
    needs: &BTreeMap<usize, StatementNeed<'_>>,
    wording: Wording<'_>,
    meanings: &Meanings<'_>,
) -> Option<Vec<Trimmed>> {
    let none = StatementNeed::default();
    let mut trimmed = Vec::new();
    let mut changed = false;
    for (index, statement) in policy.statements.iter().enumerate() {
        if statement.effect == Effect::Deny {
            trimmed.push((statement.clone(), index));
            continue;
        }
        let need = needs.get(&index).unwrap_or(&none);
        for part in &need.tight {
            trimmed.extend(tightened(statement, part, wording, meanings).map(|narrower| (narrower, index)));
        }
        changed |= !need.tight.is_empty();
        let rest = without(need);
        let actions = trim(statement, &rest, wording, meanings);
        changed |= actions.as_ref() != Some(&statement.actions.patterns);
        trimmed.extend(actions.map(|patterns| (with_actions(statement, patterns), index)));
    }
    changed.then_some(trimmed)
}

/// What is left for the statement's own resources.
fn without<'n>(need: &StatementNeed<'n>) -> StatementNeed<'n> {
    let tight: FxHashSet<&str> = need.tight.iter().flat_map(|part| &part.actions).map(String::as_str).collect();
    let kept = need.kept.iter().copied().filter(|action| !tight.contains(action)).collect();
    StatementNeed { kept, protected: need.protected.clone(), ..StatementNeed::default() }
}

/// The statement with only these actions, on their resources and under their conditions.
fn tightened(
    statement: &Statement,
    part: &TightPart,
    wording: Wording<'_>,
    meanings: &Meanings<'_>,
) -> Option<Statement> {
    let kept = part.actions.iter().map(String::as_str).collect();
    let need = StatementNeed { kept, ..StatementNeed::default() };
    let mut patterns = trim(statement, &need, wording, meanings)?;
    // A pattern that means nothing in the catalog stays with the statement's own resources.
    patterns.retain(|pattern| statement.actions.negated || !meanings.catalog.expand(pattern).is_empty());
    let mut narrower = with_actions(statement, some(patterns)?);
    if !part.resources.is_empty() {
        let patterns = part.resources.iter().map(|resource| resource.pattern.clone()).collect();
        narrower.resources = Some(ResourceList { negated: false, patterns });
    }
    narrower.conditions.extend(part.conditions.iter().map(|new| new.condition.clone()));
    Some(narrower)
}

fn with_actions(statement: &Statement, patterns: Vec<ActionPattern>) -> Statement {
    let mut narrower = statement.clone();
    if patterns != statement.actions.patterns {
        narrower.actions.negated = false;
    }
    narrower.actions.patterns = patterns;
    narrower
}

/// The action list that is left; `Some` of the statement's own patterns when nothing goes, `None` when all goes.
fn trim(
    statement: &Statement,
    need: &StatementNeed<'_>,
    wording: Wording<'_>,
    meanings: &Meanings<'_>,
) -> Option<Vec<ActionPattern>> {
    let (granted, catalog) = (meanings.granted(statement), meanings.catalog);
    let is_kept = |name: &str| need.kept.contains(name);
    if statement.actions.negated && granted.iter().any(|action| !is_kept(&action.name)) {
        let names = names(granted.iter().filter(|action| is_kept(&action.name)));
        let within = |pattern: &Pattern| !statement.actions.patterns.iter().any(|not| not.folded().overlaps(pattern));
        let not: Vec<&str> = statement.actions.patterns.iter().map(|not| not.folded().as_str()).collect();
        let scope = format!("not {}", not.join(" "));
        return some(write(names, need, (&scope, &within), wording, catalog));
    }
    if granted.iter().all(|action| is_kept(&action.name)) {
        return Some(statement.actions.patterns.clone());
    }
    let mut list: Vec<ActionPattern> = Vec::new();
    for pattern in &statement.actions.patterns {
        let means = catalog.expand(pattern);
        if means.iter().all(|action| is_kept(&action.name)) {
            list.push(pattern.clone());
            continue;
        }
        let names = names(means.iter().filter(|action| is_kept(&action.name)));
        let within = |inner: &Pattern| pattern.folded().covers(inner);
        let within_service = |service: &String| {
            let whole = Pattern::new(format!("{service}:*"));
            !within(&whole) && pattern.folded().overlaps(&whole)
        };
        if need.protected.iter().any(within_service) {
            list.push(pattern.clone());
        } else {
            list.extend(write(names, need, (pattern.folded().as_str(), &within), wording, catalog));
        }
    }
    let mut seen = FxHashSet::default();
    let mut is_new = list.iter().map(|pattern| seen.insert(pattern.folded())).collect::<Vec<bool>>().into_iter();
    list.retain(|_| is_new.next().unwrap_or(true));
    some(list)
}

fn names<'c>(actions: impl Iterator<Item = &'c &'c Action>) -> BTreeSet<&'c str> {
    actions.map(|action| &*action.name).collect()
}

fn some(list: Vec<ActionPattern>) -> Option<Vec<ActionPattern>> {
    Some(list).filter(|list| !list.is_empty())
}

/// Names as a list of patterns, each within what the statement that stands grants.
fn write(
    mut names: BTreeSet<&str>,
    need: &StatementNeed<'_>,
    (scope, within): (&str, &dyn Fn(&Pattern) -> bool),
    wording: Wording<'_>,
    catalog: &Catalog,
) -> Vec<ActionPattern> {
    let folded = |text: &str| Pattern::new(text.to_ascii_lowercase());
    let whole: Vec<String> = need.protected.iter().map(|service| format!("{service}:*")).collect();
    let whole: Vec<String> = whole.into_iter().filter(|pattern| within(&folded(pattern))).collect();
    if !whole.is_empty() {
        names.retain(|name| !whole.iter().any(|pattern| folded(pattern).matches(&name.to_ascii_lowercase())));
    }
    let written = match wording {
        Wording::Names => names.into_iter().map(str::to_owned).collect(),
        Wording::Wildcards(lists) => {
            let within = Within { scope, allows: &|pattern| within(&folded(pattern)) };
            compact(&names, catalog, &within, lists)
        }
    };
    whole.into_iter().chain(written).map(ActionPattern::new).collect()
}
