//! What to do first: a few concrete steps, each naming the file to look at.

use super::layout::{Paint, WIDTH};
use crate::report::apply::APPLY;
use crate::report::findings::{Finding, Severity};
use crate::report::plain::{after_account, count, first_few, plain, wrap};

/// Steps that a person takes in; the rest stands in the findings.
const STEPS: usize = 7;

/// Proven changes among them.
const CHANGES: usize = 3;

/// Names in one step.
const NAMES: usize = 3;

/// The ranked steps.
pub(super) fn lines(findings: &[Finding], paint: Paint) -> Vec<String> {
    let steps = steps(findings);
    if steps.is_empty() {
        return vec![paint.good("Nothing to do: every grant that was judged is used or could not be seen.")];
    }
    let mut lines = vec![paint.heading("Do first")];
    for (number, (text, place)) in steps.into_iter().take(STEPS).enumerate() {
        lines.extend(wrap(&format!("  {}. ", number + 1), &plain(&text), WIDTH));
        lines.extend(wrap("     → ", &place, WIDTH));
    }
    lines
}

/// What to do, and where to look.
fn steps(findings: &[Finding]) -> Vec<(String, String)> {
    let of = |id: &str| findings.iter().filter(|finding| finding.id == id).collect::<Vec<_>>();
    let mut steps = Vec::new();
    if let Some((all, first)) = with_first(of("account-not-covered")) {
        steps.push((
            format!("Read the log of {}: {}", count(all.len(), "account"), first.title),
            rows("account-not-covered"),
        ));
    }
    if let Some((all, first)) = with_first(of("policy-too-large")) {
        let others = if all.len() > 1 { format!(" (and {})", count(all.len() - 1, "other")) } else { String::new() };
        let text = format!("Decide about unseen actions{others}: {}: {}", first.title, first.detail);
        steps.push((text, rows("policy-too-large")));
    }
    steps.extend(changes(findings));
    if let Some((all, _)) = with_first(of("unused-principal")) {
        let editable: Vec<&Finding> = all.into_iter().filter(|finding| finding.severity < Severity::Info).collect();
        if !editable.is_empty() {
            let text = format!("Ask whether {} can go: {}", count(editable.len(), "principal"), names(&editable));
            steps.push((format!("{text} did nothing"), rows("unused-principal")));
        }
    }
    if let Some((all, first)) = with_first(of("surprise")) {
        let text = format!("Look into {}: {}", count(all.len(), "surprise"), first.title);
        steps.push((text, rows("surprise")));
    }
    if let Some((all, first)) = with_first(of("unfit-principal")) {
        let text = format!("Complete the snapshot for {}: {}", count(all.len(), "principal"), first.detail);
        steps.push((text, rows("unfit-principal")));
    }
    if let Some((all, first)) = with_first(of("policy-not-editable")) {
        let text = format!("See to {} elsewhere: {}: {}", count(all.len(), "policy"), first.title, first.detail);
        steps.push((text, rows("policy-not-editable")));
    }
    if let Some((all, first)) = with_first(of("unmapped-event")) {
        let text = format!("Map {}, they keep whole services granted: {}", count(all.len(), "event"), first.title);
        steps.push((text, rows("unmapped-event")));
    }
    steps
}

/// The proven changes that remove the most.
fn changes(findings: &[Finding]) -> Vec<(String, String)> {
    let mut proven: Vec<&Finding> =
        findings.iter().filter(|finding| finding.removed.is_some() && !finding.is_gone).collect();
    proven.sort_by_key(|finding| std::cmp::Reverse(finding.removed));
    let step = |finding: &&Finding| {
        let text = format!("{} (account {}, proven)", capital(&finding.title), finding.account);
        (text, finding.file.clone().unwrap_or_else(|| APPLY.to_owned()))
    };
    let mut steps: Vec<(String, String)> = proven.iter().take(CHANGES).map(step).collect();
    if let (Some((text, _)), true) = (steps.last_mut(), proven.len() > CHANGES) {
        text.push_str(&format!("; then {} in {APPLY}", count(proven.len() - CHANGES, "other change")));
    }
    steps
}

fn with_first(all: Vec<&Finding>) -> Option<(Vec<&Finding>, &Finding)> {
    let first = *all.first()?;
    Some((all, first))
}

fn names(findings: &[&Finding]) -> String {
    first_few(findings.iter().map(|finding| after_account(&finding.subject)), NAMES)
}

fn rows(id: &str) -> String {
    format!("report.json, findings `{id}`")
}

fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}
