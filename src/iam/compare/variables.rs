//! Values for policy variables that are worth trying: those that make texts with variables meet other texts.

use std::collections::BTreeSet;

use super::super::glob::{Symbol, is_mark};
use super::super::request::{Context, ContextValue};
use super::lines::Line;
use super::space::Space;
use super::written::{Marks, Written, keys_in};

/// How many combinations of values are tried.
const MAX_TRIED: usize = 300;
/// How many values of one variable.
const MAX_VALUES: usize = 12;

/// The keys of the variables in these lines, in lower case.
pub(super) fn keys(lines: &[&Line<'_>]) -> Vec<String> {
    let mut keys = BTreeSet::new();
    for line in lines {
        let statement = line.statement;
        let resources = statement.resources.iter().flat_map(|list| &list.patterns);
        let values = statement.conditions.iter().flat_map(|condition| &condition.values);
        resources.chain(values).for_each(|text| keys_in(line.version, text, &mut keys));
    }
    keys.into_iter().collect()
}

/// Contexts that give each of the keys a value, the likeliest first.
pub(super) fn assignments(keys: &[String], space: &Space) -> Vec<Context> {
    let mut contexts = vec![Context::open()];
    for key in keys {
        let values = candidates(key, space);
        let with = |context: &Context| -> Vec<Context> {
            let set = |value: &ContextValue| {
                let mut context = context.clone();
                context.set(key, value.clone());
                context
            };
            values.iter().map(set).collect()
        };
        contexts = contexts.iter().flat_map(with).take(MAX_TRIED).collect();
    }
    contexts
}

fn candidates(key: &str, space: &Space) -> Vec<ContextValue> {
    let mut texts = space.key_examples(key);
    texts.push("example".to_owned());
    for (entry, examples) in space.open_texts() {
        texts.extend(examples.iter().filter_map(|text| captured(entry, text, key, &space.marks)));
    }
    let mut seen = BTreeSet::new();
    texts.retain(|text| seen.insert(text.clone()));
    // An empty value meets only what nothing else does.
    texts.sort_by_key(String::is_empty);
    texts.truncate(MAX_VALUES);
    texts.into_iter().map(ContextValue::One).chain([ContextValue::Absent]).collect()
}

/// What the variable stands for if the entry, with its other variables free, means the text.
fn captured(entry: &Written, text: &str, key: &str, marks: &Marks) -> Option<String> {
    let letters: Vec<char> = text.chars().collect();
    let mut spans = Vec::new();
    if !fits(&entry.symbols, &letters, 0, &mut spans) {
        return None;
    }
    let (_, from, to) = spans.iter().find(|(mark, ..)| marks.key(*mark) == Some(key))?;
    Some(letters.get(*from..*to)?.iter().collect())
}

/// Backtracking over what each wildcard and variable takes, the shortest first. The texts are examples of the
/// automaton, so they are short.
fn fits(symbols: &[Symbol], letters: &[char], at: usize, spans: &mut Vec<(u32, usize, usize)>) -> bool {
    let Some((first, rest)) = symbols.split_first() else {
        return at == letters.len();
    };
    match first {
        Symbol::Unit(unit) if is_mark(*unit) => {
            let mut ends = at..=letters.len();
            let found = ends.find(|&end| {
                spans.push((*unit, at, end));
                fits(rest, letters, end, spans) || {
                    spans.pop();
                    false
                }
            });
            found.is_some()
        }
        Symbol::Run => (at..=letters.len()).any(|end| fits(rest, letters, end, spans)),
        Symbol::One => at < letters.len() && fits(rest, letters, at + 1, spans),
        Symbol::Unit(unit) => {
            letters.get(at).is_some_and(|letter| u32::from(*letter) == *unit) && fits(rest, letters, at + 1, spans)
        }
    }
}
