//! The texts that a key can have, sorted by the operands that take them in.
//!
//! A key that is only ever compared as a number, date, address, truth or ARN has only such values.

use super::super::super::condition::{Family, is_decimal, meets};
use super::super::bits::Bits;
use super::super::classes::{self, Class};
use super::super::dimension::split;
use super::super::language::Language;
use super::super::place::implied;
use super::super::reason::Reason;
use super::super::{values, written::Written};
use super::operand::{Operand, Operands};
use super::question::READABLE;

/// One example of each kind of text.
pub(super) fn classes(key: &str, operands: &Operands) -> Result<Vec<Class>, Reason> {
    let ordered = [Family::Numeric, Family::Date, Family::Ip, Family::Binary].map(|family| (family, operands.some(family)));
    let textual = [Family::StringExact, Family::StringLike, Family::Arn, Family::Bool].map(|family| operands.some(family));
    let mut orders = ordered.iter().filter(|(_, some)| *some).map(|(family, _)| *family);
    match (orders.next(), orders.next(), textual.contains(&true)) {
        (None, ..) => of_patterns(key, operands),
        (Some(family), None, false) => Ok(of_order(family, operands)),
        _ => Err(Reason::MixedKey(key.to_owned())),
    }
}

/// The class of one text.
pub(super) fn class_of(operands: &Operands, text: &str) -> Class {
    let takes = |number: usize| match number.checked_sub(1) {
        None => classes::class_of(&[Language::any_arn()], text).is_some_and(|class| class.members.has(0)),
        Some(place) => operands.all.get(place).is_some_and(|operand| takes(operand, text)),
    };
    Class { example: text.to_owned(), members: Bits::of(operands.all.len() + 1, takes) }
}

fn takes(operand: &Operand, text: &str) -> bool {
    match operand.operator.family() {
        Family::StringExact | Family::StringLike | Family::Arn => operand
            .language()
            .and_then(|language| classes::class_of(&[language], text))
            .is_some_and(|class| class.members.has(0)),
        _ => meets(operand.operator, &operand.text, text),
    }
}

fn of_order(family: Family, operands: &Operands) -> Vec<Class> {
    let written: Vec<&str> = operands.all.iter().map(|operand| operand.text.as_str()).collect();
    let candidates = match family {
        Family::Numeric => {
            values::numbers(&written.into_iter().filter(|text| is_decimal(text)).collect::<Vec<_>>())
        }
        Family::Date => values::dates(&written),
        Family::Ip => values::addresses(&written),
        _ => written.into_iter().chain(["dHJhaWxmaXQ="]).map(str::to_owned).collect(),
    };
    let mut known = rustc_hash::FxHashSet::default();
    let sorted = candidates.iter().map(|text| class_of(operands, text));
    sorted.filter(|class| known.insert(class.members.clone())).collect()
}

fn of_patterns(key: &str, operands: &Operands) -> Result<Vec<Class>, Reason> {
    let only = |family| operands.all.iter().all(|operand| operand.operator.family() == family);
    if only(Family::Bool) {
        return Ok(["true", "false"].iter().map(|text| class_of(operands, text)).collect());
    }
    let nothing = || Language::nothing();
    let mut languages = vec![Language::any_arn()];
    languages.extend(operands.all.iter().map(|operand| operand.language().unwrap_or_else(nothing)));
    let unsettled = |operand: &Operand| operand.operator.ignores_case() && !operand.text.is_ascii();
    if languages.iter().any(Language::has_wide_letter) || operands.all.iter().any(unsettled) {
        return Err(Reason::Letters(key.to_owned()));
    }
    let shape = only(Family::Arn).then(Language::any_arn);
    let preferred = ["arn:aws:iam::111122223333:role/example", "example"];
    let preferred = if shape.is_some() { preferred.get(..1) } else { preferred.get(1..) };
    let mut all = classes::classes(&languages, shape.as_ref(), preferred.unwrap_or_default())
        .map_err(|_| Reason::Patterns(key.to_owned()))?;
    for (place, operand) in operands.all.iter().enumerate() {
        if operand.is_false() || operand.is_no_truth() {
            all.iter_mut().for_each(|class| class.members.turn(place + 1, operand.is_false()));
        }
    }
    debug_assert_eq!(READABLE, 0);
    split_open(all, operands)
}

/// Each text once for every way in which the operands with variables may take it in or not.
fn split_open(all: Vec<Class>, operands: &Operands) -> Result<Vec<Class>, Reason> {
    let (numbers, entries): (Vec<usize>, Vec<Written>) = operands.open().into_iter().unzip();
    let within = implied(&entries, false).into_iter().filter_map(|(a, b)| Some((numbers.get(a)? + 1, numbers.get(b)? + 1)));
    split(all, &numbers.iter().map(|number| number + 1).collect::<Vec<_>>(), &within.collect::<Vec<_>>())
}
