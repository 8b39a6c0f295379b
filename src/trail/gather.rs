//! File bytes → evidence: the loop that everything else in this room serves. One gatherer per thread.

use std::sync::Arc;

use super::decode::{Decoder, Way};
use super::event::{Event, text as unquoted};
use super::evidence::Evidence;
use super::fields::Fields;
use super::free::Free;
use super::item::{Item, Scanned};
use super::keyed::Place;
use super::map::Scope;
use super::moment::{Clock, Moment};
use super::notes::Notes;
use super::origins::Origin;
use super::recall::{Recall, Shown};
use super::tally::Loss;
use super::traces::Depot;
use crate::catalog::{Catalog, FreeMember};

/// Gathers evidence from files.
pub struct Gatherer<'c> {
    notes: Notes<'c>,
    recall: Recall,
    free: Free<'c>,
    clock: Clock,
    decoder: Option<Decoder>,
}

impl<'c> Gatherer<'c> {
    /// An empty gatherer.
    pub fn new(catalog: &'c Catalog, scope: &Scope) -> Gatherer<'c> {
        Gatherer {
            notes: Notes::new(catalog, scope),
            recall: Recall::default(),
            free: Free::new(catalog),
            clock: Clock::default(),
            decoder: Some(Decoder::new(Way::Quick)),
        }
    }

    /// The same by the plain way alone: serde_json reads every record, and nothing is remembered. It is the
    /// reference that the quick way is held to.
    pub fn plain(catalog: &'c Catalog, scope: &Scope) -> Gatherer<'c> {
        Gatherer { decoder: Some(Decoder::new(Way::Plain)), ..Gatherer::new(catalog, scope) }
    }

    /// Remembers so many bytes of what records showed; then it starts afresh.
    #[must_use]
    pub(super) fn remembering(mut self, bytes: usize) -> Gatherer<'c> {
        self.recall = Recall::of(bytes);
        self
    }

    /// Puts traces away there when there are many; nothing else may be put there.
    #[must_use]
    pub fn with_depot(mut self, depot: Arc<dyn Depot>) -> Gatherer<'c> {
        self.notes.depot = Some(depot);
        self
    }

    /// Reads one file's bytes, gzip or plain, of any known shape. Gives the number of items in it.
    pub fn read(&mut self, file: &str, bytes: &[u8]) -> u64 {
        self.open(bytes.len());
        let mut number = 0;
        // It is taken out for as long as it hands out items to the rest.
        let mut decoder = self.decoder.take().unwrap_or_else(|| Decoder::new(Way::Plain));
        decoder.decode(bytes, &mut |item| {
            number += 1;
            self.take(file, number, item);
        });
        self.decoder = Some(decoder);
        number
    }

    /// Counts a file of so many bytes as stored.
    pub(super) fn open(&mut self, bytes: usize) {
        self.notes.evidence.tally.files += 1;
        self.notes.evidence.tally.bytes += bytes as u64;
    }

    /// Takes in one item of a file.
    pub(super) fn take(&mut self, file: &str, number: u64, item: Item<'_>) {
        self.notes.evidence.tally.read += 1;
        let told = match item {
            Item::Record(text) => self.record(text),
            Item::Scanned(record) => self.scanned(record),
            Item::NotUsage(rule) => {
                self.notes.evidence.tally.exempt(rule);
                Ok(())
            }
            Item::Loss(reason) => Err(reason),
        };
        if let Err(reason) = told {
            self.notes.evidence.tally.lose(Loss { file: file.to_owned(), record: number, reason });
        }
    }

    /// Counts a file that could not be opened.
    pub fn lose(&mut self, file: &str, reason: String) {
        self.notes.evidence.tally.read += 1;
        self.notes.evidence.tally.lose(Loss { file: file.to_owned(), record: 0, reason });
    }

    /// What was gathered, unsettled.
    pub fn finish(mut self) -> Evidence {
        if let Some(depot) = self.notes.depot.take() {
            self.notes.evidence.traces.close(depot);
        }
        self.notes.evidence
    }

    fn record(&mut self, raw: &str) -> Result<(), String> {
        let fields = Fields::read(raw).map_err(|error| format!("not a record: {error}"))?;
        self.whole(&fields, raw, true)
    }

