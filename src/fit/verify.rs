//! The proof. Nothing becomes a policy on disk that did not pass here.
//!
//! Enough: each observed request that a statement matched is matched as surely by what came of it, and the whole
//! stack answers no worse. No wider: each new statement is covered by the one that it came from, and the whole
//! allows no request that the policy does not. Acceptable:
//! within AWS's limits, and the same policy when its text is read again.

use std::collections::BTreeMap;

use super::agreement::{Agreement, Answer, answer as ask, outcome};
use super::asking::Asked;
use super::doors::hang_on_origin;
use super::entities::Entities;
use super::limits;
use super::memory::Narrower;
use super::proposal::{Counterexample, Placement, Proposal, ProposedPolicy};
use super::stack::{PolicyId, Stack};
use crate::iam::compare::{Access, NewAccess, Universe, new_access};
use crate::iam::{Effect, NamedPolicy, Outcome, Policy, PolicySet, Truth, compact, covers_statement, parse, size};

/// A proposal that was proven: everything observed stays allowed, and no statement grants more than the one
/// that it came from. Only `verify` can make one: nobody else can fill or change its fields.
///
/// ```compile_fail,E0451
/// fn forge(proposal: trailfit::fit::Proposal) -> trailfit::fit::Proven {
///     trailfit::fit::Proven { proposal, replayed: 0 }
/// }
/// ```
///
/// ```compile_fail,E0616
/// fn alter(mut proven: trailfit::fit::Proven) {
///     proven.proposal.documents.clear();
/// }
/// ```
#[derive(Debug)]
pub struct Proven {
    proposal: Proposal,
    replayed: u64,
}

impl Proven {
    /// The proposal.
    pub fn proposal(&self) -> &Proposal {
        &self.proposal
    }

    /// How many observed requests were replayed against it.
    pub fn replayed(&self) -> u64 {
        self.replayed
    }
}

/// A holder of the policy, with what it was seen doing.
pub struct Witnessed<'a> {
    /// Its stack.
    pub stack: &'a Stack<'a>,
    /// Its uses, as they agree with the grants that stand.
    pub agreements: &'a [Agreement<'a>],
    /// The policy's index in the stack.
    pub index: usize,
}

