//! Resources drawn around what was seen: what each level makes of the sample, and that nothing gets wider.

use std::collections::BTreeSet;

use trailfit::catalog::AccessLevel;
use trailfit::fit::{AddedCondition, Future, Proposal, Rung, Tightness, Verdict};
use trailfit::iam::Policy;
use trailfit::iam::compare::{Access, NewAccess, Universe, new_access};

use super::bench::{Bench, Court, catalog};

const LEVELS: [Tightness; 3] = [Tightness::Low, Tightness::Medium, Tightness::High];

fn proposals(court: &Court) -> Vec<&Proposal> {
    let policies = court.judgement.policies.iter();
    policies
        .filter_map(|policy| match &policy.verdict {
            Verdict::Proven(proven) => Some(proven.proposal()),
            _ => None,
        })
        .collect()
}

fn access(proposal: &Proposal) -> Access<'_> {
    let documents: Vec<&Policy> = proposal.documents.iter().map(|document| &document.policy).collect();
    Access { layers: vec![documents] }
}

/// The entries of all Resource elements of the statements that name an action.
fn resources<'p>(proposal: &'p Proposal, action: &str) -> BTreeSet<&'p str> {
    let statements = proposal.documents.iter().flat_map(|document| &document.policy.statements);
    let named = statements.filter(|statement| statement.actions.patterns.iter().any(|one| one.matches(action)));
    named.flat_map(|statement| statement.resources.iter().flat_map(|list| &list.patterns)).map(String::as_str).collect()
}

#[test]
fn each_level_is_within_the_one_before() {
    let courts = LEVELS.map(|level| Bench::sample().tightened(level).judged());
    let mut counts = Vec::new();
    for pair in courts.windows(2) {
        let (wider, closer) = (proposals(&pair[0]), proposals(&pair[1]));
        for proposal in &closer {
            let before = wider.iter().find(|one| one.target == proposal.target && one.owner == proposal.owner);
            // What fitted before and is tightened now stands against the policy itself: that is the proof's matter.
            let Some(before) = before else { continue };
            let found = new_access(&access(before), &access(proposal), &Universe::default());
            assert!(!matches!(found, NewAccess::Some(_)), "{:?}: {found:?}", proposal.target);
        }
        counts.push(closer.iter().map(|proposal| proposal.tightened.len()).sum::<usize>());
    }
    assert!(proposals(&courts[0]).iter().all(|proposal| proposal.tightened.is_empty()));
    println!("resources written: medium {}, high {}", counts[0], counts[1]);
    assert!(counts[0] > 4 && counts[1] > counts[0], "{counts:?}");
}

#[test]
fn what_was_used_is_named() {
    let court = Bench::sample().tightened(Tightness::High).judged();
    let case = |holder: &str, policy: &str, action: &str, expected: &[&str]| {
        let Verdict::Proven(proven) = &court.policy(holder, policy).verdict else { panic!("{policy}") };
        assert_eq!(resources(proven.proposal(), action), expected.iter().copied().collect(), "{action}");
    };
    let objects = "arn:aws:s3:::pawl-label-drop";
    case("label-printer", "label-printing", "s3:ListBucket", &[objects]);
    case("label-printer", "label-printing", "s3:PutObject", &[&format!("{objects}/printed/*")]);
    // Seldom used, or never on anything but all: the grant's own resource stays.
    case("catalog-api", "AWSLambdaBasicExecutionRole", "logs:PutLogEvents", &["*"]);
    let streams = "arn:aws:logs:eu-central-1:111122223333:log-group:/aws/lambda/catalog-api:log-stream:*";
    case("catalog-api", "AWSLambdaBasicExecutionRole", "logs:CreateLogStream", &[streams]);
    let (holder, policy) = ("catalog-deploy", "deploy");
    let function = "arn:aws:lambda:eu-central-1:111122223333:function:catalog-api";
    case(holder, policy, "lambda:UpdateFunctionCode", &[function]);
    let Verdict::Proven(proven) = &court.policy(holder, policy).verdict else { panic!("{policy}") };
    let reasons = &proven.proposal().tightened;
    assert!(reasons.iter().any(|(_, one)| one.pattern == function && one.rung == Rung::Exact && one.values == 1));
}

#[test]
fn a_short_window_names_nothing() {
    for (level, day) in [(Tightness::Medium, "2026-10-12"), (Tightness::High, "2026-10-25")] {
        let court = Bench::sample().since(day).tightened(level).judged();
        let named = proposals(&court).iter().map(|proposal| proposal.tightened.len()).sum::<usize>();
        assert_eq!(named, 0, "{level:?} since {day}");
    }
}

#[test]
fn what_is_kept_for_the_future_reads_only() {
    let keeping = |future| Bench::sample().keeping(future).judged();
    let (none, list, read) = (keeping(Future::None), keeping(Future::List), keeping(Future::Read));
    let removed = |court: &Court| proposals(court).iter().map(|proposal| proposal.removed.len()).sum::<usize>();
    println!("removed: none {}, list {}, read {}", removed(&none), removed(&list), removed(&read));
    assert!(removed(&none) > removed(&list) && removed(&list) > removed(&read));
    let mut kept = 0;
    for proposal in proposals(&read) {
        for (action, _) in proposal.unseen.iter().filter(|(_, reason)| reason.contains("--future")) {
            let level = catalog().action(action).unwrap().level;
            assert!(matches!(level, AccessLevel::List | AccessLevel::Read), "{action}");
            let service = action.split(':').next().unwrap();
            let used = |fitting: &&trailfit::fit::Fitting| {
                proposal.holders.contains(&fitting.arn) && fitting.uses.iter().any(|one| one.seen.service() == service)
            };
            assert!(read.judgement.fittings.iter().any(|fitting| used(&fitting)), "{action}");
            kept += 1;
        }
    }
    assert!(kept > 10, "{kept}");
}

#[test]
fn conditions_hold_what_was_seen() {
    let all = [AddedCondition::Region, AddedCondition::Via, AddedCondition::PassedTo];
    let court = Bench::sample().tightened(Tightness::High).conditioned(&all).judged();
    let mut keys = BTreeSet::new();
    for proposal in proposals(&court) {
        for (statement, new) in &proposal.conditions {
            let condition = &new.condition;
            println!("{} {statement} {} {:?} {}", proposal.target.name(), condition.key, condition.values, new.calls);
            assert!(new.calls > 0);
            keys.insert(condition.key.as_str());
            let regions = court.judgement.fittings.iter().filter(|fitting| proposal.holders.contains(&fitting.arn));
            let regions: BTreeSet<&str> =
                regions.flat_map(|fitting| &fitting.uses).map(|one| one.seen.key.region.as_str()).collect();
            let is_region = condition.key == "aws:RequestedRegion";
            assert!(!is_region || condition.values.iter().all(|value| regions.contains(value.as_str())));
        }
    }
    assert!(keys.contains("aws:RequestedRegion"), "{keys:?}");
    let none = Bench::sample().judged();
    assert!(proposals(&none).iter().all(|proposal| proposal.conditions.is_empty()));
}
