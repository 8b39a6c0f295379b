//! The evaluator against the slow one, on random cases.

use std::collections::BTreeMap;

use serde_json::Value;
use trailfit::iam::{Decision, Outcome};

use super::generate;
use super::minimize::minimized;
use super::slow::completions::Outcomes;
use super::slow::{self, Answer};
use crate::cases::evaluation::decide;

/// Pairs of a usual run; more by `TRAILFIT_PAIRS`.
const PAIRS: u64 = 10_000;

/// Differences told before the run gives up.
const MOST: usize = 5;

fn number(name: &str, usual: u64) -> u64 {
    std::env::var(name).map_or(usual, |text| text.parse().unwrap())
}

#[test]
fn both_evaluators_agree() {
    let (pairs, seed) = (number("TRAILFIT_PAIRS", PAIRS), number("TRAILFIT_SEED", 1));
    let (mut differences, mut worlds, mut exact) = (Vec::new(), 0, 0_u64);
    let mut found: BTreeMap<String, u64> = BTreeMap::new();
    for case in (0..pairs).map(|number| generate::case(seed, number)) {
        let (decision, outcomes) = (decide(&case), slow::outcomes(&case));
        worlds += outcomes.count;
        exact += u64::from(outcomes.complete && !outcomes.repeated);
        *found.entry(format!("{:?}", decision.outcome)).or_default() += 1;
        if difference(&decision, &outcomes).is_some() {
            let case = minimized(case, |case| disagreement(case).is_some());
            let (decision, outcomes) = (decide(&case), slow::outcomes(&case));
            let fault = difference(&decision, &outcomes).unwrap_or_default();
            differences.push(format!("{fault}\n{case}\n  evaluator: {decision:?}\n  slow: {outcomes:?}\n"));
        }
        if differences.len() == MOST {
            break;
        }
    }
    println!("{pairs} pairs from seed {seed}: {worlds} completions, {exact} compared exactly, {found:?}");
    assert!(differences.is_empty(), "{}", differences.join("\n"));
    assert!(exact * 10 > pairs * 8, "the comparison has become loose");
    assert!(found.len() == 4 && found.values().all(|count| count * 50 > pairs), "too few of some outcome: {found:?}");
}

/// Where the two differ on a case, if anywhere.
pub(crate) fn disagreement(case: &Value) -> Option<String> {
    difference(&decide(case), &slow::outcomes(case))
}

/// What is wrong with a decision, if anything.
///
/// `NotAllowed` says that nothing allows it, whether or not something also denies it. An evaluator
/// that goes element by element may find a case open though all completions agree, but only if one
/// untold thing is asked for in two places.
fn difference(decision: &Decision, outcomes: &Outcomes) -> Option<String> {
    let has = |answer| outcomes.answers.contains(&answer);
    let refused = has(Answer::ExplicitDeny) || has(Answer::ImplicitDeny);
    let loose = outcomes.repeated || !outcomes.complete;
    let as_it_is = match decision.outcome {
        Outcome::Allowed => !refused,
        Outcome::Denied => !has(Answer::Allowed) && !has(Answer::ImplicitDeny),
        Outcome::NotAllowed => !has(Answer::Allowed) && (loose || has(Answer::ImplicitDeny)),
        Outcome::Undetermined => loose || (has(Answer::Allowed) && refused),
    };
    if !as_it_is {
        return Some(format!("{:?} against {:?}", decision.outcome, outcomes.answers));
    }
    // The keys that a decision misses are keys that the slow evaluator had to assume.
    let invented = decision.missing_keys.iter().find(|key| !loose && !outcomes.asked.contains(*key))?;
    Some(format!("`{invented}` is said to be missing, but nothing asks for it"))
}
