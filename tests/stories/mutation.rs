//! Mutations: any field of any shape, and any byte of a delivered file, replaced; the same replacements every time.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use trailfit::grants;

use super::bench::{files_below, sample, settled};
use super::dice::Dice;

/// How often bytes are replaced, and how long that may take at most.
const ROUNDS: usize = 1_500;
const BUDGET: Duration = Duration::from_secs(30);

/// A step on the way into a record.
#[derive(Clone, Debug)]
enum Step {
    Member(String),
    Element(usize),
}

/// One record of each shape that the sample has.
fn shapes() -> Vec<Value> {
    let mut shapes = BTreeMap::new();
    for (_, bytes) in files_below(&sample("AWSLogs")) {
        let text = inflated(&bytes);
        let Ok(log) = serde_json::from_slice::<Value>(&text) else { continue };
        for record in log["Records"].as_array().into_iter().flatten() {
            let kind = [&record["eventSource"], &record["eventName"], &record["userIdentity"]["type"]];
            shapes.entry(format!("{kind:?}")).or_insert_with(|| record.clone());
        }
    }
    shapes.into_values().collect()
}

fn inflated(bytes: &[u8]) -> Vec<u8> {
    let mut text = Vec::new();
    let _ = std::io::Read::read_to_end(&mut flate2::read::MultiGzDecoder::new(bytes), &mut text);
    text
}

/// The ways to all fields of a value.
fn ways(value: &Value, way: &mut Vec<Step>, all: &mut Vec<Vec<Step>>) {
    let steps: Vec<(Step, &Value)> = match value {
        Value::Object(members) => members.iter().map(|(name, value)| (Step::Member(name.clone()), value)).collect(),
        Value::Array(elements) => elements.iter().enumerate().map(|(at, value)| (Step::Element(at), value)).collect(),
        _ => Vec::new(),
    };
    for (step, inner) in steps {
        way.push(step);
        all.push(way.clone());
        ways(inner, way, all);
        way.pop();
    }
}

fn place<'v>(value: &'v mut Value, way: &[Step]) -> &'v mut Value {
    way.iter().fold(value, |value, step| match step {
        Step::Member(name) => &mut value[name.as_str()],
        Step::Element(at) => &mut value[*at],
    })
}

fn substitutes() -> Vec<Value> {
    let deep = (0..100)
        .fold(json!("deep"), |inner, number| if number % 2 == 0 { json!([inner]) } else { json!({"a": inner}) });
    vec![
        json!(null),
        json!(-1.5e300),
        json!(true),
        json!(""),
        json!("\u{0}…\u{1f980}${aws:username}*?:::::/"),
        json!([]),
        json!([null, "arn:aws:s3:::b", {"arn": 3}]),
        json!({}),
        json!({"items": {"": {"ARN": [], "arn": "arn:"}}}),
        deep,
    ]
}

#[test]
fn any_field_of_any_type() {
    let (shapes, substitutes) = (shapes(), substitutes());
    assert!(shapes.len() > 60, "{}", shapes.len());
    let mut tried = 0;
    for shape in &shapes {
        let mut all = Vec::new();
        ways(shape, &mut Vec::new(), &mut all);
        for (number, way) in all.iter().enumerate() {
            // Deep in the parameters, where fields are many and alike, a few types do.
            let step = if way.len() > 2 { 3 } else { 1 };
            let mut records = Vec::new();
            for substitute in substitutes.iter().skip(number % step).step_by(step) {
                let mut record = shape.clone();
                *place(&mut record, way) = substitute.clone();
                records.push(record);
            }
            tried += records.len() as u64;
            let evidence = settled(json!({ "Records": records }).to_string().as_bytes());
            assert_eq!(evidence.tally.read, records.len() as u64, "{way:?} of {shape}");
        }
    }
    println!("{tried} records with one field replaced");
}

/// Replaces, removes, doubles or adds some bytes.
fn mutated(bytes: &[u8], dice: &mut Dice) -> Vec<u8> {
    const TELLING: &[u8] = b"{}[],:\"\\ \n\0\xff0tnu";
    let mut bytes = bytes.to_vec();
    for _ in 0..=dice.roll(4) {
        let at = dice.roll(bytes.len());
        let until = (at + 1 + dice.roll(24)).min(bytes.len());
        match dice.roll(5) {
            0 => bytes[at] = dice.roll(256) as u8,
            1 => bytes[at] = TELLING[dice.roll(TELLING.len())],
            2 => drop(bytes.drain(at..until)),
            3 => {
                let piece = bytes[at..until].to_vec();
                bytes.splice(at..at, piece);
            }
            _ => bytes.insert(at, TELLING[dice.roll(TELLING.len())]),
        }
    }
    bytes
}

/// Tries mutations of some bytes until the rounds are over; being slow is a fault, too.
fn try_all(bytes: &[u8], seed: u64, read: impl Fn(&[u8])) {
    let (mut dice, start) = (Dice(seed), Instant::now());
    for round in 0..ROUNDS {
        read(&mutated(bytes, &mut dice));
        assert!(start.elapsed() < BUDGET, "only {round} rounds in {BUDGET:?}");
    }
}

#[test]
fn any_byte_of_a_delivered_file() {
    let files = files_below(&sample("AWSLogs"));
    let (_, packed) = files.iter().max_by_key(|(_, bytes)| bytes.len()).unwrap();
    let text = inflated(packed);
    assert!(settled(packed).tally.used > 3);
    try_all(packed, 0x5eed, |bytes| drop(settled(bytes)));
    try_all(&text, 0xfeed, |bytes| drop(settled(bytes)));
}

#[test]
fn any_byte_of_a_snapshot() {
    let bytes = std::fs::read(sample("grants/444455556666.json")).unwrap();
    try_all(&bytes, 0xbead, |bytes| {
        let grants = grants::read(vec![("snapshot".to_owned(), bytes.to_vec())]);
        assert!(!grants.accounts.is_empty() || !grants.unreadable.is_empty());
    });
}
