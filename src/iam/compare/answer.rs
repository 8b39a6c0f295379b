//! What comes of a comparison.

use super::super::request::{Caller, Context, ContextValue, Request, Resource};
use super::access::Place;
use super::reason::Reason;

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
