//! Uses: who used which action, where, how it went, on what. Counted elsewhere (`evidence`), judged elsewhere.

use std::collections::BTreeSet;

use super::days::Days;
use super::footprint::Footprint;
use super::moment::Moment;
use super::origins::Origins;
use super::outcome::Outcome;
use super::principal::Principal;
use crate::catalog::Provenance;

/// Sample eventIDs and session names kept per use and principal: enough to look one up.
pub(crate) const MAX_SAMPLES: usize = 3;

/// Session names kept per principal.
pub(crate) const MAX_SESSIONS: usize = 8;

/// How an action follows from an event.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Derivation {
    /// The dictionary knows.
    Known(Provenance),
    /// A denial message names it.
    Message,
    /// The dictionary does not know the event; `action` is `prefix:EventName` and protects its service.
    Unmapped,
}

impl Derivation {
    const ALL: [Derivation; 7] = [
        Derivation::Known(Provenance::Observed),
        Derivation::Known(Provenance::Mapped),
        Derivation::Known(Provenance::Parameter),
        Derivation::Known(Provenance::Dependent),
        Derivation::Known(Provenance::Inferred),
        Derivation::Message,
        Derivation::Unmapped,
    ];

    /// The name in reports.
    pub fn name(self) -> &'static str {
        match self {
            Derivation::Known(Provenance::Observed) => "observed",
            Derivation::Known(Provenance::Mapped) => "mapped",
            Derivation::Known(Provenance::Parameter) => "parameter",
            Derivation::Known(Provenance::Dependent) => "dependent",
            Derivation::Known(Provenance::Inferred) => "inferred",
            Derivation::Message => "message",
            Derivation::Unmapped => "unmapped",
        }
    }

    /// What it means, in words; nothing where the event simply has the action's name.
    pub fn meaning(self) -> Option<&'static str> {
        match self {
            Derivation::Known(Provenance::Observed) => None,
            Derivation::Known(Provenance::Mapped) => Some("the catalog leads from the event to the action"),
            Derivation::Known(Provenance::Parameter) => Some("a parameter of the request proves it"),
            Derivation::Known(Provenance::Dependent) => {
                Some("documented for the event's action, but the record cannot show it")
            }
            Derivation::Known(Provenance::Inferred) => Some("a parameter makes it likely, no document says so"),
            Derivation::Message => Some("the denial names the action"),
            Derivation::Unmapped => Some("the catalog does not know the event"),
        }
    }

    /// Whether the call took the action for sure: only then can grants that do not allow it surprise.
    pub fn is_certain(self) -> bool {
        !matches!(self, Derivation::Known(Provenance::Dependent | Provenance::Inferred))
    }

    /// The derivation of that name.
    pub fn named(name: &str) -> Option<Derivation> {
        Derivation::ALL.into_iter().find(|derivation| derivation.name() == name)
    }
}

/// What makes two uses the same use. Regions and forwarding services stand here, not in a set beside it,
/// so that conditions on them can be judged exactly.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct UseKey {
    /// Who.
    pub principal: Principal,
    /// `prefix:Name`.
    pub action: String,
    /// `awsRegion`; empty where the record has none.
    pub region: String,
    /// The service that called with the principal's identity (forward access session).
    pub via: Option<String>,
    /// How it went.
    pub outcome: Outcome,
    /// How the action follows from the event.
    pub derivation: Derivation,
    /// The event behind it, `eventSource/eventName`.
    pub event: String,
    /// Whether this is the resource owner's copy of another account's call.
    pub owner_copy: bool,
    /// Condition keys with few values that the record tells; `None`: known to be absent. Sorted by key.
    pub context: Vec<(String, Option<String>)>,
}

/// A use and what is known of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Use {
    /// What it is.
    pub key: UseKey,
    /// How many distinct records show it; set when the evidence is settled.
    pub count: u64,
    /// The earliest record.
    pub first: Moment,
    /// The latest record.
    pub last: Moment,
    /// On which days, in UTC.
    pub days: Days,
    /// On which resources.
    pub footprint: Footprint,
    /// From where the principal called by itself; nothing of calls that a service made for it.
    pub origins: Origins,
    /// The smallest eventIDs, at most `MAX_SAMPLES`.
    pub samples: BTreeSet<String>,
}

impl Use {
    /// Whether the permission was exercised (a denied call exercises none).
    pub fn is_use(&self) -> bool {
        self.key.outcome.is_use()
    }

    /// The service prefix of the action.
    pub fn service(&self) -> &str {
        self.key.action.split(':').next().unwrap_or_default()
    }

    /// The union. Counts add up: they are nothing before the evidence is settled, and afterwards only slices of
    /// time are merged, which share no record.
    pub(crate) fn merge(&mut self, other: Use) {
        self.count += other.count;
        self.first = self.first.min(other.first);
        self.last = self.last.max(other.last);
        self.days.merge(&other.days);
        self.footprint.merge(other.footprint);
        self.origins.merge(&other.origins);
        other.samples.into_iter().for_each(|sample| keep_smallest(&mut self.samples, sample, MAX_SAMPLES));
    }
}

/// What is known of a principal beyond its uses.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sighting {
    /// Who.
    pub principal: Principal,
    /// The earliest record, used or denied.
    pub first: Moment,
    /// The latest record.
    pub last: Moment,
    /// The smallest session names, at most `MAX_SESSIONS`.
    pub sessions: BTreeSet<String>,
    /// The smallest source identities, at most `MAX_SESSIONS`.
    pub source_identities: BTreeSet<String>,
}

impl Sighting {
    pub(crate) fn merge(&mut self, other: Sighting) {
        self.first = self.first.min(other.first);
        self.last = self.last.max(other.last);
        other.sessions.into_iter().for_each(|name| keep_smallest(&mut self.sessions, name, MAX_SESSIONS));
        other
            .source_identities
            .into_iter()
            .for_each(|name| keep_smallest(&mut self.source_identities, name, MAX_SESSIONS));
    }
}

/// Keeps the `limit` smallest: a choice that does not depend on the order of arrival.
pub(crate) fn keep_smallest(set: &mut BTreeSet<String>, item: String, limit: usize) {
    set.insert(item);
    while set.len() > limit {
        set.pop_last();
    }
}
