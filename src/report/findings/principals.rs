//! Findings about one principal of the snapshots: loose grants, no use at all, surprises, denials, unfit to judge.

use std::collections::{BTreeMap, BTreeSet};

use super::finding::{Finding, Severity};
use crate::fit::{Fitting, Rhythm, Surprise};
use crate::report::plain::{count, first_few, percent, thousands};
use crate::trail::{Moment, Outcome, Use};

/// From here on a principal's excess is grave: most of what it may do and a service's worth of actions.
const HIGH_EXCESS: f64 = 0.9;
const HIGH_UNUSED: usize = 100;

/// So many unused actions are grave whatever their share: many actions of an administrator can never be seen.
const ANY_HIGH_UNUSED: usize = 1_000;

/// From here on it is worth a change.
const MEDIUM_EXCESS: f64 = 0.5;

/// Event ids and resources told in one finding.
const FEW: usize = 3;

/// Everything about one principal.
pub(super) fn findings(fitting: &Fitting) -> Vec<Finding> {
    if !fitting.unfit.is_empty() {
        let mut all = vec![unfit(fitting)];
        all.extend(deleted(fitting));
        all.extend(of_denied(fitting));
        return all;
    }
    let mut all = Vec::new();
    if fitting.count("unused") > 0 {
        all.push(if fitting.seen.is_none() { never_seen(fitting) } else { over_privileged(fitting) });
    }
    all.extend(deleted(fitting));
    all.extend(rarely_used(fitting));
    all.extend(fitting.surprises.iter().map(|surprise| of_surprise(fitting, surprise)));
    all.extend(of_denied(fitting));
    all
}

/// How grave the excess is.
pub(in crate::report) fn severity(fitting: &Fitting) -> Severity {
    let unused = fitting.count("unused");
    match fitting.excess() {
        _ if unused >= ANY_HIGH_UNUSED => Severity::High,
        excess if excess >= HIGH_EXCESS && unused >= HIGH_UNUSED => Severity::High,
        excess if excess >= MEDIUM_EXCESS => Severity::Medium,
        _ => Severity::Low,
    }
}

fn about(fitting: &Fitting, id: &'static str, severity: Severity, title: String, detail: String) -> Finding {
    let (account, subject) = (fitting.account.clone(), fitting.arn.clone());
    Finding { severity, id, account, subject, title, detail, ..Finding::default() }
}

fn unfit(fitting: &Fitting) -> Finding {
    let title = format!("{} `{}` could not be judged", fitting.kind, fitting.name);
    about(fitting, "unfit-principal", Severity::Medium, title, fitting.unfit.join("; "))
}

fn over_privileged(fitting: &Fitting) -> Finding {
    let title = format!(
        "{} `{}` used {} of {}",
        fitting.kind,
        fitting.name,
        thousands(fitting.count("used")),
        count(fitting.granted.len(), "granted action")
    );
    about(fitting, "over-privileged", severity(fitting), title, excess(fitting))
}

fn never_seen(fitting: &Fitting) -> Finding {
    let title = format!("{} `{}` did nothing in the whole log", fitting.kind, fitting.name);
    // What belongs to AWS is not for the customer to delete.
    let severity =
        if fitting.not_editable.is_some() { Severity::Info } else { Severity::Medium.min(severity(fitting)) };
    about(fitting, "unused-principal", severity, title, excess(fitting))
}

fn excess(fitting: &Fitting) -> String {
    let mut detail = format!(
        "{} unused ({}), {} whose use could not have been seen",
        count(fitting.count("unused"), "granted action"),
        percent(fitting.excess()),
        thousands(fitting.count("unseen"))
    );
    if let Some(advice) = &fitting.not_editable {
        detail = format!("{detail}; {advice}");
    }
    detail
}

