//! A policy document in any of its three forms → `Document`: JSON object, JSON text, URL-encoded JSON text.

use serde_json::Value;

use super::model::Document;
use super::node::{Losses, Node};
use crate::iam::{self, PolicyError};

/// Above this no document is parsed: AWS's largest, a KMS key policy, has 32 KB.
const MAX_DOCUMENT_BYTES: usize = 256 << 10;

impl Document {
    /// A document that is missing or cannot be told, with the reason.
    pub(super) fn unreadable(path: &str, message: impl Into<String>) -> Document {
        let error = PolicyError { path: path.to_owned(), message: message.into() };
        Document { policy: Err(error), text: String::new() }
    }
}

/// The document at a node. One that is no policy is kept with its error, which is also a loss.
pub(super) fn read(node: &Node<'_>, losses: &mut Losses) -> Document {
    let document = match node.value {
        Value::Object(_) => from_object(node, losses),
        Value::String(text) => from_text(text),
        _ => Document::unreadable("", "policy document is neither an object nor a string"),
    };
    match &document.policy {
        Err(PolicyError { path, message }) if path.is_empty() => {
            losses.add(&node.place, format!("not a policy: {message}"));
        }
        Err(error) => losses.add(&node.place, format!("not a policy: {error}")),
        Ok(_) => {}
    }
    document
}

/// The document in a member. An absent one is an error too: there was a policy, and we do not know it.
pub(super) fn member(node: &Node<'_>, key: &str, losses: &mut Losses) -> Document {
    match node.get(key) {
        Some(document) => read(&document, losses),
        None => {
            losses.add(&node.place, format!("no `{key}`"));
            Document::unreadable("", format!("no `{key}` in the snapshot"))
        }
    }
}

fn from_object(node: &Node<'_>, losses: &Losses) -> Document {
    let text = node.value.to_string();
    let policy = match (losses.repeated_within(&node.place), too_large(&text)) {
        (Some(key), _) => Err(error(format!("repeated key `{key}`"))),
        (None, Some(error)) => Err(error),
        (None, None) => iam::parse_value(node.value),
    };
    Document { policy, text }
}

/// The document in a text, URL-encoded or not.
pub(super) fn from_text(text: &str) -> Document {
    let Some(text) = decode(text.trim()) else {
        return Document { policy: Err(error("broken URL encoding")), text: text.to_owned() };
    };
    let policy = match too_large(&text) {
        Some(error) => Err(error),
        None => iam::parse(&text),
    };
    Document { policy, text }
}

fn error(message: impl Into<String>) -> PolicyError {
    PolicyError { path: String::new(), message: message.into() }
}

fn too_large(text: &str) -> Option<PolicyError> {
    let message = || error(format!("larger than {MAX_DOCUMENT_BYTES} bytes"));
    (text.len() > MAX_DOCUMENT_BYTES).then(message)
}

/// Undoes RFC 3986 encoding, which IAM uses: a `+` is a plus. Text that starts a JSON object is not encoded.
fn decode(text: &str) -> Option<String> {
    if text.starts_with('{') || !text.contains('%') {
        return Some(text.to_owned());
    }
    let mut bytes = text.bytes();
    let mut decoded = Vec::with_capacity(text.len());
    while let Some(byte) = bytes.next() {
        match byte {
            b'%' => decoded.push(hex(bytes.next()?)? << 4 | hex(bytes.next()?)?),
            other => decoded.push(other),
        }
    }
    String::from_utf8(decoded).ok()
}

fn hex(digit: u8) -> Option<u8> {
    char::from(digit).to_digit(16).and_then(|value| u8::try_from(value).ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decodes_url_encoding_and_leaves_json_alone() {
        let case = |text: &str, expected: Option<&str>| assert_eq!(decode(text).as_deref(), expected);
        case("%7B%22a%22%3A%22x+y%20z%22%7d", Some(r#"{"a":"x+y z"}"#));
        case(r#"{"a":"100%25"}"#, Some(r#"{"a":"100%25"}"#));
        case("%7B%2", None);
        case("%7B%zz", None);
        case("%ff%fe", None);
        case("", Some(""));
    }
}
