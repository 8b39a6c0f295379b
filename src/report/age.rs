//! How old the catalog is: its day in every report, and whether the log has outrun it.
//!
//! No clock is asked: the log's own last record is the present.

use crate::report::plain::plain;
use crate::trail::{Evidence, Moment};

/// From this age on the catalog may not know what the log shows. AWS adds some hundred actions in a quarter.
const OLD_DAYS: i64 = 90;

/// The line that says which program and which catalog spoke.
pub(super) fn tool(as_of: &str) -> String {
    format!("trailfit {}, catalog of {}", env!("CARGO_PKG_VERSION"), plain(as_of))
}

/// By how many days the log's last record is younger than the catalog, where that is too many.
pub(super) fn outdated(evidence: &Evidence, as_of: &str) -> Option<i64> {
    let last = evidence.coverage.accounts.values().map(|seen| seen.last).max()?;
    let days = last.day() - Moment::parse(as_of)?.day();
    (days > OLD_DAYS).then_some(days)
}

/// The warning for it.
pub(super) fn warning(evidence: &Evidence, as_of: &str) -> Option<String> {
    let days = outdated(evidence, as_of)?;
    Some(format!(
        "the log's last record is {days} days younger than the catalog of {}: new actions and events may be unknown to it",
        plain(as_of)
    ))
}
