//! Layers × request → decision.
//!
//! The order of AWS: any explicit deny ends it; then every layer that limits must allow. In one
//! account a resource policy may stand in for the caller's own policies, the further the more
//! directly it names the caller. Across accounts both sides must allow. Gathering the statements
//! that take part is the work of `evidence`.

use std::borrow::Cow;

use super::compiled::Compiled;
use super::decision::{Decision, Layer, Outcome, StatementRef};
use super::evidence::{Evidence, Hit, Wanted};
use super::layers::Layers;
use super::policy::Effect;
use super::request::{Caller, Request, Resource};
use super::truth::Truth;

/// Decides one request against a stack of policies. To decide many, compile it once (`Compiled`).
pub fn evaluate(layers: &Layers<'_>, request: &Request<'_>) -> Decision {
    Compiled::new(layers).evaluate(request)
}

impl Compiled {
    /// Decides one request.
    ///
    /// An absent layer does not limit, with one exception that follows from the rules: across accounts
    /// a resource policy must allow, so without one nothing is allowed. A resource whose owner is told
    /// neither by the request nor by its ARN is taken to belong to the caller's account. A federated
    /// user without session policies has no permissions of its own; as `session: None` may also mean
    /// that they are not known, that alone stays undetermined (give an empty set if known).
    pub fn evaluate(&self, request: &Request<'_>) -> Decision {
        let mut room = [0; ROOM];
        let action = fold(request.action, &mut room);
        if needs_no_permission(&action, request.caller) {
            let (statements, missing_keys) = (Vec::new(), Vec::new());
            return Decision { outcome: Outcome::Allowed, blocked_by: None, statements, missing_keys };
        }
        let evidence = Evidence::gather(self, request, &action, Wanted::Statements);
        let mut checks = Checks::new();
        check(self, request, &action, &evidence, &mut |layer, truth| checks.push((layer, truth)));
        let allowed = checks.iter().fold(Truth::Yes, |all, &(_, truth)| all.and(truth));
        let outcome = outcome(evidence.denied, allowed);
        Decision {
            outcome,
            blocked_by: blocked_by(outcome, &evidence, &checks),
            missing_keys: match outcome {
                Outcome::Undetermined => missing_keys(request, &evidence, &checks),
                _ => Vec::new(),
            },
            statements: statements(&evidence),
        }
    }

    /// The outcome alone, which is the same, and found without looking for every statement behind it.
    pub fn outcome(&self, request: &Request<'_>) -> Outcome {
        let mut room = [0; ROOM];
        let action = fold(request.action, &mut room);
        if needs_no_permission(&action, request.caller) {
            return Outcome::Allowed;
        }
        let evidence = Evidence::gather(self, request, &action, Wanted::Outcome);
        let mut allowed = Truth::Yes;
        check(self, request, &action, &evidence, &mut |_, truth| allowed = allowed.and(truth));
        outcome(evidence.denied, allowed)
    }
}

/// Bytes that names of actions usually fit in.
const ROOM: usize = 96;

/// The action in lower case.
fn fold<'r>(action: &str, room: &'r mut [u8; ROOM]) -> Cow<'r, str> {
    let Some(space) = room.get_mut(..action.len()) else {
        return action.to_ascii_lowercase().into();
    };
    space.copy_from_slice(action.as_bytes());
    space.make_ascii_lowercase();
    match std::str::from_utf8(space) {
        Ok(folded) => folded.into(),
        Err(_) => action.to_ascii_lowercase().into(),
    }
}

fn outcome(denied: Truth, allowed: Truth) -> Outcome {
    match (denied, allowed) {
        (Truth::Yes, _) => Outcome::Denied,
        (_, Truth::No) => Outcome::NotAllowed,
        (Truth::No, Truth::Yes) => Outcome::Allowed,
        (Truth::Unknown, _) | (_, Truth::Unknown) => Outcome::Undetermined,
    }
}

/// AWS asks for no permission here, and no policy can forbid it. The action is in lower case.
pub(super) fn needs_no_permission(action: &str, caller: &Caller) -> bool {
    match action {
        "sts:getcalleridentity" => true,
        "sts:getsessiontoken" => matches!(caller, Caller::User(_) | Caller::Root(_)),
        _ => false,
    }
}

/// What must hold for the request to be allowed, in the order in which AWS asks for it.
type Checks = Vec<(Layer, Truth)>;

