//! Checks of what an Allow gives away: everything, whole services, roles to pass on.

use super::finding::Findings;
use super::resources::{is_everything, opened};
use super::subject::Kind;
use super::view::{Entry, View};
use crate::catalog::{AccessLevel, Action};
use crate::iam::{ActionPattern, Pattern};

/// An action that hands over roles or makes them, the condition key that holds it in, and the checks.
struct Handover {
    action: &'static str,
    key: &'static str,
    named: &'static str,
    wild: &'static str,
}

const HANDOVERS: &[Handover] = &[
    Handover {
        action: "iam:PassRole",
        key: "iam:PassedToService",
        named: "PASS_ROLE_WITH_STAR_IN_RESOURCE",
        wild: "PASS_ROLE_WITH_STAR_IN_ACTION_AND_RESOURCE",
    },
    Handover {
        action: "iam:CreateServiceLinkedRole",
        key: "iam:AWSServiceName",
        named: "CREATE_SLR_WITH_STAR_IN_RESOURCE",
        wild: "CREATE_SLR_WITH_STAR_IN_ACTION_AND_RESOURCE",
    },
    Handover {
        action: "sts:AssumeRole",
        key: "aws:ResourceAccount",
        named: "ASSUME_ROLE_WITH_STAR_IN_RESOURCE",
        wild: "ASSUME_ROLE_WITH_STAR_IN_RESOURCE",
    },
];

pub(super) fn check(view: &View<'_>, findings: &mut Findings<'_>) {
    // Control policies grant nothing, and resource policies and trust policies are about one resource.
    if !view.allows() || view.kind == Kind::Scp {
        return;
    }
    negations(view, findings);
    if view.kind == Kind::Identity && !view.statement.actions.negated {
        let wide = view.resources().into_iter().find(|entry| is_wide(view, entry.text));
        if wide.is_some() {
            stars(view, findings);
            HANDOVERS.iter().for_each(|one| handover(view, one, findings));
        }
        levels(view, findings);
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

/// Every resource, of whatever kind, or every role.
fn is_wide(view: &View<'_>, text: &str) -> bool {
    let negated = view.statement.resources.as_ref().is_some_and(|list| list.negated);
    let role = text.splitn(6, ':').nth(5).is_some_and(|rest| matches!(rest, "*" | "role/*"));
    negated || is_everything(text) || (role && text.split(':').nth(2) == Some("iam"))
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

fn handover(view: &View<'_>, one: &Handover, findings: &mut Findings<'_>) {
    if view.asks_for(&[one.key]) {
        return;
    }
    let takes = |entry: &Entry<'_>| ActionPattern::new(entry.text).matches(one.action);
    for entry in view.actions().iter().filter(|entry| takes(entry)) {
        // Full access is told by itself.
        if is_everything(entry.text) || entry.text == "*:*" {
            continue;
        }
        let wild = entry.text.contains(['*', '?']);
        let sentence = format!("`{}` on every role", one.action);
        let fix = format!("name the roles, or add a condition on `{}`", one.key);
        findings.add(if wild { one.wild } else { one.named }, &entry.place, sentence, fix);
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
