//! Layers × request → decision.
//!
//! The order of AWS: any explicit deny ends it; then every layer that limits must allow. In one
//! account a resource policy may stand in for the caller's own policies, the further the more
//! directly it names the caller. Across accounts both sides must allow. Gathering the statements
//! that take part is the work of `evidence`.

use super::decision::{Decision, Layer, Outcome, StatementRef};
use super::evidence::{Evidence, Hit};
use super::layers::Layers;
use super::policy::Effect;
use super::request::{Caller, Request, Resource};
use super::truth::Truth;

/// Decides one request against a stack of policies.
///
/// An absent layer does not limit, with one exception that follows from the rules: across accounts
/// a resource policy must allow, so without one nothing is allowed. A resource whose owner is told
/// neither by the request nor by its ARN is taken to belong to the caller's account. A federated
/// user without session policies has no permissions of its own; as `session: None` may also mean
/// that they are not known, that alone stays undetermined (give `Some` of an empty list if known).
pub fn evaluate(layers: &Layers<'_>, request: &Request<'_>) -> Decision {
    let action = request.action.to_ascii_lowercase();
    if needs_no_permission(&action, request.caller) {
        return Decision {
            outcome: Outcome::Allowed,
            blocked_by: None,
            statements: Vec::new(),
            missing_keys: Vec::new(),
        };
    }
    let evidence = Evidence::gather(layers, request, &action);
    let checks = checks(layers, request, &action, &evidence);
    let allowed = checks.iter().fold(Truth::Yes, |all, &(_, truth)| all.and(truth));
    let deny = |matches| {
        let is = |hit: &&Hit<'_>| hit.statement.effect == Effect::Deny && hit.matches == matches;
        evidence.hits.iter().find(is)
    };
    let deny = deny(Truth::Yes).or_else(|| deny(Truth::Unknown));
    let (outcome, blocked_by) = conclude(deny, allowed, &checks);
    Decision {
        outcome,
        blocked_by,
        missing_keys: match outcome {
            Outcome::Undetermined => missing_keys(request, &evidence, &checks),
            _ => Vec::new(),
        },
        statements: statements(&evidence),
    }
}

/// AWS asks for no permission here, and no policy can forbid it.
fn needs_no_permission(action: &str, caller: &Caller) -> bool {
    match action {
        "sts:getcalleridentity" => true,
        "sts:getsessiontoken" => matches!(caller, Caller::User(_) | Caller::Root(_)),
        _ => false,
    }
}

/// What must hold for the request to be allowed, in the order in which AWS asks for it.
type Checks = Vec<(Layer, Truth)>;

fn checks(layers: &Layers<'_>, request: &Request<'_>, action: &str, evidence: &Evidence<'_>) -> Checks {
    let resource = evidence.resource;
    let mut checks =
        vec![(Layer::Rcp, evidence.rcps), (Layer::Scp, evidence.scps), (Layer::Endpoint, evidence.endpoint)];
    let Some(account) = request.caller.account() else {
        // Services, unsigned requests and identities without a role have no policies of their own.
        checks.push((Layer::Resource, resource.any()));
        return checks;
    };
    let across = resource_account(request).is_some_and(|owner| owner != account);
    if across || (layers.resource.is_some() && resource_must_allow(action)) {
        checks.push((Layer::Resource, resource.any()));
    }
    // Only within one account does a resource policy stand in for policies of the caller.
    let (entity, itself) = match across {
        true => (Truth::No, Truth::No),
        false => (resource.entity, resource.itself),
    };
    let root = matches!(request.caller, Caller::Root(_));
    let identity = if root { Truth::Yes } else { evidence.identity };
    let boundary = if root { Truth::Yes } else { evidence.boundary };
    checks.push((Layer::Identity, identity.or(entity).or(itself)));
    checks.push((Layer::Boundary, boundary.or(itself)));
    checks.push((Layer::Session, evidence.session.or(itself)));
    checks
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

fn conclude(deny: Option<&Hit<'_>>, allowed: Truth, checks: &Checks) -> (Outcome, Option<Layer>) {
    let first = |truth| checks.iter().find(|check| check.1 == truth).map(|check| check.0);
    match (deny, allowed) {
        (Some(hit), _) if hit.matches == Truth::Yes => (Outcome::Denied, Some(hit.layer)),
        (_, Truth::No) => (Outcome::NotAllowed, first(Truth::No)),
        (Some(hit), _) => (Outcome::Undetermined, Some(hit.layer)),
        (None, Truth::Unknown) => (Outcome::Undetermined, first(Truth::Unknown)),
        (None, Truth::Yes) => (Outcome::Allowed, None),
    }
}

/// The keys asked for by statements that may match and on which the outcome hangs.
fn missing_keys(request: &Request<'_>, evidence: &Evidence<'_>, checks: &Checks) -> Vec<String> {
    let open = |layer| checks.contains(&(layer, Truth::Unknown));
    let some_open = checks.iter().any(|check| check.1 == Truth::Unknown);
    let matters = |hit: &&Hit<'_>| {
        hit.matches == Truth::Unknown
            && (hit.statement.effect == Effect::Deny || open(hit.layer) || (hit.layer == Layer::Resource && some_open))
    };
    let mut keys = Vec::new();
    for hit in evidence.hits.iter().filter(matters) {
        hit.ask_again(request, &mut |key| keys.push(key.to_ascii_lowercase()));
    }
    keys.sort_unstable();
    keys.dedup();
    keys
}

fn statements(evidence: &Evidence<'_>) -> Vec<StatementRef> {
    let refer = |hit: &Hit<'_>| StatementRef {
        layer: hit.layer,
        policy: hit.policy.name.to_owned(),
        index: hit.index,
        sid: hit.statement.sid.clone(),
        deny: hit.statement.effect == Effect::Deny,
        matches: hit.matches,
    };
    let with = |effect| move |hit: &&Hit<'_>| hit.statement.effect == effect;
    let denies = evidence.hits.iter().filter(with(Effect::Deny));
    denies.chain(evidence.hits.iter().filter(with(Effect::Allow))).map(refer).collect()
}

#[cfg(test)]
mod tests;
