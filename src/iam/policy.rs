//! The policy document as data, in AWS's own words. Not its JSON: that is `parse` and `write`.

use super::action::ActionPattern;

/// The `Version` element; it decides whether policy variables are expanded.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Version {
    /// `2008-10-17`, also when the element is absent.
    V2008,
    /// `2012-10-17`.
    V2012,
}

/// A policy document.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Policy {
    /// The `Version` element as written, if present.
    pub version: Option<Version>,
    /// The `Id` element.
    pub id: Option<String>,
    /// The statements in document order.
    pub statements: Vec<Statement>,
}

/// `Allow` or `Deny`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Effect {
    /// Grants.
    Allow,
    /// Forbids, whatever else grants.
    Deny,
}

/// One statement.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Statement {
    /// The `Sid` element.
    pub sid: Option<String>,
    /// The `Effect` element.
    pub effect: Effect,
    /// `Principal` or `NotPrincipal`; absent in identity-based policies.
    pub principals: Option<Principals>,
    /// `Action` or `NotAction`.
    pub actions: ActionList,
    /// `Resource` or `NotResource`; absent in trust policies.
    pub resources: Option<ResourceList>,
    /// The `Condition` block: one entry per operator and key, all of which must hold.
    pub conditions: Vec<Condition>,
}

/// `Action` (`negated == false`) or `NotAction`.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct ActionList {
    /// Whether this is `NotAction`.
    pub negated: bool,
    /// The entries as written, in order.
    pub patterns: Vec<ActionPattern>,
}

/// `Resource` (`negated == false`) or `NotResource`; entries are ARN patterns that may hold policy variables.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct ResourceList {
    /// Whether this is `NotResource`.
    pub negated: bool,
    /// The entries as written, in order.
    pub patterns: Vec<String>,
}

/// `Principal` (`negated == false`) or `NotPrincipal`.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Principals {
    /// Whether this is `NotPrincipal`.
    pub negated: bool,
    /// Who is named.
    pub list: PrincipalList,
}

/// The value of `Principal`.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum PrincipalList {
    /// `"*"`.
    Everyone,
    /// `{type: [value, …]}` with types `AWS`, `Service`, `Federated`, `CanonicalUser`, in document order.
    Named(Vec<(String, Vec<String>)>),
}

/// One `operator: {key: [values]}` of a `Condition` block.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Condition {
    /// The operator as written, for example `ForAllValues:StringLikeIfExists`.
    pub operator: String,
    /// The condition key as written (case does not matter).
    pub key: String,
    /// The values as written; numbers and booleans as their JSON text.
    pub values: Vec<String>,
}
