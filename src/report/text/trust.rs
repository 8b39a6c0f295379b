//! Trust policies: those that can be narrowed, and roles that nobody assumed.

use super::layout::{Paint, ROWS, WIDTH};
use crate::fit::{Judgement, TrustOutcome, TrustVerdict};
use crate::report::plain::{after_account, count, first_few, plain, wrap};
use crate::report::trust::proven;

/// Names in one line.
const NAMES: usize = 3;

/// The block; nothing where no role's trust policy was judged.
pub(super) fn lines(judgement: &Judgement, paint: Paint) -> Vec<String> {
    let trusts = &judgement.trusts;
    if trusts.is_empty() {
        return Vec::new();
    }
    let narrower: Vec<&TrustVerdict> = trusts.iter().filter(|trust| proven(trust).is_some()).collect();
    let idle: Vec<&TrustVerdict> = trusts.iter().filter(|trust| matches!(trust.outcome, TrustOutcome::Idle)).collect();
    let hints = trusts.iter().flat_map(|trust| &trust.hints).filter(|hint| !hint.added).count();
    let title = format!(
        "Trust policies: {} judged, {} can be narrowed, {} nobody assumed, {} missing",
        trusts.len(),
        narrower.len(),
        count(idle.len(), "role"),
        count(hints, "condition"),
    );
    let mut lines = vec![paint.heading(&title)];
    for trust in narrower.iter().take(ROWS) {
        let first = format!("  {} {}: ", trust.account, plain(after_account(&trust.role)));
        lines.extend(wrap(&first, &plain(&change(trust)), WIDTH));
    }
    if narrower.len() > ROWS {
        lines.push(format!("  and {} in report.json", count(narrower.len() - ROWS, "other")));
    }
    if !idle.is_empty() {
        let names = first_few(idle.iter().map(|trust| after_account(&trust.role)), NAMES);
        lines.extend(wrap("  Nobody assumed ", &plain(&names), WIDTH));
    }
    lines
}

fn change(trust: &TrustVerdict) -> String {
    let Some(proposal) = proven(trust) else { return String::new() };
    let names = proposal.removed.iter().map(|(.., name)| name.as_str());
    let mut keys: Vec<&str> = proposal.conditions.iter().map(|(_, one)| one.key.as_str()).collect();
    keys.sort_unstable();
    keys.dedup();
    let removed = format!("without {}", first_few(names, NAMES));
    let added = format!("with {}", first_few(keys.iter().copied(), NAMES));
    let parts = [(!proposal.removed.is_empty(), removed), (!keys.is_empty(), added)];
    parts.into_iter().filter_map(|(is, text)| is.then_some(text)).collect::<Vec<_>>().join(", ")
}
