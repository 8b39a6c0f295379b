//! Tables → evidence, ready to be merged. A table that does not fit is an error, never a guess.

use std::collections::BTreeMap;

use super::error::ArchiveError;
use super::schema::{self, FORMAT};
use crate::iam::{Change, EntityKind, Verb};
use crate::table::{Cell, Table, from_parquet};
use crate::trail::{
    AccountCoverage, Changes, Days, Derivation, Evidence, Footprint, Level, Loss, Moment, Origins, Outcome, Principal,
    PrincipalKind, RecordKind, Scope, Sighting, Trace, Turn, Turns, Use, UseKey,
};

/// What an archive holds.
pub struct Thawed {
    /// The evidence, unsettled.
    pub evidence: Evidence,
    /// As of when the catalog was that mapped its events.
    pub catalog_as_of: String,
}

/// Reads an archive from the bytes of its files, by table name.
pub fn thaw(mut files: BTreeMap<String, Vec<u8>>) -> Result<Thawed, ArchiveError> {
    let changes = files.remove(schema::changes().name);
    let days = files.remove(schema::days().name);
    let turns = files.remove(schema::turns().name);
    let origins = files.remove(schema::origins().name);
    let mut read = |empty: Table| {
        let bytes = files.remove(empty.name).ok_or(ArchiveError::Missing(empty.name))?;
        Ok::<Table, ArchiveError>(from_parquet(empty, bytes)?)
    };
    let mut evidence = Evidence::default();
    let run = read(schema::run())?;
    let catalog_as_of = each(&run, |row| take_run(row, &mut evidence))?.pop().unwrap_or_default();
    let format = run.rows.first().and_then(|row| Row(row.iter()).int());
    if format != Some(FORMAT) {
        return Err(ArchiveError::Format(format.unwrap_or_default()));
    }
    evidence.uses = each(&read(schema::uses())?, use_of)?.into_iter().collect();
    evidence.kinds = each(&read(schema::kinds())?, kind_of)?.into_iter().collect();
    each(&read(schema::traces())?, trace_of)?.into_iter().for_each(|trace| evidence.traces.add(trace));
    evidence.sightings = each(&read(schema::principals())?, sighting_of)?.into_iter().collect();
    evidence.coverage.accounts = each(&read(schema::coverage())?, coverage_of)?.into_iter().collect();
    evidence.tally.exempt =
        each(&read(schema::exempt())?, |row| Some((row.text()?, row.count()?)))?.into_iter().collect();
    let loss = |row: &mut Row<'_>| Some(Loss { file: row.text()?, record: row.count()?, reason: row.text()? });
    evidence.tally.losses = each(&read(schema::losses())?, loss)?.into_iter().collect();
    evidence.changes = match changes {
        Some(bytes) => changes_of(&from_parquet(schema::changes(), bytes)?)?,
        None => unknown_changes(&evidence),
    };
    take_turns(turns, &mut evidence)?;
    if let Some(bytes) = days {
        for (id, days) in each(&from_parquet(schema::days(), bytes)?, |row| Some((row.id()?, row.ints()?)))? {
            evidence.uses.get_mut(&id).into_iter().for_each(|seen| seen.days = days.iter().copied().collect());
        }
    }
    if let Some(bytes) = origins {
        for (id, origins) in each(&from_parquet(schema::origins(), bytes)?, origins_of)? {
            evidence.uses.get_mut(&id).into_iter().for_each(|seen| seen.origins = origins.clone());
        }
    }
    Ok(Thawed { evidence, catalog_as_of })
}

fn origins_of(row: &mut Row<'_>) -> Option<(u64, Origins)> {
    let id = row.id()?;
    let (told, wide) = (row.flag()?, row.flag()?);
    Some((id, Origins::restore(told, wide, &row.texts()?, row.texts()?)?))
}

