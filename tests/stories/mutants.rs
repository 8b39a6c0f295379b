//! Ten thousand proposals broken at random. A second opinion, from the evaluator alone and on single requests, says
//! which of them allow what the policy does not, or no longer allow what was seen: the proof refuses each of these.

use trailfit::catalog::Action;
use trailfit::fit::{
    Asked, Court, Entities, Judged, Options, Proposal, ProposedPolicy, Tightness, Verdict, Witnessed, verify,
};
use trailfit::iam::{
    ActionPattern, Caller, Context, Effect, Policy, Request, Resource, Statement, Truth, matches_statement,
};
use trailfit::pipeline;

use super::bench::{Bench, catalog, sample};
use super::dice::Dice;

/// How many that are wrong for sure must be refused, at each level.
const WRONG: usize = 5_000;

const LEVELS: [Tightness; 2] = [Tightness::Low, Tightness::High];

/// A proposal with what the proof needs.
struct Subject<'a> {
    proposal: Proposal,
    old: &'a Policy,
    witnesses: Vec<Witnessed<'a>>,
    /// What was seen, and of each of its requests whether the policy allows it by itself.
    seen: Vec<(Asked, Vec<bool>)>,
}

/// The document and the statement that were changed.
type Spot = (usize, usize);

/// What came of the mutants of one level.
#[derive(Debug, Default)]
struct Counts {
    wider: usize,
    lost: usize,
    refused_all_the_same: usize,
    harmless: usize,
}

#[test]
fn every_wrong_mutant_is_refused() {
    let grants = pipeline::read_grants(&[sample("grants")]).unwrap();
    let evidence = Bench::sample().evidence();
    let entities = Entities::of(&grants);
    for tightness in LEVELS {
        let options = Options { tightness, ..Options::default() };
        let court = Court::open(&evidence, &grants, catalog(), options);
        let judged: Vec<Judged<'_>> = (0..court.cases()).filter_map(|case| court.hear(case)).collect();
        let verdicts: Vec<_> = court.units(&judged).iter().map(|unit| court.decide(unit)).collect();
        let subjects: Vec<Subject<'_>> =
            verdicts.iter().filter_map(|one| subject(&one.verdict, &judged, &entities)).collect();
        assert!(subjects.len() > 8, "{}", subjects.len());
        let (mut dice, mut counts) = (Dice(0x5EED), Counts::default());
        while counts.wider + counts.lost < WRONG {
            let subject = &subjects[dice.roll(subjects.len())];
            let mut mutant = subject.proposal.clone();
            let Some((how, place)) = mutate(&mut mutant, &subjects, &mut dice) else { continue };
            let (wider, lost) = (allows_more(&mutant, subject, place, &mut dice), loses(&mutant, subject));
            let refused = verify(mutant.clone(), subject.old, &again(&subject.witnesses), &entities).err();
            match (&wider, &lost) {
                (None, None) if refused.is_some() => counts.refused_all_the_same += 1,
                (None, None) => counts.harmless += 1,
                _ => assert!(refused.is_some(), "{how} of {:?} holds, but {wider:?} {lost:?}", mutant.target),
            }
            counts.wider += usize::from(wider.is_some());
            counts.lost += usize::from(wider.is_none() && lost.is_some());
        }
        println!("{tightness:?}, {} proposals: {counts:?}", subjects.len());
        assert!(counts.wider > WRONG / 10 && counts.lost > WRONG / 10, "{counts:?}");
    }
}

