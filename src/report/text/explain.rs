//! The answer to "why does this principal have this action, and what becomes of it?"

use std::collections::BTreeMap;

use super::layout::WIDTH;
use crate::fit::{ExplainedUse, Fitting, GrantedAction, Judgement, PolicyVerdict, Proposal, Stranger, Verdict};
use crate::iam::ActionPattern;
use crate::report::age::tool;
use crate::report::plain::{after_account, clip, count, first_few, plain, wrap};
use crate::report::tables::uses::decision;
use crate::trail::{Derivation, Use};

/// Names and resources told per line.
const FEW: usize = 3;

/// Actions told together.
const MANY: usize = 20;

/// Explains an action, or each action of a pattern, for every principal of the judgement; `catalog_as_of` is the day
/// of the catalog.
pub fn explain(judgement: &Judgement, action: &str, catalog_as_of: &str) -> String {
    let asked = ActionPattern::new(action);
    let mut blocks: Vec<Vec<String>> = Vec::new();
    for fitting in &judgement.fittings {
        blocks.extend(of_fitting(fitting, &judgement.policies, &asked));
    }
    for stranger in &judgement.strangers {
        blocks.extend(of_stranger(stranger, &asked));
    }
    if blocks.is_empty() {
        blocks.push(told("no principal was asked about"));
    }
    blocks.push(vec![tool(catalog_as_of)]);
    blocks.iter().map(|lines| lines.join("\n") + "\n").collect::<Vec<_>>().join("\n")
}

/// One block per action that was tried or is asked for by its name; the others of a pattern together.
fn of_fitting(fitting: &Fitting, policies: &[PolicyVerdict], asked: &ActionPattern) -> Vec<Vec<String>> {
    let held: Vec<&PolicyVerdict> = policies.iter().filter(|policy| policy.holders.contains(&fitting.arn)).collect();
    let mut uses: BTreeMap<&str, Vec<&ExplainedUse>> = BTreeMap::new();
    for one in fitting.uses.iter().filter(|one| asked.matches(&one.seen.key.action)) {
        uses.entry(&one.seen.key.action).or_default().push(one);
    }
    let mut idle = Vec::new();
    for granted in fitting.granted.iter().filter(|granted| asked.matches(&granted.action)) {
        if !uses.contains_key(granted.action.as_str()) {
            idle.push(granted);
        }
    }
    let mut blocks = Vec::new();
    for (action, uses) in &uses {
        let granted = fitting.granted.iter().find(|granted| granted.action.eq_ignore_ascii_case(action));
        blocks.push(of_action(fitting, &held, action, granted, uses));
    }
    match idle.as_slice() {
        [] if uses.is_empty() => blocks.push(of_action(fitting, &held, asked.as_str(), None, &[])),
        [] => {}
        [one] => blocks.push(of_action(fitting, &held, &one.action, Some(one), &[])),
        many => blocks.push(of_many(fitting, asked, many)),
    }
    blocks
}

fn of_action(
    fitting: &Fitting,
    held: &[&PolicyVerdict],
    action: &str,
    granted: Option<&GrantedAction>,
    uses: &[&ExplainedUse],
) -> Vec<String> {
    let mut lines = head(&fitting.arn, action);
    if fitting.unfit.is_empty() {
        lines.extend(of_grant(granted, uses));
    } else {
        lines.extend(told(&format!("the principal could not be judged: {}", fitting.unfit.join("; "))));
    }
    for one in uses {
        lines.extend(of_use(&one.seen));
        lines.extend(of_decision(one));
    }
    lines.extend(held.iter().flat_map(|policy| of_policy(policy, granted, action)));
    lines
}

/// Granted actions of a pattern that nobody tried, by what became of them.
fn of_many(fitting: &Fitting, asked: &ActionPattern, granted: &[&GrantedAction]) -> Vec<String> {
    let mut fates: BTreeMap<String, Vec<&str>> = BTreeMap::new();
    for one in granted {
        let reason = one.reason.as_ref().map_or_else(String::new, |reason| format!(" because {reason}"));
        fates.entry(format!("{}{reason}", one.standing)).or_default().push(&one.action);
    }
    let mut lines = head(&fitting.arn, &format!("{}, never tried", asked.as_str()));
    for (fate, actions) in fates {
        lines.extend(told(&format!("{} {fate}: {}", count(actions.len(), "action"), first_few(actions, MANY))));
    }
    lines
}

fn of_stranger(stranger: &Stranger, asked: &ActionPattern) -> Option<Vec<String>> {
    let uses: Vec<&Use> = stranger.uses.iter().filter(|seen| asked.matches(&seen.key.action)).collect();
    let mut lines = head(&stranger.principal.arn, asked.as_str());
    lines.extend(told("the principal is in no snapshot: what it is granted is not known"));
    for seen in &uses {
        lines.extend(told(&seen.key.action));
        lines.extend(of_use(seen));
    }
    (!uses.is_empty()).then_some(lines)
}

fn head(arn: &str, action: &str) -> Vec<String> {
    wrap("", &format!("{} and {}", plain(arn), plain(action)), WIDTH)
}

fn told(text: &str) -> Vec<String> {
    wrap("  ", &plain(text), WIDTH)
}

