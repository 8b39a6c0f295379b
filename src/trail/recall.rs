//! What earlier records showed, so that the like is not worked out again.
//!
//! Two steps. `userIdentity` tells the caller, whatever the session's key and start; where it does not, the other
//! members that may tell are looked at with it. The caller and the members that the mapping looks at tell the uses;
//! time, address and agent play no part. Keys are compared as a whole, so no two kinds of records are ever taken for
//! one. Of a session little more than its name is remembered, and of a record nothing, once there is much, unless the
//! like came before: there is no end of sessions and of objects that are denied.

use std::sync::Arc;

use rustc_hash::{FxHashMap, FxHashSet};
use xxhash_rust::xxh3::xxh3_128;

use super::alike::write_telling;
use super::caller::Caller;
use super::event::{Event, Identity, identity};
use super::fields::Fields;
use super::free;
use super::identify::{identify, identify_alone};
use super::item::{Like, Scanned};
use super::keyed::{Glimpses, Keyed};
use super::moment::Moment;
use super::origins::Noted;
use super::principal::part;
use super::scan::Scanner;
use crate::catalog::FreeMember;

/// Bytes that one thread remembers; then it starts afresh.
pub(super) const MOST_BYTES: usize = 16 << 20;

/// What a record showed is remembered at once while records take less than this share of the memory; afterwards
/// when the like comes again.
const FREELY: usize = 16;

/// A caller that was met: one for each session, so it is small.
pub(super) struct Known {
    /// Hash of all that the mapping asks about a caller: equal for all sessions of a principal.
    tag: [u8; 16],
    /// Whether its session names were noted.
    pub(super) sighted: bool,
}

/// What records of one kind showed.
#[derive(Default)]
pub(super) struct Shown {
    /// The rule that exempts them from the tally of uses, if any.
    pub(super) exempt: Option<String>,
    /// Ids of uses, sorted.
    pub(super) uses: Vec<u64>,
    /// Id of the caller's sighting and of the kind of record; `None`: they are no evidence of anything.
    pub(super) evidence: Option<(u64, u64)>,
    /// The account whose coverage they show.
    pub(super) account: Option<String>,
    /// From when to when, and on which day last; what falls between is noted already.
    pub(super) noted: (Moment, Moment, i64),
    /// An eventID that is not smaller than this is no sample of any of the uses.
    pub(super) least: Option<String>,
    /// From where they came of late.
    pub(super) origins: Noted,
    /// Whether it changed what is granted: the next like it is another change, so it is not remembered.
    pub(super) changed: bool,
    /// Nothing but a sign: it takes the response to tell what they show.
    pub(super) hangs_on_response: bool,
}

impl Shown {
    /// Whether a record at this time adds nothing to what was noted.
    pub(super) fn has_noted(&self, time: Moment) -> bool {
        let (first, last, day) = self.noted;
        first <= time && time <= last && day == time.day()
    }
}

/// All of what was shown that does not change from record to record.
type Told = (Option<(u64, u64)>, Option<String>, Option<String>, bool);

/// A caller, and what `userIdentity` says of it.
pub(super) type Read = (Arc<Identity>, Arc<Caller>);

/// The memory of one thread.
#[derive(Default)]
pub(super) struct Recall {
    /// Bytes that it may hold, where that is less than `MOST_BYTES`.
    most: Option<usize>,
    /// By what tells the caller; `None`: `userIdentity` alone does not.
    callers: Keyed<Option<Place>>,
    known: Vec<Known>,
    /// The one that was read last: a caller is nearly always asked for when it is met.
    last: Option<(Place, Read)>,
    /// The callers of heads, by the number of the head's mould and the session's name.
    heads: Keyed<Option<Place>>,
    /// Where in `shown` it stands what records showed.
    records: Keyed<Place>,
    glimpses: Glimpses,
    shown: Vec<Shown>,
    /// Tails of records of which some took the response to tell what they show.
    hanging: FxHashSet<u32>,
    /// Where in `shown` a thing stands, so that it stands there once: many objects may be read by one use.
    places: FxHashMap<Told, Place>,
    key: Vec<u8>,
}

/// Where something is remembered.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) struct Place(u32);

impl Place {
    fn at(self) -> usize {
        self.0 as usize
    }

