//! What is proofread: a document, what it is called, and what kind of policy it is.

use super::json::{Node, Value};

/// Kinds of policies; they differ in the elements that they demand and refuse.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Kind {
    /// Of a user, group or role; boundaries and session policies too.
    Identity,
    /// Of a bucket, queue, key and the like.
    Resource,
    /// Who may assume a role.
    Trust,
    /// Service control policy.
    Scp,
    /// Resource control policy.
    Rcp,
}

impl Kind {
    /// Whether its statements name principals.
    pub(super) fn names_principals(self) -> bool {
        matches!(self, Kind::Resource | Kind::Trust | Kind::Rcp)
    }

    /// What its elements show: a `Principal` makes it a resource policy, and without any `Resource` a trust policy.
    pub(super) fn guess(document: &Node) -> Kind {
        let statements = match document.get("Statement").map(|member| &member.node) {
            Some(Node { value: Value::List(items), .. }) => items.iter().collect(),
            Some(single) => vec![single],
            None => Vec::new(),
        };
        let has = |names: [&str; 2]| {
            statements.iter().any(|statement| names.iter().any(|name| statement.get(name).is_some()))
        };
        match (has(["Principal", "NotPrincipal"]), has(["Resource", "NotResource"])) {
            (false, _) => Kind::Identity,
            (true, true) => Kind::Resource,
            (true, false) => Kind::Trust,
        }
    }
}

/// One document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Subject {
    /// The file, or whose policy it is.
    pub name: String,
    /// Its text.
    pub text: String,
    /// Its kind; `None`: as its elements show.
    pub kind: Option<Kind>,
    /// The account that it belongs to, if known.
    pub account: Option<String>,
}