fn subject<'a>(verdict: &Verdict, judged: &'a [Judged<'a>], entities: &Entities<'_>) -> Option<Subject<'a>> {
    let Verdict::Proven(proven) = verdict else { return None };
    // Documents of thousands of wildcards take the proof seconds each.
    let proposal = Some(proven.proposal()).filter(|proposal| proposal.size_after() < 6_144)?.clone();
    let mut old = None;
    let mut witnesses = Vec::new();
    for one in judged {
        let found = one.stack.policies.iter().position(|held| held.id == proposal.target);
        let holds = |owner: &String| one.stack.policies.iter().any(|held| held.owners.iter().any(|o| o.arn == *owner));
        if let Some(index) = found.filter(|_| proposal.owner.as_ref().is_none_or(holds)) {
            old = Some(one.stack.policies[index].policy);
            witnesses.push(Witnessed { stack: &one.stack, agreements: &one.agreements, index });
        }
    }
    let old = old?;
    let of_witness = |one: &Witnessed<'a>| one.agreements.iter().map(|agreement| (one.stack.bearer, agreement.seen));
    let asked = witnesses.iter().flat_map(of_witness).map(|(bearer, seen)| {
        let asked = Asked::of(bearer, entities, seen);
        let allowed = asked.requests().map(|request| granted([old].into_iter(), &request) == Truth::Yes).collect();
        (asked, allowed)
    });
    let seen = asked.filter(|(_, allowed): &(Asked, Vec<bool>)| allowed.contains(&true)).collect();
    Some(Subject { proposal, old, witnesses, seen })
}

fn again<'a>(witnesses: &[Witnessed<'a>]) -> Vec<Witnessed<'a>> {
    let copy = |one: &Witnessed<'a>| Witnessed { stack: one.stack, agreements: one.agreements, index: one.index };
    witnesses.iter().map(copy).collect()
}

/// Changes one thing, and tells what and where; `None`: there was nothing of that kind to change.
fn mutate(proposal: &mut Proposal, subjects: &[Subject<'_>], dice: &mut Dice) -> Option<(&'static str, Spot)> {
    let place = dice.roll(proposal.documents.len());
    let document = proposal.documents.get_mut(place)?;
    let at = dice.roll(document.policy.statements.len());
    changed(document, at, subjects, dice).map(|how| (how, (place, at)))
}

fn changed(
    document: &mut ProposedPolicy,
    at: usize,
    subjects: &[Subject<'_>],
    dice: &mut Dice,
) -> Option<&'static str> {
    let statement = document.policy.statements.get_mut(at)?;
    let patterns = &mut statement.actions.patterns;
    match dice.roll(12) {
        0 => {
            let resources = &mut statement.resources.as_mut()?.patterns;
            let which = dice.roll(resources.len());
            *resources.get_mut(which)? = "*".to_owned();
            Some("a resource became *")
        }
        1 | 2 => {
            let resources = &mut statement.resources.as_mut()?.patterns;
            let which = dice.roll(resources.len());
            let resource = resources.get_mut(which)?;
            let end = dice.roll(resource.len());
            *resource = format!("{}*", resource.get(..end)?);
            Some("a resource was cut")
        }
        3 => {
            let other = dice.pick(subjects)?;
            let other = dice.pick(&other.old.statements)?.resources.as_ref()?;
            let more = dice.pick(&other.patterns)?.clone();
            statement.resources.as_mut()?.patterns.push(more);
            Some("a resource was added")
        }
        4 => {
            let any = dice.roll(catalog().actions().len());
            patterns.push(ActionPattern::new(catalog().actions().iter().nth(any)?.name.clone()));
            Some("an action was added")
        }
        5 => {
            let service = patterns.first()?.as_str().split(':').next()?.to_owned();
            patterns.push(ActionPattern::new(dice.pick(catalog().service(&service))?.name.clone()));
            Some("an action of the service was added")
        }
        6 => {
            let which = dice.roll(patterns.len());
            let text = patterns.get(which)?.as_str().to_owned();
            let start = text.find(':')? + 1;
            let end = start + dice.roll(text.len() - start);
            *patterns.get_mut(which)? = ActionPattern::new(format!("{}*", text.get(..end)?));
            Some("an action was cut")
        }
        7 => {
            (!statement.conditions.is_empty()).then_some(())?;
            let which = dice.roll(statement.conditions.len());
            statement.conditions.remove(which);
            Some("a condition was dropped")
        }
        8 => {
            (patterns.len() > 1).then_some(())?;
            let which = dice.roll(patterns.len());
            patterns.remove(which);
            Some("an action was dropped")
        }
        9 => {
            let resources = &mut statement.resources.as_mut()?.patterns;
            (resources.len() > 1).then_some(())?;
            let which = dice.roll(resources.len());
            resources.remove(which);
            Some("a resource was dropped")
        }
        10 => {
            let resources = &mut statement.resources.as_mut()?.patterns;
            let which = dice.roll(resources.len());
            let resource = resources.get_mut(which)?;
            let wild = resource.rfind(['*', '?'])?;
            resource.replace_range(wild..=wild, "z");
            Some("a wildcard became a letter")
        }
        _ => {
            document.policy.statements.remove(at);
            document.parents.remove(at);
            Some("a statement was dropped")
        }
    }
}

/// Whether the Allow statements match and no Deny does.
fn granted<'p>(documents: impl Iterator<Item = &'p Policy>, request: &Request<'_>) -> Truth {
    let (mut allowed, mut denied) = (Truth::No, Truth::No);
    for policy in documents {
        for statement in &policy.statements {
            let matches = matches_statement(policy, statement, request);
            match statement.effect {
                Effect::Allow => allowed = allowed.or(matches),
                Effect::Deny => denied = denied.or(matches),
            }
        }
    }
    allowed.and(!denied)
}

