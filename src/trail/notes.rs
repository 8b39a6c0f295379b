//! Writes down what records show: uses, sightings, kinds of records, traces. One for each thread.

use std::collections::BTreeSet;
use std::sync::Arc;

use xxhash_rust::xxh3::xxh3_64;

use super::caller::Caller;
use super::change::change;
use super::event::Event;
use super::evidence::{Evidence, RecordKind, sighting_id};
use super::fingerprint::fingerprint;
use super::map::{Act, Acts, Scope, Shown as Mapped, map};
use super::moment::Moment;
use super::origins::{Origin, Origins};
use super::principal::part;
use super::recall::Shown;
use super::traces::{Depot, Trace};
use super::usage::{MAX_SAMPLES, MAX_SESSIONS, Sighting, Use, UseKey, keep_smallest};
use crate::catalog::Catalog;

/// Evidence in the making.
pub(super) struct Notes<'c> {
    catalog: &'c Catalog,
    pub(super) evidence: Evidence,
    /// Where traces go when there are many.
    pub(super) depot: Option<Arc<dyn Depot>>,
    text: Vec<u8>,
}

impl<'c> Notes<'c> {
    pub(super) fn new(catalog: &'c Catalog, scope: &Scope) -> Notes<'c> {
        let evidence = Evidence { scope: scope.clone(), ..Evidence::default() };
        Notes { catalog, evidence, depot: None, text: Vec::new() }
    }

    /// Widens what is known of the uses, the caller and the coverage to this time.
    pub(super) fn note(&mut self, shown: &mut Shown, time: Moment) {
        for id in &shown.uses {
            if let Some(seen) = self.evidence.uses.get_mut(id) {
                seen.first = seen.first.min(time);
                seen.last = seen.last.max(time);
                seen.days.add(time.day());
            }
        }
        if let Some(seen) = shown.evidence.and_then(|(sighting, _)| self.evidence.sightings.get_mut(&sighting)) {
            seen.first = seen.first.min(time);
            seen.last = seen.last.max(time);
        }
        if let Some(account) = &shown.account {
            self.evidence.coverage.touch(account, time);
        }
        let (first, last, _) = shown.noted;
        shown.noted = (first.min(time), last.max(time), time.day());
    }

    /// Adds a resource that uses touched.
    pub(super) fn touch(&mut self, uses: &[u64], resource: &str) {
        for id in uses {
            if let Some(seen) = self.evidence.uses.get_mut(id) {
                seen.footprint.add(resource);
            }
        }
    }

    /// Adds from where uses came, but for those that a service made; tells whether others would add nothing.
    pub(super) fn originate(&mut self, uses: &[u64], origin: Option<&Origin>) -> bool {
        let mut forgotten = true;
        for id in uses {
            if let Some(seen) = self.evidence.uses.get_mut(id).filter(|seen| seen.key.via.is_none()) {
                seen.origins.add(origin.cloned());
                forgotten &= !seen.origins.are_told();
            }
        }
        forgotten
    }

    /// Offers an eventID as a sample of some uses; gives the one from which on others need not be offered.
    pub(super) fn sample(&mut self, uses: &[u64], id: &str) -> Option<String> {
        let mut least: Option<String> = None;
        let mut full = true;
        for seen in uses {
            let Some(seen) = self.evidence.uses.get_mut(seen) else {
                continue;
            };
            add_sample(&mut seen.samples, id);
            full &= seen.samples.len() >= MAX_SAMPLES;
            let last = seen.samples.last().filter(|last| least.as_ref().is_none_or(|least| *last > least));
            least = last.cloned().or(least);
        }
        least.filter(|_| full)
    }

    /// Works out what an event shows, and notes it.
    pub(super) fn show(&mut self, event: &Event<'_>) -> Shown {
        let account = event.recipient.as_deref().or(event.identity.account.as_deref()).unwrap_or_default();
        let mut shown = Shown { noted: (event.time, event.time, event.time.day()), ..Shown::default() };
        match map(event, &self.evidence.scope, self.catalog) {
            Mapped::Exempt(rule) => {
                if rule != "outside the window" && rule != "other account" {
                    self.evidence.coverage.note(account, event);
                    shown.account = Some(account.to_owned());
                    shown.changed = self.changes(event, account);
                }
                shown.exempt = Some(rule);
            }
            Mapped::Acts(acts) => {
                self.evidence.coverage.note(account, event);
                shown.account = Some(account.to_owned());
                shown.changed = self.changes(event, account);
                self.acts(event, &acts, &mut shown);
            }
        }
        shown
    }

    /// Keeps what an event changed of what is granted or of what is logged; tells whether it did.
    fn changes(&mut self, event: &Event<'_>, account: &str) -> bool {
        let change = change(event, account);
        let changed = change.is_some();
        change.into_iter().for_each(|change| self.evidence.changes.add(change));
        self.evidence.coverage.turn(account, event) || changed
    }

    fn acts(&mut self, event: &Event<'_>, acts: &Acts, shown: &mut Shown) {
        let mut uses: Vec<u64> = acts.acts.iter().map(|act| self.act(event, acts, act)).collect();
        uses.sort_unstable();
        uses.dedup();
        let sighting = self.sight(&acts.caller, event.time);
        self.text.clear();
        self.text.extend(acts.exemption().unwrap_or_default().bytes());
        uses.iter().for_each(|id| self.text.extend(id.to_le_bytes()));
        let kind = xxh3_64(&self.text);
        let exempt = acts.exemption();
        let known = self.evidence.kinds.entry(kind);
        known.or_insert_with(|| RecordKind { exempt: exempt.map(str::to_owned), uses: uses.clone(), anonymous: 0 });
        (shown.uses, shown.evidence) = (uses, Some((sighting, kind)));
    }

    /// Counts one record of what was shown.
    pub(super) fn count(&mut self, shown: &Shown, id: Option<&str>, raw: &str, spaced: bool) {
        let Some((_, kind)) = shown.evidence else {
            return self.evidence.tally.exempt(shown.exempt.as_deref().unwrap_or_default());
        };
        match id {
            None => {
                if let Some(known) = self.evidence.kinds.get_mut(&kind) {
                    known.anonymous += 1;
                }
            }
            Some(id) => {
                let fingerprint = fingerprint(&mut self.text, id, raw, spaced);
                let trace = Trace { fingerprint, kind };
                match &self.depot {
                    Some(depot) => self.evidence.traces.add_or_put(trace, depot.as_ref()),
                    None => self.evidence.traces.add(trace),
                }
            }
        }
    }

    /// Notes one action; gives the id of its use.
    fn act(&mut self, event: &Event<'_>, acts: &Acts, act: &Act) -> u64 {
        let id = use_id(&mut self.text, event, acts, act);
        let seen = self.evidence.uses.entry(id).or_insert_with(|| Use {
            key: use_key(event, acts, act),
            count: 0,
            first: event.time,
            last: event.time,
            days: super::days::Days::default(),
            footprint: super::footprint::Footprint::default(),
            origins: Origins::default(),
            samples: BTreeSet::new(),
        });
        seen.first = seen.first.min(event.time);
        seen.last = seen.last.max(event.time);
        seen.days.add(event.time.day());
        if act.need.resources.is_empty() {
            seen.footprint.add_untold();
        }
        act.need.resources.iter().for_each(|resource| seen.footprint.add(resource));
        if seen.key.via.is_none() {
            seen.origins.add(event.origin.clone());
        }
        if let Some(event_id) = &event.id {
            add_sample(&mut seen.samples, event_id);
        }
        id
    }

    /// Notes that a caller was there; gives the id of its sighting.
    pub(super) fn sight(&mut self, caller: &Caller, time: Moment) -> u64 {
        let id = sighting_id(&mut self.text, &caller.principal);
        let seen = self.evidence.sightings.entry(id).or_insert_with(|| Sighting {
            principal: caller.principal.clone(),
            first: time,
            last: time,
            sessions: BTreeSet::new(),
            source_identities: BTreeSet::new(),
        });
        seen.first = seen.first.min(time);
        seen.last = seen.last.max(time);
        for (set, name) in
            [(&mut seen.sessions, &caller.session_name), (&mut seen.source_identities, &caller.source_identity)]
        {
            if let Some(name) = name
                && !set.contains(name)
            {
                keep_smallest(set, name.clone(), MAX_SESSIONS);
            }
        }
        id
    }
}

fn add_sample(samples: &mut BTreeSet<String>, id: &str) {
    if samples.len() < MAX_SAMPLES || samples.last().is_some_and(|last| id < last.as_str()) {
        keep_smallest(samples, id.to_owned(), MAX_SAMPLES);
    }
}

/// Single-valued keys of which a principal uses few values. Others (`s3:prefix`, encryption contexts, tags) would
/// make a use of every record; the evaluator takes them as unknown, which never removes anything.
const KEPT_KEYS: [&str; 6] = [
    "ec2:CreateAction",
    "iam:AWSServiceName",
    "iam:PassedToService",
    "iam:PermissionsBoundary",
    "iam:PolicyARN",
    "lambda:FunctionUrlAuthType",
];

fn kept_context<'a>(act: &'a Act, acts: &'a Acts) -> impl Iterator<Item = (&'a str, Option<&'a str>)> {
    let kept = act.need.context.iter().filter(|(key, _)| KEPT_KEYS.contains(&key.as_str()));
    kept.map(|(key, value)| (key.as_str(), Some(value.as_str()))).chain(acts.proofs())
}

