//! What the evaluator owes to itself, whatever the policies say.

use serde_json::{Value, json};
use trailfit::iam::{self, Outcome, Truth};

use super::generate;
use super::random::Random;
use crate::cases::evaluation::decide;

/// Cases of each law.
const CASES: u64 = 4_000;

/// Runs a law on many cases, each with numbers of its own.
fn law(seed: u64, holds: impl Fn(&Value, &mut Random)) {
    for number in 0..CASES {
        holds(&generate::case(seed, number), &mut Random::new(!seed, number));
    }
}

/// How far an outcome allows.
fn allowance(case: &Value) -> Truth {
    match decide(case).outcome {
        Outcome::Allowed => Truth::Yes,
        Outcome::Undetermined => Truth::Unknown,
        Outcome::Denied | Outcome::NotAllowed => Truth::No,
    }
}

/// Every list of statements of a case, by its path; a single statement becomes a list first.
fn statement_lists(case: &mut Value) -> Vec<String> {
    fn walk(value: &mut Value, at: &str, found: &mut Vec<String>) {
        match value {
            Value::Object(map) if map.contains_key("Statement") => {
                if map["Statement"].is_object() {
                    map["Statement"] = json!([map["Statement"].clone()]);
                }
                found.push(format!("{at}/Statement"));
            }
            Value::Object(map) => map.iter_mut().for_each(|(name, value)| walk(value, &format!("{at}/{name}"), found)),
            Value::Array(items) => {
                items.iter_mut().enumerate().for_each(|(index, item)| walk(item, &format!("{at}/{index}"), found));
            }
            _ => {}
        }
    }
    let mut found = Vec::new();
    walk(&mut case["policies"], "/policies", &mut found);
    found
}

fn statements<'a>(case: &'a mut Value, path: &str) -> &'a mut Vec<Value> {
    case.pointer_mut(path).unwrap().as_array_mut().unwrap()
}

/// A statement that some other case has in the same layer.
fn stranger(layer: &str, effect: &str, number: u64) -> Option<Value> {
    let mut other = generate::case(99, number);
    let lists = statement_lists(&mut other);
    let lists = lists.iter().filter(|path| path.starts_with(&format!("/policies/{layer}")));
    let mut all = lists.flat_map(|path| other.pointer(path).unwrap().as_array().unwrap().clone());
    all.find(|statement| statement["Effect"] == effect)
}

#[test]
fn one_more_deny_never_allows_more() {
    law(11, |case, random| {
        let mut more = case.clone();
        for path in statement_lists(&mut more) {
            let layer = path.split('/').nth(2).unwrap();
            if let Some(deny) = stranger(layer, "Deny", u64::try_from(random.below(500)).unwrap()) {
                statements(&mut more, &path).push(deny);
            }
        }
        assert!(allowance(&more) <= allowance(case), "{more}");
    });
}

#[test]
fn one_allow_less_never_allows_more() {
    law(12, |case, random| {
        let mut less = case.clone();
        let lists = statement_lists(&mut less);
        let Some(path) = lists.get(random.below(lists.len().max(1))) else { return };
        let list = statements(&mut less, path);
        if let Some(at) = list.iter().position(|statement| statement["Effect"] == "Allow") {
            list.remove(at);
            assert!(allowance(&less) <= allowance(case), "{less}");
        }
    });
}

#[test]
fn order_does_not_matter() {
    law(13, |case, _| {
        let mut turned = case.clone();
        for path in statement_lists(&mut turned) {
            statements(&mut turned, &path).reverse();
        }
        for (_, layer) in turned["policies"].as_object_mut().unwrap() {
            if let Value::Array(items) = layer {
                items.reverse();
                items.iter_mut().filter_map(Value::as_array_mut).for_each(|level| level.reverse());
            }
        }
        let (before, after) = (decide(case), decide(&turned));
        assert_eq!((before.outcome, before.missing_keys), (after.outcome, after.missing_keys), "{turned}");
    });
}

#[test]
fn writing_keeps_every_policy() {
    law(14, |case, _| {
        let mut case = case.clone();
        for path in statement_lists(&mut case) {
            let policy = iam::parse_value(case.pointer(path.trim_end_matches("/Statement")).unwrap()).unwrap();
            assert_eq!(iam::parse(&iam::compact(&policy)), Ok(policy.clone()), "{case}");
            assert_eq!(iam::parse(&iam::pretty(&policy)), Ok(policy), "{case}");
        }
    });
}

/// Telling a key keeps a decision that was certain.
#[test]
fn a_certain_decision_needs_nothing_more() {
    law(15, |case, random| {
        let told = told_at_random(case, random);
        let (before, after) = (allowance(case), allowance(&told));
        assert!(before == Truth::Unknown || before == after, "{told}");
    });
}

/// Telling the keys that a decision misses, and again what it misses then, comes to an end at which
/// it misses none.
#[test]
fn missing_keys_lead_to_a_decision() {
    law(16, |case, random| {
        let mut case = case.clone();
        for _ in 0..20 {
            let missing = decide(&case).missing_keys;
            if missing.is_empty() {
                return;
            }
            for key in missing {
                let context = case["request"]["context"].as_object_mut().unwrap();
                assert!(!context.keys().any(|known| known.eq_ignore_ascii_case(&key)), "{key} was told: {case}");
                context.insert(key, value(random));
            }
        }
        panic!("keys are missing without end: {case}");
    });
}

fn value(random: &mut Random) -> Value {
    match random.below(8) {
        0 | 1 => Value::Null,
        2 => json!([]),
        3 => json!(["k", "true"]),
        _ => random.one(&["k", "", "5", "true", "203.0.113.7", "arn:aws:s3:::b", "2024-02-29"]).into(),
    }
}

/// The case with some of its unknown keys told.
fn told_at_random(case: &Value, random: &mut Random) -> Value {
    let mut case = case.clone();
    if case["request"]["open_context"] == true {
        let context = case["request"]["context"].as_object_mut().unwrap();
        for key in
            ["aws:username", "aws:principaltag/t", "aws:sourceip", "aws:sourcearn", "aws:principalarn", "aws:tagkeys"]
        {
            if random.percent(60) && !context.keys().any(|known| known.eq_ignore_ascii_case(key)) {
                context.insert(key.to_owned(), value(random));
            }
        }
    }
    case
}
