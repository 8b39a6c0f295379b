//! Which principals stand by the log alone, and why others do not.

use std::collections::BTreeMap;

use super::layout::WIDTH;
use crate::fit::{Fitting, Judgement};
use crate::report::plain::{after_account, count, plain, wrap};

/// Principals that are named; report.json names all.
const NAMES: usize = 40;

/// Principals whose policies the log shows whole, and those of which it does not, with why; empty where every
/// account has a snapshot.
pub fn rebuilt(judgement: &Judgement) -> String {
    let rebuilt = |account: &str| judgement.rebuilt.contains(account);
    let all: Vec<&Fitting> = judgement.fittings.iter().filter(|fitting| rebuilt(&fitting.account)).collect();
    if judgement.rebuilt.is_empty() {
        return String::new();
    }
    let (whole, partial): (Vec<&Fitting>, Vec<&Fitting>) =
        all.iter().copied().partition(|fitting| fitting.unfit.is_empty());
    let deleted = all.iter().filter(|fitting| fitting.deleted.is_some()).count();
    let before = judgement.strangers.iter().filter(|stranger| rebuilt(&stranger.principal.account)).count();
    let title = format!(
        "Grants from the log: {} changed in it, {} of them whole; {} deleted in it; {} acted of which the log holds no change",
        count(all.len(), "principal"),
        whole.len(),
        deleted,
        count(before, "other"),
    );
    let mut lines = wrap("", &title, WIDTH);
    let mut reasons: BTreeMap<String, Vec<&str>> = BTreeMap::new();
    for fitting in &partial {
        reasons.entry(fitting.unfit.join("; ")).or_default().push(after_account(&fitting.arn));
    }
    for (reason, names) in &reasons {
        let more = names.len().saturating_sub(NAMES);
        let more = if more == 0 { String::new() } else { format!(" and {more} more") };
        let names = names.iter().take(NAMES).copied().collect::<Vec<_>>().join(", ");
        lines.extend(wrap("  - ", &plain(&format!("not whole: {names}{more}: {reason}")), WIDTH));
    }
    if reasons.keys().any(|reason| reason.contains("::aws:policy/")) {
        let hint = "documents of policies that AWS manages stand in no log: give them with --grants, as `aws iam \
                    get-account-authorization-details --filter AWSManagedPolicy` prints them";
        lines.extend(wrap("  ", hint, WIDTH));
    }
    lines.join("\n") + "\n"
}
