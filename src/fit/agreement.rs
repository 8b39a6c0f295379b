//! Each use against the evaluator: which statements allowed it, and whether the grants explain it at all.
//!
//! The trail is an oracle: what succeeded must evaluate to Allowed or Undetermined. What does not is a surprise.

use std::collections::BTreeMap;

use super::asking::{Asked, Touched};
use super::entities::Entities;
use super::stack::Stack;
use crate::iam::{Compiled, Decision, Layer, Outcome, Request, Truth};
use crate::trail::Use;

/// A statement of one of a stack's policies.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Place {
    /// Index into `Stack::policies`.
    pub policy: usize,
    /// Index into its statements.
    pub statement: usize,
}

/// One use, resource by resource.
#[derive(Clone, Debug)]
pub struct Agreement<'e> {
    /// The use.
    pub seen: &'e Use,
    /// What came of each of its requests.
    pub answers: Vec<Answer>,
}

/// The evaluator's answer to one request.
#[derive(Clone, Debug)]
pub struct Answer {
    /// The resource.
    pub resource: Touched,
    /// The outcome under the grants that stand.
    pub outcome: Outcome,
    /// The layer that blocked it, if any.
    pub blocked_by: Option<Layer>,
    /// Unknown condition keys that would settle it.
    pub missing_keys: Vec<String>,
    /// The identity-based Allow statements that match it or may match it.
    pub allowed_by: Vec<(Place, Truth)>,
}

impl Answer {
    /// Whether the grants do not explain that the call succeeded.
    pub fn is_surprise(&self) -> bool {
        matches!(self.outcome, Outcome::Denied | Outcome::NotAllowed)
    }
}

/// Asks the evaluator about one use. `entities` gives the resource-based and trust policies that are known.
pub fn agree<'e>(stack: &Stack<'_>, entities: &Entities<'_>, seen: &'e Use) -> Agreement<'e> {
    agree_under(&mut stack.compiled(&BTreeMap::new()), stack, entities, seen)
}

/// The same with the stack as it stands, compiled before.
pub(super) fn agree_under<'e>(
    layers: &mut Compiled,
    stack: &Stack<'_>,
    entities: &Entities<'_>,
    seen: &'e Use,
) -> Agreement<'e> {
    let asked = Asked::of(stack.bearer, entities, seen);
    let answers =
        asked.requests().zip(asked.resources()).map(|(request, resource)| answer(layers, entities, &request, resource));
    Agreement { seen, answers: answers.collect() }
}

/// Asks the evaluator one request. The layers that hang on the resource are put in.
pub(super) fn answer(
    layers: &mut Compiled,
    entities: &Entities<'_>,
    request: &Request<'_>,
    resource: &Touched,
) -> Answer {
    layers.resource = entities.resource_policy(request);
    layers.rcps = entities.rcps(request);
    let decision = layers.evaluate(request);
    let allowing = layers.identity.allowing(request).into_iter();
    let allowed_by = allowing.map(|(policy, statement, matches)| (Place { policy, statement }, matches)).collect();
    Answer {
        resource: resource.clone(),
        outcome: outcome(&decision, layers),
        blocked_by: decision.blocked_by,
        missing_keys: decision.missing_keys,
        allowed_by,
    }
}

/// The outcome as far as the snapshots go: where only a resource-based policy of another account is missing,
/// which may well allow it, the answer is not known.
pub(super) fn outcome(decision: &Decision, layers: &Compiled) -> Outcome {
    let theirs_is_missing = decision.blocked_by == Some(Layer::Resource) && layers.resource.is_none();
    if theirs_is_missing { Outcome::Undetermined } else { decision.outcome }
}