fn check(
    layers: &Compiled,
    request: &Request<'_>,
    action: &str,
    evidence: &Evidence<'_>,
    each: &mut impl FnMut(Layer, Truth),
) {
    let resource = evidence.resource;
    each(Layer::Rcp, evidence.rcps);
    each(Layer::Scp, evidence.scps);
    each(Layer::Endpoint, evidence.endpoint);
    let Some(account) = request.caller.account() else {
        // Services, unsigned requests and identities without a role have no policies of their own.
        return each(Layer::Resource, resource.any());
    };
    let across = resource_account(request).is_some_and(|owner| owner != account);
    if across || (layers.resource.is_some() && resource_must_allow(action)) {
        each(Layer::Resource, resource.any());
    }
    // Only within one account does a resource policy stand in for policies of the caller.
    let (entity, itself) = match across {
        true => (Truth::No, Truth::No),
        false => (resource.entity, resource.itself),
    };
    let root = matches!(request.caller, Caller::Root(_));
    let identity = if root { Truth::Yes } else { evidence.identity };
    let boundary = if root { Truth::Yes } else { evidence.boundary };
    each(Layer::Identity, identity.or(entity).or(itself));
    each(Layer::Boundary, boundary.or(itself));
    each(Layer::Session, evidence.session.or(itself));
}

/// Whether the policy of the resource must allow even within one account: key policies, and trust
/// policies of roles.
fn resource_must_allow(action: &str) -> bool {
    action.starts_with("kms:")
        || action.starts_with("sts:assumerole")
        || matches!(action, "sts:tagsession" | "sts:setsourceidentity" | "sts:setcontext")
}

/// The account that owns the resource, from the request or from its ARN. Resources of AWS itself,
/// such as its managed policies, have no account number and are not across an account border.
fn resource_account<'a>(request: &Request<'a>) -> Option<&'a str> {
    let arn = match request.resource {
        Resource::Exact(arn) => arn,
        Resource::Within(pattern) => pattern.as_str(),
        Resource::Unknown => "",
    };
    let told = request.resource_account.or_else(|| arn.split(':').nth(4));
    told.filter(|text| text.len() == 12 && text.bytes().all(|byte| byte.is_ascii_digit()))
}

/// The layer that denied, that failed to allow, or that leaves it open.
fn blocked_by(outcome: Outcome, evidence: &Evidence<'_>, checks: &Checks) -> Option<Layer> {
    let first = |truth| checks.iter().find(|check| check.1 == truth).map(|check| check.0);
    let is_deny = |hit: &&Hit<'_>| hit.rule.effect == Effect::Deny && hit.matches == evidence.denied;
    let deny = evidence.hits.iter().find(is_deny).map(|hit| hit.layer);
    match outcome {
        Outcome::Allowed => None,
        Outcome::Denied => deny,
        Outcome::NotAllowed => first(Truth::No),
        Outcome::Undetermined => deny.or_else(|| first(Truth::Unknown)),
    }
}

/// The keys asked for by statements that may match and on which the outcome hangs.
fn missing_keys(request: &Request<'_>, evidence: &Evidence<'_>, checks: &Checks) -> Vec<String> {
    let open = |layer| checks.contains(&(layer, Truth::Unknown));
    let some_open = checks.iter().any(|check| check.1 == Truth::Unknown);
    let matters = |hit: &&Hit<'_>| {
        hit.matches == Truth::Unknown
            && (hit.rule.effect == Effect::Deny || open(hit.layer) || (hit.layer == Layer::Resource && some_open))
    };
    let mut keys = Vec::new();
    for hit in evidence.hits.iter().filter(matters) {
        hit.rule.elements(request.resource, request.context, &mut |key| keys.push(key.to_owned()));
    }
    keys.sort_unstable();
    keys.dedup();
    keys
}

fn statements(evidence: &Evidence<'_>) -> Vec<StatementRef> {
    let refer = |hit: &Hit<'_>| StatementRef {
        layer: hit.layer,
        policy: hit.set.name(hit.rule.policy).to_owned(),
        index: hit.rule.index,
        sid: hit.rule.sid.as_deref().map(str::to_owned),
        deny: hit.rule.effect == Effect::Deny,
        matches: hit.matches,
    };
    let with = |effect| move |hit: &&Hit<'_>| hit.rule.effect == effect;
    let denies = evidence.hits.iter().filter(with(Effect::Deny));
    denies.chain(evidence.hits.iter().filter(with(Effect::Allow))).map(refer).collect()
}

#[cfg(test)]
mod tests;
