//! What guardrails of the past would have denied since, in a few lines.

use std::collections::BTreeMap;

use super::layout::{WIDTH, range};
use crate::fit::{Point, Range};
use crate::report::plain::{after_account, count, first_few, plain, thousands, wrap};

/// Principals and actions in one line.
const NAMES: usize = 3;

/// All cuts of one window length together.
#[derive(Default)]
struct Sum<'p> {
    cuts: usize,
    requests: u64,
    denied: Range,
    untold: u64,
    lost: Vec<(&'p str, &'p str)>,
}

/// A line for the guardrails of each kind and account; none where none were asked for.
pub(super) fn lines(point: &Point<'_>) -> Vec<String> {
    let mut sums: BTreeMap<(String, &str), Sum<'_>> = BTreeMap::new();
    for replay in point.trials.iter().flat_map(|trial| &trial.guardrails) {
        let sum = sums.entry((replay.accounts.join(", "), replay.kind)).or_default();
        sum.cuts += 1;
        sum.requests += replay.score.requests;
        sum.denied = sum.denied.plus(replay.score.denied);
        sum.untold += replay.score.untold;
        sum.lost.extend(replay.denied.iter().map(|(arn, one)| (arn.as_str(), one.action.as_str())));
    }
    if sums.is_empty() {
        return Vec::new();
    }
    let mut lines = vec![String::new(), format!("Guardrails made from {} days, over all cuts", point.learn_days)];
    for ((accounts, kind), mut sum) in sums {
        sum.lost.sort_unstable();
        sum.lost.dedup();
        let names: Vec<String> =
            sum.lost.iter().map(|(arn, action)| format!("{} {action}", after_account(arn))).collect();
        let of_whom = match names.is_empty() {
            true => String::new(),
            false => format!(": {}", first_few(names.iter().map(String::as_str), NAMES)),
        };
        let untold = match sum.untold {
            0 => String::new(),
            untold => format!("; of {} it could not be told", thousands(untold)),
        };
        let text = format!(
            "{kind} of account {accounts}: at {} it would have denied {} of {}{of_whom}{untold}",
            count(sum.cuts, "cut"),
            range(sum.denied),
            count(sum.requests, "request"),
        );
        lines.extend(wrap("  ", &plain(&text), WIDTH));
    }
    lines
}
