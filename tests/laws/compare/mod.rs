//! Comparisons of policies, held to the evaluator on random requests.

mod algebra;
mod edit;
mod pair;
mod widen;

use trailfit::iam::compare::{Access, NewAccess, Universe, new_access};
use trailfit::iam::{Outcome, Policy};

use super::random::Random;
use pair::{Kind, Pair};

/// Pairs of a usual run; more by `TRAILFIT_COMPARE_PAIRS`.
const PAIRS: u64 = 3_000;
/// Requests put to each pair.
const REQUESTS: u64 = 100;

/// Pairs that were once judged wrongly: seed and number.
const ONCE_WRONG: [(u64, u64); 2] = [(11, 14_151), (11, 909_041)];

pub(super) fn number(name: &str, usual: u64) -> u64 {
    std::env::var(name).map_or(usual, |text| text.parse().unwrap())
}

/// All that random requests hold: several values for any key, and texts that its comparisons cannot read.
pub(super) fn universe() -> Universe<'static> {
    Universe { multivalued: &|_| Some(true), typed: false, ..Universe::default() }
}

pub(super) fn ask(old: &Policy, new: &Policy) -> NewAccess {
    new_access(&Access::of(old), &Access::of(new), &universe())
}

#[test]
fn no_request_contradicts() {
    let (pairs, seed) = (number("TRAILFIT_COMPARE_PAIRS", PAIRS), number("TRAILFIT_SEED", 1));
    let (mut none, mut some, mut undecided) = (0_u64, 0_u64, std::collections::BTreeMap::<String, u64>::new());
    for (seed, number) in ONCE_WRONG.into_iter().chain((0..pairs).map(|number| (seed, number))) {
        let mut random = Random::new(seed, number);
        let pair = Pair::new(&mut random);
        let courts = pair.courts();
        match ask(&pair.old, &pair.new) {
            NewAccess::None => {
                none += 1;
                for _ in 0..REQUESTS {
                    let asked = pair.request(&mut random);
                    let [old, new] = courts.each_ref().map(|court| asked.outcome(court));
                    let contradicts = new == Outcome::Allowed && matches!(old, Outcome::Denied | Outcome::NotAllowed);
                    assert!(!contradicts, "{seed}/{number}: {asked:?} is new access\n{pair}");
                }
            }
            NewAccess::Some(example) => {
                some += 1;
                let asked = pair::Asked::from(*example);
                let [old, new] = courts.each_ref().map(|court| asked.outcome(court));
                let confirmed = new == Outcome::Allowed && matches!(old, Outcome::Denied | Outcome::NotAllowed);
                assert!(confirmed, "{seed}/{number}: {asked:?} gives {old:?} and {new:?}\n{pair}");
            }
            NewAccess::Undecided(reason) => {
                let text = reason.to_string();
                *undecided
                    .entry(text.split(" of the policy variables").next().unwrap_or_default().into())
                    .or_default() += 1;
            }
        }
    }
    println!("{pairs} pairs from seed {seed}: {none} no new access, {some} new access, undecided {undecided:#?}");
    assert!(none * 5 > pairs && some * 5 > pairs, "too few of some answer");
    assert!(undecided.values().sum::<u64>() * 10 < pairs, "too many undecided");
}

#[test]
fn both_kinds_are_compared() {
    let kinds: Vec<Kind> = (0..50).map(|number| Pair::new(&mut Random::new(1, number)).kind).collect();
    assert!(kinds.contains(&Kind::Identity) && kinds.contains(&Kind::Resource));
}
