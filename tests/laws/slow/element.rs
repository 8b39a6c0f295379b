//! The Action and Resource elements.

use serde_json::Value;

use super::variable::{self, Letter};
use super::world::{Need, World};

/// The entries of an element: one text or a list.
pub(super) fn entries(value: &Value) -> Vec<&str> {
    match value {
        Value::Array(entries) => entries.iter().filter_map(Value::as_str).collect(),
        value => value.as_str().into_iter().collect(),
    }
}

/// The action is in lower case.
pub(super) fn takes_action(statement: &Value, action: &str) -> bool {
    let any = |element: &Value| {
        entries(element).iter().any(|entry| variable::matches(&variable::wild(&entry.to_ascii_lowercase()), action))
    };
    if statement["Action"].is_null() { !any(&statement["NotAction"]) } else { any(&statement["Action"]) }
}

pub(super) fn takes_resource(statement: &Value, arn: &str, variables: bool, world: &World) -> Result<bool, Need> {
    let (element, negated) = match (&statement["Resource"], &statement["NotResource"]) {
        (Value::Null, Value::Null) => {
            let attached = !statement["Principal"].is_null() || !statement["NotPrincipal"].is_null();
            // In no kind of policy may both be missing.
            return if attached { Ok(true) } else { world.fact(&format!("about no resource: {statement}")) };
        }
        (Value::Null, element) => (element, true),
        (element, _) => (element, false),
    };
    let mut any = false;
    for entry in entries(element) {
        any |= takes(entry, arn, variables, world)?;
    }
    Ok(any != negated)
}

fn takes(entry: &str, arn: &str, variables: bool, world: &World) -> Result<bool, Need> {
    if !variables || !variable::has_variable(entry) {
        return answer(&variable::wild(entry), entry, arn, false, world);
    }
    let Some(filled) = variable::fill(entry, world)? else { return Ok(false) };
    // Variables are for the part after the fifth colon; elsewhere nothing is promised.
    let before = entry.split("${").next().unwrap_or_default();
    let in_front = before.matches(':').count() < 5;
    answer(&variable::letters(&filled), entry, arn, in_front, world)
}

/// The six parts must match one by one. What would need a wildcard service or a `*` across one of the
/// first colons is left open by the documents.
fn answer(pattern: &[Letter], entry: &str, arn: &str, in_front: bool, world: &World) -> Result<bool, Need> {
    let lone = !pattern.is_empty() && pattern.iter().all(|letter| *letter == Letter::Any);
    let whole = variable::matches(pattern, arn);
    let by_parts = lone || parts_match(pattern, arn);
    let is_wild = |part: &&[Letter]| part.iter().any(|letter| !matches!(letter, Letter::Unit(_)));
    let parts: Vec<&[Letter]> = pattern.split(|letter| *letter == Letter::Unit(0x3A)).collect();
    let wild_service = !lone && is_wild(&pattern) && parts.get(2).is_none_or(is_wild);
    let open = || world.fact(&format!("{entry} takes in {arn}"));
    if by_parts && !wild_service {
        return if in_front { open() } else { Ok(true) };
    }
    if by_parts {
        return open();
    }
    // No real ARN has colons in its first parts, so a footprint is compared by parts alone.
    if whole && world.is_exact() { open() } else { Ok(false) }
}

fn parts_match(pattern: &[Letter], arn: &str) -> bool {
    let is_wild = pattern.iter().any(|letter| !matches!(letter, Letter::Unit(_)));
    if !is_wild {
        return variable::matches(pattern, arn);
    }
    let parts: Vec<&[Letter]> = pattern.splitn(6, |letter| *letter == Letter::Unit(0x3A)).collect();
    // A short pattern that ends in `*` goes on to the end.
    if parts.len() < 6 && pattern.last() != Some(&Letter::Any) {
        return false;
    }
    let texts: Vec<&str> = arn.splitn(parts.len(), ':').collect();
    texts.len() == parts.len() && parts.iter().zip(texts).all(|(part, text)| variable::matches(part, text))
}
