//! The proof of a guardrail: nothing that anybody there was seen to use is denied by it, it fits, and it is the same
//! policy when its text is read again. It cannot allow anything: it stands beside what stands.

use super::propose::{GuardrailKind, GuardrailProposal};
use crate::fit::limits::SCPS;
use crate::iam::{
    Caller, Compiled, Context, Effect, Layers, NamedPolicy, Outcome, Policy, Request, Resource, Version, compact, parse,
};
use crate::trail::{PrincipalKind, Use};

/// A guardrail that was proven. Only `verify_guardrail` can make one.
///
/// ```compile_fail,E0451
/// fn forge(proposal: trailfit::fit::GuardrailProposal) -> trailfit::fit::ProvenGuardrail {
///     trailfit::fit::ProvenGuardrail { proposal, replayed: 0 }
/// }
/// ```
#[derive(Debug)]
pub struct ProvenGuardrail {
    proposal: GuardrailProposal,
    replayed: u64,
}

impl ProvenGuardrail {
    /// The proposal.
    pub fn proposal(&self) -> &GuardrailProposal {
        &self.proposal
    }

    /// How many different uses were replayed against it.
    pub fn replayed(&self) -> u64 {
        self.replayed
    }
}

/// Why a guardrail was refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum GuardrailCounterexample {
    /// A use that it would deny.
    #[error("{principal} used {action}, which it would deny")]
    Lost {
        /// Who.
        principal: String,
        /// The action.
        action: String,
    },
    /// AWS would not take it.
    #[error("it would not be accepted: {0}")]
    NotAccepted(String),
}

/// Proves a guardrail for accounts in which these are all uses, or gives the counterexample.
pub fn verify_guardrail(
    proposal: GuardrailProposal,
    uses: &[&Use],
) -> Result<ProvenGuardrail, (Box<GuardrailProposal>, GuardrailCounterexample)> {
    let proof = acceptable(&proposal).and_then(|()| enough(&proposal, uses));
    match proof {
        Ok(replayed) => Ok(ProvenGuardrail { proposal, replayed }),
        Err(counterexample) => Err((Box::new(proposal), counterexample)),
    }
}

fn acceptable(proposal: &GuardrailProposal) -> Result<(), GuardrailCounterexample> {
    let refuse = |reason: String| Err(GuardrailCounterexample::NotAccepted(reason));
    let kind = proposal.kind;
    let most = if kind == GuardrailKind::Scp { SCPS } else { 1 };
    let count = proposal.documents.len();
    if count == 0 || count > most {
        return refuse(format!("it takes {count} documents, and there may be {most}"));
    }
    for document in &proposal.documents {
        let (size, limit) = (kind.size(document), kind.limit());
        if size > limit {
            return refuse(format!("a document has {size} characters, {limit} are allowed"));
        }
        if parse(&compact(document)).as_ref() != Ok(document) {
            return refuse("its text reads as another policy".to_owned());
        }
        let allows = document.statements.iter().any(|statement| statement.effect == Effect::Allow);
        if kind == GuardrailKind::Scp && allows {
            return refuse("a service control policy beside others must only deny".to_owned());
        }
    }
    Ok(())
}

fn enough(proposal: &GuardrailProposal, uses: &[&Use]) -> Result<u64, GuardrailCounterexample> {
    let lost = uses.iter().zip(outcomes(proposal, uses)).find(|(_, outcome)| *outcome != Outcome::Allowed);
    match lost {
        None => Ok(uses.len() as u64),
        Some((seen, _)) => Err(GuardrailCounterexample::Lost {
            principal: seen.key.principal.arn.clone(),
            action: seen.key.action.clone(),
        }),
    }
}

/// What becomes of each use by the guardrail alone, over principals that may do anything.
pub(super) fn outcomes(proposal: &GuardrailProposal, uses: &[&Use]) -> Vec<Outcome> {
    let full = full();
    let everything = || NamedPolicy { name: "everything", policy: &full };
    let documents: Vec<NamedPolicy<'_>> =
        proposal.documents.iter().map(|policy| NamedPolicy { name: "guardrail", policy }).collect();
    let mut layers = Layers { identity: vec![everything()], ..Layers::default() };
    match proposal.kind {
        GuardrailKind::Scp => layers.scps = Some(vec![documents.into_iter().chain([everything()]).collect()]),
        GuardrailKind::Boundary => layers.boundary = documents.into_iter().next(),
    }
    let layers = Compiled::new(&layers);
    let outcome = |seen: &&Use| {
        let (caller, context) = (caller(seen), context(seen));
        let request = Request {
            caller: &caller,
            action: &seen.key.action,
            resource: Resource::Unknown,
            resource_account: None,
            context: &context,
        };
        layers.outcome(&request)
    };
    uses.iter().map(outcome).collect()
}

/// A user who may do anything, and to whom the guardrail applies. Who it is shows in `aws:PrincipalArn`.
fn caller(seen: &Use) -> Caller {
    let account = &seen.key.principal.account;
    Caller::User(format!("arn:aws:iam::{account}:user/anyone"))
}

fn context(seen: &Use) -> Context {
    let principal = &seen.key.principal;
    let named = matches!(principal.kind, PrincipalKind::User | PrincipalKind::Role | PrincipalKind::Root);
    match named && principal.arn.contains(":iam:") {
        true => Context::open().with("aws:PrincipalArn", principal.arn.clone()),
        false => Context::open(),
    }
}

fn full() -> Policy {
    let text = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}"#;
    parse(text).unwrap_or(Policy { version: Some(Version::V2012), id: None, statements: Vec::new() })
}