/// Reads every row; the first that does not make sense is the error.
fn each<T>(table: &Table, mut read: impl FnMut(&mut Row<'_>) -> Option<T>) -> Result<Vec<T>, ArchiveError> {
    let rows = table.rows.iter().enumerate();
    rows.map(|(at, row)| read(&mut Row(row.iter())).ok_or(ArchiveError::Row { table: table.name, row: at + 1 }))
        .collect()
}

/// The cells of a row, taken one after the other in the order of the schema.
struct Row<'r>(std::slice::Iter<'r, Cell>);

impl Row<'_> {
    fn int(&mut self) -> Option<i64> {
        if let Cell::Int(number) = self.0.next()? { Some(*number) } else { None }
    }

    fn id(&mut self) -> Option<u64> {
        self.int().map(|number| u64::from_ne_bytes(number.to_ne_bytes()))
    }

    fn count(&mut self) -> Option<u64> {
        self.int().and_then(|number| u64::try_from(number).ok())
    }

    fn flag(&mut self) -> Option<bool> {
        if let Cell::Bool(flag) = self.0.next()? { Some(*flag) } else { None }
    }

    fn text(&mut self) -> Option<String> {
        self.maybe_text()?
    }

    fn maybe_text(&mut self) -> Option<Option<String>> {
        match self.0.next()? {
            Cell::Text(text) => Some(Some(text.clone())),
            Cell::Null => Some(None),
            _ => None,
        }
    }

    fn time(&mut self) -> Option<Moment> {
        self.maybe_time()?
    }

    fn maybe_time(&mut self) -> Option<Option<Moment>> {
        match self.0.next()? {
            Cell::Time(seconds) => Some(Some(Moment(*seconds))),
            Cell::Null => Some(None),
            _ => None,
        }
    }

    fn texts(&mut self) -> Option<Vec<String>> {
        if let Cell::Texts(texts) = self.0.next()? { Some(texts.clone()) } else { None }
    }

    fn ints(&mut self) -> Option<Vec<i64>> {
        if let Cell::Ints(numbers) = self.0.next()? { Some(numbers.clone()) } else { None }
    }

    fn principal(&mut self) -> Option<Principal> {
        let account = self.text()?;
        let kind = PrincipalKind::named(&self.text()?)?;
        Some(Principal { account, kind, arn: self.text()?, unique_id: self.text()? })
    }
}

fn take_run(row: &mut Row<'_>, evidence: &mut Evidence) -> Option<String> {
    let _format = row.int()?;
    let catalog_as_of = row.text()?;
    evidence.scope = Scope { since: row.maybe_time()?, until: row.maybe_time()?, accounts: row.texts()? };
    let tally = &mut evidence.tally;
    (tally.files, tally.bytes, tally.pruned) = (row.count()?, row.count()?, row.count()?);
    (tally.read, tally.lost) = (row.count()?, row.count()?);
    Some(catalog_as_of)
}

/// An archive of an earlier version does not tell what was changed in its time.
fn unknown_changes(evidence: &Evidence) -> Changes {
    let mut changes = Changes::default();
    let last = evidence.coverage.accounts.values().map(|seen| seen.last).max();
    last.into_iter().for_each(|last| changes.miss(last));
    changes
}

/// An archive of an earlier version does not tell them.
fn take_turns(table: Option<Vec<u8>>, evidence: &mut Evidence) -> Result<(), ArchiveError> {
    let Some(bytes) = table else {
        evidence.coverage.accounts.values_mut().for_each(|seen| seen.turns.miss());
        return Ok(());
    };
    for (account, turn) in each(&from_parquet(schema::turns(), bytes)?, turn_of)? {
        if let Some(seen) = evidence.coverage.accounts.get_mut(&account) {
            match turn {
                Some(turn) => seen.turns.add(turn),
                None => seen.turns.miss(),
            }
        }
    }
    Ok(())
}

fn turn_of(row: &mut Row<'_>) -> Option<(String, Option<Turn>)> {
    let account = row.text()?;
    let Some(time) = row.maybe_time()? else {
        return Some((account, None));
    };
    Some((account, Some(Turn { time, call: row.text()?, trail: row.maybe_text()?.unwrap_or_default() })))
}

