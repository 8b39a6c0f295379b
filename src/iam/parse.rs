//! JSON text or value → policy, or a clear error. Strict: what IAM would reject is an error here.
//!
//! Which kind of policy it is (identity, trust, bucket …) is not known here, so what only some
//! kinds demand (`Principal`, `Resource`) is not demanded. The elements are in `parse/statement`.

mod encoding;
mod place;
mod statement;

use super::json::Node;
use super::policy::{Policy, Version};
use place::Place;

pub use place::PolicyError;

/// Parses a policy document from its JSON text (repeated keys are an error).
pub fn parse(text: &str) -> Result<Policy, PolicyError> {
    let node = serde_json::from_str(text).map_err(|error| not_json(&error))?;
    document(&node)
}

/// Parses a policy document from a JSON value: an object, or a string that holds JSON, URL-encoded or not.
pub fn parse_value(value: &serde_json::Value) -> Result<Policy, PolicyError> {
    let serde_json::Value::String(text) = value else {
        return document(&Node::from(value));
    };
    // JSON starts with a brace; the IAM API encodes that brace too.
    if !text.trim_start().starts_with('%') {
        return parse(text);
    }
    match encoding::decode(text) {
        Some(text) => parse(&text),
        None => Err(Place::root().error("invalid URL encoding")),
    }
}

fn not_json(error: &serde_json::Error) -> PolicyError {
    let text = error.to_string();
    let message = text.split(" at line ").next().unwrap_or_default();
    PolicyError {
        path: format!("line {} column {}", error.line(), error.column()),
        message: format!("invalid JSON: {message}"),
    }
}

fn document(node: &Node) -> Result<Policy, PolicyError> {
    let root = Place::root();
    let mut policy = Policy { version: None, id: None, statements: Vec::new() };
    let mut found = false;
    for (name, value) in root.entries(node)? {
        let place = root.child(name);
        match name.as_str() {
            "Version" => policy.version = Some(version(value, &place)?),
            "Id" => policy.id = Some(place.text(value)?.to_owned()),
            "Statement" => {
                found = true;
                policy.statements = statements(value, &place)?;
            }
            _ => return Err(place.error("unknown element")),
        }
    }
    if found { Ok(policy) } else { Err(root.error("missing `Statement`")) }
}

fn version(node: &Node, place: &Place) -> Result<Version, PolicyError> {
    match place.text(node)? {
        "2012-10-17" => Ok(Version::V2012),
        "2008-10-17" => Ok(Version::V2008),
        other => Err(place.error(format!("unknown version `{other}`"))),
    }
}

fn statements(node: &Node, place: &Place) -> Result<Vec<super::Statement>, PolicyError> {
    match node {
        Node::List(items) => {
            items.iter().enumerate().map(|(index, item)| statement::statement(item, &place.item(index))).collect()
        }
        single => Ok(vec![statement::statement(single, place)?]),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::indexing_slicing)]

    use super::*;
    use serde_json::json;

    fn error(text: &str) -> String {
        parse(text).unwrap_err().to_string()
    }

    #[test]
    fn forms_that_are_accepted() {
        let single = parse(r#"{"Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}}"#).unwrap();
        assert_eq!(single.statements.len(), 1);
        assert_eq!(single.version, None);
        let empty = parse(r#"{"Version": "2008-10-17", "Id": "x", "Statement": []}"#).unwrap();
        assert_eq!(empty.version, Some(Version::V2008));
        assert_eq!(empty.id.as_deref(), Some("x"));
    }

    #[test]
    fn documents_in_strings() {
        let text = r#"{"Version":"2012-10-17","Statement":[]}"#;
        let encoded = "%7B%22Version%22%3A%222012-10-17%22%2C%22Statement%22%3A%5B%5D%7D";
        let policy = parse(text).unwrap();
        assert_eq!(parse_value(&json!(text)).unwrap(), policy);
        assert_eq!(parse_value(&json!(encoded)).unwrap(), policy);
        assert_eq!(parse_value(&json!({"Version": "2012-10-17", "Statement": []})).unwrap(), policy);
        assert!(parse_value(&json!("%7B%2")).is_err());
        assert!(parse_value(&json!("")).is_err());
        assert!(parse_value(&json!(null)).is_err());
    }

    #[test]
    fn a_plus_in_a_plain_document_stays() {
        let text = r#"{"Statement":{"Effect":"Allow","Action":"s3:%41","Resource":"a+b%20"}}"#;
        let policy = parse_value(&json!(text)).unwrap();
        assert_eq!(policy.statements[0].resources.as_ref().unwrap().patterns, ["a+b%20"]);
    }

    #[test]
    fn errors_say_where() {
        assert_eq!(error("{}"), "missing `Statement` at the top level");
        assert_eq!(error("[]"), "expected an object at the top level");
        assert_eq!(error(r#"{"Statement": [], "statement": []}"#), "unknown element at statement");
        assert_eq!(error(r#"{"Statement": [], "Statement": []}"#), "repeated key at Statement");
        assert_eq!(error(r#"{"Version": "2012-10-18", "Statement": []}"#), "unknown version `2012-10-18` at Version");
        assert_eq!(error(r#"{"Statement": [1]}"#), "expected an object at Statement[0]");
        assert!(error("{").starts_with("invalid JSON: EOF"), "{}", error("{"));
    }

    #[test]
    fn nesting_is_an_error_not_a_crash() {
        let deep = "[".repeat(100_000);
        assert!(error(&deep).contains("recursion limit"));
    }
}
