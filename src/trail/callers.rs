//! Who called earlier records, so that `userIdentity` is not read again. There is no end of sessions, so of one of them
//! little more than its name is remembered.

use std::sync::Arc;

use xxhash_rust::xxh3::xxh3_128;

use super::alike::write_telling;
use super::caller::Caller;
use super::event::{Event, Identity, identity};
use super::fields::Fields;
use super::identify::{identify, identify_alone};
use super::item::{Like, Scanned};
use super::keyed::{Keyed, Place};
use super::principal::part;
use super::scan::Scanner;

/// A caller that was met: one for each session, so it is small.
pub(super) struct Known {
    /// Hash of all that the mapping asks about a caller: equal for all sessions of a principal.
    tag: [u8; 16],
    /// Whether its session names were noted.
    pub(super) sighted: bool,
}

/// A caller, and what `userIdentity` says of it.
pub(super) type Read = (Arc<Identity>, Arc<Caller>);

/// The callers that one thread met.
#[derive(Default)]
pub(super) struct Callers {
    /// By what tells the caller; `None`: `userIdentity` alone does not.
    texts: Keyed<Option<Place>>,
    known: Vec<Known>,
    /// The one that was read last: a caller is nearly always asked for when it is met.
    last: Option<(Place, Read)>,
    /// The callers of heads, by the number of the head's mould and the session's name.
    heads: Keyed<Option<Place>>,
    key: Vec<u8>,
}

impl Callers {
    /// About how many bytes it takes.
    pub(super) fn size(&self) -> usize {
        self.heads.size() + self.texts.size() + self.known.len() * size_of::<Known>()
    }

    /// The caller that an equal `userIdentity` told of; else reads it. `None`: the record has to be read as a whole.
    pub(super) fn caller(&mut self, record: &Scanned<'_>) -> Option<Place> {
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
        if let Some(caller) = self.texts.find(&self.key) {
            return Some(caller);
        }
        let identity = identity(Some(text)).ok()?;
        let caller = identify_alone(&identity).map(|caller| self.meet((Arc::new(identity), Arc::new(caller))));
        // What the moulds tell is remembered by the head, which takes a tenth of it.
        if record.like.is_none() {
            self.texts.add(&self.key, caller);
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
        if let Some(caller) = self.texts.find(&self.key) {
            return caller;
        }
        let place = self.meet(read(fields)?);
        self.texts.add(&self.key, Some(place));
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

    /// Hash of all that the mapping asks about a caller.
    pub(super) fn tag(&self, place: Place) -> Option<[u8; 16]> {
        Some(self.known.get(place.at())?.tag)
    }

    pub(super) fn known(&mut self, place: Place) -> Option<&mut Known> {
        self.known.get_mut(place.at())
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
