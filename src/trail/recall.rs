//! What earlier records showed, so that the like is not worked out again.
//!
//! Two steps. `userIdentity` tells the caller, whatever the session's key and start; where it does not, the other
//! members that may tell are looked at with it. The caller and the members that the mapping looks at tell the uses;
//! time, address and agent play no part. Keys are compared as a whole, so no two kinds of records are ever taken for
//! one. Once there is much, nothing is remembered of a record unless the like came before: there is no end of objects
//! that are denied.

use rustc_hash::{FxHashMap, FxHashSet};

use super::callers::Callers;
use super::free;
use super::item::Scanned;
use super::keyed::{Glimpses, Keyed, Place};
use super::moment::Moment;
use super::origins::Noted;
use super::principal::part;
use crate::catalog::FreeMember;

/// Bytes that one thread remembers; then it starts afresh.
pub(super) const MOST_BYTES: usize = 16 << 20;

/// What a record showed is remembered at once while records take less than this share of the memory; afterwards
/// when the like comes again.
const FREELY: usize = 16;

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

/// The memory of one thread.
#[derive(Default)]
pub(super) struct Recall {
    /// Bytes that it may hold, where that is less than `MOST_BYTES`.
    most: Option<usize>,
    pub(super) callers: Callers,
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

    /// The caller that an equal `userIdentity` told of; else reads it. `None`: the record has to be read as a whole.
    pub(super) fn caller(&mut self, record: &Scanned<'_>) -> Option<Place> {
        if self.callers.size() + self.records.size() > self.most() {
            *self = Recall { most: self.most, ..Recall::default() };
        }
        self.callers.caller(record)
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
        let tag = self.callers.tag(caller)?;
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
