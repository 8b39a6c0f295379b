//! What the evaluator says, with the reasons. Not how it got there: that is `evaluate`.

use super::truth::Truth;

/// The outcome of an evaluation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Outcome {
    /// Allowed for certain.
    Allowed,
    /// An explicit deny applies for certain.
    Denied,
    /// Nothing allows it (implicit deny), for certain.
    NotAllowed,
    /// It depends on context keys or resources that the request does not tell.
    Undetermined,
}

/// A layer of the policy stack.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Layer {
    /// Identity-based policies.
    Identity,
    /// Permissions boundary.
    Boundary,
    /// Session policies.
    Session,
    /// Service control policies.
    Scp,
    /// Resource control policies.
    Rcp,
    /// Resource-based policy.
    Resource,
    /// VPC endpoint policy.
    Endpoint,
}

/// A statement that took part in a decision.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct StatementRef {
    /// The layer that it stands in.
    pub layer: Layer,
    /// The name of its policy.
    pub policy: String,
    /// Its position in the document, from 0.
    pub index: usize,
    /// Its Sid.
    pub sid: Option<String>,
    /// Whether it is a Deny.
    pub deny: bool,
    /// `Yes`: it matches; `Unknown`: it may match.
    pub matches: Truth,
}

/// The decision and what made it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decision {
    /// The outcome.
    pub outcome: Outcome,
    /// The layer that denied or failed to allow; `None` when allowed.
    pub blocked_by: Option<Layer>,
    /// Every statement that matched or may match, Denies first, then in layer and document order.
    pub statements: Vec<StatementRef>,
    /// Condition keys whose values are unknown and would settle it, sorted, lower case.
    pub missing_keys: Vec<String>,
}
