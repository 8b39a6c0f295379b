//! One statement: its elements, which of them exclude each other, and the forms that each may take.

use super::super::action::ActionPattern;
use super::super::condition;
use super::super::json::Node;
use super::super::policy::{ActionList, Condition, Effect, PrincipalList, Principals, ResourceList, Statement};
use super::place::{Place, PolicyError};

/// The principal types of the policy language.
const PRINCIPAL_TYPES: [&str; 4] = ["AWS", "Service", "Federated", "CanonicalUser"];

pub(super) fn statement(node: &Node, place: &Place) -> Result<Statement, PolicyError> {
    let (mut sid, mut effect, mut principals) = (None, None, None);
    let (mut actions, mut resources, mut conditions) = (None, None, Vec::new());
    for (name, value) in place.entries(node)? {
        let at = place.child(name);
        match name.as_str() {
            "Sid" => sid = Some(at.text(value)?.to_owned()),
            "Effect" => effect = Some(read_effect(value, &at)?),
            "Principal" => once(&mut principals, read_principals(false, value, &at)?, &at)?,
            "NotPrincipal" => once(&mut principals, read_principals(true, value, &at)?, &at)?,
            "Action" => once(&mut actions, read_actions(false, value, &at)?, &at)?,
            "NotAction" => once(&mut actions, read_actions(true, value, &at)?, &at)?,
            "Resource" => once(&mut resources, read_resources(false, value, &at)?, &at)?,
            "NotResource" => once(&mut resources, read_resources(true, value, &at)?, &at)?,
            "Condition" => conditions = read_conditions(value, &at)?,
            _ => return Err(at.error("unknown element")),
        }
    }
    let effect = effect.ok_or_else(|| place.error("missing `Effect`"))?;
    let actions = actions.ok_or_else(|| place.error("missing `Action` or `NotAction`"))?;
    Ok(Statement { sid, effect, principals, actions, resources, conditions })
}

/// Sets an element that has a plain and a `Not` form, of which one may stand.
fn once<T>(slot: &mut Option<T>, value: T, at: &Place) -> Result<(), PolicyError> {
    match slot.replace(value) {
        None => Ok(()),
        Some(_) => Err(at.error("an element and its `Not` form exclude each other")),
    }
}

fn read_effect(node: &Node, at: &Place) -> Result<Effect, PolicyError> {
    match at.text(node)? {
        "Allow" => Ok(Effect::Allow),
        "Deny" => Ok(Effect::Deny),
        other => Err(at.error(format!("unknown effect `{other}`"))),
    }
}

fn read_actions(negated: bool, node: &Node, at: &Place) -> Result<ActionList, PolicyError> {
    let patterns = some(at.texts(node)?, at)?.into_iter().map(ActionPattern::new).collect();
    Ok(ActionList { negated, patterns })
}

fn read_resources(negated: bool, node: &Node, at: &Place) -> Result<ResourceList, PolicyError> {
    Ok(ResourceList { negated, patterns: some(at.texts(node)?, at)? })
}

fn some(entries: Vec<String>, at: &Place) -> Result<Vec<String>, PolicyError> {
    if entries.is_empty() {
        return Err(at.error("empty list"));
    }
    match entries.iter().position(String::is_empty) {
        Some(_) => Err(at.error("empty entry")),
        None => Ok(entries),
    }
}

fn read_principals(negated: bool, node: &Node, at: &Place) -> Result<Principals, PolicyError> {
    let list = match node {
        Node::Text(text) if text == "*" => PrincipalList::Everyone,
        Node::Text(text) => {
            return Err(at.error(format!("expected `*` or an object, found `{text}`")));
        }
        _ => PrincipalList::Named(named(node, at)?),
    };
    Ok(Principals { negated, list })
}

fn named(node: &Node, at: &Place) -> Result<Vec<(String, Vec<String>)>, PolicyError> {
    let entries = at.entries(node)?;
    if entries.is_empty() {
        return Err(at.error("names no principal type"));
    }
    entries
        .iter()
        .map(|(kind, value)| {
            let at = at.child(kind);
            if !PRINCIPAL_TYPES.contains(&kind.as_str()) {
                return Err(at.error("unknown principal type"));
            }
            Ok((kind.clone(), at.texts(value)?))
        })
        .collect()
}

