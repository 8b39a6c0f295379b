//! Everything that requests for a group of actions differ in, and what each statement demands of it.

use std::collections::BTreeMap;

use super::super::evaluate::needs_no_permission;
use super::super::policy::{Condition, Version};
use super::super::request::{Context, ContextValue};
use super::bits::Bits;
use super::classes::Class;
use super::dimension::Dimension;
use super::key::{self, Key};
use super::lines::Line;
use super::place;
use super::reason::Reason;
use super::search::{Choice, Demand};
use super::who::{self, KEYS, Who};
use super::written::{Marks, Written};
use super::{Example, Universe};

/// The dimension of resources.
const PLACE: usize = 0;
/// The dimension of callers, if there is one.
const WHO: usize = 1;
/// The first of the dimensions of keys.
const KEY: usize = 2;

/// The dimensions: resources, callers, then keys.
pub(super) struct Space {
    place: Dimension<Class>,
    entries: Vec<Written>,
    who: Dimension<Who>,
    /// Whether statements tell callers apart.
    of_callers: bool,
    keys: Vec<Key>,
    /// What each line demands, in the order of the lines.
    pub(super) demands: Vec<Vec<Demand>>,
    pub(super) marks: Marks,
}

/// What the lines ask about, each once, and by number what each line asks.
#[derive(Default)]
struct Elements<'a> {
    place: Vec<place::Element<'a>>,
    who: Vec<who::Element<'a>>,
    keys: BTreeMap<String, Vec<key::Element<'a>>>,
    asked: Vec<Vec<Asked>>,
}

enum Asked {
    Place(usize),
    Who(usize),
    Key(String, usize),
}

