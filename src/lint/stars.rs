//! Checks of conditions that a lone `*` makes say something simpler: that a key is there, or nothing at all.

use super::finding::Findings;
use super::resources::is_everything;
use super::view::{Clause, View};
use crate::iam::{Family, Operator, Set};

pub(super) fn check(view: &View<'_>, findings: &mut Findings<'_>) {
    for clause in view.clauses() {
        let Some(operator) = Operator::parse(clause.operator) else { continue };
        if operator.family() == Family::StringLike && clause.values.iter().any(|value| is_everything(value.text)) {
            star(&clause, operator, findings);
        }
    }
}

/// What `StringLike`, its negation and their kin say with `*` among the values.
fn star(clause: &Clause<'_>, operator: Operator, findings: &mut Findings<'_>) {
    let key = clause.key;
    let mut add = |id: &'static str, sentence: String, fix: String| findings.add(id, &clause.place, sentence, fix);
    match (operator.is_negated(), operator.set(), operator.if_exists()) {
        (false, None | Some(Set::Any), false) => add(
            "EQUIVALENT_TO_NULL_FALSE",
            format!("it says that `{key}` is there"),
            format!("write `\"Null\": {{\"{key}\": \"false\"}}`"),
        ),
        (true, None | Some(Set::All), _) => add(
            "EQUIVALENT_TO_NULL_TRUE",
            format!("it says that `{key}` is absent"),
            format!("write `\"Null\": {{\"{key}\": \"true\"}}`"),
        ),
        (false, ..) => add(
            "REDUNDANT_KEY_DUE_TO_WILDCARD_IN_CONDITION",
            format!("it holds whatever `{key}` is"),
            "remove the key".to_owned(),
        ),
        (true, Some(Set::Any), _) => add(
            "REDUNDANT_STATEMENT_DUE_TO_WILDCARD_IN_CONDITION",
            format!("no value of `{key}` ever meets it"),
            "remove the statement, or the key".to_owned(),
        ),
    }
}
