//! One small change to a policy.

use serde_json::{Value, json};

use crate::laws::generate;
use crate::laws::random::Random;

/// The policy with one change, sometimes with none.
pub(super) fn edited(random: &mut Random, policy: &Value, layer: &str) -> Value {
    let mut policy = policy.clone();
    if !policy["Statement"].is_array() {
        policy["Statement"] = json!([policy["Statement"]]);
    }
    let statements = policy["Statement"].as_array_mut().unwrap();
    if statements.is_empty() {
        return generate::policy(random, layer);
    }
    let at = random.below(statements.len());
    match random.below(9) {
        0 => drop(statements.remove(at)),
        1 => statements.push(statements[at].clone()),
        2 => statements.reverse(),
        3 => {
            let more = generate::policy(random, layer);
            match &more["Statement"] {
                Value::Array(more) => statements.extend(more.iter().cloned()),
                one => statements.push(one.clone()),
            }
        }
        _ => change(random, &mut statements[at], layer),
    }
    policy
}

fn change(random: &mut Random, statement: &mut Value, layer: &str) {
    let negate = |statement: &mut Value, one: &str, other: &str| {
        let fields = statement.as_object_mut().unwrap();
        let (from, to) = if fields.contains_key(one) { (one, other) } else { (other, one) };
        if let Some(value) = fields.remove(from) {
            fields.insert(to.into(), value);
        }
    };
    match random.below(8) {
        0 => negate(statement, "Action", "NotAction"),
        1 => negate(statement, "Resource", "NotResource"),
        2 => {
            let effect = if statement["Effect"] == "Allow" { "Deny" } else { "Allow" };
            statement["Effect"] = effect.into();
        }
        3 => drop(statement.as_object_mut().unwrap().remove("Condition")),
        4 => statement["Condition"] = generate::block(random),
        5 => change_entry(random, statement, "Action", |random| generate::action_entry(random, layer)),
        6 => change_entry(random, statement, "Resource", generate::resource_entry),
        _ => change_operand(random, statement),
    }
}

/// One entry of a list more, less, or another.
fn change_entry(random: &mut Random, statement: &mut Value, name: &str, entry: impl Fn(&mut Random) -> Value) {
    let negated = format!("Not{name}");
    let name = if statement.get(name).is_some() { name } else { negated.as_str() };
    let Some(list) = statement.get_mut(name) else {
        return;
    };
    if !list.is_array() {
        *list = json!([list]);
    }
    let entries = list.as_array_mut().unwrap();
    match random.below(3) {
        0 if entries.len() > 1 => drop(entries.remove(0)),
        1 => entries.push(entry(random)),
        _ => entries[0] = entry(random),
    }
}

/// Another operator with the same operands, or the other way round.
fn change_operand(random: &mut Random, statement: &mut Value) {
    let other = generate::block(random);
    let (operator, keys) = other.as_object().unwrap().iter().next().unwrap();
    let Some(block) = statement.get_mut("Condition").and_then(Value::as_object_mut) else {
        statement["Condition"] = other;
        return;
    };
    let Some(first) = block.keys().next().cloned() else {
        return;
    };
    if random.percent(50) {
        let operands = block.remove(&first).unwrap();
        block.insert(operator.clone(), operands);
    } else {
        let (_, value) = keys.as_object().unwrap().iter().next().unwrap();
        block[&first].as_object_mut().unwrap().values_mut().for_each(|operands| *operands = value.clone());
    }
}
