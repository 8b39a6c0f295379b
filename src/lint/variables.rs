//! Checks of policy variables in resources and condition values.

use super::clauses::is_known;
use super::finding::Findings;
use super::view::{Entry, View};
use crate::iam::Version;

pub(super) fn check(view: &View<'_>, findings: &mut Findings<'_>) {
    if view.policy.version != Some(Version::V2012) {
        return;
    }
    let values = view.clauses().into_iter().flat_map(|clause| clause.values);
    for entry in view.resources().into_iter().chain(values) {
        variables(view, &entry, findings);
    }
}

fn variables(view: &View<'_>, entry: &Entry<'_>, findings: &mut Findings<'_>) {
    for piece in entry.text.split("${").skip(1) {
        match piece.split_once('}') {
            Some((inner, _)) => variable(view, entry, inner, findings),
            None => {
                let sentence = format!("a variable of `{}` is never closed", entry.text);
                findings.add("MISSING_BRACE_IN_VARIABLE", &entry.place, sentence, "add the closing brace");
            }
        }
    }
}

fn variable(view: &View<'_>, entry: &Entry<'_>, inner: &str, findings: &mut Findings<'_>) {
    if matches!(inner, "*" | "?" | "$") {
        return;
    }
    let (key, default) = match inner.split_once(',') {
        Some((key, default)) => (key, Some(default.trim())),
        None => (inner, None),
    };
    let mut add = |id: &'static str, sentence: String, fix: &str| findings.add(id, &entry.place, sentence, fix);
    if default.is_some_and(|text| !(text.len() > 1 && text.starts_with('\'') && text.ends_with('\''))) {
        add("MISSING_QUOTE_IN_VARIABLE", format!("the default in `${{{inner}}}` is not quoted"), "use single quotes");
    }
    let trimmed = key.trim();
    if trimmed.is_empty() {
        add("EMPTY_VARIABLE", "a variable without a key".to_owned(), "name a condition key");
    } else if trimmed.len() < key.len() && default.is_none() {
        add("UNSUPPORTED_SPACE_IN_VARIABLE", format!("`${{{inner}}}` holds spaces"), "remove the spaces");
    } else if !is_known(view.catalog, trimmed) {
        add("INVALID_VARIABLE", format!("there is no condition key `{trimmed}`"), "use a condition key of AWS");
    } else if view.catalog.condition_key(trimmed).is_some_and(|key| key.multivalued) {
        add(
            "MULTIVALUED_VARIABLE",
            format!("`{trimmed}` may have several values, so it fills no variable"),
            "use a key with one value",
        );
    }
}
