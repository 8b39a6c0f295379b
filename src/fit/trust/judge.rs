//! One role's trust policy → its verdict.

use std::collections::BTreeMap;

use super::assumption::Assumptions;
use super::conditions::{Lack, lacks};
use super::hearing::{Assumed, Name, Witness};
use super::hint::Hint;
use super::proof::{name, verify_trust};
use super::propose::{Proposed, propose};
use super::verdict::{Assumer, TrustOutcome, TrustVerdict, Trusted};
use crate::catalog::Catalog;
use crate::fit::editable::advice;
use crate::fit::eyesight::Eyesight;
use crate::fit::judged::Judged;
use crate::fit::options::Options;
use crate::grants::{Bearer, Document, Grants};
use crate::iam::{Effect, Policy, Request, Truth, matches_statement};

/// Those who assumed a role that are told of; the rest is counted.
const MAX_ASSUMERS: usize = 20;

/// What a trust policy is judged by.
pub(in crate::fit) struct Terms<'t> {
    pub(in crate::fit) assumptions: &'t Assumptions<'t>,
    pub(in crate::fit) eyesight: &'t Eyesight<'t>,
    pub(in crate::fit) grants: &'t Grants,
    pub(in crate::fit) catalog: &'t Catalog,
    pub(in crate::fit) options: &'t Options,
}

/// Judges the trust policy of a role. `None`: it is no role, or the snapshot lacks the policy.
pub(in crate::fit) fn judge(judged: &Judged<'_>, terms: &Terms<'_>) -> Option<TrustVerdict> {
    let Bearer::Role(account, role) = judged.stack.bearer else {
        return None;
    };
    let document = role.trust.as_ref()?;
    let mut verdict = TrustVerdict {
        account: account.id.clone(),
        role: role.owner.arn.clone(),
        trusted: Vec::new(),
        assumers: Vec::new(),
        assumer_count: 0,
        surprises: Vec::new(),
        hints: Vec::new(),
        outcome: TrustOutcome::Fits,
        before: document.text.clone(),
    };
    match readable(document) {
        Ok(trust) => hear(&mut verdict, trust, judged, terms),
        Err(reason) => verdict.outcome = TrustOutcome::Unjudged(reason),
    }
    if let Some(advice) = advice(&role.owner.path, &role.owner.name) {
        verdict.outcome = TrustOutcome::NotEditable(advice);
    }
    Some(verdict)
}

fn readable(document: &Document) -> Result<&Policy, String> {
    document.policy.as_ref().map_err(|error| format!("the trust policy cannot be read: {error}"))
}

fn hear(verdict: &mut TrustVerdict, trust: &Policy, judged: &Judged<'_>, terms: &Terms<'_>) {
    let role = verdict.role.clone();
    let assumptions = terms.assumptions.of_role(&role);
    let assumed: Vec<Assumed<'_>> =
        assumptions.into_iter().map(|assumption| Assumed::of(assumption, trust, &role)).collect();
    let witness = Witness {
        stack: &judged.stack,
        role: &role,
        trust,
        assumed: &assumed,
        assumptions: terms.assumptions,
        eyesight: terms.eyesight,
        grants: terms.grants,
        catalog: terms.catalog,
        acted: !judged.uses.is_empty(),
    };
    let names = witness.names();
    let lacks = lacks(&names, &witness, terms.options);
    verdict.trusted = names.iter().map(trusted).collect();
    (verdict.assumers, verdict.assumer_count) = assumers(&assumed);
    verdict.surprises = surprises(trust, &role, &assumed);
    verdict.outcome = decide(trust, &witness, (&names, &lacks), terms.options);
    verdict.hints = hints(lacks, &verdict.outcome);
}

