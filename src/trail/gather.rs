//! File bytes → evidence: the loop that everything else in this room serves. One gatherer per thread.

use xxhash_rust::xxh3::{xxh3_64, xxh3_128};

use super::decode::{Item, decode};
use super::event::Event;
use super::evidence::{Evidence, RecordKind, Trace, sighting_id};
use super::map::{Act, Acts, Scope, Shown, map};
use super::principal::part;
use super::tally::Loss;
use super::usage::{MAX_SAMPLES, MAX_SESSIONS, Sighting, Use, UseKey, keep_smallest};
use crate::catalog::Catalog;

/// Gathers evidence from files.
pub struct Gatherer<'c> {
    catalog: &'c Catalog,
    evidence: Evidence,
    text: Vec<u8>,
}

impl<'c> Gatherer<'c> {
    /// An empty gatherer.
    pub fn new(catalog: &'c Catalog, scope: &Scope) -> Gatherer<'c> {
        let evidence = Evidence { scope: scope.clone(), ..Evidence::default() };
        Gatherer { catalog, evidence, text: Vec::new() }
    }

    /// Reads one file's bytes, gzip or plain, of any known shape. Gives the number of items in it.
    pub fn read(&mut self, file: &str, bytes: &[u8]) -> u64 {
        self.evidence.tally.files += 1;
        self.evidence.tally.bytes += bytes.len() as u64;
        let mut number = 0;
        decode(bytes, &mut |item| {
            number += 1;
            self.evidence.tally.read += 1;
            match item {
                Item::Record(raw) => {
                    if let Err(reason) = self.record(raw) {
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
        let event = Event::read(raw)?;
        match map(&event, &self.evidence.scope, self.catalog) {
            Shown::Exempt(rule) => {
                if rule != "outside the window" && rule != "other account" {
                    self.cover(&event);
                }
                self.evidence.tally.exempt(&rule);
            }
            Shown::Acts(acts) => {
                self.cover(&event);
                self.acts(&event, &acts, raw);
            }
        }
        Ok(())
    }

    fn cover(&mut self, event: &Event<'_>) {
        let account = event.recipient.as_deref().or(event.identity.account.as_deref()).unwrap_or_default();
        self.evidence.coverage.note(account, event);
    }

    fn acts(&mut self, event: &Event<'_>, acts: &Acts, raw: &str) {
        let mut uses: Vec<u64> = acts.acts.iter().map(|act| self.act(event, acts, act)).collect();
        uses.sort_unstable();
        uses.dedup();
        self.sight(event, acts);
        self.text.clear();
        self.text.extend(acts.exemption().unwrap_or_default().bytes());
        uses.iter().for_each(|id| self.text.extend(id.to_le_bytes()));
        let kind = xxh3_64(&self.text);
        let exempt = acts.exemption();
        let known = self.evidence.kinds.entry(kind);
        let known = known.or_insert_with(|| RecordKind { exempt: exempt.map(str::to_owned), uses, anonymous: 0 });
        match &event.id {
            None => known.anonymous += 1,
            Some(id) => {
                let fingerprint = fingerprint(&mut self.text, id, raw);
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
            samples: std::collections::BTreeSet::new(),
        });
        seen.first = seen.first.min(event.time);
        seen.last = seen.last.max(event.time);
        if act.need.resources.is_empty() {
            seen.footprint.add_untold();
        }
        act.need.resources.iter().for_each(|resource| seen.footprint.add(resource));
        if let Some(event_id) = &event.id
            && (seen.samples.len() < MAX_SAMPLES
                || seen.samples.last().is_some_and(|last| event_id.as_ref() < last.as_str()))
        {
            keep_smallest(&mut seen.samples, event_id.clone().into_owned(), MAX_SAMPLES);
        }
        id
    }

    fn sight(&mut self, event: &Event<'_>, acts: &Acts) {
        let caller = &acts.caller;
        let id = sighting_id(&mut self.text, &caller.principal);
        let seen = self.evidence.sightings.entry(id).or_insert_with(|| Sighting {
            principal: caller.principal.clone(),
            first: event.time,
            last: event.time,
            sessions: std::collections::BTreeSet::new(),
            source_identities: std::collections::BTreeSet::new(),
        });
        seen.first = seen.first.min(event.time);
        seen.last = seen.last.max(event.time);
        for (set, name) in
            [(&mut seen.sessions, &caller.session_name), (&mut seen.source_identities, &caller.source_identity)]
        {
            if let Some(name) = name
                && !set.contains(name)
            {
                keep_smallest(set, name.clone(), MAX_SESSIONS);
            }
        }
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
fn fingerprint(text: &mut Vec<u8>, id: &str, raw: &str) -> [u64; 2] {
    text.clear();
    part(text, id);
    squeeze(text, raw);
    let hash = xxh3_128(text);
    [(hash >> 64) as u64, hash as u64]
}

fn squeeze(text: &mut Vec<u8>, raw: &str) {
    // A delivered record has no white space between tokens: it ends as it begins, on one line.
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