fn changes_of(table: &Table) -> Result<Changes, ArchiveError> {
    let mut changes = Changes::default();
    for (time, change) in each(table, change_of)? {
        match change {
            Some(change) => changes.add(change),
            None => changes.miss(time),
        }
    }
    Ok(changes)
}

/// A change; a row with nothing but a time says up to when changes may be missing.
fn change_of(row: &mut Row<'_>) -> Option<(Moment, Option<Change>)> {
    let time = row.time()?;
    let Some(verb) = row.maybe_text()? else {
        return Some((time, None));
    };
    let (verb, account) = (Verb::named(&verb)?, row.text()?);
    let (kind, name) = (EntityKind::named(&row.text()?)?, row.maybe_text()?);
    let (policy, document, arn) = (row.maybe_text()?, row.maybe_text()?, row.maybe_text()?);
    let (path, unique_id, is_default) = (row.maybe_text()?, row.maybe_text()?, row.flag()?);
    let tags = row.texts()?.into_iter().zip(row.texts()?).collect();
    let (call, id) = (row.text()?, row.text()?);
    let change = Change {
        time: time.to_string(),
        verb,
        account,
        kind,
        name,
        policy,
        document,
        arn,
        path,
        unique_id,
        is_default,
        tags,
        call,
        id,
    };
    Some((time, Some(change)))
}

fn use_of(row: &mut Row<'_>) -> Option<(u64, Use)> {
    let id = row.id()?;
    let principal = row.principal()?;
    let (action, region, via) = (row.text()?, row.text()?, row.maybe_text()?);
    let outcome = Outcome::named(&row.text()?)?;
    let derivation = Derivation::named(&row.text()?)?;
    let (event, owner_copy) = (row.text()?, row.flag()?);
    let (keys, values) = (row.texts()?, row.texts()?);
    let context = keys.into_iter().zip(values.iter().map(|value| value.strip_prefix('=').map(str::to_owned))).collect();
    let (first, last) = (row.time()?, row.time()?);
    let level = Level::named(&row.text()?)?;
    let footprint = Footprint::restore(level, row.texts()?, row.flag()?);
    let samples = row.texts()?.into_iter().collect();
    let key = UseKey { principal, action, region, via, outcome, derivation, event, owner_copy, context };
    Some((
        id,
        Use { key, count: 0, first, last, days: Days::default(), footprint, origins: Origins::unknown(), samples },
    ))
}

fn kind_of(row: &mut Row<'_>) -> Option<(u64, RecordKind)> {
    let (id, exempt) = (row.id()?, row.maybe_text()?);
    let uses = row.ints()?.into_iter().map(|id| u64::from_ne_bytes(id.to_ne_bytes())).collect();
    Some((id, RecordKind { exempt, uses, anonymous: row.count()? }))
}

fn trace_of(row: &mut Row<'_>) -> Option<Trace> {
    Some(Trace { fingerprint: [row.id()?, row.id()?], kind: row.id()? })
}

fn sighting_of(row: &mut Row<'_>) -> Option<(u64, Sighting)> {
    let id = row.id()?;
    let principal = row.principal()?;
    let (first, last) = (row.time()?, row.time()?);
    let sessions = row.texts()?.into_iter().collect();
    Some((id, Sighting { principal, first, last, sessions, source_identities: row.texts()?.into_iter().collect() }))
}

fn coverage_of(row: &mut Row<'_>) -> Option<(String, AccountCoverage)> {
    let account = row.text()?;
    let (first, last) = (row.time()?, row.time()?);
    let days = row.ints()?.into_iter().collect();
    let (management, data) = (row.texts()?.into_iter().collect(), row.texts()?.into_iter().collect());
    let (reads, regions) = (row.flag()?, row.texts()?.into_iter().collect());
    let turns = Turns::default();
    Some((account, AccountCoverage { first, last, days, management, data, reads, regions, turns }))
}
