//! A backtest on one screen: the curve, who would have been denied what, and the line for each proposal.

use std::collections::BTreeMap;

use super::layout::{ROWS, WIDTH, range, row};
use super::{guardrails, intake};
use crate::fit::{Backtest, Judgement, Point, PolicyKey, Range, Replayed, Score, Trial, Verdict};
use crate::report::age;
use crate::report::plain::{after_account, clip, count, percent, plain, thousands, wrap};
use crate::trail::{Evidence, Moment};

/// Room for a resource in a line of a denial.
const RESOURCE: usize = 44;

/// The summary of a backtest. `evidence` is all that was read; `catalog_as_of` is the day of the catalog.
pub fn backtest(evidence: &Evidence, backtest: &Backtest, catalog_as_of: &str) -> String {
    let mut lines = intake::lines(evidence);
    lines.push(String::new());
    let ahead = count(u64::try_from(backtest.ahead_days).unwrap_or_default(), "day");
    let text = format!(
        "Judged on the future: learn from so many days, apply all that is proven, replay the {ahead} after; \
         at every cut where the window fits. The grants are those of the snapshot, at all times."
    );
    lines.extend(wrap("", &text, WIDTH));
    lines.extend(curve(&backtest.curve()));
    lines.push(String::new());
    if let Some(point) = longest(backtest) {
        lines.extend(principals(&point));
        lines.push(String::new());
        lines.extend(denials(&point));
        lines.extend(guardrails::lines(&point));
    }
    lines.extend(notes(backtest));
    lines.push(age::tool(catalog_as_of));
    lines.join("\n") + "\n"
}

fn curve(points: &[Point<'_>]) -> Vec<String> {
    let titles =
        [("cuts", 4), ("requests", 11), ("denied", 15), ("not told", 9), ("removed", 8), ("risk", 8), ("size", 8)];
    let mut lines = vec![row("preset, learned", &titles.map(|(title, width)| (title.to_owned(), width)))];
    for point in points {
        let (score, weights, sizes) = (point.score(), point.weights(), point.sizes());
        let share = |(all, part): (u64, u64)| percent(if all == 0 { 0.0 } else { part as f64 / all as f64 });
        let cells = [
            point.trials.len().to_string(),
            thousands(score.requests),
            range(score.denied),
            thousands(score.untold),
            share(weights.actions()),
            share(weights.risk()),
            times(sizes),
        ];
        let cells: Vec<_> = cells.into_iter().zip(titles.map(|(_, width)| width)).collect();
        lines.push(row(&format!("{}, {} days", point.preset, point.learn_days), &cells));
    }
    lines
}

/// How many times as large something became: `×0.73`, `×11.20`.
fn times((before, after): (usize, usize)) -> String {
    format!("×{:.2}", after as f64 / before.max(1) as f64)
}

/// The longest window of the first preset.
fn longest(backtest: &Backtest) -> Option<Point<'_>> {
    let curve = backtest.curve();
    let first = curve.first().map(|point| point.preset);
    curve.into_iter().filter(|point| Some(point.preset) == first).max_by_key(|point| point.learn_days)
}

/// The principals at the latest cut, those with the most to lose first.
fn principals(point: &Point<'_>) -> Vec<String> {
    let Some(trial) = point.trials.first() else {
        return Vec::new();
    };
    let mut all: Vec<&Replayed> = trial.principals.iter().filter(|one| one.weights.actions().0 > 0).collect();
    all.sort_by_key(|one| {
        (std::cmp::Reverse((one.score.denied.most, one.weights.actions().1)), one.account.as_str(), one.arn.as_str())
    });
    let titles = [("requests", 10), ("denied", 12), ("removed", 8), ("of", 8), ("size", 16)];
    let name = format!("{} days to {}", point.learn_days, trial.window.1.date());
    let mut lines = vec![row(&name, &titles.map(|(title, width)| (title.to_owned(), width)))];
    for one in all.iter().take(ROWS) {
        let (granted, removed) = one.weights.actions();
        let size = format!("{} → {}", thousands(one.sizes.0), thousands(one.sizes.1));
        let cells =
            [thousands(one.score.requests), range(one.score.denied), thousands(removed), thousands(granted), size];
        let cells: Vec<_> = cells.into_iter().zip(titles.map(|(_, width)| width)).collect();
        lines.push(row(&format!("{} {}", one.account, after_account(&one.arn)), &cells));
    }
    if all.len() > ROWS {
        lines.push(format!("  and {} in the JSON", count(all.len() - ROWS, "other")));
    }
    lines
}

/// Requests of one principal and action that would have been denied.
struct Loss<'b> {
    count: Range,
    first: Moment,
    resource: &'b str,
    resources: usize,
}

