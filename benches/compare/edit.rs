//! One small change to a policy, with what stands in other policies of the same accounts.

use serde_json::{Map, Value, json};

use crate::random::Random;

/// Operators that stand in for each other.
const OPERATORS: [&str; 8] = [
    "StringEquals",
    "StringLike",
    "StringNotEquals",
    "StringNotLike",
    "StringEqualsIgnoreCase",
    "StringEqualsIfExists",
    "ForAnyValue:StringLike",
    "ForAllValues:StringEquals",
];

/// What edits are made of.
pub(crate) struct Pool {
    statements: Vec<Value>,
    entries: [Vec<Value>; 2],
    conditions: Vec<Value>,
}

impl Pool {
    pub(crate) fn of(policies: &[Value]) -> Pool {
        let statements: Vec<Value> = policies.iter().flat_map(statements_of).filter(Value::is_object).collect();
        let entries = |name: &str| statements.iter().flat_map(|statement| listed(&statement[name])).collect();
        let conditions = statements.iter().map(|statement| statement["Condition"].clone()).filter(Value::is_object);
        Pool { entries: [entries("Action"), entries("Resource")], conditions: conditions.collect(), statements }
    }

    /// The policy with one change.
    pub(crate) fn edit(&self, random: &mut Random, policy: &Value) -> Value {
        let mut policy = policy.clone();
        let mut statements = statements_of(&policy);
        if statements.is_empty() || random.percent(15) {
            statements.extend(pick(random, &self.statements).cloned());
        } else {
            let at = random.below(statements.len());
            if random.percent(10) {
                statements.remove(at);
            } else {
                self.change(random, &mut statements[at]);
            }
        }
        policy["Statement"] = statements.into();
        policy
    }

    fn change(&self, random: &mut Random, statement: &mut Value) {
        let Some(fields) = statement.as_object_mut() else {
            return;
        };
        match random.below(9) {
            0 | 1 => self.change_entry(random, fields, 0),
            2..=4 => self.change_entry(random, fields, 1),
            5 => drop(fields.remove("Condition")),
            6 => {
                if let Some(condition) = pick(random, &self.conditions) {
                    fields.insert("Condition".into(), condition.clone());
                }
            }
            7 => change_operator(random, fields),
            _ => {
                let effect = if fields.get("Effect") == Some(&"Allow".into()) { "Deny" } else { "Allow" };
                fields.insert("Effect".into(), effect.into());
            }
        }
    }

    /// One entry more, less, wider, narrower or another; or the list turned into its opposite.
    fn change_entry(&self, random: &mut Random, fields: &mut Map<String, Value>, element: usize) {
        let name = ["Action", "Resource"][element];
        let negated = format!("Not{name}");
        let stands = if fields.contains_key(&negated) { negated.as_str() } else { name };
        let Some(mut entries) = fields.remove(stands).map(|list| listed(&list)) else {
            return;
        };
        let at = random.below(entries.len().max(1));
        let mut stands = stands.to_owned();
        match random.below(6) {
            0 if entries.len() > 1 => drop(entries.remove(at)),
            1 => entries.extend(pick(random, &self.entries[element]).cloned()),
            2 => stands = if stands == name { negated } else { name.to_owned() },
            3 => entries[at] = wider(&entries[at]),
            4 => entries[at] = narrower(&entries[at], element),
            _ => entries[at] = pick(random, &self.entries[element]).cloned().unwrap_or_else(|| "*".into()),
        }
        fields.insert(stands, entries.into());
    }
}

/// Up to the last separator, then anything.
fn wider(entry: &Value) -> Value {
    let text = entry.as_str().unwrap_or("*").trim_end_matches('*');
    let end = text.rfind([':', '/', '-']).map_or(0, |at| at + 1);
    format!("{}*", &text[..end]).into()
}

fn narrower(entry: &Value, element: usize) -> Value {
    let text = entry.as_str().unwrap_or("*");
    let wanted = if element == 0 { "s3:Get*" } else { "arn:aws:s3:::example-bucket/*" };
    match text {
        "*" => wanted.into(),
        text => text.replacen('*', "a*", 1).into(),
    }
}

fn change_operator(random: &mut Random, fields: &mut Map<String, Value>) {
    let Some(block) = fields.get_mut("Condition").and_then(Value::as_object_mut) else {
        return;
    };
    if let Some(first) = block.keys().next().cloned() {
        let operands = block.remove(&first).unwrap_or(json!({}));
        block.insert(pick(random, &OPERATORS).map_or(first, |name| (*name).to_owned()), operands);
    }
}

fn statements_of(policy: &Value) -> Vec<Value> {
    listed(&policy["Statement"])
}

fn listed(value: &Value) -> Vec<Value> {
    match value {
        Value::Array(list) => list.clone(),
        Value::Null => Vec::new(),
        one => vec![one.clone()],
    }
}

fn pick<'a, T>(random: &mut Random, list: &'a [T]) -> Option<&'a T> {
    list.get(random.below(list.len().max(1)))
}
