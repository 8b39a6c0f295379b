//! Policies that are wider by construction: each is found to be, with a request.

use serde_json::{Value, json};
use trailfit::iam::Outcome;
use trailfit::iam::compare::NewAccess;

use super::pair::{Asked, Kind, Pair};
use super::{ask, number};
use crate::laws::generate;
use crate::laws::random::Random;

/// Wideners of a usual run; more by `TRAILFIT_COMPARE_WIDENERS`.
const WIDENERS: u64 = 1_000;

#[test]
fn every_constructed_widener_is_found() {
    let (wanted, seed) = (number("TRAILFIT_COMPARE_WIDENERS", WIDENERS), number("TRAILFIT_SEED", 1));
    let (mut found, mut tried, mut undecided) = (0, 0, 0_u64);
    while found < wanted {
        tried += 1;
        let mut random = Random::new(seed, tried);
        let Some((pair, asked)) = widener(&mut random) else {
            continue;
        };
        match ask(&pair.old, &pair.new) {
            NewAccess::Some(example) => {
                found += 1;
                let asked = Asked::from(*example);
                let [old, new] = pair.courts();
                assert_eq!(asked.outcome(&new), Outcome::Allowed, "{seed}/{tried}: {asked:?}\n{pair}");
                assert_ne!(asked.outcome(&old), Outcome::Allowed, "{seed}/{tried}: {asked:?}\n{pair}");
            }
            NewAccess::None => panic!("{seed}/{tried}: {asked:?} is new access\n{pair}"),
            NewAccess::Undecided(reason) => {
                undecided += 1;
                assert!(undecided * 20 < wanted.max(200), "{seed}/{tried}: {reason}\n{pair}");
            }
        }
    }
    println!("{found} wideners found of {tried} tried, {undecided} undecided");
}

/// A policy, a request that it refuses, and the policy with what was missing for the request.
fn widener(random: &mut Random) -> Option<(Pair, Asked)> {
    let kind = if random.percent(65) { Kind::Identity } else { Kind::Resource };
    let old = generate::policy(random, kind.layer());
    let asked = Pair::of(kind, old.clone(), old.clone())?.request(random);
    let mut new = old.clone();
    if !new["Statement"].is_array() {
        new["Statement"] = json!([new["Statement"]]);
    }
    let statements = new["Statement"].as_array_mut()?;
    statements.retain(|statement| statement["Effect"] == "Allow");
    let mut statement = json!({"Effect": "Allow", "Action": asked.action, "Resource": asked.resource});
    if kind == Kind::Resource {
        statement["Principal"] = "*".into();
    }
    if random.percent(50) || !statements.iter().any(Value::is_object) {
        statements.push(statement);
    }
    let pair = Pair::of(kind, old, new)?;
    let [old, new] = pair.courts();
    let refused = matches!(asked.outcome(&old), Outcome::Denied | Outcome::NotAllowed);
    (refused && asked.outcome(&new) == Outcome::Allowed).then_some((pair, asked))
}
