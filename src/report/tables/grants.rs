//! One row per principal, service, standing and reason: an administrator has hundreds of rows, not one per action.

use std::collections::{BTreeMap, BTreeSet};

use crate::fit::{Fitting, GrantedAction, Judgement};
use crate::table::{Cell, ColumnKind, Table};

const COLUMNS: &[(&str, ColumnKind)] = &[
    ("account", ColumnKind::Text),
    ("principal", ColumnKind::Text),
    ("unique_id", ColumnKind::Text),
    ("service", ColumnKind::Text),
    ("standing", ColumnKind::Text),
    ("reason", ColumnKind::Text),
    ("action_count", ColumnKind::Int),
    ("actions", ColumnKind::Texts),
    ("statements", ColumnKind::Texts),
];

/// The table without rows.
pub(crate) fn empty() -> Table {
    Table::new("grants", COLUMNS)
}

/// The table.
pub(crate) fn table(judgement: &Judgement) -> Table {
    let mut fittings: Vec<&Fitting> = judgement.fittings.iter().collect();
    fittings.sort_by_key(|fitting| (&fitting.account, &fitting.arn));
    Table { rows: fittings.into_iter().flat_map(rows).collect(), ..empty() }
}

/// Actions of one service that share a fate.
#[derive(Default)]
struct Group<'j> {
    actions: BTreeSet<&'j str>,
    statements: BTreeSet<&'j str>,
}

fn rows(fitting: &Fitting) -> Vec<Vec<Cell>> {
    let mut groups: BTreeMap<(&str, &str, Option<&str>), Group<'_>> = BTreeMap::new();
    for granted in &fitting.granted {
        let key = (service(granted), granted.standing, granted.reason.as_deref());
        let group = groups.entry(key).or_default();
        group.actions.insert(&granted.action);
        group.statements.extend(granted.statements.iter().map(String::as_str));
    }
    let row = |((service, standing, reason), group): ((&str, &str, Option<&str>), Group<'_>)| {
        vec![
            fitting.account.as_str().into(),
            fitting.arn.as_str().into(),
            fitting.unique_id.as_str().into(),
            service.into(),
            standing.into(),
            reason.map(str::to_owned).into(),
            group.actions.len().into(),
            texts(group.actions),
            texts(group.statements),
        ]
    };
    groups.into_iter().map(row).collect()
}

fn service(granted: &GrantedAction) -> &str {
    granted.action.split(':').next().unwrap_or_default()
}

fn texts(texts: BTreeSet<&str>) -> Cell {
    Cell::Texts(texts.into_iter().map(str::to_owned).collect())
}
