//! Evidence → tables. The rows are sorted, so that the same evidence gives the same bytes.

use std::io;

use super::schema;
use crate::iam::Change;
use crate::table::{Cell, Table};
use crate::trail::{Evidence, Moment, Origins, Principal, RecordKind, Sighting, Tally, Turn, Use};

/// The tables of one archive, in the order of `TABLES`. The evidence must not be settled yet.
pub fn freeze(evidence: &Evidence, catalog_as_of: &str) -> io::Result<Vec<Table>> {
    Ok(vec![
        fill(schema::uses(), sorted(&evidence.uses).map(|(id, seen)| use_row(id, seen))),
        fill(schema::kinds(), sorted(&evidence.kinds).map(|(id, kind)| kind_row(id, kind))),
        traces(evidence)?,
        fill(schema::principals(), sorted(&evidence.sightings).map(|(id, sighting)| principal_row(id, sighting))),
        coverage(evidence),
        fill(
            schema::exempt(),
            evidence.tally.exempt.iter().map(|(rule, count)| vec![rule.clone().into(), (*count).into()]),
        ),
        losses(&evidence.tally),
        run(evidence, catalog_as_of),
        changes(evidence),
        fill(
            schema::days(),
            sorted(&evidence.uses).map(|(id, seen)| vec![id_cell(id), Cell::Ints(seen.days.iter().collect())]),
        ),
        turns(evidence),
        fill(schema::origins(), sorted(&evidence.uses).map(|(id, seen)| origins_row(id, &seen.origins))),
    ])
}

fn fill(mut table: Table, rows: impl Iterator<Item = Vec<Cell>>) -> Table {
    table.rows = rows.collect();
    table
}

fn sorted<T>(map: &rustc_hash::FxHashMap<u64, T>) -> impl Iterator<Item = (u64, &T)> {
    let mut all: Vec<(u64, &T)> = map.iter().map(|(id, value)| (*id, value)).collect();
    all.sort_unstable_by_key(|(id, _)| *id);
    all.into_iter()
}

pub(super) fn id_cell(id: u64) -> Cell {
    Cell::Int(i64::from_ne_bytes(id.to_ne_bytes()))
}

fn time(moment: Moment) -> Cell {
    Cell::Time(moment.0)
}

fn texts<'t>(texts: impl IntoIterator<Item = &'t String>) -> Cell {
    Cell::Texts(texts.into_iter().cloned().collect())
}

fn principal_cells(principal: &Principal) -> [Cell; 4] {
    [
        principal.account.clone().into(),
        principal.kind.name().into(),
        principal.arn.clone().into(),
        principal.unique_id.clone().into(),
    ]
}

fn use_row(id: u64, seen: &Use) -> Vec<Cell> {
    let key = &seen.key;
    let mut row = vec![id_cell(id)];
    row.extend(principal_cells(&key.principal));
    row.extend([
        key.action.clone().into(),
        key.region.clone().into(),
        key.via.clone().into(),
        key.outcome.name().into(),
        key.derivation.name().into(),
        key.event.clone().into(),
        key.owner_copy.into(),
        Cell::Texts(key.context.iter().map(|(name, _)| name.clone()).collect()),
        // `=value` is a value, an empty text is "known to be absent".
        Cell::Texts(
            key.context
                .iter()
                .map(|(_, value)| value.as_ref().map(|value| format!("={value}")).unwrap_or_default())
                .collect(),
        ),
        time(seen.first),
        time(seen.last),
        seen.footprint.level().name().into(),
        Cell::Texts(seen.footprint.patterns().map(str::to_owned).collect()),
        seen.footprint.has_untold().into(),
        texts(&seen.samples),
    ]);
    row
}

fn origins_row(id: u64, origins: &Origins) -> Vec<Cell> {
    let addresses = origins.addresses().map(ToString::to_string).collect();
    let (told, wide) = (origins.are_told().into(), origins.are_wide().into());
    vec![id_cell(id), told, wide, Cell::Texts(addresses), texts(origins.endpoints())]
}

