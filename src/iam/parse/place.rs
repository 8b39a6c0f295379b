//! Where in a document something stands, and what is wrong with it there.

use super::super::json::Node;

/// Why a document is not a policy.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}{at}{path}", at = if path.is_empty() { "" } else { " at " })]
pub struct PolicyError {
    /// Where in the document, as `Statement[2].Action`.
    pub path: String,
    /// What is wrong, lower case, no full stop.
    pub message: String,
}

/// A place in the document, for messages.
#[derive(Clone, Debug)]
pub(super) struct Place(String);

impl Place {
    pub(super) fn root() -> Place {
        Place(String::new())
    }

    pub(super) fn child(&self, name: &str) -> Place {
        if self.0.is_empty() { Place(name.to_owned()) } else { Place(format!("{}.{name}", self.0)) }
    }

    pub(super) fn item(&self, index: usize) -> Place {
        Place(format!("{}[{index}]", self.0))
    }

    pub(super) fn error(&self, message: impl Into<String>) -> PolicyError {
        let path = if self.0.is_empty() { "the top level".to_owned() } else { self.0.clone() };
        PolicyError { path, message: message.into() }
    }

    pub(super) fn text<'a>(&self, node: &'a Node) -> Result<&'a str, PolicyError> {
        match node {
            Node::Text(text) => Ok(text),
            _ => Err(self.error("expected a string")),
        }
    }

    /// The entries of an object, none of them repeated.
    pub(super) fn entries<'a>(&self, node: &'a Node) -> Result<&'a [(String, Node)], PolicyError> {
        let Node::Object(entries) = node else {
            return Err(self.error("expected an object"));
        };
        let mut names: Vec<&str> = entries.iter().map(|(name, _)| name.as_str()).collect();
        names.sort_unstable();
        let mut pairs = names.iter().zip(names.iter().skip(1));
        match pairs.find(|(a, b)| a == b) {
            Some((name, _)) => Err(self.child(name).error("repeated key")),
            None => Ok(entries),
        }
    }

    /// A string or a list of strings.
    pub(super) fn texts(&self, node: &Node) -> Result<Vec<String>, PolicyError> {
        match node {
            Node::List(items) => {
                items.iter().enumerate().map(|(index, item)| self.item(index).text(item).map(str::to_owned)).collect()
            }
            Node::Text(text) => Ok(vec![text.clone()]),
            _ => Err(self.error("expected a string or a list of strings")),
        }
    }
}
