//! The texts that a key can have, sorted by the operands that take them in.
//!
//! A key that is only ever compared as a number, date, address or ARN has only such values, if `typed`.

use std::net::IpAddr;

use super::super::super::condition::{Family, is_decimal, meets};
use super::super::bits::Bits;
use super::super::classes::{self, Class};
use super::super::dimension::split;
use super::super::language::Language;
use super::super::place::implied;
use super::super::reason::Reason;
use super::super::{values, written::Written};
use super::operand::{Operand, Operands};
use super::question::{IS_ADDRESS, IS_ARN, OPERANDS};

/// How many operands of a key that is compared in several ways are gone through.
const MAX_MIXED: usize = 7;

/// One example of each kind of text.
pub(super) fn classes(key: &str, operands: &Operands, typed: bool) -> Result<Vec<Class>, Reason> {
    let is_text =
        |family: &Family| matches!(family, Family::StringExact | Family::StringLike | Family::Arn | Family::Bool);
    // How letters beyond ASCII lose their case is not for the automaton.
    let unsettled = |operand: &Operand| operand.operator.ignores_case() && !operand.text.is_ascii();
    match operands.families() {
        [family] if !is_text(family) => Ok(of_order(*family, operands, typed)),
        families if families.iter().all(is_text) && !operands.all.iter().any(unsettled) => {
            of_patterns(key, operands, typed)
        }
        _ => of_mixture(key, operands),
    }
}

/// Texts of a key that is compared in ways that have no common order: those that are worth trying, then one that
/// stands for every other way in which the comparisons could come out, whether or not there is such a text.
fn of_mixture(key: &str, operands: &Operands) -> Result<Vec<Class>, Reason> {
    if operands.all.len() > MAX_MIXED {
        return Err(Reason::MixedKey(key.to_owned()));
    }
    let written: Vec<&str> = operands.all.iter().map(|operand| operand.text.as_str()).collect();
    let numbers: Vec<&str> = written.iter().copied().filter(|text| is_decimal(text)).collect();
    let mut candidates: Vec<String> = written.iter().map(|text| (*text).to_owned()).collect();
    candidates.extend(["example", "true", "false", "arn:aws:iam::111122223333:role/example"].map(str::to_owned));
    candidates.extend(values::numbers(&numbers));
    candidates.extend(values::dates(&written));
    candidates.extend(values::addresses(&written));
    let mut known = rustc_hash::FxHashSet::default();
    let tried = candidates.iter().map(|text| class_of(operands, text));
    let mut all: Vec<Class> = tried.filter(|class| known.insert(class.members.clone())).collect();
    for choice in 0..1_usize << (operands.all.len() + OPERANDS) {
        let members = Bits::of(operands.all.len() + OPERANDS, |number| choice >> number & 1 == 1);
        if known.insert(members.clone()) {
            all.push(Class { example: "example".to_owned(), members });
        }
    }
    Ok(all)
}

/// The class of one text.
pub(super) fn class_of(operands: &Operands, text: &str) -> Class {
    let takes = |number: usize| match number {
        IS_ARN => classes::class_of(&[Language::any_arn()], text).is_some_and(|class| class.members.has(0)),
        IS_ADDRESS => text.parse::<IpAddr>().is_ok(),
        number => operands.all.get(number - OPERANDS).is_some_and(|operand| takes(operand, text)),
    };
    Class { example: text.to_owned(), members: Bits::of(operands.all.len() + OPERANDS, takes) }
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

fn of_order(family: Family, operands: &Operands, typed: bool) -> Vec<Class> {
    let written: Vec<&str> = operands.all.iter().map(|operand| operand.text.as_str()).collect();
    let candidates = match family {
        Family::Numeric => values::numbers(&written.into_iter().filter(|text| is_decimal(text)).collect::<Vec<_>>()),
        Family::Date => values::dates(&written),
        Family::Ip => values::addresses(&written),
        _ => written.into_iter().chain(["dHJhaWxmaXQ="]).map(str::to_owned).collect(),
    };
    let unreadable = (!typed).then_some("!");
    let candidates = candidates.iter().map(String::as_str).chain(unreadable);
    let mut known = rustc_hash::FxHashSet::default();
    let sorted = candidates.map(|text| class_of(operands, text));
    sorted.filter(|class| known.insert(class.members.clone())).collect()
}

fn of_patterns(key: &str, operands: &Operands, typed: bool) -> Result<Vec<Class>, Reason> {
    let only = |family| operands.families() == [family];
    if only(Family::Bool) {
        return Ok(["true", "false"].iter().map(|text| class_of(operands, text)).collect());
    }
    let nothing = || Language::nothing();
    let mut languages = vec![Language::any_arn(), Language::nothing()];
    languages.extend(operands.all.iter().map(|operand| operand.language().unwrap_or_else(nothing)));
    let shape = (typed && only(Family::Arn)).then(Language::any_arn);
    let preferred = ["arn:aws:iam::111122223333:role/example", "example"];
    let preferred = if shape.is_some() { preferred.get(..1) } else { preferred.get(1..) };
    let mut all = classes::classes(&languages, shape.as_ref(), preferred.unwrap_or_default())
        .map_err(|_| Reason::Patterns(key.to_owned()))?;
    for (place, operand) in operands.all.iter().enumerate() {
        if operand.is_false() || operand.is_no_truth() {
            all.iter_mut().for_each(|class| class.members.turn(place + OPERANDS, operand.is_false()));
        }
    }
    split_open(all, operands)
}

/// Each text once for every way in which the operands with variables may take it in or not.
fn split_open(all: Vec<Class>, operands: &Operands) -> Result<Vec<Class>, Reason> {
    let (numbers, entries): (Vec<usize>, Vec<Written>) = operands.open().into_iter().unzip();
    let within = implied(&entries, false)
        .into_iter()
        .filter_map(|(a, b)| Some((numbers.get(a)? + OPERANDS, numbers.get(b)? + OPERANDS)));
    split(all, &numbers.iter().map(|number| number + OPERANDS).collect::<Vec<_>>(), &within.collect::<Vec<_>>())
}