    /// What is remembered is far less than 4 GB, so no place is beyond.
    fn end<T>(items: &[T]) -> Place {
        Place(u32::try_from(items.len()).unwrap_or(u32::MAX))
    }
}

/// Where it stands what a record showed, and the ARN of the object that it names.
type Found<'a> = (Place, Option<&'a str>);

impl Recall {
    /// A memory of so many bytes.
    pub(super) fn of(bytes: usize) -> Recall {
        Recall { most: Some(bytes), ..Recall::default() }
    }

    fn most(&self) -> usize {
        self.most.unwrap_or(MOST_BYTES)
    }

    /// About how many bytes it takes.
    fn size(&self) -> usize {
        self.heads.size() + self.callers.size() + self.records.size() + self.known.len() * size_of::<Known>()
    }

    /// The caller that an equal `userIdentity` told of; else reads it. `None`: the record has to be read as a whole.
    pub(super) fn caller(&mut self, record: &Scanned<'_>) -> Option<Place> {
        if self.size() > self.most() {
            *self = Recall { most: self.most, ..Recall::default() };
        }
        let Some(like) = &record.like else {
            return self.caller_by_text(record)?.or_else(|| self.caller_by_record(record));
        };
        self.write_head(like);
        let caller = match self.heads.find(&self.key) {
            Some(caller) => caller,
            None => {
                let caller = self.caller_by_text(record)?;
                self.write_head(like);
                self.heads.add(&self.key, caller);
                caller
            }
        };
        caller.or_else(|| self.caller_by_record(record))
    }

    fn write_head(&mut self, like: &Like<'_>) {
        self.key.clear();
        self.key.extend_from_slice(&like.head.to_le_bytes());
        self.key.extend_from_slice(like.session.as_bytes());
    }

    /// The inner `None`: it takes other members of the record.
    fn caller_by_text(&mut self, record: &Scanned<'_>) -> Option<Option<Place>> {
        let text = record.fields.identity?;
        self.key.clear();
        write_telling(text, &mut self.key)?;
        if let Some(caller) = self.callers.find(&self.key) {
            return Some(caller);
        }
        let identity = identity(Some(text)).ok()?;
        let caller = identify_alone(&identity).map(|caller| self.meet((Arc::new(identity), Arc::new(caller))));
        // What the moulds tell is remembered by the head, which takes a tenth of it.
        if record.like.is_none() {
            self.callers.add(&self.key, caller);
        }
        Some(caller)
    }

    /// The caller by `userIdentity` and what else may tell it.
    fn caller_by_record(&mut self, record: &Scanned<'_>) -> Option<Place> {
        let Scanned { fields, .. } = record;
        self.key.clear();
        write_telling(fields.identity?, &mut self.key)?;
        for told in [fields.region, fields.source_address, provider(fields.parameters)?] {
            part(&mut self.key, told.unwrap_or_default());
        }
        if let Some(caller) = self.callers.find(&self.key) {
            return caller;
        }
        let place = self.meet(read(fields)?);
        self.callers.add(&self.key, Some(place));
        Some(place)
    }

    fn meet(&mut self, (identity, caller): Read) -> Place {
        let mut text = Vec::new();
        caller.principal.write_id(&mut text);
        part(&mut text, caller.via.as_deref().unwrap_or_default());
        part(&mut text, identity.account.as_deref().unwrap_or_default());
        text.push(caller.mfa.map_or(2, u8::from));
        let tag = xxh3_128(&text).to_le_bytes();
        let place = Place::end(&self.known);
        self.known.push(Known { tag, sighted: false });
        self.last = Some((place, (identity, caller)));
        place
    }

    /// The caller, read once more if it is not the one that was read last.
    pub(super) fn read(&mut self, caller: Place, record: &Scanned<'_>) -> Option<Read> {
        if let Some((_, read)) = self.last.as_ref().filter(|(place, _)| *place == caller) {
            return Some(read.clone());
        }
        let read = read(&record.fields)?;
        self.last = Some((caller, read.clone()));
        Some(read)
    }

    pub(super) fn known(&mut self, place: Place) -> Option<&mut Known> {
        self.known.get_mut(place.at())
    }

