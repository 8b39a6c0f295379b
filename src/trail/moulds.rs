//! Records like earlier ones, told by comparing. A record is cut at its `eventTime`: the head, before it, says who
//! called; the tail, after it, says what was called. Each has its mould, for most callers call many things.

use std::ops::Range;

use rustc_hash::FxHashMap;
use xxhash_rust::xxh3::xxh3_64;

use super::alike::{differs, untelling};
use super::fields::{Fields, Member};
use super::item::{Like, Scanned};
use super::mould::{Caster, Mould};
use super::scan::Scanner;

/// Bytes of moulds that one thread keeps; then it starts afresh.
const MOST_BYTES: usize = 8 << 20;

/// Moulds that begin alike; a new one takes the place of the last that fitted long ago.
const MOST_ALIKE: usize = 16;

/// The first quotation mark from here on ends what is looked at to find a mould. Nearly always the head has told
/// the principal and the session by then, the tail the source and the name of the event.
const HEAD_LOOK: usize = 76;
const TAIL_LOOK: usize = 80;

/// `"2026-10-31T23:59:59Z"`, with its quotation marks.
const TIME_LENGTH: usize = 22;

/// The moulds of one thread.
#[derive(Default)]
pub(super) struct Moulds {
    heads: Bank<Head>,
    tails: Bank<Mould>,
    bytes: usize,
    /// Numbers are given once, so that nobody takes a mould for one that is gone.
    given: u32,
}

/// What stands before `eventTime`.
struct Head {
    mould: Mould,
    /// From the start of the record to `userIdentity`, and from its end to the end of the head.
    identity: (usize, usize),
}

/// Moulds by what they begin with.
struct Bank<T> {
    places: FxHashMap<u64, Vec<(u32, T)>>,
}

impl<T> Default for Bank<T> {
    fn default() -> Bank<T> {
        Bank { places: FxHashMap::default() }
    }
}

impl<T> Bank<T> {
    /// The first that fits, and its number. What fits moves towards the front.
    fn find<R>(&mut self, look: u64, mut fits: impl FnMut(&T) -> Option<R>) -> Option<(u32, R)> {
        let alike = self.places.get_mut(&look)?;
        let (at, found) =
            alike.iter().enumerate().find_map(|(at, (number, mould))| Some((at, (*number, fits(mould)?))))?;
        if at > 0 {
            alike.swap(at, at - 1);
        }
        Some(found)
    }

    fn add(&mut self, look: u64, number: u32, mould: T) {
        let alike = self.places.entry(look).or_default();
        if alike.len() >= MOST_ALIKE {
            alike.pop();
        }
        alike.push((number, mould));
    }
}

impl Moulds {
    /// The record that begins at a place, if there are moulds that it fits.
    pub(super) fn fill<'a>(&mut self, text: &'a str, start: usize) -> Option<Scanned<'a>> {
        let heads = look(text, start, HEAD_LOOK)?;
        let (head, (identity, at)) = self.heads.find(heads, |head| head.fill(text, start))?;
        let time = text.get(at..at + TIME_LENGTH).filter(|time| is_time(time))?;
        let at = at + TIME_LENGTH;
        let (tail, (fields, end)) = self.tails.find(look(text, at, TAIL_LOOK)?, |tail| {
            // Afresh for each: one that does not fit may have written down some members before that showed.
            let mut fields = Fields { time: Some(time), identity: Some(identity), ..Fields::default() };
            let end = tail.fill(text, at, &mut fields)?;
            Some((fields, end))
        })?;
        Some(Scanned { text: text.get(start..end)?, fields, spaced: false, like: Some(Like { head, tail }) })
    }

    /// Makes moulds of a record that fitted none. `None`: it is none of which there are many.
    pub(super) fn learn(&mut self, text: &str, start: usize) -> Option<()> {
        let mut members = Vec::new();
        let mut scanner = Scanner::new(text, start);
        scanner.members_at(&mut |name, value| {
            members.push((Member::named(name), value));
            Some(())
        })?;
        let end = scanner.at();
        let cut = members.iter().position(|(member, _)| *member == Some(Member::Time)).filter(|_| !scanner.spaced)?;
        let (before, time, after) = (members.get(..cut)?, &members.get(cut)?.1, members.get(cut + 1..)?);
        text.get(time.clone()).filter(|time| is_time(time))?;
        if self.bytes > MOST_BYTES {
            *self = Moulds { given: self.given, ..Moulds::default() };
        }
        let heads = look(text, start, HEAD_LOOK)?;
        if self.heads.find(heads, |head| head.fill(text, start)).is_none() {
            let head = Head::cast(text, start..time.start, before)?;
            self.bytes += head.mould.size();
            self.given += 1;
            self.heads.add(heads, self.given, head);
        }
        let tails = look(text, time.end, TAIL_LOOK)?;
        if self.tails.find(tails, |tail| tail.fill(text, time.end, &mut Fields::default())).is_none() {
            let tail = tail(text, time.end..end, after)?;
            self.bytes += tail.size();
            self.given += 1;
            self.tails.add(tails, self.given, tail);
        }
        Some(())
    }
}

impl Head {
    /// `userIdentity`, and where the head ends.
    fn fill<'a>(&self, text: &'a str, start: usize) -> Option<(&'a str, usize)> {
        let end = self.mould.fill(text, start, &mut Fields::default())?;
        Some((text.get(start + self.identity.0..end - self.identity.1)?, end))
    }

    /// All is constant but for what does not tell who called.
    fn cast(text: &str, head: Range<usize>, members: &[(Option<Member>, Range<usize>)]) -> Option<Head> {
        let mut asked = members.iter().filter(|(member, _)| member.is_some());
        let (Some((Some(Member::Identity), identity)), None) = (asked.next(), asked.next()) else {
            return None;
        };
        let mut caster = Caster::new(text, head.start);
        for gap in untelling(text.get(identity.clone())?)? {
            caster.gap(None, identity.start + gap.start..identity.start + gap.end)?;
        }
        let mould = caster.finish(head.end)?;
        Some(Head { mould, identity: (identity.start - head.start, head.end - identity.end) })
    }
}

/// What tells what was called is constant; the rest is gaps.
fn tail(text: &str, tail: Range<usize>, members: &[(Option<Member>, Range<usize>)]) -> Option<Mould> {
    let mut caster = Caster::new(text, tail.start);
    for (member, value) in members {
        match member {
            Some(Member::Identity) => return None,
            Some(member) if !differs(*member) => caster.fix(*member, value.clone())?,
            member => caster.gap(*member, value.clone())?,
        }
    }
    caster.finish(tail.end)
}

/// A hash of what stands at a place up to the first quotation mark so many bytes on.
fn look(text: &str, start: usize, length: usize) -> Option<u64> {
    let bytes = text.as_bytes();
    let end = memchr::memchr(b'"', bytes.get(start + length..)?)?;
    Some(xxh3_64(bytes.get(start..start + length + end)?))
}

/// Whether it is a time of the usual form, in its quotation marks.
fn is_time(text: &str) -> bool {
    const FORM: &[u8; TIME_LENGTH] = b"\"0000-00-00T00:00:00Z\"";
    let bytes = text.as_bytes();
    let fits = |(byte, form): (&u8, &u8)| if *form == b'0' { byte.is_ascii_digit() } else { byte == form };
    bytes.len() == TIME_LENGTH && bytes.iter().zip(FORM).all(fits)
}
