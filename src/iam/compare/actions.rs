//! Actions in groups that the same statements take in.

use rustc_hash::{FxHashMap, FxHashSet};

use super::super::compiled::Index;
use super::super::evaluate::needs_no_permission;
use super::super::glob;
use super::super::request::Caller;
use super::bits::Bits;
use super::classes::{Class, classes, classes_beside};
use super::language::Language;
use super::lines::{Line, Side};
use super::reason::Reason;
use super::{Place, Universe};

/// Actions that the same statements take in.
#[derive(Clone, Debug)]
pub(super) struct Group {
    /// One of them, in lower case if no catalog names it.
    pub(super) action: String,
    /// The numbers of the statements.
    pub(super) lines: Bits,
}

/// Finds the statements of an action.
pub(super) struct Finder {
    index: Index,
    lines: usize,
    /// Of the new side's statements, their numbers and places.
    places: Vec<(usize, Place)>,
}

impl Finder {
    pub(super) fn new(lines: &[Line<'_>]) -> Finder {
        let mut index = Index::default();
        (0..).zip(lines).for_each(|(number, line)| index.add(number, &line.statement.actions));
        let new = lines.iter().enumerate().filter(|(_, line)| line.side == Side::New);
        Finder { index, lines: lines.len(), places: new.map(|(number, line)| (number, line.place)).collect() }
    }

    /// The statements of the new side that take the group in.
    pub(super) fn places(&self, group: &Group) -> Vec<Place> {
        self.places.iter().filter(|(number, _)| group.lines.has(*number)).map(|(_, place)| *place).collect()
    }

    /// The statements that take in an action, in lower case.
    fn lines(&self, action: &str) -> Bits {
        let mut found = Bits::none(self.lines);
        self.index.find(action, &mut |line| {
            found.add(usize::try_from(line).unwrap_or(usize::MAX));
            false
        });
        found
    }

    /// The statements that take in each of the actions that policies name in full.
    pub(super) fn of_named(&self, lines: &[Line<'_>]) -> FxHashSet<Bits> {
        let patterns = lines.iter().flat_map(|line| &line.statement.actions.patterns).map(|pattern| pattern.folded());
        let named: FxHashSet<&str> = patterns.filter(|one| one.is_literal()).map(|one| one.as_str()).collect();
        let asked = named.into_iter().filter(|text| parts(text).is_some() && !is_free(text));
        asked.map(|action| self.lines(action)).collect()
    }

    /// An action of the catalog that the same statements take in, of the same service if there is one.
    pub(super) fn named<'u>(&self, group: &Group, universe: &Universe<'u>) -> Option<&'u str> {
        let service = group.action.split_inclusive(':').next().unwrap_or_default().to_ascii_lowercase();
        let before = |action: &String| action.to_ascii_lowercase() < service;
        let (others, rest) = universe.actions.split_at(universe.actions.partition_point(before));
        let same = |action: &&'u String| self.lines(&action.to_ascii_lowercase()) == group.lines;
        rest.iter().find(same).or_else(|| others.iter().find(same)).map(String::as_str)
    }

    /// All actions of the catalog, by the statements that take them in.
    pub(super) fn by_lines<'u>(&self, universe: &Universe<'u>) -> FxHashMap<Bits, Vec<&'u str>> {
        let mut found: FxHashMap<Bits, Vec<&str>> = FxHashMap::default();
        for action in universe.actions {
            let folded = action.to_ascii_lowercase();
            if !is_free(&folded) {
                found.entry(self.lines(&folded)).or_default().push(action);
            }
        }
        found
    }
}

/// What is allowed whatever policies say.
const FREE: &str = "sts:getcalleridentity";

/// Whether an action, in lower case, is allowed whatever policies say.
fn is_free(action: &str) -> bool {
    needs_no_permission(action, &Caller::Anonymous)
}

/// All groups.
pub(super) fn groups(lines: &[Line<'_>], finder: &Finder, universe: &Universe<'_>) -> Result<Vec<Group>, Reason> {
    let mut groups: FxHashMap<Bits, String> = FxHashMap::default();
    let mut note = |action: &str, folded: &str| {
        groups.entry(finder.lines(folded)).or_insert_with(|| action.to_owned());
    };
    let mut actions = if universe.closed { universe.actions.to_vec() } else { examples(lines)? };
    actions.retain(|action| !is_free(&action.to_ascii_lowercase()));
    // What is free to some stands for others only where it must.
    actions.sort_by_key(|action| needs_no_permission(&action.to_ascii_lowercase(), &Caller::Root(String::new())));
    actions.iter().for_each(|action| note(action, &action.to_ascii_lowercase()));
    let mut groups: Vec<Group> = groups.into_iter().map(|(lines, action)| Group { action, lines }).collect();
    groups.sort_by(|a, b| a.action.cmp(&b.action));
    Ok(groups)
}

/// One action of each kind, named in a policy or not.
fn examples(lines: &[Line<'_>]) -> Result<Vec<String>, Reason> {
    let patterns = lines.iter().flat_map(|line| &line.statement.actions.patterns).map(|pattern| pattern.folded());
    let (literal, wild): (FxHashSet<_>, FxHashSet<_>) = {
        let (literal, wild): (Vec<_>, Vec<_>) = patterns.partition(|pattern| pattern.is_literal());
        (literal.into_iter().map(|p| p.as_str()).collect(), wild.into_iter().map(|p| p.as_str()).collect())
    };
    let mut wild: Vec<&str> = wild.into_iter().collect();
    wild.sort_unstable();
    let mut literal: Vec<&str> = literal.into_iter().collect();
    literal.sort_unstable();
    let languages: Vec<Language> = wild.iter().map(|text| Language::text(&glob::symbols(text))).collect();
    let entangled = |_| Reason::Patterns("the actions".into());
    let any = Language::any_action();
    let found = classes(&languages, Some(&any), &[]).map_err(entangled)?;
    let is_named = |class: &Class| is_free(&class.example) || literal.binary_search(&class.example.as_str()).is_ok();
    let mut examples: Vec<String> = Vec::new();
    if found.iter().any(is_named) {
        // An example that is itself named tells nothing of its class.
        let taken: Vec<&str> = literal.iter().copied().chain([FREE]).collect();
        let beside = classes_beside(&languages, Some(&any), &taken).map_err(entangled)?;
        let own = literal.iter().filter(|text| parts(text).is_some_and(|(_, name)| !name.contains(':')));
        examples.extend(own.map(|text| (*text).to_owned()));
        examples.extend(beside.classes.iter().map(|class| class.example.clone()));
        examples.sort_by_cached_key(|text| beside.order(text));
    } else {
        examples.extend(found.into_iter().map(|class| class.example));
    }
    examples.extend(literal.iter().filter(|text| parts(text).is_some()).map(|text| (*text).to_owned()));
    Ok(examples)
}

/// The service and the name, if it is an action.
fn parts(text: &str) -> Option<(&str, &str)> {
    text.split_once(':').filter(|(service, name)| !service.is_empty() && !name.is_empty())
}
