//! Laws of comparing that hold whatever the policies say.

use serde_json::json;
use trailfit::iam::compare::{Access, NewAccess, Relation, compare};
use trailfit::iam::{Effect, Policy};

use super::pair::Pair;
use super::{ask, universe};
use crate::laws::random::Random;

const PAIRS: u64 = 400;

fn pairs() -> impl Iterator<Item = Pair> {
    (0..PAIRS).map(|number| Pair::new(&mut Random::new(7, number)))
}

#[test]
fn a_policy_is_equal_to_itself_in_any_order() {
    for pair in pairs() {
        let mut turned = pair.old.clone();
        turned.statements.reverse();
        for same in [&pair.old, &turned] {
            let comparison = compare(&Access::of(&pair.old), &Access::of(same), &universe());
            assert_eq!(comparison.relation(), Relation::Equal, "{comparison:?}\n{pair}");
        }
    }
}

#[test]
fn more_allows_never_narrow_and_more_denies_never_widen() {
    for pair in pairs() {
        let with = |effect: Effect| {
            let mut more = pair.old.clone();
            more.statements.extend(pair.new.statements.iter().filter(|statement| statement.effect == effect).cloned());
            more
        };
        if pair.old.version == pair.new.version {
            let lost = ask(&with(Effect::Allow), &pair.old);
            assert!(matches!(lost, NewAccess::None), "an Allow took away: {lost:?}\n{pair}");
            let gained = ask(&pair.old, &with(Effect::Deny));
            assert!(matches!(gained, NewAccess::None), "a Deny gave: {gained:?}\n{pair}");
        }
    }
}

#[test]
fn no_wider_is_transitive() {
    let mut chains = 0;
    for number in 0..PAIRS {
        let mut random = Random::new(8, number);
        let (one, two) = (Pair::new(&mut random), Pair::new(&mut random));
        let no_wider = |old: &Policy, new: &Policy| matches!(ask(old, new), NewAccess::None);
        let policies = [&one.old, &one.new, &two.old, &two.new];
        for (a, b, c) in [(0, 1, 2), (1, 0, 3), (2, 3, 0), (3, 2, 1)] {
            let (a, b, c) = (policies[a], policies[b], policies[c]);
            if no_wider(a, b) && no_wider(b, c) {
                chains += 1;
                assert!(!matches!(ask(a, c), NewAccess::Some(_)), "{one}\n{two}");
            }
        }
    }
    assert!(chains > 20, "only {chains} chains");
}

#[test]
fn nothing_is_within_everything() {
    let read = |value: serde_json::Value| trailfit::iam::parse_value(&value).unwrap();
    let everything = read(json!({"Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}}));
    let nothing = read(json!({"Statement": []}));
    for pair in pairs() {
        assert_eq!(ask(&pair.new, &nothing), NewAccess::None, "{pair}");
        if pair.new.statements.iter().all(|statement| statement.principals.is_none()) {
            let gained = ask(&everything, &pair.new);
            assert!(matches!(gained, NewAccess::None), "{gained:?}\n{pair}");
        }
    }
}