/// Proves a proposal for the policy `old`, or gives the counterexample.
pub fn verify(
    proposal: Proposal,
    old: &Policy,
    holders: &[Witnessed<'_>],
    entities: &Entities<'_>,
) -> Result<Proven, (Box<Proposal>, Counterexample)> {
    verify_beside(proposal, old, holders, entities, &Narrower::default())
}

/// The same beside others, whose documents may have been found to be no wider before.
pub(super) fn verify_beside(
    proposal: Proposal,
    old: &Policy,
    holders: &[Witnessed<'_>],
    entities: &Entities<'_>,
    narrower: &Narrower,
) -> Result<Proven, (Box<Proposal>, Counterexample)> {
    let no_wider = || narrower.prove(old, &proposal.documents, || no_wider(&proposal, old));
    let proof = no_wider().and_then(|()| acceptable(&proposal)).and_then(|()| {
        let new = PolicySet::new(&proposal.documents.iter().map(named).collect::<Vec<NamedPolicy<'_>>>());
        let replays = holders.iter().map(|holder| enough(&proposal, &new, holder, entities));
        replays.sum::<Result<u64, Counterexample>>()
    });
    match proof {
        Ok(replayed) => Ok(Proven { proposal, replayed }),
        Err(counterexample) => Err((Box::new(proposal), counterexample)),
    }
}

fn no_wider(proposal: &Proposal, old: &Policy) -> Result<(), Counterexample> {
    let stands = |parent: usize, deny| {
        proposal.documents.iter().any(|document| {
            let mut pairs = document.policy.statements.iter().zip(&document.parents);
            pairs.any(|(statement, from)| *from == parent && same_deny(statement, deny))
        })
    };
    let mut denies = old.statements.iter().enumerate().filter(|(_, statement)| statement.effect == Effect::Deny);
    if let Some((parent, _)) = denies.find(|(parent, deny)| !stands(*parent, deny)) {
        return Err(Counterexample::DenyLost { parent });
    }
    for document in &proposal.documents {
        for (index, statement) in document.policy.statements.iter().enumerate() {
            let parent = document.parents.get(index).copied().unwrap_or(usize::MAX);
            let covered = old
                .statements
                .get(parent)
                .is_some_and(|old_statement| covers_statement(old, old_statement, &document.policy, statement));
            if !covered {
                return Err(Counterexample::Wider { document: document.name.clone(), statement: index, parent });
            }
        }
    }
    no_new_access(proposal, old)
}

/// The same once more for the whole, by another way: no request is allowed by the documents and not by the policy.
fn no_new_access(proposal: &Proposal, old: &Policy) -> Result<(), Counterexample> {
    let documents = proposal.documents.iter().map(|document| &document.policy).collect();
    match new_access(&Access::of(old), &Access { layers: vec![documents] }, &Universe::default()) {
        NewAccess::Some(example) => {
            Err(Counterexample::NewAccess { action: example.action, resource: example.resource })
        }
        // What is not decided here rests on the cover of each statement.
        NewAccess::None | NewAccess::Undecided(_) => Ok(()),
    }
}

/// A Sid may go where two would stand in one document; nothing else may change.
fn same_deny(new: &crate::iam::Statement, old: &crate::iam::Statement) -> bool {
    let mut new = new.clone();
    new.sid.clone_from(&old.sid);
    new == *old
}

fn acceptable(proposal: &Proposal) -> Result<(), Counterexample> {
    let mut inline = 0;
    for document in &proposal.documents {
        let refuse = |reason: String| Err(Counterexample::NotAccepted { document: document.name.clone(), reason });
        if document.policy.statements.is_empty() {
            return refuse("it has no statement".to_owned());
        }
        match parse(&compact(&document.policy)) {
            Ok(again) if again == document.policy => {}
            Ok(_) => return refuse("its text reads as another policy".to_owned()),
            Err(error) => return refuse(error.to_string()),
        }
        let size = size(&document.policy);
        let limit = match (document.placement, &proposal.target) {
            (Placement::Inline, PolicyId::Inline { owner, .. }) => limits::inline(owner),
            _ => limits::MANAGED_POLICY,
        };
        inline += if document.placement == Placement::Inline { size } else { 0 };
        if size > limit || inline > limit {
            let document = document.name.clone();
            return Err(Counterexample::TooLarge { document, size, limit, untouched_dropped: None });
        }
    }
    Ok(())
}

fn named(document: &ProposedPolicy) -> NamedPolicy<'_> {
    NamedPolicy { name: &document.name, policy: &document.policy }
}

/// Replays every observed request of one holder; gives their number. `new`: the documents of the proposal.
fn enough(
    proposal: &Proposal,
    new: &PolicySet,
    holder: &Witnessed<'_>,
    entities: &Entities<'_>,
) -> Result<u64, Counterexample> {
    let documents: Vec<&Policy> = proposal.documents.iter().map(|document| &document.policy).collect();
    let mut layers = holder.stack.compiled(&BTreeMap::from([(&proposal.target, documents)]));
    let by_origin = hang_on_origin(proposal.conditions.iter().map(|(_, new)| &new.condition));
    let mut stands = by_origin.then(|| holder.stack.compiled(&BTreeMap::new()));
    let mut replayed = 0;
    for agreement in holder.agreements {
        let asked = Asked::each(holder.stack.bearer, entities, agreement.seen, by_origin);
        for (request, answer) in asked.iter().flat_map(|asked| asked.requests().zip(&agreement.answers)) {
            replayed += 1;
            // From where it came settles conditions that stand as well, so what stands is asked again.
            let again = stands.as_mut().map(|stands| ask(stands, entities, &request, &answer.resource));
            let answer = again.as_ref().unwrap_or(answer);
            layers.resource = entities.resource_policy(&request);
            layers.rcps = entities.rcps(&request);
            let kept = statements_hold(proposal, holder.index, answer, &new.allowing(&request));
            if !kept || !no_worse(answer.outcome, outcome(&layers.evaluate(&request), &layers)) {
                return Err(Counterexample::Lost {
                    principal: holder.stack.bearer.owner().arn.clone(),
                    action: agreement.seen.key.action.clone(),
                    resource: answer.resource.as_str().to_owned(),
                    policy: proposal.target.name().to_owned(),
                });
            }
        }
    }
    Ok(replayed)
}

/// Whether what came of each matching statement matches as surely as the statement did. So the proof holds
/// whichever of several proposals are merged. `new`: the statements of the proposal that match.
fn statements_hold(proposal: &Proposal, policy: usize, answer: &Answer, new: &[(usize, usize, Truth)]) -> bool {
    let parent = |document: usize, statement: usize| {
        proposal.documents.get(document).and_then(|document| document.parents.get(statement)).copied()
    };
    let ours = answer.allowed_by.iter().filter(|(place, _)| place.policy == policy);
    ours.into_iter().all(|(place, before)| {
        let from =
            |(document, statement, _): &&(usize, usize, Truth)| parent(*document, *statement) == Some(place.statement);
        new.iter().filter(from).fold(Truth::No, |any, (.., matches)| any.or(*matches)) >= *before
    })
}

fn no_worse(before: Outcome, after: Outcome) -> bool {
    match before {
        Outcome::Allowed => after == Outcome::Allowed,
        Outcome::Undetermined => matches!(after, Outcome::Allowed | Outcome::Undetermined),
        // What the grants did not explain before is a surprise already; no proposal can lose it.
        Outcome::Denied | Outcome::NotAllowed => true,
    }
}
