//! One row per use or denied try, of principals and strangers alike, with what the grants say about it.

use crate::fit::{ExplainedUse, Judgement};
use crate::iam::Outcome;
use crate::table::{Cell, ColumnKind, Table};
use crate::trail::Use;

const COLUMNS: &[(&str, ColumnKind)] = &[
    ("account", ColumnKind::Text),
    ("principal", ColumnKind::Text),
    ("principal_kind", ColumnKind::Text),
    ("unique_id", ColumnKind::Text),
    ("service", ColumnKind::Text),
    ("action", ColumnKind::Text),
    ("event", ColumnKind::Text),
    ("region", ColumnKind::Text),
    ("via", ColumnKind::Text),
    ("outcome", ColumnKind::Text),
    ("derivation", ColumnKind::Text),
    ("owner_copy", ColumnKind::Bool),
    ("count", ColumnKind::Int),
    ("first_seen", ColumnKind::Time),
    ("last_seen", ColumnKind::Time),
    ("resource_level", ColumnKind::Text),
    ("resources", ColumnKind::Texts),
    ("resource_unknown", ColumnKind::Bool),
    ("context", ColumnKind::Texts),
    ("sample_event_ids", ColumnKind::Texts),
    ("decision", ColumnKind::Text),
    ("allowed_by", ColumnKind::Texts),
    ("missing_keys", ColumnKind::Texts),
];

/// The table without rows.
pub(crate) fn empty() -> Table {
    Table::new("uses", COLUMNS)
}

/// Who did it, as the snapshot names them where it knows them.
struct Actor<'j> {
    account: &'j str,
    arn: &'j str,
    kind: &'j str,
    unique_id: &'j str,
}

/// The table.
pub(crate) fn table(judgement: &Judgement) -> Table {
    let mut seen: Vec<(Actor<'_>, &Use, Option<&ExplainedUse>)> = Vec::new();
    for fitting in &judgement.fittings {
        for explained in &fitting.uses {
            let actor = Actor {
                account: &fitting.account,
                arn: &fitting.arn,
                kind: fitting.kind,
                unique_id: &fitting.unique_id,
            };
            seen.push((actor, &explained.seen, Some(explained)));
        }
    }
    for stranger in &judgement.strangers {
        let who = &stranger.principal;
        for one in &stranger.uses {
            let actor =
                Actor { account: &who.account, arn: &who.arn, kind: who.kind.name(), unique_id: &who.unique_id };
            seen.push((actor, one, None));
        }
    }
    seen.sort_by(|(a, left, _), (b, right, _)| {
        let who = (a.account, a.arn, a.unique_id).cmp(&(b.account, b.arn, b.unique_id));
        who.then_with(|| left.key.action.cmp(&right.key.action)).then_with(|| left.key.cmp(&right.key))
    });
    Table { rows: seen.iter().map(|(actor, seen, explained)| row(actor, seen, *explained)).collect(), ..empty() }
}

fn row(actor: &Actor<'_>, seen: &Use, explained: Option<&ExplainedUse>) -> Vec<Cell> {
    let key = &seen.key;
    let region = Some(key.region.clone()).filter(|region| !region.is_empty());
    let texts = |pick: fn(&ExplainedUse) -> &Vec<String>| Cell::Texts(explained.map(pick).cloned().unwrap_or_default());
    vec![
        actor.account.into(),
        actor.arn.into(),
        actor.kind.into(),
        actor.unique_id.into(),
        seen.service().into(),
        key.action.as_str().into(),
        key.event.as_str().into(),
        region.into(),
        key.via.clone().into(),
        key.outcome.name().into(),
        key.derivation.name().into(),
        key.owner_copy.into(),
        seen.count.into(),
        Cell::Time(seen.first.0),
        Cell::Time(seen.last.0),
        seen.footprint.level().name().into(),
        Cell::Texts(seen.footprint.patterns().map(str::to_owned).collect()),
        seen.footprint.has_untold().into(),
        Cell::Texts(key.context.iter().map(context).collect()),
        Cell::Texts(seen.samples.iter().cloned().collect()),
        explained.and_then(|explained| explained.outcome).map_or(Cell::Null, |outcome| decision(outcome).into()),
        texts(|explained| &explained.allowed_by),
        texts(|explained| &explained.missing_keys),
    ]
}

fn context((key, value): &(String, Option<String>)) -> String {
    value.as_ref().map_or_else(|| format!("{key} absent"), |value| format!("{key}={value}"))
}

/// The evaluator's answer as reports name it.
pub(crate) fn decision(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Allowed => "allowed",
        Outcome::Denied => "denied",
        Outcome::NotAllowed => "not-allowed",
        Outcome::Undetermined => "undetermined",
    }
}
