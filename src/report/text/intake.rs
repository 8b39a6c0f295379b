//! What was read, over which days, and what could not be read.

use std::collections::BTreeMap;

use super::layout::WIDTH;
use crate::report::plain::{bytes, count, first_few, percent, plain, thousands, wrap};
use crate::trail::{Evidence, Loss, Moment, Tally};

/// Reasons and files of losses that a person reads.
const REASONS: usize = 3;
const FILES: usize = 3;

/// The lines about what was read.
pub(super) fn lines(evidence: &Evidence) -> Vec<String> {
    let tally = &evidence.tally;
    let mut lines = wrap(
        "Read    ",
        &format!(
            "{} ({}), {}{}",
            count(tally.files, "file"),
            bytes(tally.bytes),
            count(tally.read, "record"),
            days(evidence)
        ),
        WIDTH,
    );
    let sum = format!(
        "{} used + {} exempt + {} lost = {}",
        thousands(tally.used),
        thousands(tally.exempted()),
        thousands(tally.lost),
        thousands(tally.read)
    );
    lines.extend(wrap("        ", &sum, WIDTH));
    if tally.pruned > 0 {
        lines.extend(wrap(
            "        ",
            &format!("{} left out unopened, by account, region or day", count(tally.pruned, "file")),
            WIDTH,
        ));
    }
    lines.extend(data_events(evidence));
    lines.extend(exempt(tally));
    lines.extend(lost(tally));
    lines
}

fn days(evidence: &Evidence) -> String {
    let accounts = || evidence.coverage.accounts.values();
    let (Some(first), Some(last)) = (accounts().map(|seen| seen.first).min(), accounts().map(|seen| seen.last).max())
    else {
        return String::new();
    };
    let days: std::collections::BTreeSet<i64> = accounts().flat_map(|seen| seen.days.iter().copied()).collect();
    format!(
        " of {} on {} from {} to {}",
        count(accounts().len(), "account"),
        count(days.len(), "day"),
        Moment::date(first),
        Moment::date(last)
    )
}

/// Which data events the log holds, and by what it is told what could have been in it.
pub(super) fn data_events(evidence: &Evidence) -> Vec<String> {
    let accounts = &evidence.coverage.accounts;
    let mut sources: BTreeMap<&str, usize> = BTreeMap::new();
    for source in accounts.values().flat_map(|seen| &seen.data) {
        *sources.entry(source.trim_end_matches(".amazonaws.com")).or_default() += 1;
    }
    if accounts.is_empty() {
        return Vec::new();
    }
    let named = |(source, of): (&&str, &usize)| match *of == accounts.len() {
        true => plain(source),
        false => format!("{} ({of} of {})", plain(source), count(accounts.len(), "account")),
    };
    let told: Vec<String> = sources.iter().map(named).collect();
    let told =
        if told.is_empty() { "no data events".to_owned() } else { format!("data events of {}", told.join(", ")) };
    wrap("Logged  ", &format!("{told}; {}", told_by(evidence)), WIDTH)
}

/// Whether event selectors tell what is logged, or the log itself.
fn told_by(evidence: &Evidence) -> String {
    let accounts = evidence.coverage.accounts.len();
    let selections = evidence.coverage.accounts.keys().map(|account| evidence.coverage.selection(account));
    let selections: Vec<_> = selections.filter_map(Result::ok).collect();
    if selections.is_empty() {
        return "inferred from the log itself".to_owned();
    }
    let doubtful = selections.iter().filter(|selection| selection.needs_log()).count();
    let mut told = match selections.len() {
        all if all == accounts => "told by event selectors".to_owned(),
        some => format!("told by event selectors in {some} of {}, else by the log itself", count(accounts, "account")),
    };
    if doubtful > 0 {
        told.push_str(&format!(
            "; in {doubtful} of these changes are possible or seen, and the log itself must bear it out"
        ));
    }
    told
}

fn exempt(tally: &Tally) -> Vec<String> {
    let mut rules: Vec<(&str, u64)> = tally.exempt.iter().map(|(rule, count)| (rule.as_str(), *count)).collect();
    rules.sort_by_key(|(rule, count)| (std::cmp::Reverse(*count), *rule));
    if rules.is_empty() {
        return Vec::new();
    }
    let rules: Vec<String> =
        rules.iter().map(|(rule, count)| format!("{} {}", thousands(*count), plain(rule))).collect();
    wrap("Exempt  ", &first_few(rules.iter().map(String::as_str), REASONS + 1), WIDTH)
}

/// The losses by reason, most frequent first.
fn lost(tally: &Tally) -> Vec<String> {
    let mut reasons: BTreeMap<&str, Vec<&Loss>> = BTreeMap::new();
    tally.losses.iter().for_each(|loss| reasons.entry(&loss.reason).or_default().push(loss));
    let mut reasons: Vec<(&str, Vec<&Loss>)> = reasons.into_iter().collect();
    reasons.sort_by_key(|(reason, losses)| (std::cmp::Reverse(losses.len()), *reason));
    let mut lines = Vec::new();
    for (at, (reason, losses)) in reasons.iter().take(REASONS).enumerate() {
        let first = if at == 0 { "Lost    " } else { "        " };
        let mut files: Vec<String> = losses.iter().map(|loss| plain(&loss.file)).collect();
        files.dedup();
        let files = first_few(files.iter().map(String::as_str), FILES);
        lines.extend(wrap(first, &format!("{} × {}: {files}", thousands(losses.len()), plain(reason)), WIDTH));
    }
    if reasons.len() > REASONS {
        lines.push(format!("        and {} in report.json", count(reasons.len() - REASONS, "other reason")));
    }
    if tally.lost > 0 {
        lines.push(format!("        {} of what was read", percent(tally.lost_share())));
    }
    lines
}
