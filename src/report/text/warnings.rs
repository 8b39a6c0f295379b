//! What to keep in mind when reading the rest: the limits of what the log could show.

use std::collections::BTreeMap;

use super::layout::{Paint, WIDTH};
use crate::fit::Judgement;
use crate::report::findings::Finding;
use crate::report::plain::{count, plain, thousands, wrap};

/// Findings that are warnings.
const IDS: [&str; 7] = [
    "unreadable-grants",
    "outdated-catalog",
    "short-window",
    "coverage-gap",
    "reads-not-logged",
    "rarely-used",
    "policy-refuted",
];

/// Lines of each kind; an organization has many accounts.
const FEW: usize = 1;

/// Reasons for unseen actions that are told.
const REASONS: usize = 2;

/// The warnings.
pub(super) fn lines(findings: &[Finding], judgement: &Judgement, paint: Paint) -> Vec<String> {
    let mut texts = Vec::new();
    for id in IDS {
        let of_id: Vec<&Finding> = findings.iter().filter(|finding| finding.id == id).collect();
        texts.extend(of_id.iter().take(FEW).map(|finding| format!("{}: {}", finding.title, finding.detail)));
        if of_id.len() > FEW {
            texts.push(format!("{} like it: report.json, findings `{id}`", count(of_id.len() - FEW, "other")));
        }
    }
    texts.extend(unseen(judgement));
    if texts.is_empty() {
        return Vec::new();
    }
    let mut lines = vec![paint.heading("Keep in mind")];
    lines.extend(texts.iter().flat_map(|text| wrap("  - ", &plain(text), WIDTH)));
    lines
}

/// Why granted actions were kept although no use was seen, in one line.
fn unseen(judgement: &Judgement) -> Option<String> {
    let mut reasons: BTreeMap<&str, u64> = BTreeMap::new();
    let granted = judgement.fittings.iter().flat_map(|fitting| &fitting.granted);
    for reason in granted.filter_map(|granted| granted.reason.as_deref()) {
        *reasons.entry(reason).or_default() += 1;
    }
    let total: u64 = reasons.values().sum();
    let mut reasons: Vec<(&str, u64)> = reasons.into_iter().collect();
    reasons.sort_by_key(|(reason, count)| (std::cmp::Reverse(*count), *reason));
    let told: Vec<String> =
        reasons.iter().take(REASONS).map(|(reason, count)| format!("{reason} ({})", thousands(*count))).collect();
    let text = format!(
        "{} grants of actions are kept as unseen: {}; which events the trails log is inferred from the log itself",
        thousands(total),
        told.join(", ")
    );
    (total > 0).then_some(text)
}
