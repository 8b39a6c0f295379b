//! Checks of condition operators against their keys: type, set operators, `IfExists`, wildcards.

use super::finding::Findings;
use super::operator;
use super::view::{Clause, View};
use crate::catalog::KeyType;
use crate::iam::{Family, Operator, Set};

pub(super) fn check(view: &View<'_>, findings: &mut Findings<'_>) {
    empty(view, findings);
    for clause in view.clauses() {
        let Some(operator) = Operator::parse(clause.operator) else { continue };
        null(&clause, operator, findings);
        if operator.family() != Family::Null {
            family(view, &clause, operator, findings);
            sets(view, &clause, operator, findings);
        }
        wildcards(&clause, operator, findings);
        mfa(view, &clause, operator, findings);
    }
}

fn empty(view: &View<'_>, findings: &mut Findings<'_>) {
    if view.node.get("Condition").is_some() && view.statement.conditions.is_empty() {
        let sentence = "the condition block is empty, so it demands nothing";
        findings.add("EMPTY_OBJECT_CONDITION", &view.element("Condition"), sentence, "add a condition or remove it");
    }
    for clause in view.clauses().iter().filter(|clause| clause.values.is_empty()) {
        let Some(operator) = Operator::parse(clause.operator) else { continue };
        let id = match (operator.set(), operator.if_exists()) {
            (Some(Set::All), _) => "EMPTY_ARRAY_CONDITION_FORALLVALUES",
            (_, true) => "EMPTY_ARRAY_CONDITION_IFEXISTS",
            (Some(Set::Any), _) => "EMPTY_ARRAY_CONDITION_FORANYVALUE",
            (None, false) => "EMPTY_ARRAY_CONDITION",
        };
        findings.add(id, &clause.place, format!("`{}` has no values", clause.key), "add a value or remove the key");
    }
}

fn null(clause: &Clause<'_>, operator: Operator, findings: &mut Findings<'_>) {
    if operator.family() == Family::Null && operator.set().is_some() {
        let sentence = "`Null` takes no set operator";
        findings.add("NULL_WITH_QUALIFIER", &clause.operator_place, sentence, "write `Null`");
    }
}

/// The type of the key's value; of a key of which nothing is known beyond its existence, text.
fn value_type(view: &View<'_>, clause: &Clause<'_>) -> Option<KeyType> {
    let known = view.catalog.condition_key(clause.key);
    known.map(|key| key.value).or_else(|| {
        let prefix = clause.key.split(':').next().unwrap_or_default();
        (!view.catalog.service(prefix).is_empty()).then_some(KeyType::String)
    })
}

fn family(view: &View<'_>, clause: &Clause<'_>, operator: Operator, findings: &mut Findings<'_>) {
    let Some(value) = value_type(view, clause) else { return };
    let fitting = operator::fitting(value);
    if fitting.contains(&operator.family()) {
        return;
    }
    let best = fitting.first().map_or("String", |family| operator::name(*family));
    let text = matches!(operator.family(), Family::StringExact | Family::StringLike);
    let sentence = format!("`{}` compares values of another type than `{}` has", clause.operator, clause.key);
    let fix = format!("use an operator that begins with `{best}`");
    let id = match value {
        // Its wildcards cross the colons of ARNs.
        KeyType::Arn if operator.family() == Family::StringLike => "STRING_LIKE_OPERATOR_WITH_ARN_CONDITION_KEYS",
        KeyType::Arn | KeyType::Bool if text => "TYPE_MISMATCH_BUT_USABLE",
        _ => "TYPE_MISMATCH",
    };
    findings.add(id, &clause.operator_place, sentence, fix);
}

