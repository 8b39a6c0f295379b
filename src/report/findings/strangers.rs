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
        all.push(finding(stranger, known.contains(stranger.principal.account.as_str()), judgement));
        all.extend(of_denied(stranger));
    }
    all
}

fn finding(stranger: &Stranger, account_is_known: bool, judgement: &Judgement) -> Finding {
    let who = &stranger.principal;
    let bears_policies = matches!(who.kind, PrincipalKind::User | PrincipalKind::Role);
    let reason = match (bears_policies, account_is_known) {
        (true, true) if judgement.rebuilt.contains(&who.account) => "made before the log begins".to_owned(),
        (true, true) => "deleted or made again since, or younger than the snapshot".to_owned(),
        (true, false) => "no snapshot of its account was given".to_owned(),
        (false, _) => "its permissions do not come from a user or role of a snapshot".to_owned(),
    };
    let made = stranger.made.as_ref().map(|made| format!("made by {}", made.told()));
    let (reason, id) = match (&stranger.deleted, &made) {
        (Some(deleted), made) => {
            let made = made.as_ref().map_or_else(String::new, |made| format!("{made}, "));
            (format!("{made}deleted by {}", deleted.told()), "deleted-principal")
        }
        (None, Some(made)) if account_is_known => (format!("{made}, and not in the snapshot"), "stranger"),
        (None, _) => (reason, "stranger"),
    };
    let records: u64 = stranger.uses.iter().map(|seen| seen.count).sum();
    let detail = format!("{reason}; {} from {} to {}", count(records, "use"), stranger.seen.0, stranger.seen.1);
    let severity =
        if bears_policies && account_is_known && stranger.deleted.is_none() { Severity::Low } else { Severity::Info };
    Finding {
        severity,
        title: match stranger.deleted {
            Some(_) => format!("{} `{}` acted and was deleted since", who.kind.name(), who.short_name()),
            None => format!("{} `{}` acted but is in no snapshot", who.kind.name(), who.short_name()),
        },
        detail,
        events: stranger.deleted.iter().map(|deleted| deleted.event.clone()).collect(),
        ..about(stranger, id)
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
