//! File bytes → evidence: the loop that everything else in this room serves. One gatherer per thread.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::sync::Arc;

use xxhash_rust::xxh3::{xxh3_64, xxh3_128};

use super::decode::{Item, Scanned, Way, decode};
use super::event::{Event, text as text_of};
use super::evidence::{Evidence, RecordKind, Trace, sighting_id};
use super::fields::Fields;
use super::identify::{Caller, hangs_on_record, identify};
use super::map::{Act, Acts, Scope, Shown as Mapped, map};
use super::moment::Moment;
use super::principal::part;
use super::recall::{Place, Recall, Shown};
use super::tally::Loss;
use super::usage::{MAX_SAMPLES, MAX_SESSIONS, Sighting, Use, UseKey, keep_smallest};
use crate::catalog::Catalog;

/// Gathers evidence from files.
pub struct Gatherer<'c> {
    catalog: &'c Catalog,
    evidence: Evidence,
    text: Vec<u8>,
    recall: Recall,
    way: Way,
}

impl<'c> Gatherer<'c> {
    /// An empty gatherer.
    pub fn new(catalog: &'c Catalog, scope: &Scope) -> Gatherer<'c> {
        let evidence = Evidence { scope: scope.clone(), ..Evidence::default() };
        Gatherer { catalog, evidence, text: Vec::new(), recall: Recall::default(), way: Way::Quick }
    }

    /// The same by the plain way alone: serde_json reads every record, and nothing is remembered. It is the
    /// reference that the quick way is held to.
    pub fn plain(catalog: &'c Catalog, scope: &Scope) -> Gatherer<'c> {
        Gatherer { way: Way::Plain, ..Gatherer::new(catalog, scope) }
    }

    /// Reads one file's bytes, gzip or plain, of any known shape. Gives the number of items in it.
    pub fn read(&mut self, file: &str, bytes: &[u8]) -> u64 {
        self.evidence.tally.files += 1;
        self.evidence.tally.bytes += bytes.len() as u64;
        let mut number = 0;
        decode(bytes, self.way, &mut |item| {
            number += 1;
            self.evidence.tally.read += 1;
            match item {
                Item::Record(raw) => {
                    if let Err(reason) = self.record(raw) {
                        self.evidence.tally.lose(Loss { file: file.to_owned(), record: number, reason });
                    }
                }
                Item::Scanned(record) => {
                    if let Err(reason) = self.scanned(&record) {
                        self.evidence.tally.lose(Loss { file: file.to_owned(), record: number, reason });
                    }
                }
                Item::NotUsage(rule) => self.evidence.tally.exempt(rule),
                Item::Loss(reason) => self.evidence.tally.lose(Loss { file: file.to_owned(), record: number, reason }),
            }
        });
        number
    }

    /// Counts a file that could not be opened.
    pub fn lose(&mut self, file: &str, reason: String) {
        self.evidence.tally.read += 1;
        self.evidence.tally.lose(Loss { file: file.to_owned(), record: 0, reason });
    }

    /// What was gathered, unsettled.
    pub fn finish(self) -> Evidence {
        self.evidence
    }

    fn record(&mut self, raw: &str) -> Result<(), String> {
        let fields = Fields::read(raw).map_err(|error| format!("not a record: {error}"))?;
        let event = Event::read(&fields)?;
        let shown = self.show(&event);
        self.count(&shown, event.id.as_deref(), raw, true);
        Ok(())
    }

    /// A record of the usual form; what one like it showed is taken from memory.
    fn scanned(&mut self, record: &Scanned<'_>) -> Result<(), String> {
        let Scanned { text, fields, spaced } = record;
        let Some((time, id)) = glance(fields, &self.evidence.scope) else {
            return self.record(text);
        };
        let read = |_: &str| {
            let event = Event::read(fields).ok().filter(|event| !hangs_on_record(&event.identity))?;
            let caller = identify(&event);
            Some((Arc::into_inner(event.identity)?, caller))
        };
        let Some(caller) = self.recall.caller(fields, read) else {
            return self.record(text);
        };
        let mut place = self.recall.shown(caller, fields, false);
        if place.is_some_and(|place| self.recall.shown_at(place).is_some_and(|shown| shown.hangs_on_response)) {
            place = self.recall.shown(caller, fields, true);
        }
        match place {
            Some(place) => self.again(caller, place, time, id, text, *spaced),
            None => self.first_of_its_kind(caller, record),
        }
    }

    /// Maps a record and remembers what it showed.
    fn first_of_its_kind(&mut self, caller: Place, record: &Scanned<'_>) -> Result<(), String> {
        let Scanned { text, fields, spaced } = record;
        let Some(known) = self.recall.known(caller) else {
            return self.record(text);
        };
        let event = Event::by(fields, known.identity.clone(), Some(known.caller.clone()))?;
        let shown = self.show(&event);
        if let Some(known) = self.recall.known(caller).filter(|_| shown.evidence.is_some()) {
            known.sighted = true;
        }
        self.count(&shown, event.id.as_deref(), text, *spaced);
        let with_response = event.response.was_read();
        if with_response {
            let sign = Shown { hangs_on_response: true, ..Shown::default() };
            self.recall.keep(caller, fields, false, sign);
        }
        self.recall.keep(caller, fields, with_response, shown);
        Ok(())
    }

    /// Counts one more record of a kind that is known.
    fn again(
        &mut self,
        caller: Place,
        place: Place,
        time: Moment,
        id: &str,
        text: &str,
        spaced: bool,
    ) -> Result<(), String> {
        let Some(mut shown) = self.recall.shown_at(place).map(std::mem::take) else {
            return self.record(text);
        };
        if !shown.has_noted(time) {
            self.note(&mut shown, time);
        }
        if shown.evidence.is_some() && shown.least.as_deref().is_none_or(|least| id < least) {
            shown.least = self.sample(&shown.uses, id);
        }
        if let Some(known) = self.recall.known(caller).filter(|known| shown.evidence.is_some() && !known.sighted) {
            known.sighted = true;
            let caller = known.caller.clone();
            self.sight(&caller, time);
        }
        self.count(&shown, Some(id), text, spaced);
        if let Some(place) = self.recall.shown_at(place) {
            *place = shown;
        }
        Ok(())
    }

    /// Widens what is known of the uses, the caller and the coverage to this time.
    fn note(&mut self, shown: &mut Shown, time: Moment) {
        for id in &shown.uses {
            if let Some(seen) = self.evidence.uses.get_mut(id) {
                seen.first = seen.first.min(time);
                seen.last = seen.last.max(time);
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

    /// Offers an eventID as a sample of some uses; gives the one from which on others need not be offered.
    fn sample(&mut self, uses: &[u64], id: &str) -> Option<String> {
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
    fn show(&mut self, event: &Event<'_>) -> Shown {
        let account = event.recipient.as_deref().or(event.identity.account.as_deref()).unwrap_or_default();
        let mut shown = Shown { noted: (event.time, event.time, event.time.day()), ..Shown::default() };
        match map(event, &self.evidence.scope, self.catalog) {
            Mapped::Exempt(rule) => {
                if rule != "outside the window" && rule != "other account" {
                    self.evidence.coverage.note(account, event);
                    shown.account = Some(account.to_owned());
                }
                shown.exempt = Some(rule);
            }
            Mapped::Acts(acts) => {
                self.evidence.coverage.note(account, event);
                shown.account = Some(account.to_owned());
                self.acts(event, &acts, &mut shown);
            }
        }
        shown
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
    fn count(&mut self, shown: &Shown, id: Option<&str>, raw: &str, spaced: bool) {
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
                self.evidence.traces.push(Trace { fingerprint, kind });
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
            footprint: super::footprint::Footprint::default(),
            samples: BTreeSet::new(),
        });
        seen.first = seen.first.min(event.time);
        seen.last = seen.last.max(event.time);
        if act.need.resources.is_empty() {
            seen.footprint.add_untold();
        }
        act.need.resources.iter().for_each(|resource| seen.footprint.add(resource));
        if let Some(event_id) = &event.id {
            add_sample(&mut seen.samples, event_id);
        }
        id
    }

    /// Notes that a caller was there; gives the id of its sighting.
    fn sight(&mut self, caller: &Caller, time: Moment) -> u64 {
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

/// Time and eventID of a record, when nothing about it is odd and its time alone does not exempt it.
fn glance<'a>(fields: &Fields<'a>, scope: &Scope) -> Option<(Moment, &'a str)> {
    let plain = |text: Option<&'a str>| match text_of(text)? {
        Cow::Borrowed(text) => Some(text).filter(|text| !text.is_empty()),
        Cow::Owned(_) => None,
    };
    let time = Moment::parse(plain(fields.time)?)?;
    Some((time, plain(fields.id)?)).filter(|_| scope.holds(time))
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

fn kept_context(act: &Act) -> impl Iterator<Item = &(String, String)> {
    act.need.context.iter().filter(|(key, _)| KEPT_KEYS.contains(&key.as_str()))
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
    for (key, value) in kept_context(act) {
        part(text, key);
        part(text, value);
    }
    xxh3_64(text)
}

fn use_key(event: &Event<'_>, acts: &Acts, act: &Act) -> UseKey {
    let mut context: Vec<(String, Option<String>)> =
        kept_context(act).map(|(key, value)| (key.clone(), Some(value.clone()))).collect();
    context.push(("aws:MultiFactorAuthPresent".to_owned(), acts.caller.mfa.map(|mfa| mfa.to_string())));
    context.sort_unstable();
    UseKey {
        principal: acts.caller.principal.clone(),
        action: act.need.action.clone(),
        region: event.region.clone().into_owned(),
        via: acts.caller.via.clone(),
        outcome: acts.outcome,
        derivation: act.derivation,
        event: format!("{}/{}", event.source, event.name),
        owner_copy: acts.owner_copy,
        context,
    }
}

/// eventID and content, without white space between tokens: a pretty-printed copy is the same record.
fn fingerprint(text: &mut Vec<u8>, id: &str, raw: &str, spaced: bool) -> [u64; 2] {
    text.clear();
    part(text, id);
    match spaced {
        true => squeeze(text, raw),
        false => text.extend_from_slice(raw.as_bytes()),
    }
    let hash = xxh3_128(text);
    [(hash >> 64) as u64, hash as u64]
}

fn squeeze(text: &mut Vec<u8>, raw: &str) {
    let (mut in_string, mut escaped) = (false, false);
    text.extend(raw.bytes().filter(|byte| {
        if in_string {
            in_string = escaped || *byte != b'"';
            escaped = !escaped && *byte == b'\\';
            return true;
        }
        in_string = *byte == b'"';
        !byte.is_ascii_whitespace()
    }));
}
