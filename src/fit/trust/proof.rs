//! The proof of a trust policy. Enough: every assumption that a statement matched is matched as surely by what came
//! of it. No wider: each statement is covered by the one that it came from, each Deny stays, and the whole allows no
//! request that the policy does not. Acceptable: within the limit, and the same policy when its text is read again.

use super::hearing::named;
use super::propose::TrustProposal;
use crate::fit::limits::TRUST_POLICY;
use crate::iam::compare::{Access, NewAccess, Universe, new_access};
use crate::iam::{
    Caller, Effect, Policy, Request, Statement, Truth, compact, covers_statement, matches_statement, parse, size,
};

/// A trust policy that was proven. Only `verify_trust` can make one.
///
/// ```compile_fail,E0451
/// fn forge(proposal: trailfit::fit::TrustProposal) -> trailfit::fit::ProvenTrust {
///     trailfit::fit::ProvenTrust { proposal, replayed: 0 }
/// }
/// ```
#[derive(Debug)]
pub struct ProvenTrust {
    proposal: TrustProposal,
    replayed: u64,
}

impl ProvenTrust {
    /// The proposal.
    pub fn proposal(&self) -> &TrustProposal {
        &self.proposal
    }

    /// How many observed requests were replayed against it.
    pub fn replayed(&self) -> u64 {
        self.replayed
    }
}

/// Why a proposal was refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TrustCounterexample {
    /// An assumption that was allowed would not be.
    #[error("{caller} used {action}, which the trust policy allows and its proposal does not")]
    Lost {
        /// Who assumed the role.
        caller: String,
        /// The action.
        action: String,
    },
    /// A statement is not covered by the statement that it came from.
    #[error("statement {statement} trusts whom statement {parent} of the policy that stands does not")]
    Wider {
        /// Index of the statement.
        statement: usize,
        /// Index of the parent.
        parent: usize,
    },
    /// The whole allows a request that the policy does not.
    #[error("the proposal lets {caller} use {action}, which the policy that stands does not")]
    NewAccess {
        /// Who could assume the role.
        caller: String,
        /// The action.
        action: String,
    },
    /// A Deny is missing or changed.
    #[error("the Deny in statement {0} of the policy that stands is gone or changed")]
    DenyLost(usize),
    /// IAM would not take it.
    #[error("it would not be accepted: {0}")]
    NotAccepted(String),
}

/// Proves a proposal for the trust policy `old` of a role, or gives the counterexample. `assumed`: what was asked of
/// it, once for each whom the policy may see in a caller.
pub fn verify_trust(
    proposal: TrustProposal,
    old: &Policy,
    assumed: &[Request<'_>],
) -> Result<ProvenTrust, (Box<TrustProposal>, TrustCounterexample)> {
    let replay = || assumed.iter().try_for_each(|request| enough(&proposal, old, request));
    let proof = no_wider(&proposal, old).and_then(|()| acceptable(&proposal, old)).and_then(|()| replay());
    match proof {
        Ok(()) => Ok(ProvenTrust { proposal, replayed: assumed.len() as u64 }),
        Err(counterexample) => Err((Box::new(proposal), counterexample)),
    }
}

fn no_wider(proposal: &TrustProposal, old: &Policy) -> Result<(), TrustCounterexample> {
    let new = &proposal.policy;
    let children = || new.statements.iter().zip(&proposal.parents);
    for (parent, deny) in old.statements.iter().enumerate().filter(|(_, one)| one.effect == Effect::Deny) {
        if !children().any(|(statement, from)| *from == parent && statement == deny) {
            return Err(TrustCounterexample::DenyLost(parent));
        }
    }
    for (statement, text) in new.statements.iter().enumerate() {
        let parent = proposal.parents.get(statement).copied().unwrap_or(usize::MAX);
        let covers = |from: &Statement| covers_statement(old, from, new, text);
        if !old.statements.get(parent).is_some_and(covers) {
            return Err(TrustCounterexample::Wider { statement, parent });
        }
    }
    match new_access(&Access::of(old), &Access::of(new), &Universe::default()) {
        NewAccess::Some(example) => {
            Err(TrustCounterexample::NewAccess { caller: name(&example.caller), action: example.action })
        }
        // What is not decided here rests on the cover of each statement.
        NewAccess::None | NewAccess::Undecided(_) => Ok(()),
    }
}

fn acceptable(proposal: &TrustProposal, old: &Policy) -> Result<(), TrustCounterexample> {
    let refuse = |reason: String| Err(TrustCounterexample::NotAccepted(reason));
    let new = &proposal.policy;
    if !new.statements.iter().any(|statement| statement.effect == Effect::Allow) {
        return refuse("nobody is trusted".to_owned());
    }
    match parse(&compact(new)) {
        Ok(again) if again == *new => {}
        Ok(_) => return refuse("its text reads as another policy".to_owned()),
        Err(error) => return refuse(error.to_string()),
    }
    // A larger one that stands tells of a raised quota.
    let limit = TRUST_POLICY.max(size(old));
    if size(new) > limit {
        return refuse(format!("it has {} characters, {limit} are allowed", size(new)));
    }
    match new.statements.iter().find(|statement| lacks_tenant(statement)) {
        Some(_) => refuse("IAM takes no trust in GitHub's tokens any more without a condition on `sub`".to_owned()),
        None => Ok(()),
    }
}

/// Whether an Allow trusts GitHub's tokens, whosever they are: since 2025-06 IAM refuses to write one, and leaves
/// those that stand alone (IAM user guide, "Identity-provider controls for shared OIDC providers").
fn lacks_tenant(statement: &Statement) -> bool {
    const GITHUB: &str = "token.actions.githubusercontent.com";
    const KEYS: [&str; 2] = ["sub", "job_workflow_ref"];
    let names = |(_, values): &(String, Vec<String>)| values.iter().any(|value| value.ends_with(GITHUB));
    let is_tenant = |one: &crate::iam::Condition| {
        let key = one.key.to_ascii_lowercase();
        let key = key.strip_prefix(GITHUB).and_then(|rest| rest.strip_prefix(':'));
        key.is_some_and(|key| KEYS.contains(&key)) && one.values.iter().all(|value| !value.starts_with('*'))
    };
    statement.effect == Effect::Allow
        && named(statement).iter().any(names)
        && !statement.conditions.iter().any(is_tenant)
}

/// Each Allow that matches an assumption has a child that matches it as surely.
fn enough(proposal: &TrustProposal, old: &Policy, request: &Request<'_>) -> Result<(), TrustCounterexample> {
    let new = &proposal.policy;
    for (parent, statement) in old.statements.iter().enumerate() {
        let before = matches_statement(old, statement, request);
        let children = new.statements.iter().zip(&proposal.parents).filter(|(_, from)| **from == parent);
        let after = children.map(|(child, _)| matches_statement(new, child, request)).fold(Truth::No, Truth::or);
        if statement.effect == Effect::Allow && after < before {
            let (caller, action) = (name(request.caller), request.action.to_owned());
            return Err(TrustCounterexample::Lost { caller, action });
        }
    }
    Ok(())
}

/// A caller for people.
pub(super) fn name(caller: &Caller) -> String {
    match caller {
        Caller::User(arn) | Caller::Role { role: arn, .. } | Caller::FederatedUser { arn, .. } => arn.clone(),
        Caller::Root(account) => format!("the root user of {account}"),
        Caller::Service(name) | Caller::Federated(name) => name.clone(),
        Caller::Anonymous => "anyone".to_owned(),
    }
}
