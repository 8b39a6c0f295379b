//! One document through all checks.

use super::finding::{Finding, Findings};
use super::json::{self, Node, Value};
use super::subject::{Kind, Subject};
use super::view::{Place, View};
use super::{
    actions, addresses, breadth, clauses, conditions, control, document, federation, grammar, identifiers, known_keys,
    operands, principals, public, redundancy, resources, services, sizes, stars, tags, trust, values, variables,
};
use crate::catalog::Catalog;

/// A check of one statement.
type Rule = fn(&View<'_>, &mut Findings<'_>);

/// Every file of checks, each statement through each.
const RULES: &[Rule] = &[
    actions::check,
    resources::check,
    clauses::check,
    known_keys::check,
    tags::check,
    conditions::check,
    operands::check,
    addresses::check,
    values::check,
    stars::check,
    identifiers::check,
    variables::check,
    principals::check,
    control::check,
    trust::check,
    services::check,
    federation::check,
    breadth::check,
    redundancy::entries,
];

/// All findings about a document, in the order of its text.
pub fn lint(subject: &Subject, catalog: &Catalog) -> Vec<Finding> {
    let mut findings = Findings::new(&subject.name, &subject.text);
    match json::scan(&subject.text) {
        Ok(node) => whole(subject, &node, catalog, &mut findings),
        Err(error) => {
            let place = Place { path: String::new(), at: error.at };
            findings.add("JSON_SYNTAX_ERROR", &place, error.message, "write valid JSON");
        }
    }
    findings.end()
}

/// All findings about many documents, each by itself, then those about documents that count together.
pub fn lint_all(subjects: &[Subject], catalog: &Catalog) -> Vec<Finding> {
    let mut findings: Vec<Finding> = subjects.iter().flat_map(|subject| lint(subject, catalog)).collect();
    findings.extend(sizes::together(subjects));
    findings
}

fn whole(subject: &Subject, node: &Node, catalog: &Catalog, findings: &mut Findings<'_>) {
    if !matches!(node.value, Value::Object(_)) {
        let place = Place { path: String::new(), at: node.at };
        return findings.add("POLICY_SYNTAX_ERROR", &place, "a policy is an object", "write `{\"Statement\": …}`");
    }
    let kind = subject.kind.unwrap_or_else(|| Kind::guess(node));
    let parsed = grammar::read(&subject.text, node, findings);
    let views: Vec<View<'_>> = parsed
        .statements
        .iter()
        .map(|(place, node, policy)| (place, node, policy, policy.statements.first()))
        .filter_map(|(place, node, policy, statement)| {
            let (place, account) = (place.clone(), subject.account.as_deref());
            Some(View { catalog, kind, account, policy, statement: statement?, node, place })
        })
        .collect();
    document::check(&subject.text, kind, node, &views, findings);
    for view in &views {
        RULES.iter().for_each(|rule| rule(view, findings));
    }
    redundancy::statements(&views, findings);
    // What a resource control policy allows is held in by the policies of its resources.
    if kind != Kind::Rcp {
        public::check(node, findings);
    }
    sizes::check(subject, kind, node, findings);
}
