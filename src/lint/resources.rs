//! Checks of `Resource` and `NotResource`: the form of ARNs, and whether they fit the actions.

use super::arns;
use super::finding::Findings;
use super::view::{Entry, View};
use crate::catalog::{Action, Catalog, opened};

const PARTITIONS: &[&str] =
    &["aws", "aws-cn", "aws-us-gov", "aws-iso", "aws-iso-b", "aws-iso-e", "aws-iso-f", "aws-eusc"];

/// How many parts an ARN has.
const PARTS: usize = 6;

pub(super) fn check(view: &View<'_>, findings: &mut Findings<'_>) {
    let mut entries = view.resources();
    for entry in &entries {
        form(entry, findings);
    }
    entries.retain(|entry| arns::check(view, entry, findings));
    let list = view.statement.resources.as_ref();
    if list.is_some_and(|list| !list.negated) && !view.statement.actions.negated {
        fit(view, &entries, findings);
    }
}

fn form(entry: &Entry<'_>, findings: &mut Findings<'_>) {
    let text = entry.text;
    if is_everything(text) {
        return;
    }
    // Variables hold colons of their own.
    let plain = opened(text);
    let parts: Vec<&str> = plain.splitn(PARTS, ':').collect();
    let part = |place: usize| parts.get(place).copied().unwrap_or_default();
    if part(0) != "arn" {
        let sentence = format!("`{text}` is neither an ARN nor `*`");
        return findings.add(
            "INVALID_ARN_PREFIX",
            &entry.place,
            sentence,
            "write `arn:partition:service:region:account:resource`",
        );
    }
    if parts.len() < PARTS {
        let id = "MISSING_ARN_FIELD";
        return findings.add(id, &entry.place, format!("`{text}` has fewer than six parts"), "write all six parts");
    }
    let mut wrong = |id: &'static str, what: &str, fix: &str| {
        findings.add(id, &entry.place, format!("{what} of `{text}`"), fix);
    };
    if !is_open(part(1)) && !PARTITIONS.contains(&part(1)) {
        wrong("INVALID_PARTITION", "there is no such partition as that", "use `aws`, `aws-cn` or `aws-us-gov`");
    }
    if part(2).is_empty() || part(2).contains(['*', '?']) {
        wrong("INVALID_ARN_SERVICE", "the service is missing or has a wildcard in the ARN", "name the service");
        if !part(2).is_empty() {
            wrong("WILDCARD_IN_SERVICE_NAME", "a wildcard in the service", "name the service");
        }
    } else if part(2).bytes().any(|byte| byte.is_ascii_uppercase()) {
        wrong("INVALID_ARN_SERVICE_CASE", "upper case in the service", "write the service in lower case");
    }
    if !is_open(part(3)) && !is_region(part(3)) {
        wrong("INVALID_ARN_REGION", "there is no such region as that", "write a region as `eu-west-1`, or `*`");
    }
    if !is_open(part(4)) && !is_account(part(4)) {
        wrong("INVALID_ARN_ACCOUNT", "there is no such account as that", "write the 12 digits of an account, or `*`");
    }
    if part(5).is_empty() {
        wrong("INVALID_ARN_RESOURCE", "no resource at the end", "name the resource");
    }
    let front = text.split_once("${").map(|(before, _)| before.matches(':').count());
    if front.is_some_and(|colons| colons < PARTS - 1) {
        wrong("VARIABLE_UNSUPPORTED_IN_ELEMENT", "a variable before the resource part", "use `*` or the value");
    }
}

/// Empty or with wildcards: any value may be meant.
fn is_open(part: &str) -> bool {
    part.is_empty() || part.contains(['*', '?'])
}

pub(super) fn is_region(part: &str) -> bool {
    let words: Vec<&str> = part.split('-').collect();
    let number = words.last().is_some_and(|last| !last.is_empty() && last.bytes().all(|byte| byte.is_ascii_digit()));
    let names = words.iter().rev().skip(1).all(|word| word.bytes().all(|byte| byte.is_ascii_lowercase()));
    words.len() >= 3 && number && names
}

fn is_account(part: &str) -> bool {
    matches!(part, "aws" | "cloudfront") || (part.len() == 12 && part.bytes().all(|byte| byte.is_ascii_digit()))
}

pub(super) fn is_everything(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte == b'*')
}

/// Actions against resources: each resource should be of a type that some action takes, and the other way round.
fn fit(view: &View<'_>, entries: &[Entry<'_>], findings: &mut Findings<'_>) {
    // Of no entry that was understood nothing more can be said.
    if entries.is_empty() || entries.iter().any(|entry| is_everything(entry.text)) {
        return;
    }
    let wide = view.statement.actions.patterns.iter().any(|pattern| pattern.as_str().starts_with('*'));
    let actions = view.catalog.expand_all(&view.statement.actions.patterns);
    for entry in entries.iter().filter(|entry| entry.text.starts_with("arn:") && !wide && !actions.is_empty()) {
        if !actions.iter().any(|action| takes(view.catalog, action, entry.text)) {
            let sentence = format!("`{}` is of no resource type that the statement's actions take", entry.text);
            let fix = "correct the ARN, or the actions";
            findings.add("UNSUPPORTED_RESOURCE_ARN_IN_POLICY", &entry.place, sentence, fix);
        }
    }
    for action in view.actions() {
        let Some(known) = view.catalog.action(action.text) else { continue };
        if known.takes_no_resource() {
            let sentence = format!("`{}` takes no resource, so only `*` matches it", known.name);
            findings.add(
                "RESOURCE_MUST_BE_STAR",
                &action.place,
                sentence,
                "move it to a statement with `\"Resource\": \"*\"`",
            );
        } else if !entries.iter().any(|entry| takes(view.catalog, known, entry.text)) {
            let sentence = format!("no resource of the statement is of a type that `{}` takes", known.name);
            findings.add(
                "ACTION_WITHOUT_MATCHING_RESOURCE",
                &action.place,
                sentence,
                "add a resource or move the action",
            );
        }
    }
}

/// Whether some resource of the action may be meant. What is malformed is told elsewhere.
fn takes(catalog: &Catalog, action: &Action, entry: &str) -> bool {
    let malformed = opened(entry).splitn(PARTS, ':').count() < PARTS;
    action.is_newer || action.resource_formats.iter().any(|format| malformed || catalog.fits(format, entry))
}

#[cfg(test)]
mod tests {
    use super::is_region;

    #[test]
    fn shapes() {
        assert!(is_region("eu-west-1") && is_region("us-gov-east-1") && !is_region("europe"));
    }
}
