//! Real account snapshots under a trail made for them: whatever is proven keeps what was seen, adds nothing, keeps
//! every Deny and is taken by AWS; whatever is refused is refused for its size alone.

use std::collections::BTreeMap;
use std::path::Path;

use trailfit::fit::{
    AddedCondition, Counterexample, DropUnseen, Judgement, Options, Placement, PolicyId, PolicyVerdict, Tightness,
    Verdict,
};
use trailfit::grants::{self, Grants, Owner};
use trailfit::iam::{Effect, Policy, compact, parse};
use trailfit::pipeline;
use trailfit::report::{self, Report};

use super::backtest::loses_nothing;
use super::bench::{catalog, files_below, settled};
use super::corpus::corpus;
use super::oracle::{Asked, ask};
use super::synthesis::{trail, trail_of_weeks};
use crate::apply::{hcl_holds, templates_hold};

const SNAPSHOTS: [&str; 5] =
    ["snap-airiam", "snap-cloudsplaining-tests", "snap-cloudmapper-demo", "snap-awscli-gaad-doc", "snap-iamspy"];

const MODES: [DropUnseen; 3] = [DropUnseen::Never, DropUnseen::Untouched, DropUnseen::All];

/// Every so many visible actions of a principal are used: of many services, then of few.
const STRIDES: [usize; 2] = [7, 211];

#[test]
fn proposals_for_real_snapshots_hold() {
    let Some(corpus) = corpus() else { return };
    let mut snapshots = 0;
    let reports = tempfile::tempdir().unwrap();
    for folder in SNAPSHOTS {
        for (name, bytes) in files_below(&corpus.join(folder)) {
            let grants = grants::read(vec![(name.clone(), bytes)]);
            if !grants.accounts.is_empty() {
                snapshots += 1;
                STRIDES.iter().for_each(|stride| judge(&format!("{folder}/{name}"), &grants, *stride));
                ready_to_apply(&grants, &reports.path().join(snapshots.to_string()));
            }
        }
    }
    assert!(snapshots > 10, "only {snapshots} snapshots were read");
    templates_hold(reports.path());
}

#[test]
fn tightened_proposals_for_real_snapshots_hold() {
    let Some(corpus) = corpus() else { return };
    let (mut named, mut conditions, mut asked) = (0, 0, 0);
    for (name, bytes) in SNAPSHOTS.iter().flat_map(|folder| files_below(&corpus.join(folder))) {
        let grants = grants::read(vec![(name.clone(), bytes)]);
        let evidence = settled(&trail_of_weeks(&grants, STRIDES[0], 4));
        let options = Options {
            tightness: Tightness::High,
            conditions: [AddedCondition::Region, AddedCondition::Via, AddedCondition::PassedTo].into(),
            ..Options::default()
        };
        let judgement = pipeline::judge(&evidence, &grants, catalog(), &options);
        for verdict in &judgement.policies {
            acceptable(verdict, &grants);
            kind(verdict);
            let Verdict::Proven(proven) = &verdict.verdict else { continue };
            named += proven.proposal().tightened.len();
            conditions += proven.proposal().conditions.len();
        }
        let answers = judgement.fittings.iter().filter_map(|fitting| ask(&grants, &judgement, fitting));
        asked += answers.map(|answers| answers.allowed).sum::<usize>();
    }
    println!("{named} resources and {conditions} conditions in real snapshots, {asked} requests stay allowed");
    assert!(named > 2 && conditions > 10 && asked > 100, "{named} {conditions} {asked}");
}

fn judge(name: &str, grants: &Grants, stride: usize) {
    let evidence = settled(&trail(grants, stride));
    assert_eq!(evidence.tally.lost, 0, "{name}");
    for drop_unseen in MODES {
        let options = Options { drop_unseen, ..Options::default() };
        let judgement = pipeline::judge(&evidence, grants, catalog(), &options);
        let counts = judgement.policies.iter().fold(BTreeMap::new(), |mut counts, verdict| {
            *counts.entry(kind(verdict)).or_insert(0) += 1;
            counts
        });
        judgement.policies.iter().for_each(|verdict| acceptable(verdict, grants));
        loses_nothing(&evidence, grants, &judgement, &options, name);
        grants.accounts.values().for_each(|account| {
            let owners = account.principals().map(|bearer| bearer.owner());
            owners.chain(account.groups.values().map(|group| &group.owner)).for_each(|owner| {
                inline_within_limits(owner, &judgement);
            });
        });
        let asked = judgement.fittings.iter().filter_map(|fitting| ask(grants, &judgement, fitting));
        let asked = asked.fold(Asked::default(), |sum, one| Asked {
            allowed: sum.allowed + one.allowed,
            forbidden: sum.forbidden + one.forbidden,
        });
        println!("{name} every {stride}th, {drop_unseen:?}: {counts:?}, {asked:?}");
    }
}

