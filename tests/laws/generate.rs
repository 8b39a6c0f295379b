//! Random cases over a small alphabet: small, so that policies and requests meet.
//!
//! A case has the neutral format of `tests/cases`, so a difference found can be kept there as it is.

mod condition;
mod coverage;
mod request;

use serde_json::{Map, Value, json};

use super::random::Random;
pub(crate) use condition::block;
pub(crate) use request::{PRINCIPALS, action_entry, request, resource_entry};

/// One case, which follows from seed and number.
pub(crate) fn case(seed: u64, number: u64) -> Value {
    chosen(&mut Random::new(seed, number), &format!("{seed}/{number}"))
}

/// The case that a stream of choices makes.
pub(crate) fn chosen(random: &mut Random, id: &str) -> Value {
    let request = request::request(random);
    let principal = request["principal"].as_str().unwrap();
    let has_account = principal.contains(":iam::1") || principal.contains(":sts::");
    let policies = policies(random, has_account);
    json!({"id": id, "request": request, "policies": policies})
}

fn policies(random: &mut Random, has_account: bool) -> Value {
    let mut layers = Map::new();
    let set = |layers: &mut Map<String, Value>, name: &str, value: Value| layers.insert(name.into(), value);
    if has_account {
        let count = 1 + random.below(2);
        set(&mut layers, "identity", (0..count).map(|_| policy(random, "identity")).collect());
        if random.percent(25) {
            set(&mut layers, "boundary", json!([policy(random, "boundary")]));
        }
        if random.percent(25) {
            let count = random.below(3);
            set(&mut layers, "session", (0..count).map(|_| policy(random, "session")).collect());
        }
    }
    for name in ["scps", "rcps"] {
        if random.percent(20) {
            let levels: Vec<Value> = (0..random.below(3)).map(|_| level(random, name)).collect();
            set(&mut layers, name, levels.into());
        }
    }
    if random.percent(55) {
        set(&mut layers, "resource", policy(random, "resource"));
    }
    if random.percent(12) {
        set(&mut layers, "endpoint", json!([policy(random, "endpoint")]));
    }
    layers.into()
}

fn level(random: &mut Random, layer: &str) -> Value {
    let full = json!({"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}});
    let mut level = vec![policy(random, layer)];
    if layer == "rcps" {
        level = vec![json!({"Version": "2012-10-17", "Statement":
            {"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*"}})];
        level.push(policy(random, layer));
    } else if random.percent(60) {
        level.push(full);
    }
    level.into()
}

pub(crate) fn policy(random: &mut Random, layer: &str) -> Value {
    let mut policy = Map::new();
    match random.below(10) {
        0 => {}
        1 => drop(policy.insert("Version".into(), "2008-10-17".into())),
        _ => drop(policy.insert("Version".into(), "2012-10-17".into())),
    }
    if layer == "resource" && random.percent(10) {
        policy.insert("Id".into(), "id".into());
    }
    let count = if random.percent(4) { 0 } else { 1 + random.below(3) };
    let mut statements: Vec<Value> = (0..count).map(|at| statement(random, layer, at)).collect();
    let statement = if statements.len() == 1 && random.percent(40) { statements.remove(0) } else { statements.into() };
    policy.insert("Statement".into(), statement);
    policy.into()
}

fn statement(random: &mut Random, layer: &str, at: usize) -> Value {
    let mut statement = Map::new();
    if random.percent(10) {
        statement.insert("Sid".into(), format!("S{at}").into());
    }
    let deny = layer == "rcps" || random.percent(25);
    statement.insert("Effect".into(), if deny { "Deny" } else { "Allow" }.into());
    match layer {
        "rcps" => drop(statement.insert("Principal".into(), "*".into())),
        "resource" | "endpoint" if random.percent(97) => {
            let name = if random.percent(12) { "NotPrincipal" } else { "Principal" };
            statement.insert(name.into(), request::principal_element(random));
        }
        _ => {}
    }
    let action = if random.percent(12) { "NotAction" } else { "Action" };
    statement.insert(action.into(), request::list(random, |random| request::action_entry(random, layer)));
    let resource = if random.percent(12) { "NotResource" } else { "Resource" };
    let trust = layer == "resource" && random.percent(12);
    if !trust && random.percent(98) {
        statement.insert(resource.into(), request::list(random, request::resource_entry));
    }
    if random.percent(45) {
        statement.insert("Condition".into(), condition::block(random));
    }
    statement.into()
}
