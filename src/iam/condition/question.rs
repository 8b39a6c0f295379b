//! One operator with its operands, put to the values of a request.
//!
//! The rules that all operators share: missing keys, sets of values, negation, variables.

use std::net::IpAddr;

use super::super::request::{Context, ContextValue};
use super::super::truth::Truth;
use super::super::variables::{self, Template};
use super::clause::{Operand, Reading};
use super::operator::{Operator, Set, Test};
use super::{arn, binary, date, network, number, string};

/// An operator with its operands, to be put to a value.
pub(super) struct Question<'a, 'm> {
    pub(super) operator: Operator,
    pub(super) operands: &'a [Operand],
    /// The context of the request, which fills variables.
    pub(super) context: &'a Context,
    pub(super) missing: &'m mut dyn FnMut(&str),
}

/// A value of the request, as the operator reads it; every operand is compared with that.
enum Value<'a> {
    Text(&'a str),
    Date(Option<i64>),
    Address(IpAddr),
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
        self.operands.iter().any(|operand| operand.text.eq_ignore_ascii_case(wanted)).into()
    }

    /// One value of the request against the operands.
    fn one(&mut self, value: &str) -> Truth {
        let Some(value) = self.read(value) else {
            return Truth::No;
        };
        let mut any = Truth::No;
        for operand in self.operands {
            any = any.or(self.compare(&value, operand));
            if any == Truth::Yes {
                break;
            }
        }
        if self.operator.negated { !any } else { any }
    }

    /// `None`: no operator of the family matches such a text, not even a negated one.
    fn read<'v>(&self, value: &'v str) -> Option<Value<'v>> {
        match self.operator.test {
            Test::Ip => network::address(value).map(Value::Address),
            Test::Arn => arn::readable(value).then_some(Value::Text(value)),
            Test::Date(_) => Some(Value::Date(date::milliseconds(value))),
            _ => Some(Value::Text(value)),
        }
    }

    fn compare(&mut self, value: &Value<'_>, operand: &Operand) -> Truth {
        let holds = match (value, &operand.reading) {
            (Value::Text(value), Reading::Template(template)) => return self.compare_filled(value, template),
            (Value::Text(value), Reading::Pattern(pattern)) => pattern.matches(value),
            (Value::Text(value), Reading::Arn(pattern)) => pattern.takes(value),
            (Value::Date(Some(value)), Reading::Date(Some(operand))) => match self.operator.test {
                Test::Date(order) => order.takes(value.cmp(operand)),
                _ => false,
            },
            (Value::Address(address), Reading::Network(Some(network))) => network.contains(*address),
            (Value::Text(value), Reading::Text) => self.compare_text(value, &operand.text),
            _ => false,
        };
        holds.into()
    }

    fn compare_text(&self, value: &str, operand: &str) -> bool {
        match self.operator.test {
            Test::Equals => value == operand,
            Test::EqualsIgnoreCase => string::equals_ignore_case(value, operand),
            Test::Number(order) => number::compare(value, operand).is_some_and(|is| order.takes(is)),
            Test::Bool => string::same_truth(value, operand),
            Test::Binary => binary::equals(value, operand),
            Test::Like | Test::Arn | Test::Date(_) | Test::Ip | Test::Null => false,
        }
    }

    fn compare_filled(&mut self, value: &str, template: &Template) -> Truth {
        let Some(parts) = template.fill(self.context) else {
            return Truth::No;
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
