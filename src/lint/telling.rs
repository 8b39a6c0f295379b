//! Findings as text, as JSON lines, and as SARIF for code hosts.

use serde_json::{Value, json};

use super::checks::{self, Severity};
use super::finding::Finding;

/// One line for people: place, type, name, sentence, fix.
pub fn line(finding: &Finding) -> String {
    let Finding { check, subject, path, line, column, sentence, fix } = finding;
    let path = if path.is_empty() { "the whole document" } else { path };
    let severity = check.severity.word();
    format!("{subject}:{line}:{column}: {severity} {}: {sentence}; {fix} (at {path})", check.id)
}

/// One object.
pub fn json_line(finding: &Finding) -> Value {
    json!({
        "id": finding.check.id,
        "type": finding.check.severity.word(),
        "file": finding.subject,
        "path": finding.path,
        "line": finding.line,
        "column": finding.column,
        "sentence": finding.sentence,
        "fix": finding.fix,
    })
}

/// A whole run as SARIF 2.1.0.
pub fn sarif(findings: &[Finding]) -> Value {
    let rules = checks::all().map(|check| {
        json!({
            "id": check.id,
            "shortDescription": { "text": check.about },
            "defaultConfiguration": { "level": level(check.severity) },
        })
    });
    json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": {
                "name": "trailfit",
                "version": env!("CARGO_PKG_VERSION"),
                "rules": rules.collect::<Vec<_>>(),
            }},
            "columnKind": "unicodeCodePoints",
            "results": findings.iter().map(result).collect::<Vec<_>>(),
        }],
    })
}

fn result(finding: &Finding) -> Value {
    json!({
        "ruleId": finding.check.id,
        "level": level(finding.check.severity),
        "message": { "text": format!("{}; {}", finding.sentence, finding.fix) },
        "locations": [{
            "physicalLocation": {
                "artifactLocation": { "uri": finding.subject },
                "region": { "startLine": finding.line, "startColumn": finding.column },
            },
            "logicalLocations": [{ "fullyQualifiedName": finding.path }],
        }],
    })
}

fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::SecurityWarning | Severity::Warning => "warning",
        Severity::Suggestion => "note",
    }
}