/// What is written to be applied is read by the tools that it is made for.
fn ready_to_apply(grants: &Grants, out: &Path) {
    let evidence = settled(&trail(grants, STRIDES[0]));
    let options = Options { drop_unseen: DropUnseen::Untouched, ..Options::default() };
    let judgement = pipeline::judge(&evidence, grants, catalog(), &options);
    report::write(out, false, &Report::new(&evidence, &judgement, "2026-10-15")).unwrap();
    println!("{} resources of Terraform", hcl_holds(out));
}

fn kind(verdict: &PolicyVerdict) -> &'static str {
    match &verdict.verdict {
        Verdict::Fits => "fits",
        Verdict::Proven(_) => "proven",
        Verdict::NotEditable(_) => "not editable",
        Verdict::Unjudged(_) => "unjudged",
        Verdict::Refuted(_, Counterexample::TooLarge { .. }) => "too large",
        Verdict::Refuted(_, counterexample) => panic!("{:?} is refuted: {counterexample}", verdict.target),
    }
}

/// A proven document parses to itself, is within its limit, and every Deny of the old one stands.
fn acceptable(verdict: &PolicyVerdict, grants: &Grants) {
    let Verdict::Proven(proven) = &verdict.verdict else { return };
    let proposal = proven.proposal();
    for document in &proposal.documents {
        assert_eq!(parse(&compact(&document.policy)).as_ref(), Ok(&document.policy), "{:?}", verdict.target);
        assert!(!document.policy.statements.is_empty(), "{:?}", verdict.target);
        let limit = if document.placement == Placement::Inline { 10_240 } else { 6_144 };
        assert!(characters(&document.policy) <= limit, "{:?} is too large", verdict.target);
    }
    let old = parse(&verdict.before).unwrap();
    for deny in old.statements.iter().filter(|statement| statement.effect == Effect::Deny) {
        let mut new = proposal.documents.iter().flat_map(|document| document.policy.statements.clone());
        let stands = new.any(|mut statement| {
            statement.sid.clone_from(&deny.sid);
            statement == *deny
        });
        assert!(stands, "{:?} loses {deny:?}", verdict.target);
    }
    let known = |arn: &String| grants.principal(arn).is_some();
    assert!(verdict.holders.iter().all(known), "{:?} has a holder that nobody knows", verdict.target);
}

/// All inline policies of an owner together, once all that was proven is done, have room; where they had none
/// before, they do not grow.
fn inline_within_limits(owner: &Owner, judgement: &Judgement) {
    let limit = match owner.arn.split(':').nth(5).and_then(|resource| resource.split('/').next()) {
        Some("user") => 2_048,
        Some("group") => 5_120,
        _ => 10_240,
    };
    let (mut before, mut after) = (0, 0);
    for inline in &owner.inline {
        let Ok(policy) = &inline.document.policy else { return };
        let target = PolicyId::Inline { owner: owner.arn.clone(), name: inline.name.clone() };
        before += characters(policy);
        after += match judgement.policies.iter().find(|verdict| verdict.target == target).map(|found| &found.verdict) {
            Some(Verdict::Proven(proven)) => {
                let documents = proven.proposal().documents.iter();
                let here = documents.filter(|document| document.placement == Placement::Inline);
                here.map(|document| characters(&document.policy)).sum()
            }
            _ => characters(policy),
        };
    }
    assert!(after <= limit.max(before), "{}: {after} characters inline after {before}", owner.arn);
}

/// The size as IAM counts it: white space is free.
fn characters(policy: &Policy) -> usize {
    compact(policy).chars().filter(|character| !character.is_whitespace()).count()
}
