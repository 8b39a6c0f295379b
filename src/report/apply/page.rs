//! One page per principal for the pull request: what goes and how sure that is, what stays and why.

use std::collections::{BTreeMap, BTreeSet};

use super::change::Change;
use crate::fit::{AccessLevel, Fitting, GrantedAction, Proposal};
use crate::report::confidence::{Watch, risk};
use crate::report::plain::{after_account, count, thousands};
use crate::report::policies::quoting::code;
use crate::report::sharing;
use crate::trail::{AccountCoverage, Moment};

/// Names in one cell; the rest is counted, and stands in report.json. Those that change permissions are all named,
/// up to the larger number.
const NAMES: usize = 8;
const ALL_NAMES: usize = 100;

/// Rows of one table; a longer one says how many follow.
const ROWS: usize = 200;

/// The page of one principal. `changes`: those that decide its requests.
pub(super) fn page(fitting: &Fitting, changes: &[&Change<'_>], coverage: Option<&AccountCoverage>) -> String {
    let watch = Watch::of(fitting, coverage);
    let mut text = format!("# {}\n\n", code(after_account(&fitting.arn)));
    text.push_str(&head(fitting, &watch));
    let goes = goes(fitting, changes);
    text.push_str(&format!("\n## What goes: {} of {}\n\n", thousands(goes.len()), thousands(fitting.granted.len())));
    text.push_str(&removed(&goes, &watch));
    text.push_str("\n## By which changes\n\n");
    changes.iter().for_each(|change| text.push_str(&about(change)));
    text.push_str(&format!("\n## What stays because it was used\n\n{}", used(fitting)));
    text.push_str(&format!("\n## What stays although no use was seen\n\n{}", unseen(fitting, &goes)));
    text
}

fn head(fitting: &Fitting, watch: &Watch<'_>) -> String {
    let uses = fitting.uses.iter().map(|explained| &explained.seen).filter(|seen| seen.is_use());
    let seen = fitting.seen.map_or_else(
        || "No record of it was seen".to_owned(),
        |(first, last)| format!("Seen from {} to {}", first.date(), last.date()),
    );
    format!(
        "Account {}, {}.\n{seen}, {} of its permissions in {} under watch.\n",
        code(&fitting.account),
        code(&fitting.arn),
        count(uses.map(|seen| seen.count).sum::<u64>(), "use"),
        count(u64::try_from(watch.days).unwrap_or(0), "day"),
    )
}

/// Granted actions that no policy of it grants any more: each that grants one is changed, wherever it comes from,
/// and loses it.
fn goes<'r>(fitting: &'r Fitting, changes: &[&Change<'_>]) -> Vec<&'r GrantedAction> {
    let mut losing: BTreeMap<String, Vec<&[String]>> = BTreeMap::new();
    for change in changes {
        let policy = format!("{}#", change.proposal.target.name());
        losing.entry(policy).or_default().push(&change.proposal.removed);
    }
    let is_lost = |granted: &&GrantedAction| {
        granted.statements.iter().all(|statement| {
            let mut of_policy = losing.iter().filter(|(policy, _)| statement.starts_with(*policy));
            of_policy.any(|(_, all)| all.iter().all(|removed| removed.binary_search(&granted.action).is_ok()))
        })
    };
    fitting.granted.iter().filter(is_lost).collect()
}

/// What changes permissions comes first.
fn removed(goes: &[&GrantedAction], watch: &Watch<'_>) -> String {
    if goes.is_empty() {
        return "Nothing: another of its policies grants it too.\n".to_owned();
    }
    let mut groups: BTreeMap<(std::cmp::Reverse<AccessLevel>, &str, bool), Vec<&str>> = BTreeMap::new();
    for granted in goes {
        let service = granted.action.split(':').next().unwrap_or_default();
        let key = (std::cmp::Reverse(granted.level), service, granted.standing == "unseen");
        groups.entry(key).or_default().push(&granted.action);
    }
    let levels: BTreeSet<std::cmp::Reverse<AccessLevel>> = groups.keys().map(|(level, ..)| *level).collect();
    let mut text = "| access level | if it stays | if it was needed |\n|---|---|---|\n".to_owned();
    for level in levels {
        let (stays, needed) = risk(level.0);
        text.push_str(&format!("| {} | {stays} | {needed} |\n", level.0.word()));
    }
    text.push('\n');
    let row = |((level, service, unseen), actions): (&(std::cmp::Reverse<AccessLevel>, &str, bool), &Vec<&str>)| {
        let grade = watch.grade(service, *unseen);
        let few = if level.0 == AccessLevel::PermissionsManagement { ALL_NAMES } else { NAMES };
        let names = names(actions.iter().copied(), few);
        let (sure, because) = (grade.confidence.word(), &grade.because);
        format!("| {} | {} | {names} | {sure} | {because} |", level.0.word(), thousands(actions.len()))
    };
    text + &table("| access level | number | actions | confidence | because |", groups.iter().map(row).collect())
}

fn about(change: &Change<'_>) -> String {
    let proposal = change.proposal;
    let diffs: Vec<String> = change.files.diffs.iter().map(|diff| code(diff)).collect();
    let shared = match proposal.holders.len() {
        0 | 1 => String::new(),
        many => format!(" It decides the requests of {many} principals."),
    };
    let more = sharing::ways(change.shared, proposal).into_iter().chain(sharing::pairs(proposal));
    let more = more.chain(conditions(proposal));
    let more: String = more.map(|line| format!("  - {line}\n")).collect();
    format!(
        "- {}. {}: {} go; {} characters before, {} after. {}{shared}\n{more}",
        change.number,
        code(&change.title),
        count(proposal.removed.len(), "action"),
        thousands(proposal.size_before),
        thousands(proposal.size_after()),
        if diffs.is_empty() {
            "Nothing of it stays.".to_owned()
        } else {
            format!("What changes: {}.", diffs.join(", "))
        },
    )
}

/// Conditions that come, with what they rest on, and those that are not offered, with the reason.
fn conditions(proposal: &Proposal) -> impl Iterator<Item = String> {
    let added = proposal.conditions.iter().map(|(statement, new)| {
        let values = new.condition.values.iter().map(String::as_str);
        format!(
            "Statement {statement} gets the condition {} {} {}, which holds for {}.",
            code(&new.condition.operator),
            code(&new.condition.key),
            names(values, NAMES),
            count(new.calls, "call"),
        )
    });
    let withheld = proposal.withheld.iter().map(|(statement, one)| {
        let actions = names(one.actions.iter().map(String::as_str), NAMES);
        format!("Statement {statement} gets no {} for {actions}: {}.", code(one.key), one.reason)
    });
    added.chain(withheld)
}

/// What was seen of one action.
struct Seen<'r> {
    count: u64,
    first: Moment,
    last: Moment,
    resources: BTreeSet<&'r str>,
}

fn used(fitting: &Fitting) -> String {
    let mut all: BTreeMap<&str, Seen<'_>> = BTreeMap::new();
    for seen in fitting.uses.iter().map(|explained| &explained.seen).filter(|seen| seen.is_use()) {
        let new = || Seen { count: 0, first: seen.first, last: seen.last, resources: BTreeSet::new() };
        let one = all.entry(&seen.key.action).or_insert_with(new);
        one.count += seen.count;
        one.first = one.first.min(seen.first);
        one.last = one.last.max(seen.last);
        one.resources.extend(seen.footprint.patterns());
    }
    if all.is_empty() {
        return "Nothing was used.\n".to_owned();
    }
    let row = |(action, seen): (&&str, &Seen<'_>)| {
        let (first, last) = (seen.first.date(), seen.last.date());
        let resources = names(seen.resources.iter().copied(), NAMES / 2);
        let rhythm = fitting.rare.get(*action).map_or_else(String::new, |rare| format!(", {}", rare.rhythm.name()));
        format!("| {} | {}{rhythm} | {first} | {last} | {resources} |", cell(action), thousands(seen.count))
    };
    table("| action | uses | first | last | on |", all.iter().map(row).collect())
}

fn unseen(fitting: &Fitting, goes: &[&GrantedAction]) -> String {
    let lost: BTreeSet<&str> = goes.iter().map(|granted| granted.action.as_str()).collect();
    let mut reasons: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for granted in fitting.granted.iter().filter(|granted| !lost.contains(granted.action.as_str())) {
        let reason = match granted.standing {
            "unseen" => granted.reason.as_deref().unwrap_or_default(),
            "unused" => "a policy that grants it was not changed, or another of its holders needs it",
            _ => continue,
        };
        reasons.entry(reason).or_default().push(&granted.action);
    }
    if reasons.is_empty() {
        return "Nothing.\n".to_owned();
    }
    let row = |(reason, actions): (&&str, &Vec<&str>)| {
        let why = reason.replace('|', "\\|").replace(char::is_control, " ");
        format!("| {} | {} | {why} |", thousands(actions.len()), names(actions.iter().copied(), NAMES))
    };
    table("| number | actions | why |", reasons.iter().map(row).collect())
}

fn table(head: &str, rows: Vec<String>) -> String {
    let line = "|---".repeat(head.matches('|').count() - 1) + "|";
    let more = match rows.len().checked_sub(ROWS) {
        Some(more @ 1..) => format!("\n{} more stand in report.json.\n", count(more, "row")),
        _ => String::new(),
    };
    let rows: Vec<String> = rows.into_iter().take(ROWS).collect();
    format!("{head}\n{line}\n{}\n{more}", rows.join("\n"))
}

/// The first few names, each a cell's text, and how many more.
fn names<'a>(names: impl Iterator<Item = &'a str>, few: usize) -> String {
    let names: Vec<&str> = names.collect();
    let shown: Vec<String> = names.iter().take(few).map(|name| cell(name)).collect();
    let more = names.len().saturating_sub(few);
    if more == 0 { shown.join(", ") } else { format!("{} and {} more", shown.join(", "), thousands(more)) }
}

/// A name in a table: a bar would end the cell.
fn cell(name: &str) -> String {
    code(name).replace('|', "\\|")
}
