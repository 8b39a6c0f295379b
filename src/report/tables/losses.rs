//! One row per item that was not understood. The tally lists so many and counts the rest: those are one row with
//! the file `*`.

use crate::table::{Cell, ColumnKind, Table};
use crate::trail::Tally;

const COLUMNS: &[(&str, ColumnKind)] =
    &[("file", ColumnKind::Text), ("record", ColumnKind::Int), ("reason", ColumnKind::Text)];

/// The table without rows.
pub(crate) fn empty() -> Table {
    Table::new("losses", COLUMNS)
}

/// The table.
pub(crate) fn table(tally: &Tally) -> Table {
    let mut table = empty();
    for loss in &tally.losses {
        table.rows.push(vec![loss.file.as_str().into(), loss.record.into(), loss.reason.as_str().into()]);
    }
    let rest = tally.lost.saturating_sub(tally.losses.len() as u64);
    if rest > 0 {
        table.rows.push(vec!["*".into(), Cell::Null, format!("{rest} more, not listed one by one").into()]);
    }
    table
}
