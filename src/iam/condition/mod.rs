//! The `Condition` block: one operator with one key against the context of a request.
//!
//! Here stand the rules that all operators share: missing keys, sets of values, negation, unknowns.
//! How two values compare is told by one file per family.

mod arn;
mod binary;
mod date;
mod network;
mod number;
mod operator;
mod string;

pub(super) use operator::Operator;
use operator::{Set, Test};

use super::policy::{Condition, Version};
use super::request::{Context, ContextValue};
use super::truth::Truth;
use super::variables::{self, Filled};

/// What operators need to know besides the values.
#[derive(Clone, Copy)]
pub(super) struct Surroundings<'a> {
    /// The `Version` of the policy: it decides whether variables are filled in.
    pub(super) version: Option<Version>,
    /// The context of the request.
    pub(super) context: &'a Context,
}

/// Whether the condition holds. `missing` hears of every key whose value is unknown and asked for.
pub(super) fn holds(condition: &Condition, around: Surroundings<'_>, missing: &mut dyn FnMut(&str)) -> Truth {
    // The parser refuses unknown operators; a statement built by other means stays undecided.
    let Some(operator) = Operator::parse(&condition.operator) else {
        return Truth::Unknown;
    };
    let mut question = Question { operator, operands: &condition.values, around, missing };
    match around.context.get(&condition.key) {
        None => {
            let answer = question.for_any_value();
            if answer == Truth::Unknown {
                (question.missing)(&condition.key);
            }
            answer
        }
        Some(value) => question.answer(value),
    }
}

/// An operator with its operands, to be put to a value.
struct Question<'a, 'm> {
    operator: Operator,
    operands: &'a [String],
    around: Surroundings<'a>,
    missing: &'m mut dyn FnMut(&str),
}

impl Question<'_, '_> {
    fn answer(&mut self, value: &ContextValue) -> Truth {
        if self.operator.test == Test::Null {
            let absent = match value {
                ContextValue::Absent => true,
                ContextValue::One(_) => false,
                ContextValue::Many(values) => values.is_empty(),
            };
            return self.null(absent);
        }
        match (value, self.operator.set) {
            (ContextValue::Absent, _) => self.operator.when_absent(),
            (ContextValue::One(value), _) => self.one(value),
            // A multivalued key needs a set operator; no other operator ever matches it.
            (ContextValue::Many(_), None) => Truth::No,
            (ContextValue::Many(values), Some(Set::All)) => {
                values.iter().fold(Truth::Yes, |all, value| all.and(self.one(value)))
            }
            (ContextValue::Many(values), Some(Set::Any)) => {
                values.iter().fold(Truth::No, |any, value| any.or(self.one(value)))
            }
        }
    }

    fn null(&self, absent: bool) -> Truth {
        let wanted = if absent { "true" } else { "false" };
        self.operands.iter().any(|operand| operand.eq_ignore_ascii_case(wanted)).into()
    }

    /// One value of the request against the operands.
    fn one(&mut self, value: &str) -> Truth {
        let readable = match self.operator.test {
            Test::Ip => network::readable(value),
            Test::Arn => arn::readable(value),
            _ => true,
        };
        if !readable {
            return Truth::No;
        }
        let mut any = Truth::No;
        for operand in self.operands {
            any = any.or(self.compare(value, operand));
            if any == Truth::Yes {
                break;
            }
        }
        if self.operator.negated { !any } else { any }
    }

    fn compare(&mut self, value: &str, operand: &str) -> Truth {
        let test = self.operator.test;
        if self.operator.takes_variables() && variables::present(self.around.version, operand) {
            return self.compare_filled(value, operand);
        }
        let holds = match test {
            Test::Equals => value == operand,
            Test::EqualsIgnoreCase => string::equals_ignore_case(value, operand),
            Test::Like => string::like(value, operand),
            Test::Number(order) => number::compare(value, operand).is_some_and(|is| order.takes(is)),
            Test::Date(order) => date::compare(value, operand).is_some_and(|is| order.takes(is)),
            Test::Bool => string::same_truth(value, operand),
            Test::Binary => binary::equals(value, operand),
            Test::Ip => network::contains(operand, value),
            Test::Arn => arn::like(value, operand),
            Test::Null => false,
        };
        holds.into()
    }

    fn compare_filled(&mut self, value: &str, operand: &str) -> Truth {
        let parts = match variables::fill(operand, self.around.context) {
            Filled::Never => return Truth::No,
            Filled::Parts(parts) => parts,
        };
        let unknown = variables::unknown_keys(&parts).next().is_some();
        let may_hold = match self.operator.test {
            Test::Equals => string::matches(value, &parts, false),
            Test::EqualsIgnoreCase => string::matches_ignore_case(value, &parts),
            Test::Like => string::matches(value, &parts, true),
            Test::Arn => arn::matches(value, &parts, unknown),
            _ => false,
        };
        match (may_hold, unknown) {
            (false, _) => Truth::No,
            (true, false) => Truth::Yes,
            (true, true) => {
                variables::unknown_keys(&parts).for_each(&mut *self.missing);
                Truth::Unknown
            }
        }
    }

    /// The answer when the key may be absent or have any value: certain only if all of these agree.
    fn for_any_value(&self) -> Truth {
        let operator = self.operator;
        if operator.test == Test::Null {
            return match (self.null(true), self.null(false)) {
                (absent, present) if absent == present => absent,
                _ => Truth::Unknown,
            };
        }
        let mut one = if self.operands.iter().all(|operand| self.hopeless(operand)) {
            Truth::No
        } else if operator.test == Test::Like && self.operands.iter().any(|o| string::takes_all(o)) {
            Truth::Yes
        } else {
            return Truth::Unknown;
        };
        if operator.negated {
            one = !one;
        }
        // A set may be empty, a scalar operator may meet a multivalued key: both weigh in.
        let present = match (operator.set, one) {
            (Some(Set::All), Truth::Yes) => Truth::Yes,
            (Some(Set::Any) | None, Truth::No) => Truth::No,
            _ => Truth::Unknown,
        };
        if present == operator.when_absent() { present } else { Truth::Unknown }
    }

    /// Whether the operand matches no value at all.
    fn hopeless(&self, operand: &str) -> bool {
        self.operator.takes_variables()
            && variables::present(self.around.version, operand)
            && variables::fill(operand, self.around.context) == Filled::Never
    }
}

#[cfg(test)]
mod tests;