fn kind_row(id: u64, kind: &RecordKind) -> Vec<Cell> {
    let uses = kind.uses.iter().map(|id| i64::from_ne_bytes(id.to_ne_bytes())).collect();
    vec![id_cell(id), kind.exempt.clone().into(), Cell::Ints(uses), kind.anonymous.into()]
}

fn traces(evidence: &Evidence) -> io::Result<Table> {
    let traces = evidence.traces.sorted()?;
    let row = |trace: &crate::trail::Trace| {
        let [high, low] = trace.fingerprint;
        vec![id_cell(high), id_cell(low), id_cell(trace.kind)]
    };
    Ok(fill(schema::traces(), traces.iter().map(row)))
}

fn principal_row(id: u64, sighting: &Sighting) -> Vec<Cell> {
    let mut row = vec![id_cell(id)];
    row.extend(principal_cells(&sighting.principal));
    row.extend([
        time(sighting.first),
        time(sighting.last),
        texts(&sighting.sessions),
        texts(&sighting.source_identities),
    ]);
    row
}

fn coverage(evidence: &Evidence) -> Table {
    let rows = evidence.coverage.accounts.iter().map(|(account, seen)| {
        vec![
            account.clone().into(),
            time(seen.first),
            time(seen.last),
            Cell::Ints(seen.days.iter().copied().collect()),
            texts(&seen.management),
            texts(&seen.data),
            seen.reads.into(),
            texts(&seen.regions),
        ]
    });
    fill(schema::coverage(), rows)
}

fn turns(evidence: &Evidence) -> Table {
    let rows = evidence.coverage.accounts.iter().flat_map(|(account, seen)| {
        let missed = seen.turns.are_missed().then(|| vec![account.clone().into(), Cell::Null, Cell::Null, Cell::Null]);
        let row = |turn: &Turn| {
            vec![account.clone().into(), time(turn.time), turn.call.clone().into(), turn.trail.clone().into()]
        };
        missed.into_iter().chain(seen.turns.iter().map(row)).collect::<Vec<_>>()
    });
    fill(schema::turns(), rows)
}

fn changes(evidence: &Evidence) -> Table {
    let forgotten = evidence.changes.forgotten().map(|until| {
        let mut row = vec![Cell::Null; schema::changes().columns.len()];
        row.iter_mut().take(1).for_each(|cell| *cell = time(until));
        row
    });
    fill(schema::changes(), forgotten.into_iter().chain(evidence.changes.iter().map(change_row)))
}

fn change_row(change: &Change) -> Vec<Cell> {
    vec![
        Moment::parse(&change.time).map_or(Cell::Null, time),
        change.verb.name().into(),
        change.account.clone().into(),
        change.kind.name().into(),
        change.name.clone().into(),
        change.policy.clone().into(),
        change.document.clone().into(),
        change.arn.clone().into(),
        change.path.clone().into(),
        change.unique_id.clone().into(),
        change.is_default.into(),
        texts(change.tags.iter().map(|(key, _)| key)),
        texts(change.tags.iter().map(|(_, value)| value)),
        change.call.clone().into(),
        change.id.clone().into(),
    ]
}

fn losses(tally: &Tally) -> Table {
    let rows =
        tally.losses.iter().map(|loss| vec![loss.file.clone().into(), loss.record.into(), loss.reason.clone().into()]);
    fill(schema::losses(), rows)
}

fn run(evidence: &Evidence, catalog_as_of: &str) -> Table {
    let (tally, scope) = (&evidence.tally, &evidence.scope);
    let bound = |moment: Option<Moment>| moment.map_or(Cell::Null, time);
    let row = vec![
        Cell::Int(schema::FORMAT),
        catalog_as_of.into(),
        bound(scope.since),
        bound(scope.until),
        texts(&scope.accounts),
        tally.files.into(),
        tally.bytes.into(),
        tally.pruned.into(),
        tally.read.into(),
        tally.lost.into(),
    ];
    fill(schema::run(), std::iter::once(row))
}
