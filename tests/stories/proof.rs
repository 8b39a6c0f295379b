//! The proof refuses what was broken on purpose, and says where: a proposal of the sample, broken in one place.

use trailfit::fit::{
    Change, Counterexample, Court, Entities, Judged, Options, PolicyId, Proposal, ProposedPolicy, Verdict, Witnessed,
    verify,
};
use trailfit::iam::{ActionPattern, Policy};
use trailfit::pipeline;

use super::bench::{Bench, catalog, sample};

/// Who holds the policy, and which it is.
type Place = (&'static str, &'static str);

const ORDERS: Place = ("order-intake", "orders");
const WEB: Place = ("workshop-web", "workshop-web");
const PRIVATE: Place = ("workshop-web", "private-network");

/// Breaks the proposal for a policy and gives what the proof says; `None`: it still holds.
fn broken(place: Place, breach: impl FnOnce(&mut Proposal)) -> Option<Counterexample> {
    let grants = pipeline::read_grants(&[sample("grants")]).unwrap();
    let evidence = Bench::sample().evidence();
    let court = Court::open(&evidence, &grants, catalog(), Options::default());
    let judged: Vec<Judged<'_>> = (0..court.cases()).filter_map(|case| court.hear(case)).collect();
    let is_place = |id: &PolicyId| id.name().rsplit('/').next() == Some(place.1);
    let holds = |judged: &&Judged<'_>| judged.stack.bearer.owner().name == place.0;
    let holder = judged.iter().find(holds).unwrap();
    let held = holder.stack.policies.iter().find(|held| is_place(&held.id)).unwrap();
    let units = court.units(&judged);
    let verdict = units.iter().map(|unit| court.decide(unit)).find(|verdict| verdict.target == held.id).unwrap();
    let mut proposal = match verdict.verdict {
        Verdict::Proven(proven) => proven.proposal().clone(),
        _ => as_it_stands(&held.id, held.policy),
    };
    breach(&mut proposal);
    let index = |judged: &Judged<'_>| judged.stack.policies.iter().position(|other| other.id == held.id);
    let witnesses: Vec<Witnessed<'_>> = judged
        .iter()
        .filter_map(|one| Some(Witnessed { stack: &one.stack, agreements: &one.agreements, index: index(one)? }))
        .collect();
    let outcome = verify(proposal, held.policy, &witnesses, &Entities::of(&grants));
    outcome.err().map(|(_, counterexample)| counterexample)
}

/// A proposal that changes nothing, for policies that fit.
fn as_it_stands(id: &PolicyId, policy: &Policy) -> Proposal {
    let document = ProposedPolicy {
        name: "again".to_owned(),
        placement: trailfit::fit::Placement::NewVersion,
        policy: policy.clone(),
        parents: (0..policy.statements.len()).collect(),
    };
    Proposal {
        target: id.clone(),
        account: "111122223333".to_owned(),
        owner: None,
        cluster: None,
        holders: Vec::new(),
        attached_to: Vec::new(),
        version: None,
        change: Change::Trim,
        documents: vec![document],
        size_before: 0,
        removed: Vec::new(),
        used: Vec::new(),
        unseen: Default::default(),
        tightened: Vec::new(),
        conditions: Vec::new(),
        withheld: Vec::new(),
        parted: Vec::new(),
    }
}

/// The statement of a proposal with that Sid, and its place.
fn statement<'p>(proposal: &'p mut Proposal, sid: &str) -> (&'p mut trailfit::iam::Statement, usize) {
    let statements = proposal.documents[0].policy.statements.iter_mut().enumerate();
    let mut found = statements.filter(|(_, statement)| statement.sid.as_deref() == Some(sid));
    found.next().map(|(index, statement)| (statement, index)).unwrap()
}

fn is_wider(counterexample: Option<Counterexample>, index: usize) -> bool {
    matches!(counterexample, Some(Counterexample::Wider { statement, .. }) if statement == index)
}

#[test]
fn the_proposals_themselves_hold() {
    for place in [ORDERS, WEB, PRIVATE] {
        assert_eq!(broken(place, |_| {}), None, "{place:?}");
    }
}

#[test]
fn a_used_action_is_missed() {
    let found = broken(ORDERS, |proposal| {
        assert!(proposal.used.contains(&"secretsmanager:GetSecretValue".to_owned()));
        let (secret, _) = statement(proposal, "PaymentSecret");
        secret.actions.patterns = vec![ActionPattern::new("secretsmanager:DescribeSecret")];
    });
    let Some(Counterexample::Lost { principal, action, resource, policy }) = found else { panic!("{found:?}") };
    assert_eq!((action.as_str(), policy.as_str()), ("secretsmanager:GetSecretValue", "orders"));
    assert!(
        principal.ends_with("/order-intake") && resource.contains("secret:shop/payment-"),
        "{principal} {resource}"
    );
    let whole = broken(ORDERS, |proposal| (proposal.documents, proposal.change) = (Vec::new(), Change::Detach));
    assert!(matches!(whole, Some(Counterexample::Lost { .. })), "{whole:?}");
}

