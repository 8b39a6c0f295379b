//! What a condition says of a value, from what its operands take in.

use super::super::super::condition::{Family, Operator, Set};
use super::super::super::request::Context;
use super::super::classes::Class;
use super::super::written::Marks;
use super::operand::Operands;
use super::value::{Element, Value};

/// A condition.
pub(super) struct Question {
    operator: Operator,
    /// The numbers of its operands.
    operands: Vec<usize>,
    /// For `Null`: whether it holds of an absent key, and of one that is there.
    null: Option<(bool, bool)>,
    /// What a text must be so that the operator takes it at all, even a negated one.
    readable: Option<usize>,
}

/// The member of a class that says that its texts are ARNs.
pub(super) const IS_ARN: usize = 0;
/// The member that says that they are addresses.
pub(super) const IS_ADDRESS: usize = 1;
/// The member that stands for the first operand.
pub(super) const OPERANDS: usize = 2;

impl Question {
    /// Reads a condition; `None`: there is no such operator, and it holds of nothing.
    pub(super) fn read(
        (condition, version): &Element<'_>,
        operands: &mut Operands,
        marks: &mut Marks,
        known: Option<&Context>,
    ) -> Option<Question> {
        let operator = Operator::parse(&condition.operator)?;
        let family = operator.family();
        if family == Family::Null {
            let takes = |wanted: &str| condition.values.iter().any(|value| value.eq_ignore_ascii_case(wanted));
            let null = Some((takes("true"), takes("false")));
            return Some(Question { operator, operands: Vec::new(), null, readable: None });
        }
        operands.note(family);
        let mut number = |text: &String| operands.number(operator, text, *version, marks, known) + OPERANDS;
        let numbers = condition.values.iter().map(&mut number).collect();
        let readable = match family {
            Family::Arn => Some(IS_ARN),
            Family::Ip => Some(IS_ADDRESS),
            _ => None,
        };
        Some(Question { operator, operands: numbers, null: None, readable })
    }

    /// Whether it tells sets of values apart.
    pub(super) fn is_of_sets(&self) -> bool {
        self.operator.set().is_some() && self.null.is_none()
    }

    /// Whether it holds of a value.
    pub(super) fn holds(&self, value: &Value, texts: &[Class]) -> bool {
        if let Some((absent, there)) = self.null {
            return match value {
                Value::Absent => absent,
                Value::One(_) => there,
                Value::Many(all) => {
                    if all.is_empty() {
                        absent
                    } else {
                        there
                    }
                }
            };
        }
        let one = |at: &usize| texts.get(*at).is_some_and(|class| self.takes(class));
        match (value, self.operator.set()) {
            (Value::Absent, _) => self.operator.holds_when_absent(),
            (Value::One(at), _) => one(at),
            (Value::Many(_), None) => false,
            (Value::Many(all), Some(Set::All)) => all.iter().all(one),
            (Value::Many(all), Some(Set::Any)) => all.iter().any(one),
        }
    }

    fn takes(&self, class: &Class) -> bool {
        self.readable.is_none_or(|readable| class.members.has(readable))
            && self.operands.iter().any(|&number| class.members.has(number)) != self.operator.is_negated()
    }
}
