//! Policies × policies → narrower, equal, wider or incomparable, with a request that shows each difference.
//!
//! How it decides:
//!
//! 1. *Actions* fall into groups that the same statements take in (`actions`): names outside the catalog too,
//!    unless the caller says that the catalog is all there is.
//! 2. For a group, everything else that requests differ in becomes a *dimension* with finitely many values that
//!    the statements can tell apart (`space`): resources (`place`), callers (`who`), one for each condition key
//!    (`key`). Texts are sorted by running all patterns as one automaton (`classes`), ordered values by their
//!    edges (`values`). Each value has an example.
//! 3. A request that the new policies allow and the old do not is then a value in every dimension that meets a
//!    list of choices, which `search` goes through exactly.
//! 4. What is found is put to the evaluator's own statement matching (`confirm`); only then it counts.
//!
//! Policy variables are first taken to stand for anything (equal ones for the same): if even so there is no new
//! access, there is none. Else values for them are tried out, and the request found is exact; if none is found
//! the question stays undecided and says so.
//!
//! The readings of this module where AWS leaves room: a `*` in the first five parts of a `Resource` does not cross
//! a colon, as in AWS's own check of new access; any key may be absent; a key has several values only where
//! the caller says so or, if it does not know, where a set operator asks for it; a key that is compared as one
//! kind of value only (number, date, address, truth, ARN) has only such values; any ARN may be the resource
//! of any action.

mod actions;
mod bits;
mod classes;
mod confirm;
mod dimension;
mod key;
mod language;
mod lines;
mod place;
mod reason;
mod search;
mod solve;
mod space;
mod values;
mod variables;
mod who;
mod written;

pub use reason::Reason;

use super::policy::Policy;
use super::request::{Caller, Context, ContextValue, Request, Resource};

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

/// A request that the one side allows and the other does not, confirmed by the evaluator.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Example {
    /// Who calls; for policies that name no principal, any caller will do.
    pub caller: Caller,
    /// The action.
    pub action: String,
    /// An ARN, or `*`.
    pub resource: String,
    /// The condition keys of the request, in lower case. All others are absent.
    pub context: Vec<(String, ContextValue)>,
}

impl Example {
    /// Puts the request as it is to `ask`.
    pub fn ask<T>(&self, ask: impl FnOnce(&Request<'_>) -> T) -> T {
        let mut context = Context::closed();
        self.context.iter().for_each(|(key, value)| context.set(key, value.clone()));
        ask(&Request {
            caller: &self.caller,
            action: &self.action,
            resource: Resource::Exact(&self.resource),
            resource_account: None,
            context: &context,
        })
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

/// New access for actions that the same statements take in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Gain {
    /// One request.
    pub example: Example,
    /// All actions of the catalog of which the same is true; empty where the catalog has none.
    pub actions: Vec<String>,
    /// The statements of the new policies that allow the request.
    pub allowed_by: Vec<Place>,
    /// Every statement of the new policies that takes the actions in, Denies too.
    pub statements: Vec<Place>,
}

/// All new access.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Gains {
    /// What was found, in the order of an action's name.
    pub found: Vec<Gain>,
    /// What was not found out: an action that stands for all with the same statements, and the reason.
    pub undecided: Vec<(String, Reason)>,
}

/// Whether the new policies allow a request that the old do not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NewAccess {
    /// No such request exists.
    None,
    /// This one.
    Some(Box<Example>),
    /// Not found out, for this reason.
    Undecided(Reason),
}

/// How new policies stand to old ones.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Relation {
    /// They allow the same.
    Equal,
    /// The new allow less and nothing else.
    Narrower,
    /// The new allow more and all that the old do.
    Wider,
    /// Each allows what the other does not.
    Incomparable,
    /// Not found out.
    Undecided,
}

/// A comparison both ways.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Comparison {
    /// What the new allow and the old do not.
    pub gained: NewAccess,
    /// What the old allow and the new do not.
    pub lost: NewAccess,
}

impl Comparison {
    /// The comparison in one word.
    pub fn relation(&self) -> Relation {
        match (&self.gained, &self.lost) {
            (NewAccess::None, NewAccess::None) => Relation::Equal,
            (NewAccess::None, NewAccess::Some(_)) => Relation::Narrower,
            (NewAccess::Some(_), NewAccess::None) => Relation::Wider,
            (NewAccess::Some(_), NewAccess::Some(_)) => Relation::Incomparable,
            _ => Relation::Undecided,
        }
    }
}

/// Compares both ways.
pub fn compare(old: &Access<'_>, new: &Access<'_>, universe: &Universe<'_>) -> Comparison {
    Comparison { gained: new_access(old, new, universe), lost: new_access(new, old, universe) }
}

/// Whether the new policies allow a request that the old do not, and which.
pub fn new_access(old: &Access<'_>, new: &Access<'_>, universe: &Universe<'_>) -> NewAccess {
    solve::new_access(old, new, universe)
}

/// Everything that the new policies allow and the old do not: one request for all actions of which the same is true.
pub fn gains(old: &Access<'_>, new: &Access<'_>, universe: &Universe<'_>) -> Gains {
    solve::gains(old, new, universe)
}

#[cfg(test)]
mod tests;
