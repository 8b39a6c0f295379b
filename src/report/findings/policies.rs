//! The finding about one policy: what is proven, what was refused, what cannot be changed here.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use super::finding::{Finding, Severity};
use crate::fit::{Change, Counterexample, PolicyId, PolicyVerdict, Proposal, Remainder, Verdict};
use crate::report::confidence::{Confidence, Watches, removals};
use crate::report::plain::{after_account, count, thousands};
use crate::report::policies::PolicyFiles;

/// A removal of this many actions takes away what `*` or several services granted.
const HIGH_REMOVAL: usize = 1_000;

/// A removal of this many takes away about a service.
const MEDIUM_REMOVAL: usize = 50;

/// What there is to tell about one policy; `None`: it fits.
pub(super) fn finding(policy: &PolicyVerdict, files: &PolicyFiles, watches: &Watches<'_>) -> Option<Finding> {
    match &policy.verdict {
        Verdict::Fits => None,
        Verdict::Proven(proven) => Some(proven_change(policy, (proven.proposal(), proven.replayed()), files, watches)),
        Verdict::Refuted(proposal, Counterexample::TooLarge { size, limit, untouched_dropped, .. }) => {
            Some(too_large(policy, proposal, (*size, *limit), untouched_dropped.as_ref()))
        }
        Verdict::Refuted(proposal, counterexample) => Some(Finding {
            severity: Severity::Low,
            title: format!("the {} of {} was refused by its proof", proposal.change.name(), name(policy)),
            detail: counterexample.to_string(),
            size_before: Some(proposal.size_before),
            ..about(policy, "policy-refuted")
        }),
        Verdict::NotEditable(advice) => Some(Finding {
            severity: Severity::Low,
            title: format!("{} cannot be changed here", name(policy)),
            detail: advice.clone(),
            ..about(policy, "policy-not-editable")
        }),
        Verdict::Unjudged(reason) => Some(Finding {
            severity: Severity::Medium,
            title: format!("{} could not be judged", name(policy)),
            detail: reason.clone(),
            ..about(policy, "policy-unjudged")
        }),
    }
}

/// Nearly always the unseen actions of an administrator: a decision for a person, so it says what each way costs.
fn too_large(
    policy: &PolicyVerdict,
    proposal: &Proposal,
    (size, limit): (usize, usize),
    untouched_dropped: Option<&Remainder>,
) -> Finding {
    let granted = proposal.used.len() + proposal.unseen.len() + proposal.removed.len();
    let way = untouched_dropped.map_or_else(String::new, |left| {
        format!(
            "; with --drop-unseen=untouched, {} in {} characters would be left",
            count(left.actions, "action"),
            thousands(left.size)
        )
    });
    Finding {
        severity: Severity::High,
        title: format!(
            "{} was used for {} of {} actions, but cannot be smaller while its {} unseen ones stay",
            name(policy),
            thousands(proposal.used.len()),
            thousands(granted),
            thousands(proposal.unseen.len())
        ),
        detail: format!("{} characters, {} are allowed{way}", thousands(size), thousands(limit)),
        size_before: Some(proposal.size_before),
        ..about(policy, "policy-too-large")
    }
}

fn proven_change(
    policy: &PolicyVerdict,
    (proposal, replayed): (&Proposal, u64),
    files: &PolicyFiles,
    watches: &Watches<'_>,
) -> Finding {
    let removed = proposal.removed.len();
    let (id, verb) = match (proposal.change, &proposal.target) {
        (Change::Trim, _) => ("policy-trim", "trim"),
        (Change::Replace, _) => ("policy-replace", "replace"),
        (Change::Detach, PolicyId::Inline { .. }) => ("policy-detach", "delete"),
        (Change::Detach, PolicyId::Managed { .. }) => ("policy-detach", "detach"),
    };
    Finding {
        severity: severity(removed),
        title: format!("{verb} {}: removes {}{}", name(policy), count(removed, "action"), narrowed(proposal)),
        detail: format!(
            "{} stay as used, {} as unseen; {} replayed for {}{}",
            thousands(proposal.used.len()),
            thousands(proposal.unseen.len()),
            count(replayed, "observed request"),
            count(proposal.holders.len(), "holder"),
            sureness(proposal, watches),
        ),
        removed: Some(removed),
        size_before: Some(proposal.size_before),
        size_after: Some(proposal.size_after()),
        file: files.documents.first().cloned(),
        ..about(policy, id)
    }
}

/// What else is drawn closer, to go with the title.
fn narrowed(proposal: &Proposal) -> String {
    let statements = |list: &mut dyn Iterator<Item = usize>| list.collect::<BTreeSet<usize>>().len();
    let resources = statements(&mut proposal.tightened.iter().map(|(at, _)| *at));
    let resources = match resources {
        0 => String::new(),
        some => {
            format!(", names {} in {}", count(proposal.tightened.len(), "resource pattern"), count(some, "statement"))
        }
    };
    match proposal.conditions.len() {
        0 => resources,
        some => format!("{resources}, adds {}", count(some, "condition")),
    }
}

/// For how many of the actions that go it is how sure that nobody needs them.
fn sureness(proposal: &Proposal, watches: &Watches<'_>) -> String {
    let mut actions: BTreeMap<Reverse<Confidence>, usize> = BTreeMap::new();
    for removal in removals(proposal, watches) {
        *actions.entry(Reverse(removal.grade.confidence)).or_default() += removal.actions.len();
    }
    let told = actions.iter().map(|(confidence, number)| format!("{} for {}", confidence.0.word(), thousands(*number)));
    let told: Vec<String> = told.collect();
    if told.is_empty() { String::new() } else { format!("; confidence {}", told.join(", ")) }
}

fn severity(removed: usize) -> Severity {
    match removed {
        HIGH_REMOVAL.. => Severity::High,
        MEDIUM_REMOVAL.. => Severity::Medium,
        _ => Severity::Low,
    }
}

/// `deploy-inline` of role/deploy; the name of a managed policy alone.
fn name(policy: &PolicyVerdict) -> String {
    let short = policy.target.name().rsplit('/').next().unwrap_or_default();
    match (&policy.owner, policy.cluster) {
        (Some(owner), _) => format!("`{short}` of {}", after_account(owner)),
        (None, Some(number)) => format!("`{short}` of cluster {number}"),
        (None, None) => format!("`{short}`"),
    }
}

fn about(policy: &PolicyVerdict, id: &'static str) -> Finding {
    let name = policy.target.name().to_owned();
    Finding {
        id,
        account: policy.account.clone(),
        subject: policy.owner.clone().unwrap_or_else(|| name.clone()),
        policy: Some(name),
        ..Finding::default()
    }
}
