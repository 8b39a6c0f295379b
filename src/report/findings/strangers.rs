//! Findings about principals that acted but stand in no snapshot.

use std::collections::BTreeSet;

use super::finding::{Finding, Severity};
use super::principals::denied;
use crate::fit::{Judgement, Stranger};
use crate::report::plain::count;
use crate::trail::PrincipalKind;

/// One finding per stranger, and one per action that it was denied.
pub(super) fn findings(judgement: &Judgement) -> Vec<Finding> {
    let known: BTreeSet<&str> = judgement.fittings.iter().map(|fitting| fitting.account.as_str()).collect();
    let mut all = Vec::new();
    for stranger in &judgement.strangers {
        all.push(finding(stranger, known.contains(stranger.principal.account.as_str())));
        all.extend(of_denied(stranger));
    }
    all
}

fn finding(stranger: &Stranger, account_is_known: bool) -> Finding {
    let who = &stranger.principal;
    let bears_policies = matches!(who.kind, PrincipalKind::User | PrincipalKind::Role);
    let reason = match (bears_policies, account_is_known) {
        (true, true) => "deleted or made again since, or younger than the snapshot",
        (true, false) => "no snapshot of its account was given",
        (false, _) => "its permissions do not come from a user or role of a snapshot",
    };
    let records: u64 = stranger.uses.iter().map(|seen| seen.count).sum();
    let detail = format!("{reason}; {} from {} to {}", count(records, "use"), stranger.seen.0, stranger.seen.1);
    let severity = if bears_policies && account_is_known { Severity::Low } else { Severity::Info };
    Finding {
        severity,
        title: format!("{} `{}` acted but is in no snapshot", who.kind.name(), who.short_name()),
        detail,
        ..about(stranger, "stranger")
    }
}

fn of_denied(stranger: &Stranger) -> Vec<Finding> {
    let who = format!("{} `{}`", stranger.principal.kind.name(), stranger.principal.short_name());
    let finding = |(action, tries): (&str, super::principals::Tries<'_>)| Finding {
        severity: Severity::Low,
        title: tries.title(&who, action),
        detail: tries.detail(),
        events: tries.events(),
        ..about(stranger, "denied")
    };
    denied(stranger.uses.iter()).into_iter().map(finding).collect()
}

fn about(stranger: &Stranger, id: &'static str) -> Finding {
    let (account, subject) = (stranger.principal.account.clone(), stranger.principal.arn.clone());
    Finding { id, account, subject, ..Finding::default() }
}