#[test]
fn an_action_more_is_refused() {
    for action in ["dynamodb:CreateTable", "dynamodb:*", "*"] {
        let found = broken(ORDERS, |proposal| {
            let (orders, _) = statement(proposal, "Orders");
            orders.actions.patterns.push(ActionPattern::new(action));
        });
        assert!(is_wider(found, 0), "{action}");
    }
    let negated = broken(ORDERS, |proposal| statement(proposal, "Orders").0.actions.negated = true);
    assert!(is_wider(negated, 0));
}

#[test]
fn a_wider_resource_is_refused() {
    for resource in ["*", "arn:aws:dynamodb:eu-central-1:111122223333:table/*", "arn:aws:dynamodb:*:*:table/orders"] {
        let found = broken(ORDERS, |proposal| {
            let (orders, _) = statement(proposal, "Orders");
            orders.resources.as_mut().unwrap().patterns[0] = resource.to_owned();
        });
        assert!(is_wider(found, 0), "{resource}");
    }
    let none = broken(ORDERS, |proposal| statement(proposal, "Orders").0.resources = None);
    assert!(none.is_some());
}

#[test]
fn a_condition_less_is_refused() {
    let mut at = 0;
    let lost = broken(ORDERS, |proposal| {
        let (key, index) = statement(proposal, "PaymentKey");
        assert_eq!(key.conditions.len(), 1);
        key.conditions.clear();
        at = index;
    });
    assert!(is_wider(lost, at));
    let changed = broken(ORDERS, |proposal| {
        let (key, _) = statement(proposal, "PaymentKey");
        key.conditions[0].values.push("s3.eu-central-1.amazonaws.com".to_owned());
    });
    assert!(is_wider(changed, at));
    let lenient = broken(ORDERS, |proposal| {
        let (key, _) = statement(proposal, "PaymentKey");
        key.conditions[0].operator = "StringEqualsIfExists".to_owned();
    });
    assert!(is_wider(lenient, at));
}

#[test]
fn a_statement_from_nowhere_is_refused() {
    let elsewhere = broken(ORDERS, |proposal| proposal.documents[0].parents[0] = 2);
    assert!(is_wider(elsewhere, 0));
    let nowhere = broken(ORDERS, |proposal| proposal.documents[0].parents.clear());
    assert!(is_wider(nowhere, 0));
}

#[test]
fn a_deny_stays_to_the_letter() {
    let is_lost = |found: Option<Counterexample>| matches!(found, Some(Counterexample::DenyLost { parent: 0 }));
    let gone = broken(PRIVATE, |proposal| (proposal.documents, proposal.change) = (Vec::new(), Change::Detach));
    assert!(is_lost(gone));
    let softer = broken(PRIVATE, |proposal| {
        statement(proposal, "ArchiveOnlyFromInside").0.actions.patterns = vec![ActionPattern::new("s3:Put*")];
    });
    assert!(is_lost(softer));
    let fewer = broken(PRIVATE, |proposal| {
        statement(proposal, "ArchiveOnlyFromInside").0.resources.as_mut().unwrap().patterns.pop();
    });
    assert!(is_lost(fewer));
    let other = broken(PRIVATE, |proposal| {
        let (deny, _) = statement(proposal, "ArchiveOnlyFromInside");
        deny.conditions[0].values = vec!["vpce-00000000000000000".to_owned()];
    });
    assert!(is_lost(other));
    let allow = broken(PRIVATE, |proposal| {
        statement(proposal, "ArchiveOnlyFromInside").0.effect = trailfit::iam::Effect::Allow;
    });
    assert!(is_lost(allow));
}

#[test]
fn what_iam_would_not_take_is_refused() {
    let reason = |found: Option<Counterexample>| match found {
        Some(Counterexample::NotAccepted { reason, .. }) => reason,
        other => panic!("{other:?}"),
    };
    let large = broken(WEB, |proposal| {
        let (storage, _) = statement(proposal, "Storage");
        let objects = (0..150).map(|number| format!("arn:aws:s3:::pawl-catalog-images/original/wheel-{number}"));
        storage.resources.as_mut().unwrap().patterns.extend(objects);
    });
    assert!(matches!(large, Some(Counterexample::TooLarge { size, limit: 6_144, .. }) if size > 6_144), "{large:?}");
    let empty = broken(ORDERS, |proposal| {
        proposal.documents[0].policy.statements.clear();
        proposal.documents[0].parents.clear();
    });
    assert_eq!(reason(empty), "it has no statement");
    let nothing = broken(ORDERS, |proposal| statement(proposal, "PaymentKey").0.actions.patterns.clear());
    assert!(nothing.is_some());
}