fn read_conditions(node: &Node, at: &Place) -> Result<Vec<Condition>, PolicyError> {
    let mut conditions = Vec::new();
    for (operator, keys) in at.entries(node)? {
        let at = at.child(operator);
        if condition::Operator::parse(operator).is_none() {
            return Err(at.error("unknown condition operator"));
        }
        for (key, values) in at.entries(keys)? {
            let values = condition_values(values, &at.child(key))?;
            conditions.push(Condition { operator: operator.clone(), key: key.clone(), values });
        }
    }
    Ok(conditions)
}

fn condition_values(node: &Node, at: &Place) -> Result<Vec<String>, PolicyError> {
    match node {
        Node::List(items) => items.iter().enumerate().map(|(index, item)| scalar(item, &at.item(index))).collect(),
        single => Ok(vec![scalar(single, at)?]),
    }
}

fn scalar(node: &Node, at: &Place) -> Result<String, PolicyError> {
    match node {
        Node::Text(text) | Node::Number(text) => Ok(text.clone()),
        Node::Bool(value) => Ok(value.to_string()),
        _ => Err(at.error("expected a string, a number or a boolean")),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::indexing_slicing)]

    use super::super::parse;
    use super::*;

    fn with(elements: &str) -> Result<Statement, String> {
        let text = format!(r#"{{"Statement": [{{{elements}}}]}}"#);
        parse(&text).map(|mut policy| policy.statements.remove(0)).map_err(|error| error.to_string())
    }

    #[test]
    fn scalars_of_conditions_are_texts() {
        let statement = with(
            r#""Effect": "Deny", "NotAction": "a:b", "NotResource": ["x"],
               "Condition": {"Bool": {"k": true}, "NumericEquals": {"n": [1, 2.5, "3"]}}"#,
        )
        .unwrap();
        let values: Vec<_> = statement.conditions.iter().map(|c| c.values.join(" ")).collect();
        assert_eq!(values, ["true", "1 2.5 3"]);
        assert!(statement.actions.negated && statement.resources.unwrap().negated);
    }

    #[test]
    fn principals_in_their_forms() {
        let list = |value: &str| {
            let text = format!(r#""Effect": "Allow", "Action": "a:b", "Principal": {value}"#);
            with(&text).map(|statement| statement.principals.unwrap().list)
        };
        assert_eq!(list(r#""*""#), Ok(PrincipalList::Everyone));
        let named = vec![
            ("Service".to_owned(), vec!["ec2.amazonaws.com".to_owned()]),
            ("AWS".to_owned(), vec!["*".to_owned(), "111122223333".to_owned()]),
        ];
        let text = r#"{"Service": "ec2.amazonaws.com", "AWS": ["*", "111122223333"]}"#;
        assert_eq!(list(text), Ok(PrincipalList::Named(named)));
        assert!(list(r#""arn:aws:iam::111122223333:root""#).is_err());
        assert!(list(r#"{"aws": "*"}"#).is_err());
        assert!(list("{}").is_err());
    }

    #[test]
    fn what_iam_rejects() {
        let case = |elements: &str, expected: &str| {
            assert_eq!(with(elements).unwrap_err(), expected, "{elements}");
        };
        case(r#""Effect": "Allow""#, "missing `Action` or `NotAction` at Statement[0]");
        case(r#""Action": "a:b""#, "missing `Effect` at Statement[0]");
        case(r#""Effect": "allow""#, "unknown effect `allow` at Statement[0].Effect");
        case(r#""Actions": "a:b""#, "unknown element at Statement[0].Actions");
        case(r#""Action": []"#, "empty list at Statement[0].Action");
        case(r#""Action": ["a:b", 1]"#, "expected a string at Statement[0].Action[1]");
        case(r#""Action": "a:b", "Action": "a:c""#, "repeated key at Statement[0].Action");
        case(
            r#""Action": "a:b", "NotAction": "a:c""#,
            "an element and its `Not` form exclude each other at Statement[0].NotAction",
        );
        case(
            r#""Condition": {"StringEqual": {"k": "v"}}"#,
            "unknown condition operator at Statement[0].Condition.StringEqual",
        );
        case(
            r#""Condition": {"Bool": {"k": {"a": 1}}}"#,
            "expected a string, a number or a boolean at Statement[0].Condition.Bool.k",
        );
        case(r#""Condition": {"Bool": {"k": true, "k": false}}"#, "repeated key at Statement[0].Condition.Bool.k");
    }
}