/// The id of a use: a hash of its key's parts, the same in every run and on every machine.
fn use_id(text: &mut Vec<u8>, event: &Event<'_>, acts: &Acts, act: &Act) -> u64 {
    text.clear();
    acts.caller.principal.write_id(text);
    for value in [
        &act.need.action,
        event.region.as_ref(),
        acts.caller.via.as_deref().unwrap_or_default(),
        acts.outcome.name(),
        act.derivation.name(),
    ] {
        part(text, value);
    }
    part(text, &event.source);
    part(text, &event.name);
    text.push(u8::from(acts.owner_copy));
    text.push(acts.caller.mfa.map_or(2, u8::from));
    for (key, value) in kept_context(act, acts) {
        part(text, key);
        part(text, value.unwrap_or_default());
    }
    xxh3_64(text)
}

fn use_key(event: &Event<'_>, acts: &Acts, act: &Act) -> UseKey {
    let mut context: Vec<(String, Option<String>)> =
        kept_context(act, acts).map(|(key, value)| (key.to_owned(), value.map(str::to_owned))).collect();
    context.push(("aws:MultiFactorAuthPresent".to_owned(), acts.caller.mfa.map(|mfa| mfa.to_string())));
    context.sort_unstable();
    UseKey {
        principal: acts.caller.principal.clone(),
        action: act.need.action.clone().into_owned(),
        region: event.region.clone().into_owned(),
        via: acts.caller.via.clone(),
        outcome: acts.outcome,
        derivation: act.derivation,
        event: format!("{}/{}", event.source, event.name),
        owner_copy: acts.owner_copy,
        context,
    }
}
