//! The `Condition` block: one operator with one key against the context of a request.
//!
//! The rules that all operators share (missing keys, sets of values, negation) are in `question`, what
//! holds of an unknown key in `any`. How two values compare is told by one file per family.

mod arn;
mod any;
mod binary;
mod date;
mod family;
mod network;
mod number;
mod operator;
mod question;
mod string;

pub use family::Family;
pub use operator::{Operator, Set};
use question::Question;
pub(super) use question::Surroundings;

use super::policy::Condition;
use super::truth::Truth;

/// Whether the condition holds. `missing` hears of every key whose value is unknown and asked for.
pub(super) fn holds(condition: &Condition, around: Surroundings<'_>, missing: &mut dyn FnMut(&str)) -> Truth {
    // The parser refuses unknown operators; a statement built by other means stays undecided.
    let Some(operator) = Operator::parse(&condition.operator) else {
        return Truth::Unknown;
    };
    let mut question = Question { operator, operands: &condition.values, around, missing };
    match around.context.get(&condition.key) {
        None => {
            let answer = any::answer(&question);
            if answer == Truth::Unknown {
                (question.missing)(&condition.key);
            }
            answer
        }
        Some(value) => question.answer(value),
    }
}

#[cfg(test)]
mod tests;
