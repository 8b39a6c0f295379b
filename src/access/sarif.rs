//! Changes as SARIF 2.1.0, so that code hosts show new access at the statement that gives it.

use serde_json::{Value, json};

use super::change::{Change, Gained};
use super::telling::request;

/// A whole run.
pub fn sarif(changes: &[Change]) -> Value {
    let gained = |change: &'_ Change| change.gained.iter().map(|gained| new_access(change, gained)).collect::<Vec<_>>();
    let open = |change: &'_ Change| {
        let told = |reason: &String| result("NOT_DECIDED", "warning", reason, &change.name, 1);
        change.undecided.iter().map(told).collect::<Vec<_>>()
    };
    let rule = |id: &str, level: &str, about: &str| json!({"id": id, "shortDescription": {"text": about}, "defaultConfiguration": {"level": level}});
    json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": {"driver": {
                "name": "trailfit",
                "version": env!("CARGO_PKG_VERSION"),
                "rules": [
                    rule("NEW_ACCESS", "error", "The change allows requests that were not allowed before"),
                    rule("NOT_DECIDED", "warning", "It was not found out whether the change gives new access"),
                ],
            }},
            "results": changes.iter().flat_map(gained).chain(changes.iter().flat_map(open)).collect::<Vec<_>>(),
        }],
    })
}

fn new_access(change: &Change, gained: &Gained) -> Value {
    let count = gained.gain.actions.len();
    let others = if count > 1 { format!(" and {} more actions", count - 1) } else { String::new() };
    let request = request(&gained.gain.example, change.names_callers);
    let text = format!("new access: {request}{others}");
    let by = gained.allowed_by.first();
    let (file, line) = by.map_or((change.name.as_str(), 1), |by| (by.policy.as_str(), by.line.unwrap_or(1)));
    result("NEW_ACCESS", "error", &text, file, line)
}

fn result(rule: &str, level: &str, text: &str, file: &str, line: usize) -> Value {
    json!({
        "ruleId": rule,
        "level": level,
        "message": {"text": text},
        "locations": [{"physicalLocation": {
            "artifactLocation": {"uri": file},
            "region": {"startLine": line},
        }}],
    })
}
