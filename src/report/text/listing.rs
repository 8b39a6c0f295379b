//! The principals, those with the most to lose first.

use super::layout::{Paint, ROWS, row};
use crate::fit::{Fitting, Judgement};
use crate::report::findings::{Severity, severity};
use crate::report::plain::{after_account, count, thousands};

const NUMBER: usize = 8;
const DATE: usize = 10;

/// The table of principals.
pub(super) fn lines(judgement: &Judgement, paint: Paint) -> Vec<String> {
    let mut judged: Vec<&Fitting> = judgement.fittings.iter().filter(|fitting| fitting.unfit.is_empty()).collect();
    judged.sort_by_key(|fitting| (std::cmp::Reverse(fitting.count("unused")), &fitting.account, &fitting.arn));
    let unfit = judgement.fittings.len() - judged.len();
    let title = format!(
        "Principals: {} judged, {unfit} unfit to judge, {} of the log in no snapshot",
        thousands(judged.len()),
        thousands(judgement.strangers.len())
    );
    let mut lines = vec![paint.heading(&title)];
    if judged.is_empty() {
        return lines;
    }
    let numbers = ["granted", "used", "unused", "unseen"].map(|title| (title.to_owned(), NUMBER));
    let heads = [numbers.as_slice(), &[("last seen".to_owned(), DATE)]].concat();
    lines.push(row("account and name", &heads));
    for fitting in judged.iter().take(ROWS) {
        let line = row(&format!("{} {}", fitting.account, after_account(&fitting.arn)), &cells(fitting));
        lines.push(if severity(fitting) == Severity::High { paint.grave(&line) } else { line });
    }
    if judged.len() > ROWS {
        lines.push(format!("  and {} in report.json", count(judged.len() - ROWS, "other")));
    }
    lines
}

fn cells(fitting: &Fitting) -> Vec<(String, usize)> {
    let standings = ["used", "unused", "unseen"].map(|standing| fitting.count(standing));
    let numbers = std::iter::once(fitting.granted.len()).chain(standings);
    let last = fitting.seen.map_or_else(|| "never".to_owned(), |(_, last)| last.date());
    numbers.map(|number| (thousands(number), NUMBER)).chain([(last, DATE)]).collect()
}