fn decide(
    trust: &Policy,
    witness: &Witness<'_>,
    (names, lacks): (&[Name<'_>], &[Vec<Lack>]),
    options: &Options,
) -> TrustOutcome {
    if witness.assumed.iter().any(|assumed| assumed.callers.is_empty()) {
        return TrustOutcome::Unjudged("somebody assumed it whom the record does not name".to_owned());
    }
    let plain = options.plain();
    let requests: Vec<Request<'_>> =
        witness.assumed.iter().flat_map(|one| &one.asked).map(|asked| asked.request(witness.role)).collect();
    let bare: Vec<Vec<Lack>> = names.iter().map(|_| Vec::new()).collect();
    let mut refuted = TrustOutcome::Fits;
    // With the conditions that were asked for, and where they do not fit, without.
    for (options, lacks) in [(options, lacks), (&plain, bare.as_slice())] {
        let proposal = match propose(witness.role, trust, names, lacks, options) {
            Proposed::Nothing => break,
            Proposed::Nobody => return TrustOutcome::Idle,
            Proposed::Narrower(proposal) => proposal,
        };
        match verify_trust(proposal, trust, &requests) {
            Ok(proven) => return TrustOutcome::Proven(Box::new(proven)),
            Err((proposal, counterexample)) => refuted = TrustOutcome::Refuted(proposal, counterexample),
        }
    }
    refuted
}

fn trusted(name: &Name<'_>) -> Trusted {
    Trusted {
        statement: name.statement,
        kind: name.kind.to_owned(),
        value: name.value.to_owned(),
        standing: name.standing.clone(),
        last: name.through.iter().map(|assumed| assumed.assumption.seen.last).max(),
    }
}

/// Who came, the most frequent first, and how many they are.
fn assumers(assumed: &[Assumed<'_>]) -> (Vec<Assumer>, usize) {
    type Given = (Option<String>, Option<String>);
    let mut found: BTreeMap<(String, Given), Assumer> = BTreeMap::new();
    for one in assumed.iter().filter(|one| one.assumption.is_whole()) {
        let seen = one.assumption.seen;
        let name = match one.callers.as_slice() {
            [caller] => name(caller),
            _ => seen.key.principal.arn.clone(),
        };
        let told = |end: &str| {
            let given = seen.key.context.iter().find(|(key, _)| key.ends_with(end));
            given.and_then(|(_, value)| value.clone())
        };
        let (external_id, subject) = (told(":ExternalId"), told(":sub"));
        let new = || Assumer {
            name: name.clone(),
            external_id: external_id.clone(),
            subject: subject.clone(),
            count: Some(0),
            last: seen.last,
        };
        let entry = found.entry((name.clone(), (external_id.clone(), subject.clone()))).or_insert_with(new);
        let count = entry.count.filter(|_| one.assumption.roles() == 1);
        // Where two accounts were read, both have a record of it.
        entry.count = count.map(|old| if seen.key.owner_copy { old.max(seen.count) } else { old + seen.count });
        entry.last = entry.last.max(seen.last);
    }
    let count = found.len();
    let mut all: Vec<Assumer> = found.into_values().collect();
    all.sort_by(|a, b| b.count.cmp(&a.count).then_with(|| a.cmp(b)));
    all.truncate(MAX_ASSUMERS);
    (all, count)
}

/// Those of whom the policy that stands surely would not let any in.
fn surprises(trust: &Policy, role: &str, assumed: &[Assumed<'_>]) -> Vec<String> {
    let lets_in = |request: &Request<'_>| {
        let any = |effect: Effect| {
            let statements = trust.statements.iter().filter(|statement| statement.effect == effect);
            statements.map(|statement| matches_statement(trust, statement, request)).fold(Truth::No, Truth::or)
        };
        any(Effect::Allow) != Truth::No && any(Effect::Deny) != Truth::Yes
    };
    let refused = |one: &&Assumed<'_>| {
        let done = one.assumption.is_whole() && one.assumption.seen.key.outcome == crate::trail::Outcome::Allowed;
        done && !one.asked.iter().any(|asked| lets_in(&asked.request(role)))
    };
    let mut names: Vec<String> =
        assumed.iter().filter(refused).map(|one| one.assumption.seen.key.principal.arn.clone()).collect();
    names.sort_unstable();
    names.dedup();
    names
}

fn hints(lacks: Vec<Vec<Lack>>, outcome: &TrustOutcome) -> Vec<Hint> {
    let added = match outcome {
        TrustOutcome::Proven(proven) => proven.proposal().conditions.as_slice(),
        _ => &[],
    };
    let hint = |lack: Lack| {
        let is_added = |condition| added.contains(&(lack.hint.statement, condition));
        Hint { added: lack.condition.is_some_and(is_added), ..lack.hint }
    };
    lacks.into_iter().flatten().map(hint).collect()
}
