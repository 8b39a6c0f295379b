//! What is compared, and the world that requests come from.

use super::super::policy::Policy;

/// What is compared: policies that act together. A request is allowed when some policy of every layer allows it
/// and none of any layer denies it.
#[derive(Clone, Debug, Default)]
pub struct Access<'a> {
    /// The layers: all identity-based policies of a principal, its boundary, each level of SCPs; or one
    /// resource-based policy alone.
    pub layers: Vec<Vec<&'a Policy>>,
}

impl<'a> Access<'a> {
    /// What nothing allows.
    pub fn nothing() -> Access<'a> {
        Access { layers: vec![Vec::new()] }
    }

    /// What one policy allows by itself.
    pub fn of(policy: &'a Policy) -> Access<'a> {
        Access { layers: vec![vec![policy]] }
    }
}

/// Where a statement stands in an `Access`; all counted from 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Place {
    /// The layer.
    pub layer: usize,
    /// The policy in the layer.
    pub policy: usize,
    /// The statement in the policy.
    pub statement: usize,
}

/// What is known of the world that requests come from.
#[derive(Clone, Copy)]
pub struct Universe<'a> {
    /// The actions of the catalog, `prefix:Name`, sorted in lower case. Examples are taken from here where possible.
    pub actions: &'a [String],
    /// Whether there are no other actions, nor ever will be.
    pub closed: bool,
    /// Whether requests may hold several values for a key (in lower case); `None`: not known.
    pub multivalued: &'a dyn Fn(&str) -> Option<bool>,
    /// Whether a key that is only compared as a number, date, address or ARN has only such values.
    pub typed: bool,
}

impl Default for Universe<'_> {
    fn default() -> Self {
        Universe { actions: &[], closed: false, multivalued: &|_| None, typed: true }
    }
}
