//! The law: what the IAM policy language says.
//!
//! Pure: no file, network, clock, thread, environment or randomness; imports nothing of ours.
//! It takes policies and a request and gives a decision that names every statement that took part.

mod action;
mod arn;
mod change;
pub mod compare;
mod compiled;
mod condition;
mod cover;
mod decision;
mod evaluate;
mod evidence;
mod glob;
mod inclusion;
mod json;
mod layers;
mod matching;
mod parse;
mod pattern;
mod policy;
mod principal;
mod request;
mod resource;
mod symbol;
mod truth;
mod variables;
mod write;

pub use action::ActionPattern;
pub use change::{Change, EntityKind, Verb};
pub use compiled::{Compiled, PolicySet};
pub use condition::{Family, Operator, Set};
pub use cover::{covers_resource, covers_statement};
pub use decision::{Decision, Layer, Outcome, StatementRef};
pub use evaluate::evaluate;
pub use layers::{Layers, NamedPolicy};
pub use matching::{allows_action, matches_statement};
pub use parse::{PolicyError, parse, parse_value};
pub use pattern::Pattern;
pub use policy::{ActionList, Condition, Effect, Policy, PrincipalList, Principals, ResourceList, Statement, Version};
pub use request::{Caller, Context, ContextValue, Request, Resource};
pub use truth::Truth;
pub use write::{compact, pretty, size};
