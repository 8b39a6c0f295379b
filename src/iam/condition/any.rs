//! The answer when nothing is known of the key: it may be absent, have any value, or any set of values.
//!
//! Certain only if all of these agree, and then no request needs to tell the key.

use super::super::glob::Symbol;
use super::super::truth::Truth;
use super::super::variables::{self, Filled};
use super::operator::{Set, Test};
use super::question::Question;
use super::{arn, binary, date, network, number, string};

/// What the operator says whatever the key is.
pub(super) fn answer(question: &Question<'_, '_>) -> Truth {
    let operator = question.operator;
    if operator.test == Test::Null {
        return match (question.null(true), question.null(false)) {
            (absent, present) if absent == present => absent,
            _ => Truth::Unknown,
        };
    }
    let Some(matched) = every_value(question) else {
        return Truth::Unknown;
    };
    let one = Truth::from(matched != operator.negated);
    if one == Truth::Yes && matches!(operator.test, Test::Ip | Test::Arn) {
        // A text that is no address or no ARN never matches, not even a negated operator.
        return Truth::Unknown;
    }
    // A set may be empty, a scalar operator may meet a multivalued key: both weigh in.
    let present = match (operator.set, one) {
        (Some(Set::All), Truth::Yes) => Truth::Yes,
        (Some(Set::Any) | None, Truth::No) => Truth::No,
        _ => Truth::Unknown,
    };
    if present == operator.when_absent() { present } else { Truth::Unknown }
}

/// Whether the operands match every value that can be read at all, or none; `None` when it depends.
fn every_value(question: &Question<'_, '_>) -> Option<bool> {
    if question.operands.iter().all(|operand| hopeless(question, operand)) {
        return Some(false);
    }
    let some = |takes: &dyn Fn(&str) -> bool| question.operands.iter().any(|operand| takes(operand));
    let all = match question.operator.test {
        Test::Like => some(&|operand| symbols(question, operand).is_some_and(|symbols| string::takes_all(&symbols))),
        Test::Arn => some(&|operand| symbols(question, operand).is_some_and(|symbols| arn::takes_all(&symbols))),
        Test::Bool => ["true", "false"].iter().all(|truth| some(&|operand| string::same_truth(truth, operand))),
        Test::Ip => network::takes_all(question.operands),
        _ => false,
    };
    all.then_some(true)
}

/// Whether the operand matches no value at all.
fn hopeless(question: &Question<'_, '_>, operand: &str) -> bool {
    match question.operator.test {
        Test::Number(_) => number::compare(operand, operand).is_none(),
        Test::Date(_) => date::compare(operand, operand).is_none(),
        Test::Binary => !binary::equals(operand, operand),
        Test::Bool => !["true", "false"].iter().any(|truth| string::same_truth(truth, operand)),
        Test::Ip => network::is_empty(operand),
        Test::Arn if !question.fills(operand) => arn::is_empty(&variables::written(operand)),
        Test::Arn => match variables::fill(operand, question.around.context) {
            Filled::Never => true,
            Filled::Parts(parts) => {
                variables::unknown_keys(&parts).next().is_none() && arn::is_empty(&variables::symbols(&parts, true))
            }
        },
        _ => question.fills(operand) && variables::fill(operand, question.around.context) == Filled::Never,
    }
}

/// The symbols of an operand all of whose variables are known.
fn symbols(question: &Question<'_, '_>, operand: &str) -> Option<Vec<Symbol>> {
    if !question.fills(operand) {
        return Some(variables::written(operand));
    }
    match variables::fill(operand, question.around.context) {
        Filled::Parts(parts) if variables::unknown_keys(&parts).next().is_none() => {
            Some(variables::symbols(&parts, true))
        }
        _ => None,
    }
}
