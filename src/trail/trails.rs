//! What snapshots tell of trails: `trails.json` of `trailfit collect`.

use std::collections::BTreeMap;

use serde_json::Value;

use super::moment::Moment;
use super::selectors::Selector;

/// Trails by the account that was asked.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Trails {
    pub(super) accounts: BTreeMap<String, Described>,
}

/// What one account told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Described {
    pub(super) as_of: Moment,
    pub(super) trails: Vec<Trail>,
}

/// One trail.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Trail {
    pub(super) arn: String,
    pub(super) name: String,
    pub(super) home: String,
    pub(super) is_everywhere: bool,
    /// False: it is known to be off.
    pub(super) is_on: bool,
    /// When logging last began.
    pub(super) started: Option<Moment>,
    /// None: they were refused.
    pub(super) selectors: Option<Vec<Selector>>,
}

impl Trails {
    /// Reads those of the documents, given as bytes, that tell of trails. Of two about one account the later counts.
    pub fn read<'d>(documents: impl IntoIterator<Item = &'d [u8]>) -> Trails {
        let mut trails = Trails::default();
        for value in documents.into_iter().filter_map(|bytes| serde_json::from_slice::<Value>(bytes).ok()) {
            if let Some((account, described)) = described(&value) {
                trails.add(account, described);
            }
        }
        trails
    }

    /// The union.
    pub(super) fn merge(&mut self, other: Trails) {
        other.accounts.into_iter().for_each(|(account, described)| self.add(account, described));
    }

    fn add(&mut self, account: String, described: Described) {
        let is_older = |known: &Described| known.as_of >= described.as_of;
        if !self.accounts.get(&account).is_some_and(is_older) {
            self.accounts.insert(account, described);
        }
    }
}

fn described(document: &Value) -> Option<(String, Described)> {
    let trails = document.get("Trails")?.as_array()?.iter().filter_map(trail).collect();
    let as_of = Moment::parse(document.get("AsOf")?.as_str()?)?;
    Some((document.get("Account")?.as_str()?.to_owned(), Described { as_of, trails }))
}

fn trail(trail: &Value) -> Option<Trail> {
    let text = |key: &str| trail.get(key).and_then(Value::as_str).unwrap_or_default().to_owned();
    let flag = |key: &str| trail.get(key).and_then(Value::as_bool);
    Some(Trail {
        arn: trail.get("TrailARN")?.as_str()?.to_owned(),
        name: text("Name"),
        home: text("HomeRegion"),
        is_everywhere: flag("IsMultiRegionTrail").unwrap_or_default(),
        is_on: flag("IsLogging").unwrap_or(true),
        started: Moment::parse(&text("StartLoggingTime")),
        selectors: Selector::all(trail),
    })
}