    /// What a record of this caller showed that was equal but for what is free; and the ARN of the object that the
    /// record names in what is free.
    pub(super) fn shown<'a>(&mut self, caller: Place, record: &Scanned<'a>, free: &[FreeMember]) -> Option<Found<'a>> {
        if record.like.is_some_and(|like| self.hanging.contains(&like.tail)) {
            let found = self.find(caller, record, free, true);
            if found.is_some() {
                return found;
            }
        }
        let found = self.find(caller, record, free, false)?;
        match self.shown.get(found.0.at()) {
            Some(shown) if shown.hangs_on_response => self.find(caller, record, free, true),
            _ => Some(found),
        }
    }

    fn find<'a>(
        &mut self,
        caller: Place,
        record: &Scanned<'a>,
        free: &[FreeMember],
        with_response: bool,
    ) -> Option<Found<'a>> {
        let object = self.write_key(caller, record, free, with_response)?;
        Some((self.records.find(&self.key)?, object))
    }

    pub(super) fn shown_at(&mut self, place: Place) -> Option<&mut Shown> {
        self.shown.get_mut(place.at())
    }

    /// Remembers what a record of this caller showed.
    pub(super) fn keep(
        &mut self,
        caller: Place,
        record: &Scanned<'_>,
        free: &[FreeMember],
        with_response: bool,
        shown: Shown,
    ) {
        if self.write_key(caller, record, free, with_response).is_none() {
            return;
        }
        if let Some(like) = record.like.filter(|_| with_response) {
            self.hanging.insert(like.tail);
        }
        if self.records.size() > self.most() / FREELY && !self.glimpses.came(&self.key) {
            return;
        }
        let told = (shown.evidence, shown.exempt.clone(), shown.account.clone(), shown.hangs_on_response);
        let place = *self.places.entry(told).or_insert(Place::end(&self.shown));
        if place.at() == self.shown.len() {
            self.shown.push(shown);
        }
        self.records.add(&self.key, place);
    }

    /// Writes the caller and all that the mapping looks at. A mould stands for the members that are the same in all
    /// that fit it. Gives the ARN of the object that is named in what is free.
    fn write_key<'a>(
        &mut self,
        caller: Place,
        record: &Scanned<'a>,
        free: &[FreeMember],
        with_response: bool,
    ) -> Option<Option<&'a str>> {
        let Scanned { fields, like, .. } = record;
        let tag = self.known.get(caller.at())?.tag;
        self.key.clear();
        self.key.extend_from_slice(&tag);
        self.key.push(u8::from(with_response));
        if let Some(like) = like {
            self.key.extend_from_slice(&like.tail.to_le_bytes());
        } else {
            self.key.extend_from_slice(&[0; 4]);
            for member in [
                fields.source,
                fields.name,
                fields.region,
                fields.kind,
                fields.category,
                fields.management,
                fields.read_only,
                fields.error_code,
                fields.recipient,
            ] {
                part(&mut self.key, member.unwrap_or_default());
            }
        }
        let response = fields.response.filter(|_| with_response);
        let object = free::write(fields, free, &mut self.key);
        let told = [fields.parameters, fields.resources].into_iter().filter(|_| object.is_none());
        for member in told.chain([fields.error_message, fields.addendum, response]) {
            part(&mut self.key, member.unwrap_or_default());
        }
        // Of the two ways to write a record, no key of the one is a key of the other.
        self.key.push(u8::from(object.is_some()));
        Some(object.flatten())
    }
}

/// Who called, by `userIdentity` and, where that does not tell, the other members of the record.
fn read(fields: &Fields<'_>) -> Option<Read> {
    let identity = Arc::new(identity(fields.identity).ok()?);
    let caller = match identify_alone(&identity) {
        Some(caller) => caller,
        None => identify(&Event::by(fields, identity.clone(), None).ok()?),
    };
    Some((identity, Arc::new(caller)))
}

/// The JSON text of the member of `requestParameters` that `identify` looks at; the outer `None`: it has to be read.
fn provider(parameters: Option<&str>) -> Option<Option<&str>> {
    let Some(parameters) = parameters.filter(|text| text.starts_with('{')) else {
        return Some(None);
    };
    let mut provider = None;
    Scanner::new(parameters, 0).object(&mut |name, value| {
        provider = provider.or(Some(value).filter(|_| name == "principalArn"));
        Some(())
    })?;
    Some(provider)
}
