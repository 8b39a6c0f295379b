//! Findings about the input itself: what was lost or unreadable, what the log could not show, events that are not mapped.

use std::collections::{BTreeMap, BTreeSet};

use super::finding::{Finding, Severity};
use crate::fit::Judgement;
use crate::grants::Unreadable;
use crate::report::age;
use crate::report::plain::{count, percent, thousands};
use crate::trail::{AccountCoverage, Derivation, Evidence, Moment, Tally};

/// A log that is shorter may lack what is done once in a quarter.
const QUARTER_DAYS: i64 = 90;

/// From this share on, what was lost may hide uses that matter.
const MEDIUM_LOSS: f64 = 0.01;

/// Event ids told in one finding.
const FEW: usize = 3;

/// Everything about the evidence.
pub(super) fn findings(evidence: &Evidence, judgement: &Judgement, catalog_as_of: &str) -> Vec<Finding> {
    let mut all: Vec<Finding> = losses(&evidence.tally).into_iter().collect();
    all.extend(outdated(evidence, catalog_as_of));
    let covered = &evidence.coverage.accounts;
    let claimed: BTreeSet<&str> = judgement.fittings.iter().map(|fitting| fitting.account.as_str()).collect();
    let silent = claimed.iter().filter(|account| !covered.contains_key(**account));
    all.extend(silent.map(|account| not_covered(account)));
    for (account, coverage) in covered {
        all.extend(
            [short_window(account, coverage), gap(account, coverage), no_reads(account, coverage)]
                .into_iter()
                .flatten(),
        );
    }
    all.extend(unmapped(evidence));
    all.extend(judgement.unreadable.iter().map(unreadable));
    all
}

fn about(id: &'static str, severity: Severity, account: &str, title: String, detail: String) -> Finding {
    Finding {
        severity,
        id,
        account: account.to_owned(),
        subject: account.to_owned(),
        title,
        detail,
        ..Finding::default()
    }
}

fn losses(tally: &Tally) -> Option<Finding> {
    if tally.lost == 0 {
        return None;
    }
    let share = tally.lost_share();
    let severity = if share >= MEDIUM_LOSS { Severity::Medium } else { Severity::Low };
    let title = format!("{} of {} read were not understood", thousands(tally.lost), count(tally.read, "item"));
    let mut reasons: BTreeMap<&str, u64> = BTreeMap::new();
    for loss in &tally.losses {
        *reasons.entry(&loss.reason).or_default() += 1;
    }
    let top = reasons.iter().max_by_key(|(_, count)| **count).map_or("", |(reason, _)| *reason);
    let detail = format!("{} of what was read; most often: {top}", percent(share));
    Some(Finding { subject: "evidence".to_owned(), ..about("evidence-losses", severity, "", title, detail) })
}

fn outdated(evidence: &Evidence, as_of: &str) -> Option<Finding> {
    let title = format!("the catalog is of {as_of}");
    let detail = age::warning(evidence, as_of)?;
    Some(Finding { subject: "catalog".to_owned(), ..about("outdated-catalog", Severity::Low, "", title, detail) })
}

fn not_covered(account: &str) -> Finding {
    let title = format!("no record of account {account} was read");
    let detail = "nothing that its principals are granted can be called unused: read its log".to_owned();
    about("account-not-covered", Severity::High, account, title, detail)
}

fn short_window(account: &str, coverage: &AccountCoverage) -> Option<Finding> {
    let span = coverage.span_days();
    let title = format!("the log of account {account} spans {}", count(span, "day"));
    let detail = "what is done once in a quarter may not be in it".to_owned();
    (span < QUARTER_DAYS).then(|| about("short-window", Severity::Info, account, title, detail))
}

fn gap(account: &str, coverage: &AccountCoverage) -> Option<Finding> {
    let mut days = (coverage.first.day()..=coverage.last.day()).filter(|day| !coverage.days.contains(day));
    let first = Moment::of_day(days.next()?).date();
    let missing = 1 + days.count();
    let title = format!(
        "the log of account {account} has no record on {} of {}",
        thousands(missing),
        count(coverage.span_days(), "day")
    );
    let detail = format!("the first is {first}; files may be missing, and with them uses");
    Some(about("coverage-gap", Severity::Low, account, title, detail))
}

fn no_reads(account: &str, coverage: &AccountCoverage) -> Option<Finding> {
    let title = format!("the log of account {account} holds no read-only management event");
    let detail = "reading actions cannot be called unused: let the trail log read events".to_owned();
    (!coverage.reads).then(|| about("reads-not-logged", Severity::Medium, account, title, detail))
}

/// What it granted is not known, so nothing can be said about it.
fn unreadable(part: &Unreadable) -> Finding {
    let place = if part.place.is_empty() { String::new() } else { format!("{} of ", part.place) };
    let title = match part.place.starts_with("Collected") {
        true => format!("the snapshot is not whole, as {} tells", part.file),
        false => format!("{place}{} could not be understood", part.file),
    };
    let finding = about("unreadable-grants", Severity::Medium, "", title, part.reason.clone());
    Finding { subject: part.file.clone(), ..finding }
}

/// Uses behind one event that the dictionary does not know.
#[derive(Default)]
struct Unmapped<'e> {
    service: &'e str,
    count: u64,
    principals: BTreeSet<&'e str>,
    events: BTreeSet<&'e str>,
}

fn unmapped(evidence: &Evidence) -> Vec<Finding> {
    let mut all: BTreeMap<(&str, &str), Unmapped<'_>> = BTreeMap::new();
    let uses = evidence.uses.values().filter(|seen| seen.is_use() && seen.key.derivation == Derivation::Unmapped);
    for seen in uses {
        let event = all.entry((&seen.key.principal.account, &seen.key.event)).or_default();
        event.service = seen.service();
        event.count += seen.count;
        event.principals.insert(&seen.key.principal.arn);
        event.events.extend(seen.samples.iter().map(String::as_str));
    }
    let finding = |((account, name), event): ((&str, &str), Unmapped<'_>)| {
        let title = format!("event {name} is not in the catalog: {}", count(event.count, "use"));
        let who = count(event.principals.len(), "principal");
        let detail = format!("every granted action of `{}` is kept for the {who} behind it", event.service);
        let finding = about("unmapped-event", Severity::Low, account, title, detail);
        let events = event.events.iter().take(FEW).map(|event| (*event).to_owned()).collect();
        Finding { subject: name.to_owned(), events, ..finding }
    };
    all.into_iter().map(finding).collect()
}
