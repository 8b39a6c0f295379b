//! The answer to "why does this principal have this action, and what becomes of it?"

use super::layout::WIDTH;
use crate::fit::{ExplainedUse, Fitting, GrantedAction, Judgement, PolicyVerdict, Proposal, Stranger, Verdict};
use crate::report::error::ReportError;
use crate::report::plain::{after_account, clip, count, first_few, plain, wrap};
use crate::report::tables::uses::decision;
use crate::trail::Use;

/// Names and resources told per line.
const FEW: usize = 3;

/// Explains one action of a principal, given by ARN, unique id or name; a name may fit several.
pub fn explain(judgement: &Judgement, principal: &str, action: &str) -> Result<String, ReportError> {
    let mut lines = Vec::new();
    for fitting in judgement.fittings.iter().filter(|one| is_asked(principal, [&one.arn, &one.name, &one.unique_id])) {
        lines.extend(of_fitting(fitting, &judgement.policies, action));
    }
    for stranger in &judgement.strangers {
        let who = &stranger.principal;
        if is_asked(principal, [&who.arn, who.short_name(), &who.unique_id]) {
            lines.extend(of_stranger(stranger, action));
        }
    }
    if lines.is_empty() {
        return Err(ReportError::UnknownPrincipal { asked: plain(principal), near: near(judgement, principal) });
    }
    Ok(lines.join("\n") + "\n")
}

fn is_asked(asked: &str, names: [&str; 3]) -> bool {
    !asked.is_empty() && names.iter().any(|name| name.eq_ignore_ascii_case(asked))
}

fn near(judgement: &Judgement, asked: &str) -> Vec<String> {
    let asked = asked.rsplit('/').next().unwrap_or(asked).to_ascii_lowercase();
    let close = |fitting: &&Fitting| !asked.is_empty() && fitting.name.to_ascii_lowercase().contains(&asked);
    judgement.fittings.iter().filter(close).take(FEW).map(|fitting| plain(&fitting.arn)).collect()
}

fn of_fitting(fitting: &Fitting, policies: &[PolicyVerdict], action: &str) -> Vec<String> {
    let uses: Vec<&ExplainedUse> =
        fitting.uses.iter().filter(|one| one.seen.key.action.eq_ignore_ascii_case(action)).collect();
    let granted = fitting.granted.iter().find(|granted| granted.action.eq_ignore_ascii_case(action));
    let name = granted.map(|granted| granted.action.as_str()).or(uses.first().map(|one| one.seen.key.action.as_str()));
    let mut lines = head(&fitting.arn, name.unwrap_or(action));
    if fitting.unfit.is_empty() {
        lines.extend(of_grant(granted, &uses));
    } else {
        lines.extend(told(&format!("the principal could not be judged: {}", fitting.unfit.join("; "))));
    }
    for one in &uses {
        lines.extend(of_use(&one.seen));
        lines.extend(of_decision(one));
    }
    for policy in policies.iter().filter(|policy| policy.holders.contains(&fitting.arn)) {
        lines.extend(of_policy(policy, granted, name.unwrap_or(action)));
    }
    lines
}

fn of_stranger(stranger: &Stranger, action: &str) -> Vec<String> {
    let mut lines = head(&stranger.principal.arn, action);
    lines.extend(told("the principal is in no snapshot: what it is granted is not known"));
    let uses: Vec<&Use> = stranger.uses.iter().filter(|seen| seen.key.action.eq_ignore_ascii_case(action)).collect();
    if uses.is_empty() {
        lines.extend(told("never used"));
    }
    lines.extend(uses.into_iter().flat_map(of_use));
    lines
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
        let used = if uses.iter().any(|one| one.seen.is_use()) { "used all the same" } else { "never used" };
        return told(&format!("never granted by its identity-based policies, {used}"));
    };
    let mut lines = told(&format!("granted by {}", granted.statements.join(", ")));
    lines.extend(match (&granted.reason, granted.standing) {
        (Some(reason), standing) => told(&format!("{standing}: {reason}")),
        (None, "unused") => told("unused: a use would have been seen"),
        (None, standing) => told(standing),
    });
    lines
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
    let short = plain(policy.target.name().rsplit('/').next().unwrap_or_default());
    let place =
        policy.owner.as_deref().map_or_else(String::new, |owner| format!(" of {}", plain(after_account(owner))));
    let fate = match &policy.verdict {
        Verdict::Proven(proven) => fate(proven.proposal(), action),
        // The policies that do not change matter only where the action is granted.
        _ if granted.is_none() => None,
        Verdict::Fits => Some("stays as it is".to_owned()),
        Verdict::Refuted(_, counterexample) => Some(format!("stays: {counterexample}")),
        Verdict::NotEditable(advice) => Some(format!("cannot be changed here: {advice}")),
        Verdict::Unjudged(reason) => Some(format!("could not be judged: {reason}")),
    };
    let line =
        |fate: String| wrap("  ", &format!("policy {}{place}: {}", clip(&short, WIDTH / 2), plain(&fate)), WIDTH);
    fate.map(line).unwrap_or_default()
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