fn documents(proposal: &Proposal) -> impl Iterator<Item = &Policy> {
    proposal.documents.iter().map(|document| &document.policy)
}

/// A request that the mutant allows and the policy does not, among some made from the statement that was changed
/// and from the one that it came from.
fn allows_more(mutant: &Proposal, subject: &Subject<'_>, (place, at): Spot, dice: &mut Dice) -> Option<String> {
    let caller = Caller::Role { role: "arn:aws:iam::111122223333:role/somebody".to_owned(), session: None };
    let context = Context::closed();
    let now = mutant.documents[place].policy.statements.get(at);
    let parent =
        subject.proposal.documents[place].parents.get(at).and_then(|parent| subject.old.statements.get(*parent));
    let statements = now.into_iter().chain(parent);
    for statement in statements.collect::<Vec<&Statement>>() {
        let actions = catalog().expand_all(&statement.actions.patterns);
        let first = actions.len().checked_sub(1).map(|last| actions[last]);
        let some: Vec<&Action> = (0..4).filter_map(|_| dice.pick(&actions).copied()).chain(first).collect();
        for resource in statement.resources.iter().flat_map(|list| &list.patterns) {
            for fill in ["x", "zz/9"] {
                let arn = resource.replace('*', fill).replace('?', "q");
                // `*` alone may stand for anything: an ARN of another account's bucket is one.
                let arn = if resource == "*" { format!("arn:aws:s3:::{fill}-elsewhere") } else { arn };
                for action in &some {
                    let resource = Resource::Exact(&arn);
                    let request = Request {
                        caller: &caller,
                        action: &action.name,
                        resource,
                        resource_account: None,
                        context: &context,
                    };
                    let old = granted([subject.old].into_iter(), &request);
                    if old == Truth::No && granted(documents(mutant), &request) == Truth::Yes {
                        return Some(format!("{} on {arn}", action.name));
                    }
                }
            }
        }
    }
    None
}

/// A request that was seen, that the policy allows and the mutant does not.
fn loses(mutant: &Proposal, subject: &Subject<'_>) -> Option<String> {
    let requests = subject.seen.iter().flat_map(|(asked, allowed)| asked.requests().zip(allowed));
    let mut allowed = requests.filter(|(_, allowed)| **allowed).map(|(request, _)| request);
    let lost = allowed.find(|request| granted(documents(mutant), request) != Truth::Yes);
    lost.map(|request| format!("{} was used", request.action))
}