    /// A record of which nothing is remembered.
    fn whole(&mut self, fields: &Fields<'_>, raw: &str, spaced: bool) -> Result<(), String> {
        let event = Event::read(fields)?;
        let shown = self.notes.show(&event);
        self.notes.count(&shown, event.id.as_deref(), raw, spaced);
        Ok(())
    }

    /// A record of the usual form; what one like it showed is taken from memory.
    fn scanned(&mut self, record: &Scanned<'_>) -> Result<(), String> {
        let Scanned { text, fields, spaced, .. } = record;
        let Some((time, id)) = glance(fields, &self.notes.evidence.scope, &mut self.clock) else {
            return self.whole(fields, text, *spaced);
        };
        let Some(caller) = self.recall.caller(record) else {
            return self.whole(fields, text, *spaced);
        };
        let free = self.free.of(record);
        match self.recall.shown(caller, record, free) {
            Some((place, object)) => self.again((caller, place), object, time, id, record),
            None => self.first_of_its_kind(caller, record, free),
        }
    }

    /// Maps a record and remembers what it showed.
    fn first_of_its_kind(&mut self, caller: Place, record: &Scanned<'_>, free: &[FreeMember]) -> Result<(), String> {
        let Scanned { text, fields, spaced, .. } = record;
        let Some((identity, told)) = self.recall.callers.read(caller, record) else {
            return self.whole(fields, text, *spaced);
        };
        let event = Event::by(fields, identity, Some(told))?;
        let shown = self.notes.show(&event);
        if let Some(known) = self.recall.callers.known(caller).filter(|_| shown.evidence.is_some()) {
            known.sighted = true;
        }
        self.notes.count(&shown, event.id.as_deref(), text, *spaced);
        if shown.changed {
            return Ok(());
        }
        let with_response = event.response.was_read();
        if with_response {
            let sign = Shown { hangs_on_response: true, ..Shown::default() };
            self.recall.keep(caller, record, free, false, sign);
        }
        self.recall.keep(caller, record, free, with_response, shown);
        Ok(())
    }

    /// Counts one more record of a kind that is known, and notes the object that is all it differs in.
    fn again(
        &mut self,
        (caller, place): (Place, Place),
        object: Option<&str>,
        time: Moment,
        id: &str,
        record: &Scanned<'_>,
    ) -> Result<(), String> {
        let Scanned { text, fields, spaced, .. } = record;
        let Some(mut shown) = self.recall.shown_at(place).map(std::mem::take) else {
            return self.record(text);
        };
        if !shown.has_noted(time) {
            self.notes.note(&mut shown, time);
        }
        if let Some(object) = object {
            self.notes.touch(&shown.uses, object);
        }
        if !shown.uses.is_empty() && shown.origins.is_new(fields.source_address, fields.endpoint) {
            let (address, endpoint) = (unquoted(fields.source_address), unquoted(fields.endpoint));
            let origin = Origin::told(address.as_deref(), endpoint.as_deref());
            shown.origins.closed = self.notes.originate(&shown.uses, origin.as_ref());
        }
        if shown.evidence.is_some() && shown.least.as_deref().is_none_or(|least| id < least) {
            shown.least = self.notes.sample(&shown.uses, id);
        }
        if shown.evidence.is_some() && self.recall.callers.known(caller).is_some_and(|known| !known.sighted) {
            if let Some((_, told)) = self.recall.callers.read(caller, record) {
                self.notes.sight(&told, time);
            }
            if let Some(known) = self.recall.callers.known(caller) {
                known.sighted = true;
            }
        }
        self.notes.count(&shown, Some(id), text, *spaced);
        if let Some(place) = self.recall.shown_at(place) {
            *place = shown;
        }
        Ok(())
    }
}

/// Time and eventID of a record, when nothing about it is odd and its time alone does not exempt it.
fn glance<'a>(fields: &Fields<'a>, scope: &Scope, clock: &mut Clock) -> Option<(Moment, &'a str)> {
    let plain = |member: Option<&'a str>| {
        let text = member?.strip_prefix('"')?.strip_suffix('"')?;
        (!text.is_empty() && memchr::memchr(b'\\', text.as_bytes()).is_none()).then_some(text)
    };
    let time = clock.read(plain(fields.time)?)?;
    Some((time, plain(fields.id)?)).filter(|_| scope.holds(time))
}
