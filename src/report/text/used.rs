//! The summary of evidence alone: who used what, without any grant to compare with.

use std::collections::{BTreeMap, BTreeSet};

use super::intake;
use super::layout::{ROWS, WIDTH, row};
use crate::report::age;
use crate::report::plain::{after_account, count, thousands, wrap};
use crate::trail::{Derivation, Evidence, Moment, Outcome, Principal};

const NUMBER: usize = 8;
const DATE: usize = 10;

/// What one principal did.
#[derive(Default)]
struct Deeds<'e> {
    actions: BTreeSet<&'e str>,
    services: BTreeSet<&'e str>,
    denied: BTreeSet<&'e str>,
    records: u64,
    last: Option<Moment>,
}

/// The summary of the evidence-only command. The evidence is settled; `catalog_as_of` is the day of the catalog.
pub fn used_summary(evidence: &Evidence, catalog_as_of: &str) -> String {
    let mut all: BTreeMap<&Principal, Deeds<'_>> = BTreeMap::new();
    for seen in evidence.uses.values() {
        let deeds = all.entry(&seen.key.principal).or_default();
        deeds.last = deeds.last.max(Some(seen.last));
        if seen.is_use() {
            deeds.actions.insert(&seen.key.action);
            deeds.services.insert(seen.service());
            deeds.records += seen.count;
        } else if seen.key.outcome == Outcome::Denied {
            deeds.denied.insert(&seen.key.action);
        }
    }
    let mut all: Vec<(&Principal, Deeds<'_>)> = all.into_iter().collect();
    all.sort_by_key(|(who, deeds)| (std::cmp::Reverse(deeds.actions.len()), *who));
    let mut lines = intake::lines(evidence);
    lines.extend(derived(evidence));
    lines.push(String::new());
    lines.extend(table(&all));
    lines.push(String::new());
    lines.extend(age::warning(evidence, catalog_as_of).iter().flat_map(|text| wrap("", text, WIDTH)));
    lines.push(age::tool(catalog_as_of));
    lines.join("\n") + "\n"
}

/// How the used actions follow from their events.
fn derived(evidence: &Evidence) -> Vec<String> {
    let mut counts: BTreeMap<Derivation, usize> = BTreeMap::new();
    for seen in evidence.uses.values().filter(|seen| seen.is_use()) {
        *counts.entry(seen.key.derivation).or_default() += 1;
    }
    let told: Vec<String> =
        counts.iter().map(|(derivation, count)| format!("{} {}", thousands(*count), derivation.name())).collect();
    if told.is_empty() { Vec::new() } else { wrap("Derived ", &format!("uses of actions: {}", told.join(", ")), WIDTH) }
}

fn table(all: &[(&Principal, Deeds<'_>)]) -> Vec<String> {
    let mut lines = vec![count(all.len(), "principal")];
    let titles = ["actions", "services", "uses", "denied"].map(|title| (title.to_owned(), NUMBER));
    lines.push(row("account, kind and name", &[titles.as_slice(), &[("last seen".to_owned(), DATE)]].concat()));
    for (who, deeds) in all.iter().take(ROWS) {
        let numbers =
            [deeds.actions.len() as u64, deeds.services.len() as u64, deeds.records, deeds.denied.len() as u64];
        let last = deeds.last.map_or_else(String::new, Moment::date);
        let cells: Vec<_> =
            numbers.map(|number| (thousands(number), NUMBER)).into_iter().chain([(last, DATE)]).collect();
        lines.push(row(&name(who), &cells));
    }
    if all.len() > ROWS {
        lines.push(format!("  and {}", count(all.len() - ROWS, "other")));
    }
    lines
}

/// The ARN of a user or role says its kind already.
fn name(who: &Principal) -> String {
    let (kind, name) = (who.kind.name(), after_account(&who.arn));
    let kind = if name.starts_with(kind) { String::new() } else { format!("{kind} ") };
    format!("{} {kind}{name}", if who.account.is_empty() { "-" } else { &who.account })
}