/// What would have been denied, over all cuts, by principal and action.
fn denials(point: &Point<'_>) -> Vec<String> {
    let mut denied: BTreeMap<(&str, &str, &str), Loss<'_>> = BTreeMap::new();
    for principal in point.trials.iter().flat_map(|trial| &trial.principals) {
        for lost in &principal.denied {
            let key = (principal.account.as_str(), principal.arn.as_str(), lost.action.as_str());
            let none = || Loss { count: Range::default(), first: lost.first, resource: &lost.resource, resources: 0 };
            let known = denied.entry(key).or_insert_with(none);
            known.count = known.count.plus(lost.count);
            known.first = known.first.min(lost.first);
            known.resources += lost.resources;
        }
    }
    let learned = format!("learned from {} days", point.learn_days);
    if denied.is_empty() {
        return vec![format!("Nothing would have been denied with what was {learned}.")];
    }
    let mut rows: Vec<_> = denied.into_iter().collect();
    rows.sort_by_key(|(key, loss)| (std::cmp::Reverse(loss.count.most), *key));
    let mut lines = vec![format!("Would have been denied with what was {learned}, over all cuts ({})", rows.len())];
    for ((account, arn, action), Loss { count: lost, first, resource, resources }) in rows.iter().take(ROWS) {
        let others = if *resources > 1 { format!(" and {} more", resources - 1) } else { String::new() };
        let name = format!("{account} {} {action}", after_account(arn));
        lines.push(row(&name, &[(range(*lost), 15), (format!("from {}", first.date()), 15)]));
        lines.push(format!("      on {}{others}", clip(&plain(resource), WIDTH - RESOURCE)));
    }
    if rows.len() > ROWS {
        lines.push(format!("  and {} in the JSON", count(rows.len() - ROWS, "other")));
    }
    lines
}

fn notes(backtest: &Backtest) -> Vec<String> {
    let untold = backtest.trials.iter().any(|trial| trial.score().untold > 0);
    let surprises: u64 =
        backtest.trials.iter().flat_map(|trial| &trial.principals).map(|principal| principal.surprises).sum();
    let mut texts = vec![
        "denied: requests (an action of a record) that the grants allow and the proposals would not; \
         `1 to 120` where some resources of 120 requests are lost and the trail does not tell how many requests each had"
            .to_owned(),
        "removed: granted actions of principals that went; risk: the same with List 1, Read and Tagging 3, Write 10, \
         Permissions management 30; size: characters of the changed policies"
            .to_owned(),
    ];
    if untold {
        texts.push("not told: the trail forgot or never told the resource, or no table knows the event".to_owned());
    }
    if surprises > 0 {
        texts.push(format!("{} that the grants do not explain were left out", count(surprises, "request")));
    }
    texts.iter().flat_map(|text| wrap("  - ", text, WIDTH)).collect()
}

/// A line for each proposal of a judgement: what the same judgement would have done, made at the cut of the trial.
pub fn foresight(judgement: &Judgement, trial: &Trial, ahead_days: i64) -> String {
    let (from, cut, _) = trial.window;
    let scores = trial.policies();
    let head = format!(
        "Judged on the future: learned from {} to {}, replayed on the {} after",
        from.date(),
        Moment(cut.0 - 1).date(),
        count(u64::try_from(ahead_days).unwrap_or_default(), "day")
    );
    let mut lines = wrap("", &head, WIDTH);
    for policy in &judgement.policies {
        if !matches!(policy.verdict, Verdict::Proven(_)) {
            continue;
        }
        let owners = match (&policy.verdict, policy.cluster) {
            (Verdict::Proven(proven), Some(_)) => proven.proposal().attached_to.iter().cloned().map(Some).collect(),
            _ => vec![policy.owner.clone()],
        };
        let keys: Vec<PolicyKey> = owners.into_iter().map(|owner| (policy.target.clone(), owner)).collect();
        // What is not among the changes then was not proven from so short a log, so that nothing was tried.
        let told = match keys.iter().all(|key| trial.changes.contains(key)) {
            true => sentence(sum(keys.iter().filter_map(|key| scores.get(key))), ahead_days),
            false => format!("no change of it was proven {ahead_days} days ago, so this one could not be tried"),
        };
        let name = policy.target.name().rsplit('/').next().unwrap_or_default();
        let owner = match (&policy.owner, policy.cluster) {
            (Some(owner), _) => format!(" of {}", after_account(owner)),
            (None, Some(number)) => format!(" of cluster {number}"),
            (None, None) => String::new(),
        };
        let text = format!("`{}`{owner} (account {}): {}", plain(name), policy.account, told);
        lines.extend(wrap("  ", &text, WIDTH));
    }
    if lines.len() == 1 {
        lines.push("  no proposal".to_owned());
    }
    for replay in &trial.guardrails {
        let told = sentence(replay.score, ahead_days);
        let text = format!("{} of account {}: {told}", replay.kind, replay.accounts.join(", "));
        lines.extend(wrap("  ", &text, WIDTH));
    }
    lines.join("\n") + "\n"
}

fn sum<'s>(scores: impl Iterator<Item = &'s Score>) -> Score {
    scores.fold(Score::default(), |mut sum, score| {
        sum.add(score);
        sum
    })
}

fn sentence(score: Score, ahead_days: i64) -> String {
    let untold = match score.untold {
        0 => String::new(),
        untold => format!("; of {} it could not be told", thousands(untold)),
    };
    format!(
        "applied {ahead_days} days ago, this would have denied {} of {}{untold}",
        range(score.denied),
        count(score.requests, "request")
    )
}
