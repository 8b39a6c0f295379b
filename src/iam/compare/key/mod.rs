//! The values of one condition key, as far as conditions tell them apart.

mod operand;
mod question;
mod texts;
mod value;

use super::super::request::{Context, ContextValue};
use super::access::Universe;
use super::bits::Bits;
use super::classes::Class;
use super::dimension::Dimension;
use super::reason::Reason;
use super::written::{Marks, Written};
use operand::Operands;
use question::{OPERANDS, Question};
pub(super) use value::Element;
use value::Value;

/// More kinds of sets of values than real conditions can tell apart.
const MAX_SETS: usize = 1_024;

/// A key, sorted.
#[derive(Clone, Debug)]
pub(super) struct Key {
    pub(super) name: String,
    pub(super) texts: Vec<Class>,
    pub(super) dimension: Dimension<Value>,
    /// The operands with variables, by their place among the members of a text's class.
    pub(super) open: Vec<(usize, Written)>,
}

impl Key {
    /// Sorts the values of a key by the conditions on it.
    /// `known` tells values, of this key and of those in variables.
    pub(super) fn new(
        name: &str,
        elements: &[Element<'_>],
        universe: &Universe<'_>,
        marks: &mut Marks,
        known: Option<&Context>,
    ) -> Result<Key, Reason> {
        let mut operands = Operands::default();
        let mut read = |element: &Element<'_>| Question::read(element, &mut operands, marks, known);
        let questions: Vec<Option<Question>> = elements.iter().map(&mut read).collect();
        let forced = known.and_then(|context| context.get_folded(name));
        let texts = match forced {
            Some(ContextValue::One(value)) => vec![texts::class_of(&operands, value)],
            Some(_) => Vec::new(),
            None => texts::classes(name, &operands, universe.typed)?,
        };
        let mut values: Vec<Value> = (0..texts.len()).map(Value::One).collect();
        if !matches!(forced, Some(ContextValue::One(_))) {
            values.push(Value::Absent);
        }
        let sets_told_apart = || questions.iter().flatten().any(Question::is_of_sets);
        if forced.is_none() && (universe.multivalued)(name).unwrap_or_else(sets_told_apart) {
            values.extend(sets(&texts, &questions)?);
        }
        let holds = |element: usize, value: &Value| {
            questions.get(element).and_then(Option::as_ref).is_some_and(|question| question.holds(value, &texts))
        };
        let dimension = Dimension::new(values, elements.len(), holds);
        Ok(Key {
            name: name.to_owned(),
            dimension,
            open: operands.open().into_iter().map(|(at, entry)| (at + OPERANDS, entry)).collect(),
            texts,
        })
    }

    /// The values for which the key is there with one value.
    pub(super) fn single(&self) -> Bits {
        let values = &self.dimension.values;
        Bits::of(values.len(), |at| matches!(values.get(at), Some(Value::One(_))))
    }

    /// Whether an operand, by its place, takes in some text of this value.
    pub(super) fn met(&self, value: &Value, operand: usize) -> bool {
        let met = |at: &usize| self.texts.get(*at).is_some_and(|class| class.members.has(operand));
        match value {
            Value::Absent => false,
            Value::One(at) => met(at),
            Value::Many(all) => all.iter().any(met),
        }
    }

    /// The value as a request holds it.
    pub(super) fn example(&self, value: &Value) -> ContextValue {
        let text = |&at: &usize| self.texts.get(at).map(|class| class.example.clone()).unwrap_or_default();
        match value {
            Value::Absent => ContextValue::Absent,
            Value::One(at) => ContextValue::One(text(at)),
            Value::Many(all) => ContextValue::Many(all.iter().map(text).collect()),
        }
    }
}

/// Sets of texts, one for each way in which the conditions can answer: built up text by text from the empty set.
fn sets(texts: &[Class], questions: &[Option<Question>]) -> Result<Vec<Value>, Reason> {
    let of_sets: Vec<&Question> = questions.iter().flatten().filter(|question| question.is_of_sets()).collect();
    let answers = |set: &Value| -> Vec<bool> { of_sets.iter().map(|question| question.holds(set, texts)).collect() };
    let empty = Value::Many(Vec::new());
    let mut known = rustc_hash::FxHashSet::default();
    known.insert((true, answers(&empty)));
    let mut sets = vec![empty];
    let mut next = 0;
    while let Some(Value::Many(set)) = sets.get(next).cloned() {
        for text in (0..texts.len()).filter(|text| !set.contains(text)) {
            let larger = Value::Many(set.iter().copied().chain([text]).collect());
            if known.insert((false, answers(&larger))) {
                sets.push(larger);
            }
        }
        if sets.len() > MAX_SETS {
            return Err(Reason::Patterns("the sets of values of a key".into()));
        }
        next += 1;
    }
    Ok(sets)
}