fn sets(view: &View<'_>, clause: &Clause<'_>, operator: Operator, findings: &mut Findings<'_>) {
    if clause.key.to_ascii_lowercase().ends_with(":aud") {
        return audience(clause, operator, findings);
    }
    let multivalued = match view.catalog.condition_key(clause.key) {
        Some(key) => key.multivalued,
        None if value_type(view, clause).is_some() => false,
        // Of a key that nobody knows nothing can be said.
        None => return,
    };
    let place = &clause.operator_place;
    let key = clause.key;
    match (operator.set(), multivalued) {
        (Some(Set::All), false) if view.allows() => {
            let sentence = format!("`ForAllValues` holds when `{key}` is absent, and that key has one value at most");
            findings.add("FORALLVALUES_WITH_SINGLE_VALUED_KEY", place, sentence, "remove `ForAllValues:`");
        }
        (Some(_), false) => {
            let sentence = format!("a set operator on `{key}`, which has one value at most");
            findings.add("SET_OPERATOR_WITH_SINGLE_VALUED_KEY", place, sentence, "remove the set operator");
        }
        (Some(Set::All), true) if view.allows() && !has_null_guard(view, key) => {
            let sentence = format!("`ForAllValues` holds when `{key}` is absent");
            let fix = format!("add `\"Null\": {{\"{key}\": \"false\"}}`");
            findings.add("FOR_ALL_VALUES_WITHOUT_NULL_CHECK", place, sentence, fix);
        }
        (None, true) => {
            let sentence = format!("`{key}` has several values, and `{}` compares one", clause.operator);
            findings.add("MISSING_QUALIFIER", place, sentence, "add `ForAllValues:` or `ForAnyValue:`");
        }
        _ => {}
    }
}

/// The claim that says for whom a token is: one value with most providers, and then no set operator fits.
fn audience(clause: &Clause<'_>, operator: Operator, findings: &mut Findings<'_>) {
    let id = match operator.set() {
        Some(Set::Any) => "FORANYVALUE_WITH_AUDIENCE_CLAIM_TYPE",
        Some(Set::All) => "CONFIRM_AUDIENCE_CLAIM_TYPE",
        None => return,
    };
    let sentence = format!("a set operator on `{}`, which has one value with most providers", clause.key);
    findings.add(id, &clause.operator_place, sentence, "remove the set operator, unless tokens have several audiences");
}

fn has_null_guard(view: &View<'_>, key: &str) -> bool {
    view.statement.conditions.iter().any(|condition| {
        let same = condition.key.eq_ignore_ascii_case(key);
        let operator = condition.operator.as_str();
        let any = operator.to_ascii_lowercase().starts_with("foranyvalue:");
        let null = operator.eq_ignore_ascii_case("Null")
            && condition.values.iter().all(|value| value.eq_ignore_ascii_case("false"));
        same && (any || null)
    })
}

fn wildcards(clause: &Clause<'_>, operator: Operator, findings: &mut Findings<'_>) {
    let wild = |text: &str| text.replace("${*}", "").replace("${?}", "").contains(['*', '?']);
    match operator.family() {
        Family::StringExact => {
            for value in clause.values.iter().filter(|value| wild(value.text)) {
                let sentence = format!("the wildcard in `{}` is plain text for `{}`", value.text, clause.operator);
                findings.add("WILDCARD_WITHOUT_LIKE_OPERATOR", &value.place, sentence, "use `StringLike`");
            }
        }
        Family::StringLike if !clause.values.is_empty() && !clause.values.iter().any(|value| wild(value.text)) => {
            let sentence = format!("no value of `{}` has a wildcard", clause.operator);
            findings.add("LIKE_OPERATOR_WITHOUT_WILDCARD", &clause.operator_place, sentence, "use `StringEquals`");
        }
        _ => {}
    }
}

/// An Allow for those without MFA lets in whoever has less, and keys of users, which lack the condition key, not.
fn mfa(view: &View<'_>, clause: &Clause<'_>, operator: Operator, findings: &mut Findings<'_>) {
    let is_false = clause.values.iter().any(|value| value.text.eq_ignore_ascii_case("false"));
    if view.allows()
        && operator.family() == Family::Bool
        && clause.key.eq_ignore_ascii_case("aws:MultiFactorAuthPresent")
        && is_false
    {
        let sentence = "it allows those who did not use MFA";
        findings.add("ALLOW_WITHOUT_MFA", &clause.place, sentence, "demand `true`, or deny with `BoolIfExists`");
    }
}
