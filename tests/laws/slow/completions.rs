//! Every way in which the untold could be told, over a small set of answers that can matter.

use std::collections::BTreeSet;

use serde_json::Value;

use super::world::{Found, Need, RESOURCE, World};
use super::{Answer, condition, decide, documents, element, statements, variable};

/// So many completions are looked at; more would take longer than they are worth.
const MOST: usize = 600;

/// What all completions of a case come to.
#[derive(Clone, Debug)]
pub(crate) struct Outcomes {
    /// Every answer that some completion gets.
    pub(crate) answers: BTreeSet<Answer>,
    /// The untold things that were asked for.
    pub(crate) asked: BTreeSet<String>,
    /// Whether one of them was asked for in two places, which an evaluator that goes element by
    /// element takes for independent.
    pub(crate) repeated: bool,
    /// Whether all completions were looked at.
    pub(crate) complete: bool,
    /// How many were.
    pub(crate) count: usize,
}

/// Decides a case under every completion.
pub(crate) fn outcomes(case: &Value) -> Outcomes {
    let mut world = World::of(&case["request"]);
    let mut outcomes = Outcomes {
        answers: BTreeSet::new(),
        asked: BTreeSet::new(),
        // Of a footprint every statement asks.
        repeated: !world.is_exact(),
        complete: true,
        count: 0,
    };
    explore(case, &mut world, &mut outcomes);
    outcomes
}

fn explore(case: &Value, world: &mut World, outcomes: &mut Outcomes) {
    if outcomes.count >= MOST {
        outcomes.complete = false;
        return;
    }
    world.asked.borrow_mut().clear();
    match decide(case, world) {
        Ok(answer) => {
            outcomes.count += 1;
            outcomes.answers.insert(answer);
            note(&world.asked.borrow(), outcomes);
        }
        Err(need) => {
            note(&world.asked.borrow(), outcomes);
            let (name, candidates) = candidates(case, world, need);
            for candidate in candidates {
                world.assumed.push((name.clone(), candidate));
                explore(case, world, outcomes);
                world.assumed.pop();
            }
        }
    }
}

fn note(asked: &[String], outcomes: &mut Outcomes) {
    let mut seen = BTreeSet::new();
    for name in asked.iter().filter(|name| *name != RESOURCE) {
        outcomes.repeated |= !seen.insert(name);
        outcomes.asked.insert(name.clone());
    }
}

fn candidates(case: &Value, world: &World, need: Need) -> (String, Vec<Found>) {
    match need {
        Need::Fact(name) => (name, vec![Found::Fact(false), Found::Fact(true)]),
        Need::Resource => (RESOURCE.to_owned(), resources(case).into_iter().map(Found::One).collect()),
        Need::Key(key) => {
            let texts = texts_for(case, world, &key);
            let mut found = vec![Found::Absent, Found::Many(Vec::new())];
            found.extend(texts.iter().cloned().map(Found::One));
            found.extend(texts.into_iter().map(|text| Found::Many(vec![text, "other".to_owned()])));
            (key, found)
        }
    }
}

/// All statements of all layers, each with whether its variables count.
fn all_statements(policies: &Value) -> Vec<(&Value, bool)> {
    let mut found = Vec::new();
    let mut layers: Vec<&Value> = policies.as_object().into_iter().flat_map(|layers| layers.values()).collect();
    while let Some(layer) = layers.pop() {
        if layer.is_array() {
            layers.extend(documents(layer));
        } else {
            let variables = layer["Version"] == "2012-10-17";
            found.extend(statements(layer).into_iter().map(|statement| (statement, variables)));
        }
    }
    found
}

/// Texts for a key: those that some operand takes in, those beside them, and those that would fill a variable.
fn texts_for(case: &Value, world: &World, key: &str) -> BTreeSet<String> {
    let mut texts = BTreeSet::from(["other".to_owned()]);
    for (statement, variables) in all_statements(&case["policies"]) {
        for (operator, keys) in statement["Condition"].as_object().into_iter().flatten() {
            for (name, operands) in keys.as_object().into_iter().flatten() {
                // An empty list still tells what kind of value the operator reads.
                for operand in condition::texts(operands).into_iter().chain([String::new()]) {
                    if name.eq_ignore_ascii_case(key) {
                        beside(operator, &operand, variables, world, &mut texts);
                    }
                    if variables && mentions(&operand, key) {
                        world.texts().iter().for_each(|text| runs(text, &mut texts));
                    }
                }
            }
        }
        let resources = ["Resource", "NotResource"].map(|name| element::entries(&statement[name])).concat();
        if variables && resources.iter().any(|entry| mentions(entry, key)) {
            let arn = world.assumed.iter().find(|(name, _)| name == RESOURCE);
            let arn = match arn {
                Some((_, Found::One(arn))) => arn.as_str(),
                _ => case["request"]["resource"].as_str().unwrap_or_default(),
            };
            runs(arn.splitn(6, ':').last().unwrap_or_default(), &mut texts);
            texts.extend(arn.split(':').map(str::to_owned));
        }
    }
    texts
}

