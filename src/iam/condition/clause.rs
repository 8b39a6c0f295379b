//! One entry of a `Condition` block, read once so that it can be asked often.

use super::super::pattern::Pattern;
use super::super::policy::{Condition, Version};
use super::super::variables::Template;
use super::arn::ArnOperand;
use super::date;
use super::network::Network;
use super::operator::{Operator, Test};

/// An operator with its key and operands.
#[derive(Clone, Debug)]
pub(in super::super) struct Clause {
    /// `None`: there is no such operator. The parser refuses those; a statement built by other means may have one.
    pub(super) operator: Option<Operator>,
    /// The key in lower case.
    pub(super) key: String,
    pub(super) operands: Vec<Operand>,
}

/// An operand as written, and as its operator reads it.
#[derive(Clone, Debug)]
pub(super) struct Operand {
    pub(super) text: String,
    pub(super) reading: Reading,
}

/// What an operator makes of an operand.
#[derive(Clone, Debug)]
pub(super) enum Reading {
    /// The text as it stands.
    Text,
    /// A text with variables to fill in.
    Template(Template),
    /// A pattern of `StringLike`.
    Pattern(Pattern),
    /// A pattern of the ARN operators.
    Arn(ArnOperand),
    /// Milliseconds since 1970; `None`: no date.
    Date(Option<i64>),
    /// Addresses; `None`: it holds none.
    Network(Option<Network>),
}

impl Clause {
    /// Reads a condition of a policy of this version.
    pub(in super::super) fn new(condition: &Condition, version: Option<Version>) -> Clause {
        let operator = Operator::parse(&condition.operator);
        let operand = |text: &String| Operand {
            reading: operator.map_or(Reading::Text, |operator| Reading::of(operator, version, text)),
            text: text.clone(),
        };
        let operands = condition.values.iter().map(operand).collect();
        Clause { operator, key: condition.key.to_ascii_lowercase(), operands }
    }

    /// An operator with one operand without variables, on some key.
    pub(super) fn of_one(operator: Operator, text: &str) -> Clause {
        let operand = Operand { reading: Reading::of(operator, None, text), text: text.to_owned() };
        Clause { operator: Some(operator), key: "key".to_owned(), operands: vec![operand] }
    }
}

impl Reading {
    fn of(operator: Operator, version: Option<Version>, text: &str) -> Reading {
        let template = operator.takes_variables().then(|| Template::read(version, text)).flatten();
        if let Some(template) = template {
            return Reading::Template(template);
        }
        match operator.test {
            Test::Like => Reading::Pattern(Pattern::new(text)),
            Test::Arn => Reading::Arn(ArnOperand::new(text)),
            Test::Date(_) => Reading::Date(date::milliseconds(text)),
            Test::Ip => Reading::Network(Network::parse(text)),
            _ => Reading::Text,
        }
    }
}
