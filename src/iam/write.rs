//! Policy → JSON text, in one canonical form.
//!
//! Elements stand in the order of the AWS guides; a list of one entry is written as that entry.

use serde::ser::{Serialize, SerializeMap};
use serde_json::ser::{PrettyFormatter, Serializer};
use serde_json::{Map, Value};

use super::action::ActionPattern;
use super::policy::{Condition, Effect, Policy, PrincipalList, Principals, Statement, Version};

/// JSON without any insignificant white space.
pub fn compact(policy: &Policy) -> String {
    let text = serde_json::to_string(&Document(policy));
    // Strings, lists and maps cannot fail to be written to memory.
    debug_assert!(text.is_ok());
    text.unwrap_or_default()
}

/// JSON indented by four spaces, for people and diffs; ends without a newline.
pub fn pretty(policy: &Policy) -> String {
    let mut text = Vec::new();
    let formatter = PrettyFormatter::with_indent(b"    ");
    let mut serializer = Serializer::with_formatter(&mut text, formatter);
    // As above.
    let written = Document(policy).serialize(&mut serializer).is_ok();
    debug_assert!(written);
    String::from_utf8(text).unwrap_or_default()
}

/// The size in characters as IAM counts it for managed and inline policies: no insignificant white space.
pub fn size(policy: &Policy) -> usize {
    compact(policy).chars().count()
}

/// Written as it stands, without a copy as a tree: the longest lists are names of actions.
struct Document<'p>(&'p Policy);

impl Serialize for Document<'_> {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Document(policy) = self;
        let mut map = serializer.serialize_map(None)?;
        if let Some(version) = policy.version {
            let version = match version {
                Version::V2008 => "2008-10-17",
                Version::V2012 => "2012-10-17",
            };
            map.serialize_entry("Version", version)?;
        }
        if let Some(id) = &policy.id {
            map.serialize_entry("Id", id)?;
        }
        map.serialize_entry("Statement", &policy.statements.iter().map(Element).collect::<Vec<Element<'_>>>())?;
        map.end()
    }
}

/// One entry of `Statement`.
struct Element<'p>(&'p Statement);

impl Serialize for Element<'_> {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Element(statement) = self;
        let mut map = serializer.serialize_map(None)?;
        if let Some(sid) = &statement.sid {
            map.serialize_entry("Sid", sid)?;
        }
        let effect = match statement.effect {
            Effect::Allow => "Allow",
            Effect::Deny => "Deny",
        };
        map.serialize_entry("Effect", effect)?;
        if let Some(list) = &statement.principals {
            map.serialize_entry(if list.negated { "NotPrincipal" } else { "Principal" }, &principals(list))?;
        }
        let actions = Entries(&statement.actions.patterns, ActionPattern::as_str);
        map.serialize_entry(if statement.actions.negated { "NotAction" } else { "Action" }, &actions)?;
        if let Some(list) = &statement.resources {
            let resources = Entries(&list.patterns, String::as_str);
            map.serialize_entry(if list.negated { "NotResource" } else { "Resource" }, &resources)?;
        }
        if !statement.conditions.is_empty() {
            map.serialize_entry("Condition", &conditions(&statement.conditions))?;
        }
        map.end()
    }
}

/// One entry as itself, several (or none) as a list.
struct Entries<'p, T>(&'p [T], fn(&T) -> &str);

impl<T> Serialize for Entries<'_, T> {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.0 {
            [only] => serializer.serialize_str(self.1(only)),
            entries => serializer.collect_seq(entries.iter().map(self.1)),
        }
    }
}

/// The same as a tree.
fn entries(values: &[String]) -> Value {
    match values {
        [only] => only.as_str().into(),
        values => values.into(),
    }
}

fn principals(principals: &Principals) -> Value {
    match &principals.list {
        PrincipalList::Everyone => "*".into(),
        PrincipalList::Named(list) => {
            list.iter().map(|(kind, values)| (kind.clone(), entries(values))).collect::<Map<_, _>>().into()
        }
    }
}

/// Groups the conditions by operator, in order of first appearance.
fn conditions(conditions: &[Condition]) -> Value {
    let mut map = Map::new();
    for condition in conditions {
        let keys = map.entry(condition.operator.clone()).or_insert_with(|| Map::new().into());
        if let Value::Object(keys) = keys {
            let earlier = keys.insert(condition.key.clone(), entries(&condition.values));
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
