//! The verdict of `check`: do the grants fit within a tolerance? Exit codes are the door's matter.

use super::intake;
use super::layout::{ROWS, WIDTH, row};
use crate::fit::{Fitting, Judgement};
use crate::report::age;
use crate::report::plain::{after_account, count, first_few, percent, plain, thousands, wrap};
use crate::trail::Evidence;

const NUMBER: usize = 9;

/// What `check` found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CheckVerdict {
    /// Whether no principal is loose.
    pub fits: bool,
    /// Principals whose excess is above the tolerance and whose policies can be changed here.
    pub loose: usize,
    /// Principals that could not be judged.
    pub unfit: usize,
    /// Uses that the grants do not explain.
    pub surprises: usize,
    /// One screen of text.
    pub text: String,
}

/// Compares every judged principal with `max_excess`, the share of granted actions (0 to 1) that may be unused.
/// Principals whose policies cannot be changed here are told but not counted as loose.
///
/// `catalog_as_of` is the day of the catalog.
pub fn check(evidence: &Evidence, judgement: &Judgement, max_excess: f64, catalog_as_of: &str) -> CheckVerdict {
    let (judged, unfit): (Vec<&Fitting>, Vec<&Fitting>) =
        judgement.fittings.iter().partition(|fitting| fitting.unfit.is_empty());
    let over = judged.iter().copied().filter(|fitting| fitting.excess() > max_excess);
    let (foreign, mut loose): (Vec<&Fitting>, Vec<&Fitting>) = over.partition(|fitting| fitting.not_editable.is_some());
    loose.sort_by(|a, b| {
        b.excess().total_cmp(&a.excess()).then_with(|| (&a.account, &a.arn).cmp(&(&b.account, &b.arn)))
    });
    let surprises = judged.iter().map(|fitting| fitting.surprises.len()).sum();
    let verdict = if loose.is_empty() { "fits" } else { "LOOSE" };
    let head = format!(
        "{verdict}: {} of {} above {} unused",
        thousands(loose.len()),
        count(judged.len(), "judged principal"),
        percent(max_excess)
    );
    let mut lines = wrap("", &head, WIDTH);
    lines.extend(table(&loose));
    lines.extend(notes(evidence, &foreign, &unfit, surprises));
    lines.extend(intake::data_events(evidence));
    lines.extend(age::warning(evidence, catalog_as_of).iter().flat_map(|text| wrap("  - ", text, WIDTH)));
    lines.push(age::tool(catalog_as_of));
    CheckVerdict {
        fits: loose.is_empty(),
        loose: loose.len(),
        unfit: unfit.len(),
        surprises,
        text: lines.join("\n") + "\n",
    }
}

fn table(loose: &[&Fitting]) -> Vec<String> {
    let mut lines = Vec::new();
    if !loose.is_empty() {
        lines.push(row("account and name", &["excess", "unused", "granted"].map(|title| (title.to_owned(), NUMBER))));
    }
    for fitting in loose.iter().take(ROWS) {
        let cells = [percent(fitting.excess()), thousands(fitting.count("unused")), thousands(fitting.granted.len())];
        let name = format!("{} {}", fitting.account, after_account(&fitting.arn));
        lines.push(row(&name, &cells.map(|cell| (cell, NUMBER))));
    }
    if loose.len() > ROWS {
        lines.push(format!("  and {}", count(loose.len() - ROWS, "other")));
    }
    lines
}

fn notes(evidence: &Evidence, foreign: &[&Fitting], unfit: &[&Fitting], surprises: usize) -> Vec<String> {
    let names = |fittings: &[&Fitting]| {
        let names: Vec<String> = fittings.iter().map(|fitting| plain(after_account(&fitting.arn))).collect();
        first_few(names.iter().map(String::as_str), 3)
    };
    let mut texts = Vec::new();
    if !foreign.is_empty() {
        texts.push(format!("not counted, since AWS owns them: {}", names(foreign)));
    }
    if !unfit.is_empty() {
        texts.push(format!("{} could not be judged: {}", count(unfit.len(), "principal"), names(unfit)));
    }
    if surprises > 0 {
        texts.push(format!("{} that the grants do not explain", count(surprises, "use")));
    }
    let tally = &evidence.tally;
    if tally.lost > 0 {
        texts.push(format!("{} lost ({})", count(tally.lost, "record"), percent(tally.lost_share())));
    }
    texts.iter().flat_map(|text| wrap("  - ", text, WIDTH)).collect()
}