/// What comes once a month or quarter is easily taken for unused, and so is what stands beside it.
fn rarely_used(fitting: &Fitting) -> Option<Finding> {
    let names = |wanted: Rhythm| {
        let rare = fitting.rare.iter().filter(|(_, rare)| rare.rhythm == wanted);
        first_few(rare.map(|(action, _)| action.as_str()), FEW)
    };
    let told: Vec<String> = [Rhythm::Monthly, Rhythm::Quarterly]
        .into_iter()
        .map(|rhythm| (rhythm, names(rhythm)))
        .filter(|(_, names)| !names.is_empty())
        .map(|(rhythm, names)| format!("{}: {names}", rhythm.name()))
        .collect();
    let number = count(fitting.rare.len(), "action");
    let title = format!("{} `{}` uses {number} about once a month or quarter", fitting.kind, fitting.name);
    let detail = format!("{}; what stands beside them may come as rarely", told.join("; "));
    (!told.is_empty()).then(|| about(fitting, "rarely-used", Severity::Info, title, detail))
}

/// Whatever is proposed for it serves only those that are made like it.
fn deleted(fitting: &Fitting) -> Option<Finding> {
    let deleted = fitting.deleted.as_ref()?;
    let title = format!("{} `{}` was deleted by {}", fitting.kind, fitting.name, deleted.told());
    let detail = "what is proposed for it is for the code that makes its like".to_owned();
    let events = vec![deleted.event.clone()];
    Some(Finding { events, ..about(fitting, "deleted-principal", Severity::Info, title, detail) })
}

fn of_surprise(fitting: &Fitting, surprise: &Surprise) -> Finding {
    let title =
        format!("{} `{}` used {}, which the grants do not explain", fitting.kind, fitting.name, surprise.action);
    let detail = format!("on {}, last at {}; blocked by {}", surprise.resource, surprise.last, surprise.blocked_by);
    let mut events = surprise.samples.clone();
    let Some(changed) = &surprise.changed else {
        return Finding { events, ..about(fitting, "surprise", Severity::Medium, title, detail) };
    };
    let title = format!(
        "{} `{}` used {}, which its grants do not allow: they were changed by {}",
        fitting.kind,
        fitting.name,
        surprise.action,
        changed.told()
    );
    events.push(changed.event.clone());
    Finding { events, ..about(fitting, "surprise-explained", Severity::Low, title, detail) }
}

fn of_denied(fitting: &Fitting) -> impl Iterator<Item = Finding> {
    let uses = fitting.uses.iter().map(|explained| &explained.seen);
    let who = format!("{} `{}`", fitting.kind, fitting.name);
    denied(uses).into_iter().map(move |(action, tries)| {
        let (title, detail) = (tries.title(&who, action), tries.detail());
        Finding { events: tries.events(), ..about(fitting, "denied", Severity::Low, title, detail) }
    })
}

/// Denied tries of one action.
#[derive(Default)]
pub(super) struct Tries<'j> {
    count: u64,
    last: Option<Moment>,
    resources: BTreeSet<&'j str>,
    events: BTreeSet<&'j str>,
}

impl Tries<'_> {
    /// The sentence.
    pub(super) fn title(&self, who: &str, action: &str) -> String {
        format!("{who} was denied {action} {}", count(self.count, "time"))
    }

    /// When and on what.
    pub(super) fn detail(&self) -> String {
        let last = self.last.map_or_else(String::new, |last| format!("last at {last}"));
        let resources = first_few(self.resources.iter().copied(), FEW);
        if resources.is_empty() { last } else { format!("{last} on {resources}") }
    }

    /// Some eventIDs.
    pub(super) fn events(&self) -> Vec<String> {
        self.events.iter().take(FEW).map(|event| (*event).to_owned()).collect()
    }
}

/// Denied tries by action.
pub(super) fn denied<'j>(uses: impl Iterator<Item = &'j Use>) -> BTreeMap<&'j str, Tries<'j>> {
    let mut all: BTreeMap<&str, Tries<'_>> = BTreeMap::new();
    for seen in uses.filter(|seen| seen.key.outcome == Outcome::Denied) {
        let tries = all.entry(&seen.key.action).or_default();
        tries.count += seen.count;
        tries.last = tries.last.max(Some(seen.last));
        tries.resources.extend(seen.footprint.patterns());
        tries.events.extend(seen.samples.iter().map(String::as_str));
    }
    all
}
