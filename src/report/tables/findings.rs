//! One row per finding. Finding is `findings`' work; here they only become rows.

use crate::report::findings::Finding;
use crate::table::{Cell, ColumnKind, Table};

const COLUMNS: &[(&str, ColumnKind)] = &[
    ("id", ColumnKind::Text),
    ("severity", ColumnKind::Text),
    ("account", ColumnKind::Text),
    ("subject", ColumnKind::Text),
    ("policy", ColumnKind::Text),
    ("title", ColumnKind::Text),
    ("detail", ColumnKind::Text),
    ("removed_actions", ColumnKind::Int),
    ("size_before", ColumnKind::Int),
    ("size_after", ColumnKind::Int),
    ("file", ColumnKind::Text),
    ("event_ids", ColumnKind::Texts),
];

/// The table without rows.
pub(crate) fn empty() -> Table {
    Table::new("findings", COLUMNS)
}

/// The table.
pub(crate) fn table(findings: &[Finding]) -> Table {
    Table { rows: findings.iter().map(row).collect(), ..empty() }
}

fn row(finding: &Finding) -> Vec<Cell> {
    let number = |number: Option<usize>| number.map_or(Cell::Null, Cell::from);
    vec![
        finding.id.into(),
        finding.severity.name().into(),
        finding.account.as_str().into(),
        finding.subject.as_str().into(),
        finding.policy.clone().into(),
        finding.title.as_str().into(),
        finding.detail.as_str().into(),
        number(finding.removed),
        number(finding.size_before),
        number(finding.size_after),
        finding.file.clone().into(),
        finding.events.clone().into(),
    ]
}
