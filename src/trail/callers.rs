//! Callers that were met, so that `userIdentity` is not read again, whatever the session's key and start. Where it does
//! not tell the caller, the other members that may tell are looked at with it. Of a session little more than its name is
//! remembered, for there is no end of sessions.

use std::sync::Arc;

use xxhash_rust::xxh3::xxh3_128;

use super::alike::write_telling;
use super::caller::Caller;
use super::event::{Event, Identity, identity};
use super::fields::Fields;
use super::identify::{identify, identify_alone};
use super::item::{Like, Scanned};
use super::keyed::Keyed;
use super::principal::part;
use super::scan::Scanner;

/// Hash of all that the mapping asks about a caller: equal for all sessions of a principal.
pub(super) type Tag = [u8; 16];

/// A caller that was met: one for each session, so it is small.
pub(super) struct Known {
    pub(super) tag: Tag,
    /// Whether its session names were noted.
    pub(super) sighted: bool,
}

/// A caller, and what `userIdentity` says of it.
type Read = (Arc<Identity>, Arc<Caller>);

/// Where a caller is remembered.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) struct Place(u32);

/// The callers that one thread remembers.
pub(super) struct Callers {
    /// Bytes that it may take; then it starts afresh.
    most: usize,
    known: Vec<Known>,
    /// By what tells the caller; `None`: `userIdentity` alone does not.
    texts: Keyed<Option<Place>>,
    /// By the number of the head's mould and the session's name.
    heads: Keyed<Option<Place>>,
    /// The one that was read last: a caller is nearly always asked for when it is met.
    last: Option<(Place, Read)>,
    key: Vec<u8>,
}

impl Callers {
    /// None yet; room for so many bytes.
    pub(super) fn new(most: usize) -> Callers {
        Callers::by("", most)
    }

    /// The hashes are kept secret by a text.
    fn by(text: &str, most: usize) -> Callers {
        let (texts, heads) = (Keyed::by(text), Keyed::by(text));
        Callers { most, known: Vec::new(), texts, heads, last: None, key: Vec::new() }
    }

    /// About how many bytes it takes.
    fn size(&self) -> usize {
        self.heads.size() + self.texts.size() + self.known.len() * size_of::<Known>()
    }

    /// The caller that an equal `userIdentity` told of; else reads it. `None`: the record has to be read as a whole.
    pub(super) fn find(&mut self, record: &Scanned<'_>) -> Option<Place> {
        if self.known.is_empty() || self.size() > self.most {
            // AWS makes the id, and nobody knows which will be the first.
            *self = Callers::by(record.fields.id.unwrap_or_default(), self.most);
        }
        let Some(like) = &record.like else {
            return self.by_text(record)?.or_else(|| self.by_record(record));
        };
        self.write_head(like);
        let caller = match self.heads.find(&self.key) {
            Some(caller) => caller,
            None => {
                let caller = self.by_identity(record)?;
                self.heads.add(&self.key, caller);
                caller
            }
        };
        caller.or_else(|| self.by_record(record))
    }

    fn write_head(&mut self, like: &Like<'_>) {
        self.key.clear();
        self.key.extend_from_slice(&like.head.to_le_bytes());
        self.key.extend_from_slice(like.session.as_bytes());
    }

    /// The inner `None`: it takes other members of the record.
    fn by_text(&mut self, record: &Scanned<'_>) -> Option<Option<Place>> {
        self.key.clear();
        write_telling(record.fields.identity?, &mut self.key)?;
        if let Some(caller) = self.texts.find(&self.key) {
            return Some(caller);
        }
        let caller = self.by_identity(record)?;
        self.texts.add(&self.key, caller);
        Some(caller)
    }

    fn by_identity(&mut self, record: &Scanned<'_>) -> Option<Option<Place>> {
        let identity = identity(Some(record.fields.identity?)).ok()?;
        Some(identify_alone(&identity).map(|caller| self.meet((Arc::new(identity), Arc::new(caller)))))
    }

    /// The caller by `userIdentity` and what else may tell it.
    fn by_record(&mut self, record: &Scanned<'_>) -> Option<Place> {
        let fields = &record.all();
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
        // There are never so many that the number does not fit.
        let place = Place(u32::try_from(self.known.len()).unwrap_or(u32::MAX));
        self.known.push(Known { tag: xxh3_128(&text).to_le_bytes(), sighted: false });
        self.last = Some((place, (identity, caller)));
        place
    }

    /// The caller of a record, read once more if it is not the one that was read last.
    pub(super) fn read(&mut self, caller: Place, record: &Scanned<'_>) -> Option<Read> {
        if let Some((_, read)) = self.last.as_ref().filter(|(place, _)| *place == caller) {
            return Some(read.clone());
        }
        let read = read(&record.all())?;
        self.last = Some((caller, read.clone()));
        Some(read)
    }

    pub(super) fn known(&mut self, caller: Place) -> Option<&mut Known> {
        self.known.get_mut(caller.0 as usize)
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