impl Space {
    /// The space of some lines. `known` tells the values of variables.
    pub(super) fn new(lines: &[&Line<'_>], universe: &Universe<'_>, known: Option<&Context>) -> Result<Space, Reason> {
        let elements = Elements::of(lines);
        let mut marks = Marks::default();
        let (place, entries) = place::places(&elements.place, &mut marks, known)?;
        let who = who::who(&elements.who, known)?;
        let mut keys = Vec::with_capacity(elements.keys.len());
        for (name, conditions) in &elements.keys {
            keys.push(Key::new(name, conditions, universe, &mut marks, known)?);
        }
        let of_callers = !elements.who.is_empty();
        let mut space = Space { place, entries, who, of_callers, keys, demands: Vec::new(), marks };
        space.demands = elements.asked.iter().map(|asked| space.demands_of(asked)).collect();
        Ok(space)
    }

    fn demands_of(&self, asked: &[Asked]) -> Vec<Demand> {
        let truth = |asked: &Asked| match asked {
            Asked::Place(element) => Some((PLACE, self.place.truths.get(*element)?.clone())),
            Asked::Who(element) => Some((WHO, self.who.truths.get(*element)?.clone())),
            Asked::Key(name, element) => {
                let at = self.keys.iter().position(|key| key.name == *name)?;
                Some((at + KEY, self.keys.get(at)?.dimension.truths.get(*element)?.clone()))
            }
        };
        let mut demands: Vec<Demand> = Vec::with_capacity(asked.len());
        for (dimension, values) in asked.iter().filter_map(truth) {
            match demands.iter_mut().find(|(known, _)| *known == dimension) {
                Some((_, known)) => known.keep(&values),
                None => demands.push((dimension, values)),
            }
        }
        demands
    }

    /// All values of every dimension.
    fn domains(&self) -> Vec<Bits> {
        let fixed = [self.place.values.len(), self.who.values.len()];
        let keys = self.keys.iter().map(|key| key.dimension.values.len());
        fixed.into_iter().chain(keys).map(Bits::all).collect()
    }

    /// The values that requests for an action may have: its caller is one who needs a permission for it.
    pub(super) fn domains_for(&self, action: &str) -> Vec<Bits> {
        let mut domains = self.domains();
        let action = action.to_ascii_lowercase();
        if let Some(who) = domains.get_mut(WHO) {
            let asks = |who: &Who| !needs_no_permission(&action, &who.caller);
            who.retain(|at| self.who.values.get(at).is_some_and(asks));
        }
        domains
    }

    /// That a statement does not hold.
    pub(super) fn refusal(&self, line: usize) -> Choice {
        let length = |dimension: usize| self.domains().get(dimension).cloned().unwrap_or_default();
        let without = |(dimension, values): &Demand| {
            let mut rest = length(*dimension);
            rest.drop_all(values);
            vec![(*dimension, rest)]
        };
        self.demands.get(line).into_iter().flatten().map(without).collect()
    }

    /// That a text with a variable is met only where the variable has a value.
    pub(super) fn needs(&self) -> Vec<Choice> {
        let mut choices = Vec::new();
        for (number, entry) in self.entries.iter().enumerate().filter(|(_, entry)| entry.open) {
            let met = Bits::of(self.place.values.len(), |at| {
                self.place.values.get(at).is_some_and(|class| class.members.has(number))
            });
            choices.extend(entry.needs.iter().filter_map(|name| self.need(PLACE, &met, name)));
        }
        for (at, key) in self.keys.iter().enumerate() {
            for (number, entry) in &key.open {
                let values = &key.dimension.values;
                let met = Bits::of(values.len(), |at| values.get(at).is_some_and(|value| key.met(value, *number)));
                choices.extend(entry.needs.iter().filter_map(|name| self.need(at + KEY, &met, name)));
            }
        }
        choices
    }

    fn need(&self, dimension: usize, met: &Bits, name: &str) -> Option<Choice> {
        let mut unmet = self.domains().get(dimension)?.clone();
        unmet.drop_all(met);
        let there = match self.keys.iter().position(|key| key.name == name) {
            Some(at) => (at + KEY, self.keys.get(at)?.single()),
            None if KEYS.contains(&name) && self.of_callers => {
                let single = |who: &Who| matches!(who.context.get(name), Some(ContextValue::One(_)));
                (WHO, Bits::of(self.who.values.len(), |at| self.who.values.get(at).is_some_and(single)))
            }
            None => return None,
        };
        Some(vec![vec![(dimension, unmet)], vec![there]])
    }

    /// The request that stands at the first value of each domain.
    pub(super) fn example(&self, action: &str, domains: &[Bits]) -> Option<Example> {
        let first = |dimension: usize| domains.get(dimension).and_then(|domain| domain.iter().next());
        let resource = self.place.values.get(first(PLACE)?)?.example.clone();
        let who = self.who.values.get(first(WHO)?)?;
        let mut context = Vec::new();
        if self.of_callers {
            let of_caller = KEYS.iter().filter_map(|key| Some(((*key).to_owned(), who.context.get(key)?.clone())));
            context.extend(of_caller.filter(|(_, value)| *value != ContextValue::Absent));
        }
        for (at, key) in self.keys.iter().enumerate() {
            let value = key.example(key.dimension.values.get(first(at + KEY)?)?);
            if value != ContextValue::Absent && !context.iter().any(|(known, _)| *known == key.name) {
                context.push((key.name.clone(), value));
            }
        }
        Some(Example { caller: who.caller.clone(), action: action.to_owned(), resource, context })
    }

    /// The texts that a key may have, and those of resources, each with the open entries that it meets.
    pub(super) fn key_examples(&self, name: &str) -> Vec<String> {
        let key = self.keys.iter().find(|key| key.name == name);
        let of_callers = self.who.values.iter().filter_map(|who| match who.context.get(name) {
            Some(ContextValue::One(value)) => Some(value.clone()),
            _ => None,
        });
        key.into_iter().flat_map(|key| key.texts.iter().map(|class| class.example.clone())).chain(of_callers).collect()
    }

    /// Each open text with the examples that it may mean.
    pub(super) fn open_texts(&self) -> Vec<(&Written, Vec<&str>)> {
        let mut texts = Vec::new();
        for (number, entry) in self.entries.iter().enumerate().filter(|(_, entry)| entry.open) {
            let met = self.place.values.iter().filter(|class| class.members.has(number));
            texts.push((entry, met.map(|class| class.example.as_str()).collect()));
        }
        for key in &self.keys {
            for (number, entry) in &key.open {
                let met = key.texts.iter().filter(|class| class.members.has(*number));
                texts.push((entry, met.map(|class| class.example.as_str()).collect()));
            }
        }
        texts
    }
}

impl<'a> Elements<'a> {
    fn of(lines: &[&Line<'a>]) -> Elements<'a> {
        let mut elements = Elements::default();
        let joined = elements.joins_callers(lines);
        for line in lines {
            let mut asked = Vec::new();
            if let Some(resources) = &line.statement.resources {
                asked.push(Asked::Place(number(&mut elements.place, (resources, line.version))));
            }
            if let Some(principals) = &line.statement.principals {
                let element = who::Element::Named(principals, line.statement.effect);
                asked.push(Asked::Who(number(&mut elements.who, element)));
            }
            for condition in &line.statement.conditions {
                asked.push(elements.ask(condition, line.version, joined));
            }
            elements.asked.push(asked);
        }
        elements
    }

    /// Whether the keys of the caller are sorted together: where a principal is named, or two of them are asked for.
    fn joins_callers(&self, lines: &[&Line<'_>]) -> bool {
        let conditions = lines.iter().flat_map(|line| &line.statement.conditions);
        let mut keys: Vec<String> = conditions.map(|condition| condition.key.to_ascii_lowercase()).collect();
        keys.retain(|key| KEYS.contains(&key.as_str()));
        keys.sort_unstable();
        keys.dedup();
        keys.len() > 1 || lines.iter().any(|line| line.statement.principals.is_some())
    }

    fn ask(&mut self, condition: &'a Condition, version: Option<Version>, joined: bool) -> Asked {
        let name = condition.key.to_ascii_lowercase();
        if joined && KEYS.contains(&name.as_str()) {
            return Asked::Who(number(&mut self.who, who::Element::Key(condition, version)));
        }
        let element = number(self.keys.entry(name.clone()).or_default(), (condition, version));
        Asked::Key(name, element)
    }
}

fn number<T: PartialEq>(known: &mut Vec<T>, one: T) -> usize {
    known.iter().position(|other| *other == one).unwrap_or_else(|| {
        known.push(one);
        known.len() - 1
    })
}
