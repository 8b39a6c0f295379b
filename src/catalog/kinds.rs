//! Resource types, and which of them an action acts on.
//!
//! Conditions of a type belong to the action's own facts.

/// A resource type.
pub(super) struct Kind {
    /// The prefix of the service that it belongs to.
    pub service: String,
    pub name: String,
    pub formats: Vec<String>,
}

/// An action's use of a resource type.
#[derive(Clone, Copy)]
pub(super) struct Use {
    /// The place in `Catalog::kinds`.
    pub kind: u32,
    pub required: bool,
}