fn mentions(text: &str, key: &str) -> bool {
    variable::pieces(text)
        .iter()
        .any(|(piece, is_variable)| *is_variable && variable::name_and_default(piece).0.eq_ignore_ascii_case(key))
}

/// Every run of letters of a short text, else its start.
fn runs(text: &str, into: &mut BTreeSet<String>) {
    let letters: Vec<char> = text.chars().collect();
    into.insert(text.to_owned());
    into.extend(text.split(':').map(str::to_owned));
    for from in 0..=letters.len() {
        for to in from..=letters.len() {
            if letters.len() < 9 || from == 0 || to == letters.len() {
                into.insert(letters[from..to].iter().collect());
            }
        }
    }
}

/// Texts on both sides of what one operand takes in.
fn beside(operator: &str, operand: &str, variables: bool, world: &World, into: &mut BTreeSet<String>) {
    let (_, base, _) = condition::take_apart(operator);
    let is_pattern = base.ends_with("like") || base.starts_with("arn");
    let pieces = if variables { variable::pieces(operand) } else { vec![(operand, false)] };
    let instance = |(piece, is_variable): (&str, bool)| match is_variable {
        true => known(piece, world),
        false if is_pattern => piece.replace('*', "").replace('?', "q"),
        false => piece.to_owned(),
    };
    into.insert(pieces.into_iter().map(instance).collect());
    let more: &[&str] = match base.as_str() {
        base if base.starts_with("numeric") => &["-99999999", "99999999"],
        base if base.starts_with("date") => &["1900-01-01", "2999-01-01"],
        "bool" => &["true", "false"],
        base if base.ends_with("ipaddress") => {
            into.insert(operand.split('/').next().unwrap_or_default().to_owned());
            &["198.51.100.99", "2001:db8:ffff::1"]
        }
        base if base.starts_with("arn") => &["arn:aws:other:::other"],
        _ => &[],
    };
    into.extend(more.iter().map(|&text| text.to_owned()));
}

/// The value of a variable, as far as it has one.
fn known(piece: &str, world: &World) -> String {
    if ["*", "?", "$"].contains(&piece) {
        return piece.to_owned();
    }
    let (name, default) = variable::name_and_default(piece);
    let already = world.asked.borrow().len();
    let found = world.key(name);
    // Looking is not asking.
    world.asked.borrow_mut().truncate(already);
    match found {
        Ok(Found::One(text)) => text,
        Ok(Found::Absent) => default.unwrap_or_default().to_owned(),
        _ => String::new(),
    }
}

/// ARNs among those of the footprint: instances of it and of the patterns of the policies.
fn resources(case: &Value) -> BTreeSet<String> {
    let within = case["request"]["resource_within"].as_str().unwrap_or("*");
    let all = all_statements(&case["policies"]);
    let entries = all
        .iter()
        .flat_map(|(statement, _)| ["Resource", "NotResource"].map(|name| element::entries(&statement[name])).concat());
    let instances = |pattern: &str| {
        ["", "x", "b/k"].map(|run| {
            let arn = pattern.replace('*', run).replace('?', "q");
            arn + &":".repeat(5_usize.saturating_sub(pattern.matches(':').count()))
        })
    };
    let is_real = |arn: &String| arn.splitn(6, ':').count() == 6 && arn.starts_with("arn:");
    let inside = |arn: &String| {
        let (parts, texts): (Vec<&str>, Vec<&str>) = (within.splitn(6, ':').collect(), arn.splitn(6, ':').collect());
        within == "*"
            || (parts.len() == 6 && parts.iter().zip(texts).all(|(p, t)| variable::matches(&variable::wild(p), t)))
    };
    entries.chain([within]).flat_map(instances).filter(is_real).filter(inside).collect()
}
