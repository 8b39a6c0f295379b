//! Checks of Allows that hand over roles, or have them made, without saying which.

use super::finding::Findings;
use super::resources::is_everything;
use super::view::{Entry, View};
use crate::iam::ActionPattern;

/// An action that hands over roles, the condition key that holds it in, and the checks by how action and
/// resource are written: `[named, pattern, NotAction]` on every role, and the same on all but some.
struct Handover {
    action: &'static str,
    key: &'static str,
    star: [&'static str; 3],
    not: [&'static str; 3],
}

const HANDOVERS: &[Handover] = &[
    Handover {
        action: "iam:PassRole",
        key: "iam:PassedToService",
        star: [
            "PASS_ROLE_WITH_STAR_IN_RESOURCE",
            "PASS_ROLE_WITH_STAR_IN_ACTION_AND_RESOURCE",
            "PASS_ROLE_WITH_STAR_IN_RESOURCE_AND_NOT_ACTION",
        ],
        not: [
            "PASS_ROLE_WITH_NOT_RESOURCE",
            "PASS_ROLE_WITH_STAR_IN_ACTION_AND_NOT_RESOURCE",
            "PASS_ROLE_WITH_NOT_ACTION_AND_NOT_RESOURCE",
        ],
    },
    Handover {
        action: "iam:CreateServiceLinkedRole",
        key: "iam:AWSServiceName",
        star: [
            "CREATE_SLR_WITH_STAR_IN_RESOURCE",
            "CREATE_SLR_WITH_STAR_IN_ACTION_AND_RESOURCE",
            "CREATE_SLR_WITH_STAR_IN_RESOURCE_AND_NOT_ACTION",
        ],
        not: [
            "CREATE_SLR_WITH_NOT_RESOURCE",
            "CREATE_SLR_WITH_STAR_IN_ACTION_AND_NOT_RESOURCE",
            "CREATE_SLR_WITH_NOT_ACTION_AND_NOT_RESOURCE",
        ],
    },
    Handover {
        action: "sts:AssumeRole",
        key: "aws:ResourceAccount",
        star: ["ASSUME_ROLE_WITH_STAR_IN_RESOURCE"; 3],
        not: ["ASSUME_ROLE_WITH_STAR_IN_RESOURCE"; 3],
    },
];

/// An Allow of an identity-based policy on every role, or all but some.
pub(super) fn check(view: &View<'_>, findings: &mut Findings<'_>) {
    let Some(resources) = &view.statement.resources else { return };
    if resources.negated || resources.patterns.iter().any(|text| is_every_role(text)) {
        HANDOVERS.iter().for_each(|one| handover(view, one, resources.negated, findings));
    }
}

fn is_every_role(text: &str) -> bool {
    let role = text.splitn(6, ':').nth(5).is_some_and(|rest| matches!(rest, "*" | "role/*"));
    is_everything(text) || (role && text.split(':').nth(2) == Some("iam"))
}

fn handover(view: &View<'_>, one: &Handover, all_but_some: bool, findings: &mut Findings<'_>) {
    if view.asks_for(&[one.key]) {
        return;
    }
    let [named, pattern, negated] = if all_but_some { one.not } else { one.star };
    let mut add = |id: &'static str, place: &super::view::Place| {
        let which = if all_but_some { "all roles but those named" } else { "every role" };
        let fix = format!("name the roles, or add a condition on `{}`", one.key);
        findings.add(id, place, format!("`{}` on {which}", one.action), fix);
    };
    let takes = |entry: &Entry<'_>| ActionPattern::new(entry.text).matches(one.action);
    let actions = view.actions();
    if view.statement.actions.negated {
        if !actions.iter().any(takes) {
            add(negated, &view.element("NotAction"));
        }
        return;
    }
    // Full access is told by itself.
    let full = |entry: &Entry<'_>| !all_but_some && (is_everything(entry.text) || entry.text == "*:*");
    for entry in actions.iter().filter(|entry| takes(entry) && !full(entry)) {
        add(if entry.text.contains(['*', '?']) { pattern } else { named }, &entry.place);
    }
}
