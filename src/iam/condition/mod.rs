//! The `Condition` block: one operator with one key against the context of a request.
//!
//! The rules that all operators share (missing keys, sets of values, negation) are in `question`, what
//! holds of an unknown key in `any`. How two values compare is told by one file per family.

mod arn;
mod any;
mod binary;
mod clause;
mod date;
mod family;
mod network;
mod number;
mod operator;
mod question;
mod string;

pub(super) use clause::Clause;
pub(super) use date::milliseconds;
pub use family::Family;
pub(super) use network::Network;
pub(super) use number::is_decimal;
pub use operator::{Operator, Set};
use question::Question;

use super::request::Context;
use super::truth::Truth;

impl Clause {
    /// Whether the condition holds. `missing` hears of every key whose value is unknown and asked for, in lower case.
    pub(super) fn holds(&self, context: &Context, missing: &mut dyn FnMut(&str)) -> Truth {
        let Some(operator) = self.operator else {
            return Truth::Unknown;
        };
        let mut question = Question { operator, operands: &self.operands, context, missing };
        match context.get_folded(&self.key) {
            None => {
                let answer = any::answer(&question);
                if answer == Truth::Unknown {
                    (question.missing)(&self.key);
                }
                answer
            }
            Some(value) => question.answer(value),
        }
    }
}

/// Whether one value meets one operand without variables.
pub(super) fn meets(operator: Operator, operand: &str, value: &str) -> bool {
    let clause = Clause::of_one(operator.plain(), operand);
    clause.holds(&Context::closed().with(&clause.key, value), &mut |_| {}) == Truth::Yes
}

#[cfg(test)]
mod tests;
