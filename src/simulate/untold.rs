//! The condition keys that policies ask for and a question does not give, as AWS's simulator names them.

use std::collections::BTreeSet;

use crate::iam::{Context, ContextValue, Policy, Statement, Version, allows_action};

/// The keys that statements on the action ask for, as they write them, and that the request does not give.
pub(super) fn missing<'p>(policies: impl Iterator<Item = &'p Policy>, action: &str, context: &Context) -> Vec<String> {
    let mut missing: BTreeSet<&str> = BTreeSet::new();
    for policy in policies {
        for statement in policy.statements.iter().filter(|statement| allows_action(statement, action)) {
            let given = |key: &&str| !matches!(context.get(key), None | Some(ContextValue::Absent));
            missing.extend(keys(policy, statement).filter(|key| !given(key)));
        }
    }
    missing.into_iter().map(str::to_owned).collect()
}

/// The condition keys of a statement, in its conditions and in its policy variables.
fn keys<'p>(policy: &Policy, statement: &'p Statement) -> impl Iterator<Item = &'p str> {
    let expands = policy.version == Some(Version::V2012);
    let resources = statement.resources.iter().flat_map(|list| &list.patterns);
    let values = statement.conditions.iter().flat_map(|condition| &condition.values);
    let texts = resources.chain(values).filter(move |_| expands);
    let variables = texts.flat_map(|text| text.split("${").skip(1)).filter_map(|rest| rest.split(['}', ',']).next());
    let variables = variables.map(str::trim).filter(|key| key.contains(':'));
    statement.conditions.iter().map(|condition| condition.key.as_str()).chain(variables)
}
