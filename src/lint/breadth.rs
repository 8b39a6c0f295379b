//! Checks of what an Allow gives away: everything, whole services, all resources.

use super::finding::Findings;
use super::handover;
use super::resources::is_everything;
use super::subject::Kind;
use super::view::View;
use crate::catalog::{AccessLevel, Action, opened};
use crate::iam::Pattern;

pub(super) fn check(view: &View<'_>, findings: &mut Findings<'_>) {
    // Control policies grant nothing, and resource policies and trust policies are about one resource.
    if !view.allows() || view.kind == Kind::Scp {
        return;
    }
    negations(view, findings);
    if view.kind == Kind::Identity {
        handover::check(view, findings);
        if !view.statement.actions.negated {
            stars(view, findings);
            levels(view, findings);
        }
    }
}

fn negations(view: &View<'_>, findings: &mut Findings<'_>) {
    if view.statement.actions.negated {
        let sentence = "it allows all actions but those named, new ones of AWS too";
        findings.add(
            "ALLOW_WITH_NOT_ACTION",
            &view.element("NotAction"),
            sentence,
            "name the actions that are allowed",
        );
    }
    if view.statement.resources.as_ref().is_some_and(|list| list.negated) {
        let sentence = "it allows all resources but those named, future ones too";
        let place = view.element("NotResource");
        findings.add("ALLOW_WITH_NOT_RESOURCE", &place, sentence, "name the resources that are allowed");
    }
}

fn stars(view: &View<'_>, findings: &mut Findings<'_>) {
    if !view.resources().iter().any(|entry| is_everything(entry.text)) {
        return;
    }
    for entry in view.actions() {
        if is_everything(entry.text) || entry.text == "*:*" {
            let sentence = "it allows everything on everything";
            findings.add("FULL_ADMINISTRATIVE_ACCESS", &entry.place, sentence, "name actions and resources");
        } else if let Some(service) = entry.text.strip_suffix(":*") {
            let sentence = format!("it allows every action of `{service}` on every resource");
            findings.add("SERVICE_WILDCARD_ON_STAR_RESOURCE", &entry.place, sentence, "name actions or resources");
        }
    }
}

/// `*`, or as good as that, where actions that change things could be given by resource.
fn levels(view: &View<'_>, findings: &mut Findings<'_>) {
    let changes = |action: &&Action| {
        !matches!(action.level, AccessLevel::List | AccessLevel::Read) && !action.resource_formats.is_empty()
    };
    let patterns = &view.statement.actions.patterns;
    let mut actions =
        patterns.iter().filter(|pattern| !pattern.as_str().starts_with('*')).flat_map(|one| view.catalog.expand(one));
    let Some(example) = actions.find(changes) else { return };
    for entry in view.resources() {
        let sentence =
            |what: &str| format!("`{}` {what}, although `{}` can be held to resources", entry.text, example.name);
        if is_everything(entry.text) {
            let id = "RESOURCE_STAR";
            findings.add(id, &entry.place, sentence("is every resource"), "name the resources");
        } else if example.resource_formats.iter().any(|format| is_all_of(entry.text, format)) {
            let id = "RESOURCE_EFFECTIVELY_STAR";
            findings.add(id, &entry.place, sentence("is every resource of its type"), "name the resources");
        }
    }
}

/// Whether an ARN pattern takes in every resource of a type, in one partition at least.
fn is_all_of(entry: &str, format: &str) -> bool {
    let part = |text: &str, place: usize| text.splitn(6, ':').nth(place).map(str::to_owned);
    let opened = opened(format);
    (2..6).all(|place| match (part(entry, place), part(&opened, place)) {
        (Some(ours), Some(theirs)) => Pattern::new(ours).covers(&Pattern::new(theirs)),
        _ => false,
    })
}