/// Whether it is granted, through what, and whether that was used.
fn of_grant(granted: Option<&GrantedAction>, uses: &[&ExplainedUse]) -> Vec<String> {
    let Some(granted) = granted else {
        if uses.iter().any(|one| one.seen.key.derivation == Derivation::Unmapped) {
            return told(
                "the event is not in the catalog: its service is kept as granted, since its action is not known",
            );
        }
        let used = if uses.iter().any(|one| one.seen.is_use()) { "used all the same" } else { "never used" };
        return told(&format!("never granted by its identity-based policies, {used}"));
    };
    let mut lines = told(&format!("granted by {}", granted.statements.join(", ")));
    lines.extend(match (&granted.reason, granted.standing) {
        (Some(reason), standing) => told(&format!("{standing}: {reason}")),
        (None, "unused") => told("unused: a use would have been seen"),
        (None, standing) => told(standing),
    });
    lines.extend(granted.data_source.iter().flat_map(|source| of_data(granted, source)));
    lines
}

/// How it is known whether data events are logged.
fn of_data(granted: &GrantedAction, source: &str) -> Vec<String> {
    match granted.standing {
        "unused" => told(&format!(
            "data events of {source} are logged for its resources: inferred from such events in the log, unless \
             --data-events said so"
        )),
        "unseen" => told(&format!(
            "only data events of {source} show it; whether they are logged is inferred from the log itself"
        )),
        _ => Vec::new(),
    }
}

fn of_use(seen: &Use) -> Vec<String> {
    let key = &seen.key;
    let verb = if seen.is_use() { "used" } else { "tried" };
    let mut text = format!(
        "{verb} {} from {} to {} as {} ({})",
        count(seen.count, "time"),
        seen.first,
        seen.last,
        key.event,
        key.outcome.name()
    );
    if !key.region.is_empty() {
        text.push_str(&format!(" in {}", key.region));
    }
    if let Some(via) = &key.via {
        text.push_str(&format!(" via {via}"));
    }
    let mut lines = wrap("  - ", &plain(&text), WIDTH);
    lines.extend(derivation(key.derivation));
    let mut detail = |title: &str, texts: Vec<&str>| {
        if !texts.is_empty() {
            lines.extend(wrap(&format!("    {title} "), &plain(&first_few(texts, FEW)), WIDTH));
        }
    };
    detail("on", seen.footprint.patterns().collect());
    detail("eventIDs", seen.samples.iter().map(String::as_str).collect());
    if seen.footprint.has_untold() {
        lines.push("    on resources that some records do not tell".to_owned());
    }
    lines
}

/// How the action follows from the event, unless it simply has the event's name.
fn derivation(derivation: Derivation) -> Vec<String> {
    let Some(why) = derivation.meaning() else {
        return Vec::new();
    };
    wrap("    ", &format!("{}: {why}", derivation.name()), WIDTH)
}

fn of_decision(one: &ExplainedUse) -> Vec<String> {
    let Some(outcome) = one.outcome else {
        return Vec::new();
    };
    let mut text = format!("evaluates to {}", decision(outcome));
    if !one.allowed_by.is_empty() {
        text.push_str(&format!(", by {}", one.allowed_by.join(", ")));
    }
    if !one.missing_keys.is_empty() {
        text.push_str(&format!("; the log does not tell {}", one.missing_keys.join(", ")));
    }
    wrap("    ", &plain(&text), WIDTH)
}

/// What the verdict on one of its policies does with the action.
fn of_policy(policy: &PolicyVerdict, granted: Option<&GrantedAction>, action: &str) -> Vec<String> {
    let short = plain(last_part(policy.target.name()));
    let place =
        policy.owner.as_deref().map_or_else(String::new, |owner| format!(" of {}", plain(after_account(owner))));
    let fate = match &policy.verdict {
        Verdict::Proven(proven) => fate(proven.proposal(), action),
        // A policy that does not change matters only where it grants the action.
        _ if !granted.is_some_and(|granted| grants(policy, granted)) => None,
        Verdict::Fits => Some("stays as it is".to_owned()),
        Verdict::Refuted(_, counterexample) => Some(format!("stays: {counterexample}")),
        Verdict::NotEditable(advice) => Some(format!("cannot be changed here: {advice}")),
        Verdict::Unjudged(reason) => Some(format!("could not be judged: {reason}")),
    };
    let line =
        |fate: String| wrap("  ", &format!("policy {}{place}: {}", clip(&short, WIDTH / 2), plain(&fate)), WIDTH);
    fate.map(line).unwrap_or_default()
}

/// Whether one of the granting statements stands in the policy; statements are `policy#index` or `policy#Sid`.
fn grants(policy: &PolicyVerdict, granted: &GrantedAction) -> bool {
    let names = [policy.target.name(), last_part(policy.target.name())];
    let of_policy = |statement: &String| statement.rsplit_once('#').is_some_and(|(name, _)| names.contains(&name));
    granted.statements.iter().any(of_policy)
}

fn last_part(name: &str) -> &str {
    name.rsplit('/').next().unwrap_or(name)
}

/// What a proposal does with an action; `None`: the policy does not grant it.
fn fate(proposal: &Proposal, action: &str) -> Option<String> {
    let is_it = |name: &&String| name.eq_ignore_ascii_case(action);
    let change = proposal.change.name();
    if proposal.used.iter().any(|name| is_it(&name)) {
        return Some(format!("the {change} keeps it as used"));
    }
    if let Some((_, reason)) = proposal.unseen.iter().find(|(name, _)| is_it(name)) {
        return Some(format!("the {change} keeps it as unseen, because {reason}"));
    }
    proposal.removed.iter().any(|name| is_it(&name)).then(|| format!("the {change} removes it"))
}
