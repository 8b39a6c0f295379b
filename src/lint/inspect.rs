//! One document through all checks.

use super::finding::{Finding, Findings};
use super::json::{self, Node};
use super::subject::{Kind, Subject};
use super::view::{Place, View};
use super::{
    actions, breadth, clauses, conditions, document, grammar, operands, principals, redundancy, resources, trust,
    variables,
};
use crate::catalog::Catalog;
use crate::iam;

/// A check of one statement.
type Rule = fn(&View<'_>, &mut Findings<'_>);

/// Every file of checks, each statement through each.
const RULES: &[Rule] = &[
    actions::check,
    resources::check,
    clauses::check,
    conditions::check,
    operands::check,
    variables::check,
    principals::check,
    trust::check,
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

fn whole(subject: &Subject, node: &Node, catalog: &Catalog, findings: &mut Findings<'_>) {
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
    // AWS keeps no quota for its own policies.
    if let Ok(policy) = iam::parse(&subject.text)
        && !subject.name.contains(":iam::aws:policy/")
    {
        document::size(kind, &subject.text, iam::size(&policy), findings);
    }
}
