//! One row per principal: of the snapshots, judged or not, and of the log only.

use std::collections::BTreeMap;

use crate::fit::{Fitting, Judgement, Occurred, Stranger};
use crate::table::{Cell, ColumnKind, Table};
use crate::trail::{Evidence, Moment, Principal, Sighting};

const COLUMNS: &[(&str, ColumnKind)] = &[
    ("account", ColumnKind::Text),
    ("kind", ColumnKind::Text),
    ("arn", ColumnKind::Text),
    ("name", ColumnKind::Text),
    ("unique_id", ColumnKind::Text),
    ("created", ColumnKind::Time),
    ("first_seen", ColumnKind::Time),
    ("last_seen", ColumnKind::Time),
    ("granted", ColumnKind::Int),
    ("used", ColumnKind::Int),
    ("unused", ColumnKind::Int),
    ("unseen", ColumnKind::Int),
    ("excess", ColumnKind::Float),
    ("status", ColumnKind::Text),
    ("unfit_reasons", ColumnKind::Texts),
    ("not_editable", ColumnKind::Text),
    ("sessions", ColumnKind::Texts),
    ("source_identities", ColumnKind::Texts),
    ("surprises", ColumnKind::Int),
    ("made", ColumnKind::Time),
    ("deleted", ColumnKind::Time),
];

/// The table without rows.
pub(crate) fn empty() -> Table {
    Table::new("principals", COLUMNS)
}

/// The table.
pub(crate) fn table(evidence: &Evidence, judgement: &Judgement) -> Table {
    let sightings: BTreeMap<&Principal, &Sighting> =
        evidence.sightings.values().map(|sighting| (&sighting.principal, sighting)).collect();
    let mut rows: Vec<([&str; 3], Vec<Cell>)> = Vec::new();
    for fitting in &judgement.fittings {
        rows.push(([&fitting.account, &fitting.arn, &fitting.unique_id], known(fitting)));
    }
    for stranger in &judgement.strangers {
        let who = &stranger.principal;
        rows.push(([&who.account, &who.arn, &who.unique_id], unknown(stranger, sightings.get(who).copied())));
    }
    rows.sort_by_key(|(order, _)| *order);
    Table { rows: rows.into_iter().map(|(_, row)| row).collect(), ..empty() }
}

/// Where nothing could be judged, the numbers are unknown, not zero.
fn known(fitting: &Fitting) -> Vec<Cell> {
    let judged = fitting.unfit.is_empty();
    let number = |number: usize| if judged { Cell::from(number) } else { Cell::Null };
    let created = fitting.created.as_deref().and_then(Moment::parse);
    vec![
        fitting.account.as_str().into(),
        fitting.kind.into(),
        fitting.arn.as_str().into(),
        fitting.name.as_str().into(),
        fitting.unique_id.as_str().into(),
        moment(created),
        moment(fitting.seen.map(|(first, _)| first)),
        moment(fitting.seen.map(|(_, last)| last)),
        number(fitting.granted.len()),
        number(fitting.count("used")),
        number(fitting.count("unused")),
        number(fitting.count("unseen")),
        if judged { Cell::Float(fitting.excess()) } else { Cell::Null },
        if judged { "judged" } else { "unfit" }.into(),
        fitting.unfit.clone().into(),
        fitting.not_editable.clone().into(),
        fitting.sessions.clone().into(),
        fitting.source_identities.clone().into(),
        number(fitting.surprises.len()),
        occurred(fitting.made.as_ref()),
        occurred(fitting.deleted.as_ref()),
    ]
}

fn unknown(stranger: &Stranger, sighting: Option<&Sighting>) -> Vec<Cell> {
    let who = &stranger.principal;
    let texts = |pick: fn(&Sighting) -> Vec<String>| Cell::Texts(sighting.map(pick).unwrap_or_default());
    vec![
        who.account.as_str().into(),
        who.kind.name().into(),
        who.arn.as_str().into(),
        who.short_name().into(),
        who.unique_id.as_str().into(),
        Cell::Null,
        moment(Some(stranger.seen.0)),
        moment(Some(stranger.seen.1)),
        Cell::Null,
        Cell::Null,
        Cell::Null,
        Cell::Null,
        Cell::Null,
        "not-in-snapshot".into(),
        Cell::Texts(Vec::new()),
        Cell::Null,
        texts(|sighting| sighting.sessions.iter().cloned().collect()),
        texts(|sighting| sighting.source_identities.iter().cloned().collect()),
        Cell::Null,
        occurred(stranger.made.as_ref()),
        occurred(stranger.deleted.as_ref()),
    ]
}

fn occurred(occurred: Option<&Occurred>) -> Cell {
    moment(occurred.and_then(|occurred| Moment::parse(&occurred.time)))
}

fn moment(moment: Option<Moment>) -> Cell {
    moment.map_or(Cell::Null, |Moment(seconds)| Cell::Time(seconds))
}
