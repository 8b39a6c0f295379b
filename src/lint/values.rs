//! Checks of the values of a condition key together: how many, of which kinds, and variables among them.

use super::finding::Findings;
use super::json::{Node, Value};
use super::view::{Clause, View};
use crate::iam::{Family, Operator, Version};

pub(super) fn check(view: &View<'_>, findings: &mut Findings<'_>) {
    kinds(view, findings);
    for clause in view.clauses() {
        let Some(operator) = Operator::parse(clause.operator) else { continue };
        booleans(&clause, operator, findings);
        bounds(&clause, operator, findings);
        variables(view, &clause, operator, findings);
    }
}

/// `["true", true]`: a list of one kind is meant.
fn kinds(view: &View<'_>, findings: &mut Findings<'_>) {
    let Some(block) = view.node.get("Condition") else { return };
    let place = view.place.member(block);
    for operator in block.node.members() {
        for key in operator.node.members().iter().filter(|key| is_mixed(&key.node)) {
            let sentence = format!("the values of `{}` are texts and others", key.key);
            let place = place.member(operator).member(key);
            findings.add("INVALID_CONDITION_DATA_TYPE", &place, sentence, "write all values as texts");
        }
    }
}

fn is_mixed(values: &Node) -> bool {
    let texts = values.items().iter().filter(|item| matches!(item.value, Value::Text(_))).count();
    texts > 0 && texts < values.items().len()
}

fn booleans(clause: &Clause<'_>, operator: Operator, findings: &mut Findings<'_>) {
    if matches!(operator.family(), Family::Bool | Family::Null) && clause.values.len() > 1 {
        let sentence = format!("`{}` with several truth values holds whenever one of them does", clause.key);
        findings.add("INVALID_CONDITION_MULTIPLE_BOOLEAN", &clause.place, sentence, "keep one");
    }
}

/// Of several bounds only the widest counts.
fn bounds(clause: &Clause<'_>, operator: Operator, findings: &mut Findings<'_>) {
    let name = clause.operator.to_ascii_lowercase();
    let bounds = name.contains("lessthan") || name.contains("greaterthan");
    if operator.family() == Family::Numeric && bounds && clause.values.len() > 1 {
        let sentence = format!("of several bounds of `{}` only the widest counts", clause.key);
        findings.add("REDUNDANT_CONDITION_VALUE_NUM", &clause.place, sentence, "keep that one");
    }
}

fn variables(view: &View<'_>, clause: &Clause<'_>, operator: Operator, findings: &mut Findings<'_>) {
    let takes = matches!(operator.family(), Family::StringExact | Family::StringLike | Family::Arn);
    if takes || view.policy.version != Some(Version::V2012) {
        return;
    }
    for value in clause.values.iter().filter(|value| value.text.contains("${")) {
        let sentence = format!("`{}` takes no policy variables", clause.operator);
        findings.add("INVALID_VARIABLE_FOR_OPERATOR", &value.place, sentence, "write the value");
    }
}
