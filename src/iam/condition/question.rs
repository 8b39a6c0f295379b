//! One operator with its operands, put to the values of a request.
//!
//! The rules that all operators share: missing keys, sets of values, negation, variables.

use super::super::policy::Version;
use super::super::request::{Context, ContextValue};
use super::super::truth::Truth;
use super::super::variables::{self, Filled};
use super::operator::{Operator, Set, Test};
use super::{arn, binary, date, network, number, string};

/// What operators need to know besides the values.
#[derive(Clone, Copy)]
pub(in super::super) struct Surroundings<'a> {
    /// The `Version` of the policy: it decides whether variables are filled in.
    pub(in super::super) version: Option<Version>,
    /// The context of the request.
    pub(in super::super) context: &'a Context,
}

/// An operator with its operands, to be put to a value.
pub(super) struct Question<'a, 'm> {
    pub(super) operator: Operator,
    pub(super) operands: &'a [String],
    pub(super) around: Surroundings<'a>,
    pub(super) missing: &'m mut dyn FnMut(&str),
}

impl Question<'_, '_> {
    pub(super) fn answer(&mut self, value: &ContextValue) -> Truth {
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

    pub(super) fn null(&self, absent: bool) -> Truth {
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
        if self.fills(operand) {
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

    /// Whether the operand has variables that are filled in.
    pub(super) fn fills(&self, operand: &str) -> bool {
        self.operator.takes_variables() && variables::present(self.around.version, operand)
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
}
