//! The answer when nothing is known of the key: it may be absent, have any value, or any set of values.
//!
//! Certain only if all of these agree, and then no request needs to tell the key.

use super::super::glob::Symbol;
use super::super::truth::Truth;
use super::super::variables;
use super::clause::{Operand, Reading};
use super::network::Kind;
use super::operator::{Set, Test};
use super::question::Question;
use super::{arn, binary, number, string};

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
    let some = |takes: &dyn Fn(&Operand) -> bool| question.operands.iter().any(takes);
    let all = match question.operator.test {
        Test::Like => some(&|operand| symbols(question, operand).is_some_and(|symbols| string::takes_all(&symbols))),
        Test::Arn => some(&|operand| symbols(question, operand).is_some_and(|symbols| arn::takes_all(&symbols))),
        Test::Bool => ["true", "false"].iter().all(|truth| some(&|operand| string::same_truth(truth, &operand.text))),
        Test::Ip => [Kind::V4, Kind::V6].iter().all(|kind| some(&|operand| is_whole(operand, *kind))),
        _ => false,
    };
    all.then_some(true)
}

fn is_whole(operand: &Operand, kind: Kind) -> bool {
    matches!(operand.reading, Reading::Network(Some(network)) if network.is_whole(kind))
}

/// Whether the operand matches no value at all.
fn hopeless(question: &Question<'_, '_>, operand: &Operand) -> bool {
    let text = operand.text.as_str();
    match (question.operator.test, &operand.reading) {
        (Test::Arn, Reading::Template(template)) => match template.fill(question.context) {
            None => true,
            Some(parts) => {
                variables::unknown_keys(&parts).next().is_none() && arn::is_empty(&variables::symbols(&parts, true))
            }
        },
        (_, Reading::Template(template)) => template.fill(question.context).is_none(),
        (Test::Arn, _) => arn::is_empty(&variables::written(text)),
        (_, Reading::Date(date)) => date.is_none(),
        (_, Reading::Network(network)) => network.is_none(),
        (Test::Number(_), _) => number::compare(text, text).is_none(),
        (Test::Binary, _) => !binary::equals(text, text),
        (Test::Bool, _) => !["true", "false"].iter().any(|truth| string::same_truth(truth, text)),
        _ => false,
    }
}

/// The symbols of an operand all of whose variables are known.
fn symbols(question: &Question<'_, '_>, operand: &Operand) -> Option<Vec<Symbol>> {
    let Reading::Template(template) = &operand.reading else {
        return Some(variables::written(&operand.text));
    };
    let parts = template.fill(question.context)?;
    variables::unknown_keys(&parts).next().is_none().then(|| variables::symbols(&parts, true))
}
