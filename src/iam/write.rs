//! Policy → JSON text, in one canonical form.
//!
//! Elements stand in the order of the AWS guides; a list of one entry is written as that entry.

use serde::Serialize;
use serde_json::ser::{PrettyFormatter, Serializer};
use serde_json::{Map, Value};

use super::policy::{Condition, Effect, Policy, PrincipalList, Principals, Statement, Version};

/// JSON without any insignificant white space.
pub fn compact(policy: &Policy) -> String {
    document(policy).to_string()
}

/// JSON indented by four spaces, for people and diffs; ends without a newline.
pub fn pretty(policy: &Policy) -> String {
    let mut text = Vec::new();
    let formatter = PrettyFormatter::with_indent(b"    ");
    let mut serializer = Serializer::with_formatter(&mut text, formatter);
    // A tree of strings, lists and maps cannot fail to be written to memory.
    let written = document(policy).serialize(&mut serializer).is_ok();
    debug_assert!(written);
    String::from_utf8(text).unwrap_or_default()
}

/// The size in characters as IAM counts it for managed and inline policies: no insignificant white space.
pub fn size(policy: &Policy) -> usize {
    compact(policy).chars().count()
}

fn document(policy: &Policy) -> Value {
    let mut map = Map::new();
    if let Some(version) = policy.version {
        let version = match version {
            Version::V2008 => "2008-10-17",
            Version::V2012 => "2012-10-17",
        };
        map.insert("Version".into(), version.into());
    }
    if let Some(id) = &policy.id {
        map.insert("Id".into(), id.as_str().into());
    }
    map.insert("Statement".into(), policy.statements.iter().map(statement).collect());
    map.into()
}

fn statement(statement: &Statement) -> Value {
    let mut map = Map::new();
    if let Some(sid) = &statement.sid {
        map.insert("Sid".into(), sid.as_str().into());
    }
    let effect = match statement.effect {
        Effect::Allow => "Allow",
        Effect::Deny => "Deny",
    };
    map.insert("Effect".into(), effect.into());
    if let Some(list) = &statement.principals {
        map.insert(element("Principal", list.negated), principals(list));
    }
    let actions = statement.actions.patterns.iter().map(|pattern| pattern.as_str());
    map.insert(element("Action", statement.actions.negated), entries(actions));
    if let Some(list) = &statement.resources {
        map.insert(element("Resource", list.negated), entries(list.patterns.iter().map(String::as_str)));
    }
    if !statement.conditions.is_empty() {
        map.insert("Condition".into(), conditions(&statement.conditions));
    }
    map.into()
}

fn element(name: &str, negated: bool) -> String {
    if negated { format!("Not{name}") } else { name.to_owned() }
}

/// One entry as itself, several (or none) as a list.
fn entries<'a>(entries: impl Iterator<Item = &'a str>) -> Value {
    let mut values: Vec<Value> = entries.map(Value::from).collect();
    match values.len() {
        1 => values.remove(0),
        _ => values.into(),
    }
}

fn principals(principals: &Principals) -> Value {
    match &principals.list {
        PrincipalList::Everyone => "*".into(),
        PrincipalList::Named(list) => list
            .iter()
            .map(|(kind, values)| (kind.clone(), entries(values.iter().map(String::as_str))))
            .collect::<Map<_, _>>()
            .into(),
    }
}

/// Groups the conditions by operator, in order of first appearance.
fn conditions(conditions: &[Condition]) -> Value {
    let mut map = Map::new();
    for condition in conditions {
        let keys = map.entry(condition.operator.clone()).or_insert_with(|| Map::new().into());
        if let Value::Object(keys) = keys {
            let values = entries(condition.values.iter().map(String::as_str));
            let earlier = keys.insert(condition.key.clone(), values);
            debug_assert!(earlier.is_none(), "one condition per operator and key");
        }
    }
    map.into()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::super::parse;
    use super::*;

    const TEXT: &str = r#"{"Version":"2012-10-17","Id":"i","Statement":[{"Sid":"A","Effect":"Allow","Principal":{"AWS":["1","2"],"Service":"s"},"NotAction":"a:*","Resource":["x","y"],"Condition":{"Bool":{"k":"true"},"StringLike":{"a":["b","c"],"d":"e"}}},{"Effect":"Deny","NotPrincipal":"*","Action":["a:b","a:c"],"NotResource":"*"}]}"#;

    #[test]
    fn round_trips() {
        let policy = parse(TEXT).unwrap();
        assert_eq!(compact(&policy), TEXT);
        assert_eq!(parse(&pretty(&policy)).unwrap(), policy);
        assert_eq!(size(&policy), TEXT.len());
    }

    #[test]
    fn pretty_is_the_style_of_aws() {
        let text = r#"{"Statement": {"Action": ["s3:GetObject"], "Effect": "Allow", "Resource": "*"}}"#;
        let expected = "{\n    \"Statement\": [\n        {\n            \"Effect\": \"Allow\",\n            \
                        \"Action\": \"s3:GetObject\",\n            \"Resource\": \"*\"\n        }\n    ]\n}";
        assert_eq!(pretty(&parse(text).unwrap()), expected);
    }
}
