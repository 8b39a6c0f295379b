//! What is no policy: every statement is read by itself, so that one fault does not hide the others.

use super::finding::Findings;
use super::json::{Node, Value};
use super::view::Place;
use crate::iam::{self, Policy, PolicyError};

/// The statements that could be read, each as a policy of its own.
pub(super) struct Parsed<'a> {
    pub(super) statements: Vec<(Place, &'a Node, Policy)>,
}

/// What the parser says → the check. The first line whose words stand in the message counts.
const FAULTS: &[(&str, &str, &str)] = &[
    ("missing `Statement`", "MISSING_STATEMENT", "add the element `Statement`"),
    ("missing `Effect`", "MISSING_EFFECT", "add `\"Effect\": \"Allow\"` or `\"Deny\"`"),
    ("missing `Action`", "MISSING_ACTION", "add the element `Action` or `NotAction`"),
    ("unknown element", "INVALID_POLICY_ELEMENT", "remove it, or write its name as AWS does: case matters"),
    ("unknown version", "INVALID_VERSION", "write `2012-10-17`"),
    ("unknown effect", "INVALID_EFFECT", "write `Allow` or `Deny`: case matters"),
    ("exclude each other", "UNSUPPORTED_ELEMENT_COMBINATION", "keep one of the two"),
    ("unknown condition operator", "INVALID_CONDITION_OPERATOR", "use an operator of the policy language"),
    ("unknown principal type", "INVALID_PRINCIPAL_KEY", "use `AWS`, `Service`, `Federated` or `CanonicalUser`"),
    ("names no principal type", "EMPTY_OBJECT_PRINCIPAL", "name a principal"),
    ("expected `*` or an object", "INVALID_PRINCIPAL_FORMAT", "write `{\"AWS\": …}`, or `\"*\"` for everyone"),
    ("repeated key", "DUPLICATE_KEYS", "keep one, or put the values into one list"),
];

/// Reads the statements one by one, and adds a finding for each that cannot be read.
pub(super) fn read<'a>(text: &str, node: &'a Node, findings: &mut Findings<'_>) -> Parsed<'a> {
    let mut parsed = Parsed { statements: Vec::new() };
    let root = Place { path: String::new(), at: node.at };
    let version = version(node);
    let mut faults = 0;
    if let Some(member) = node.get("Statement") {
        let places = root.member(member).items(&member.node);
        for (place, item) in places.into_iter().zip(member.node.items()) {
            let slice = text.get(item.at..item.end).unwrap_or_default();
            match iam::parse(&format!("{{{version}\"Statement\": [{slice}]}}")) {
                Ok(policy) => parsed.statements.push((place, item, policy)),
                Err(error) => {
                    faults += 1;
                    let path = error.path.strip_prefix("Statement[0]").unwrap_or_default().to_owned();
                    add(&PolicyError { path, ..error }, &place, item, findings);
                }
            }
        }
    }
    if faults == 0
        && let Err(error) = iam::parse(text)
    {
        add(&error, &root, node, findings);
    }
    parsed
}

/// The version, for it decides what variables mean in a statement.
fn version(node: &Node) -> &'static str {
    let written = node.get("Version").map(|member| &member.node.value);
    match written {
        Some(Value::Text(text)) if text == "2012-10-17" => "\"Version\": \"2012-10-17\", ",
        _ => "",
    }
}

fn add(error: &PolicyError, place: &Place, node: &Node, findings: &mut Findings<'_>) {
    let place = locate(&error.path, place, node);
    let message = error.message.as_str();
    let known = FAULTS.iter().find(|(words, ..)| message.contains(words));
    let element = place.path.rsplit('.').next().unwrap_or_default();
    let (id, fix) = match known {
        Some(_) if element.eq_ignore_ascii_case("NullIfExists") => {
            ("NULL_WITH_IF_EXISTS", "write `Null`: it asks whether the key is there")
        }
        Some((_, id, fix)) => (*id, *fix),
        None if message.contains("empty") && element.ends_with("Action") => ("EMPTY_ARRAY_ACTION", "name an action"),
        None if message.contains("empty") => ("EMPTY_ARRAY_RESOURCE", "name a resource"),
        None if message.contains("expected") => ("DATA_TYPE_MISMATCH", "write a value of the type that is expected"),
        None => ("POLICY_SYNTAX_ERROR", "correct the element"),
    };
    findings.add(id, &place, message, fix);
}

/// Follows a path as far as it goes. Keys may hold dots, so the longest key that fits is taken.
fn locate(path: &str, start: &Place, start_node: &Node) -> Place {
    let (mut place, mut node, mut rest) = (start.clone(), start_node, path);
    loop {
        rest = rest.strip_prefix('.').unwrap_or(rest);
        if let Some((index, tail)) = rest.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
            let (Value::List(items), Ok(index)) = (&node.value, index.parse::<usize>()) else { return place };
            let Some(item) = items.get(index) else { return place };
            place = Place { path: format!("{}[{index}]", place.path), at: item.at };
            (node, rest) = (item, tail);
            continue;
        }
        let fits = |key: &str| {
            let tail = rest.strip_prefix(key);
            tail.is_some_and(|tail| tail.is_empty() || tail.starts_with(['.', '[']))
        };
        // The last of equal keys is the one that is too much.
        let members = node.members().iter().filter(|member| !member.key.is_empty() && fits(&member.key));
        let Some(member) = members.max_by_key(|member| member.key.len()) else { return place };
        place = place.member(member);
        node = &member.node;
        rest = rest.get(member.key.len()..).unwrap_or_default();
    }
}
