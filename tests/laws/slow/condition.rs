//! The Condition block.

use serde_json::Value;

use super::value;
use super::variable;
use super::world::{Found, Need, World};

/// Every operator with every key must hold.
pub(super) fn all_hold(block: &Value, variables: bool, world: &World) -> Result<bool, Need> {
    for (operator, keys) in block.as_object().into_iter().flatten() {
        for (key, operands) in keys.as_object().into_iter().flatten() {
            if !holds(operator, key, &texts(operands), variables, world)? {
                return Ok(false);
            }
        }
    }
    Ok(true)
}

/// The operands; numbers and booleans are their texts.
pub(super) fn texts(operands: &Value) -> Vec<String> {
    match operands {
        Value::Array(operands) => operands.iter().flat_map(texts).collect(),
        Value::String(text) => vec![text.clone()],
        other => vec![other.to_string()],
    }
}

/// An operator name in lower case, without what stands before and after: (set operator, base, IfExists).
pub(super) fn take_apart(operator: &str) -> (String, String, bool) {
    let lower = operator.to_ascii_lowercase();
    let (set, base) = match lower.split_once(':') {
        Some((set, base)) => (set.to_owned(), base.to_owned()),
        None => (String::new(), lower),
    };
    match base.strip_suffix("ifexists") {
        Some(base) => (set, base.to_owned(), true),
        None => (set, base, false),
    }
}

fn holds(operator: &str, key: &str, operands: &[String], variables: bool, world: &World) -> Result<bool, Need> {
    let (set, base, if_exists) = take_apart(operator);
    let found = world.key(key)?;
    if base == "null" {
        let absent = matches!(&found, Found::Absent) || found == Found::Many(Vec::new());
        return Ok(operands.iter().any(|operand| operand.eq_ignore_ascii_case(&absent.to_string())));
    }
    let test = |value: &String| one(&base, value, operands, variables, world);
    Ok(match (found, set.as_str()) {
        (Found::Absent, set) => match set {
            _ if if_exists => true,
            "forallvalues" => true,
            "foranyvalue" => false,
            _ => base.contains("not"),
        },
        (Found::One(value), _) => test(&value)?,
        (Found::Many(_), "") => false,
        (Found::Many(values), set) => {
            let results: Vec<bool> = values.iter().map(test).collect::<Result<_, _>>()?;
            if set == "forallvalues" { results.iter().all(|holds| *holds) } else { results.contains(&true) }
        }
        (Found::Fact(_), _) => false,
    })
}

/// One value of the request against all operands.
fn one(base: &str, value: &str, operands: &[String], variables: bool, world: &World) -> Result<bool, Need> {
    let is_ip = base.contains("ipaddress");
    let is_arn = base.starts_with("arn");
    if (is_ip && value::address(value).is_none()) || (is_arn && !value::is_arn(value)) {
        return Ok(false);
    }
    let mut any = false;
    for operand in operands {
        any |= compare(&base.replace("not", ""), value, operand, variables, world)?;
    }
    Ok(any != base.contains("not"))
}

/// One value against one operand, by an operator without its negation.
fn compare(base: &str, value: &str, operand: &str, variables: bool, world: &World) -> Result<bool, Need> {
    if !base.starts_with("string") && !base.starts_with("arn") {
        return Ok(value::compare(base, value, operand));
    }
    let filled = if variables && variable::has_variable(operand) {
        variable::fill(operand, world)?
    } else {
        Some(vec![(operand.to_owned(), true)])
    };
    let Some(filled) = filled else { return Ok(false) };
    Ok(match base {
        "stringequals" => variable::text(&filled) == value,
        "stringequalsignorecase" => variable::text(&filled).to_lowercase() == value.to_lowercase(),
        "stringlike" => variable::matches(&variable::letters(&filled), value),
        "arnequals" | "arnlike" => value::arn_like(&variable::letters(&filled), operand, value),
        _ => false,
    })
}
