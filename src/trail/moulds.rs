//! Records like earlier ones, told by comparing. A record is cut at its `eventTime`: the head, before it, says who
//! called; the tail, after it, says what was called. Each has its mould, for most callers call many things.

use std::ops::Range;

use rustc_hash::FxHashMap;

use super::alike::{differs, session, untelling};
use super::fields::{Fields, Member};
use super::item::{Like, Scanned};
use super::mould::{Caster, Mould};
use super::scan::Scanner;

/// Bytes of moulds that one thread keeps; then it starts afresh.
const MOST_BYTES: usize = 8 << 20;

/// Moulds that begin alike; a new one takes the place of the last that fitted long ago.
const MOST_ALIKE: usize = 16;

/// What is looked at to find a mould, in bytes from the start: in the head most of the time the kind of the caller and
/// the unique id in `principalId`, in the tail the source and the name of the event.
const HEAD_LOOK: Range<usize> = 40..96;
const TAIL_LOOK: Range<usize> = 16..80;

/// An odd number whose bits are spread well: the golden ratio.
const MIXER: u64 = 0x9e37_79b9_7f4a_7c15;

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
    session: Option<Session>,
    /// All, or what stands after the session's names.
    mould: Mould,
    /// From the start of the record to `userIdentity`, and from its end to the end of the head.
    identity: (usize, usize),
}

/// What stands before the session's name in `principalId`, and from there to where it comes again in `arn`.
struct Session {
    before: Box<[u8]>,
    between: Box<[u8]>,
}

/// What the head of a record tells.
struct Told<'a> {
    identity: &'a str,
    session: &'a str,
    end: usize,
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
    /// The first that fits, its number, and what it told. What fits moves towards the front.
    fn find<R>(&mut self, look: u64, mut fits: impl FnMut(&T) -> Option<R>) -> Option<(u32, &T, R)> {
        let alike = self.places.get_mut(&look)?;
        let (at, told) = alike.iter().enumerate().find_map(|(at, (_, mould))| Some((at, fits(mould)?)))?;
        let front = at.saturating_sub(1);
        if front < at {
            alike.swap(at, front);
        }
        alike.get(front).map(|(number, mould)| (*number, mould, told))
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
    /// Fills a fresh record with the one that begins at a place, if there are moulds that it fits; gives whether there
    /// are.
    pub(super) fn fill<'a>(&'a mut self, text: &'a str, start: usize, record: &mut Scanned<'a>) -> bool {
        self.try_fill(text, start, record).is_some()
    }

    fn try_fill<'a>(&'a mut self, text: &'a str, start: usize, record: &mut Scanned<'a>) -> Option<()> {
        let heads = look(text, start, HEAD_LOOK)?;
        let (head, _, told) = self.heads.find(heads, |head| head.fill(text, start))?;
        let time = text.get(told.end..told.end + TIME_LENGTH).filter(|time| is_time(time))?;
        let at = told.end + TIME_LENGTH;
        let mut is_fresh = true;
        let (tail, mould, end) = self.tails.find(look(text, at, TAIL_LOOK)?, |tail| {
            // One that does not fit may have written down some members before that showed.
            if !std::mem::take(&mut is_fresh) {
                record.fields = Fields::default();
            }
            tail.fill(text, at, &mut record.fields)
        })?;
        (record.fields.time, record.fields.identity) = (Some(time), Some(told.identity));
        record.text = text.get(start..end)?;
        record.like = Some(Like { head, session: told.session, tail, mould });
        Some(())
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
            self.bytes += head.size();
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
    fn fill<'a>(&self, text: &'a str, start: usize) -> Option<Told<'a>> {
        let (session, at) = match &self.session {
            None => ("", start),
            Some(session) => session.fill(text, start)?,
        };
        let end = self.mould.fill(text, at, &mut Fields::default())?;
        Some(Told { identity: text.get(start + self.identity.0..end - self.identity.1)?, session, end })
    }

    /// All is constant but for what does not tell who called, and the session's name.
    fn cast(text: &str, head: Range<usize>, members: &[(Option<Member>, Range<usize>)]) -> Option<Head> {
        let mut asked = members.iter().filter(|(member, _)| member.is_some());
        let (Some((Some(Member::Identity), identity)), None) = (asked.next(), asked.next()) else {
            return None;
        };
        let told = text.get(identity.clone())?;
        let at = |range: Range<usize>| identity.start + range.start..identity.start + range.end;
        let gaps = untelling(told)?;
        let names = session(told).filter(|(_, arn)| gaps.iter().all(|gap| arn.end < gap.start));
        let names = names.map(|(id, arn)| (at(id), at(arn)));
        let mut caster = Caster::new(text, names.as_ref().map_or(head.start, |(_, arn)| arn.end));
        for gap in gaps {
            caster.gap(None, at(gap))?;
        }
        let mould = caster.finish(head.end)?;
        let session = match names {
            Some((id, arn)) => Some(Session {
                before: text.get(head.start..id.start)?.as_bytes().into(),
                between: text.get(id.end..arn.start)?.as_bytes().into(),
            }),
            None => None,
        };
        Some(Head { session, mould, identity: (identity.start - head.start, head.end - identity.end) })
    }

    /// About how many bytes it takes.
    fn size(&self) -> usize {
        let names = self.session.as_ref().map_or(0, |session| session.before.len() + session.between.len());
        self.mould.size() + names
    }
}

impl Session {
    /// The session's name, and where it ends in `arn`.
    fn fill<'a>(&self, text: &'a str, start: usize) -> Option<(&'a str, usize)> {
        let bytes = text.as_bytes();
        let fits = |at: usize, part: &[u8]| bytes.get(at..)?.starts_with(part).then_some(at + part.len());
        let from = fits(start, &self.before)?;
        let mut scanner = Scanner::new(text, from);
        (!scanner.rest_of_string()?).then_some(())?;
        let name = text.get(from..scanner.at() - 1)?;
        let again = fits(from + name.len(), &self.between)?;
        // What follows is the quotation mark with which the rest begins, so the name ends there.
        Some((name, fits(again, name.as_bytes())?))
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

/// A hash of a part of what stands at a place.
fn look(text: &str, start: usize, part: Range<usize>) -> Option<u64> {
    let bytes = text.as_bytes().get(start + part.start..start + part.end)?;
    let mixed = |hash: u64, word: &[u8; 8]| (hash.rotate_left(5) ^ u64::from_le_bytes(*word)).wrapping_mul(MIXER);
    Some(bytes.as_chunks::<8>().0.iter().fold(0, mixed))
}

/// Whether it is a time of the usual form, in its quotation marks.
fn is_time(text: &str) -> bool {
    const FORM: &[u8; TIME_LENGTH] = b"\"0000-00-00T00:00:00Z\"";
    let bytes: Option<&[u8; TIME_LENGTH]> = text.as_bytes().as_array();
    let fits = |(byte, form): (&u8, &u8)| (*form == b'0' && byte.is_ascii_digit()) | (byte == form);
    bytes.is_some_and(|bytes| bytes.iter().zip(FORM).fold(true, |all, pair| all & fits(pair)))
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use super::super::alike::untelling;
    use super::super::fields::Fields;
    use super::{Moulds, Scanned};

    const RECORD: &str = r#"{"eventVersion":"1.11","userIdentity":{"type":"AssumedRole","principalId":"AROACKCEVSQ6C2EXAMPLE:i-1","arn":"arn:aws:sts::111122223333:assumed-role/web/i-1","accountId":"111122223333","accessKeyId":"ASIAEXAMPLE","sessionContext":{"sessionIssuer":{"type":"Role"},"attributes":{"creationDate":"2026-08-23T16:00:00Z"}}},"eventTime":"2026-08-23T16:17:37Z","eventSource":"s3.amazonaws.com","eventName":"GetObject","awsRegion":"eu-central-1","sourceIPAddress":"192.0.2.7","requestParameters":{"bucketName":"b","n":[12,-3,{"key":"k/1é"}],"none":{}},"responseElements":null,"bytes":17,"eventID":"9358c946-02c6","readOnly":true,"resources":[{"ARN":"arn:aws:s3:::b/k/1"},null],"x":true}"#;

    fn of_session(name: &str) -> String {
        RECORD.replace("i-1", name)
    }

    /// Whether a text fits; what fits is read as serde_json reads it. Gives head and session, and what they stand for.
    fn fits(moulds: &mut Moulds, text: &str) -> Option<((u32, String), Vec<String>)> {
        let mut record = Scanned::default();
        moulds.fill(text, 0, &mut record).then_some(())?;
        let theirs = Fields::read(record.text).unwrap_or_else(|error| panic!("{error}: {text}"));
        assert_eq!(record.all(), theirs, "{text}");
        let like = record.like.unwrap();
        Some(((like.head, like.session.to_owned()), telling(theirs.identity.unwrap())))
    }

    /// What `userIdentity` says, but for what does not tell the caller.
    fn telling(identity: &str) -> Vec<String> {
        let mut from = 0;
        let mut parts = Vec::new();
        for gap in untelling(identity).unwrap() {
            parts.push(identity[from..gap.start].to_owned());
            from = gap.end;
        }
        parts.push(identity[from..].to_owned());
        parts
    }

    #[test]
    fn values_may_differ_and_sessions_are_told() {
        let mut moulds = Moulds::default();
        assert_eq!(fits(&mut moulds, RECORD), None);
        moulds.learn(RECORD, 0).unwrap();
        let ((head, session), _) = fits(&mut moulds, RECORD).unwrap();
        assert_eq!(session, "i-1");
        let mut case = |text: String, session: &str| {
            let (like, _) = fits(&mut moulds, &text).unwrap_or_else(|| panic!("{text}"));
            assert_eq!(like, (head, session.to_owned()), "{text}");
        };
        case(of_session("i-23456789012345678"), "i-23456789012345678");
        case(RECORD.replace("k/1é", r#"another \" key"#), "i-1");
        case(RECORD.replace("[12,-3,", "[120,-35,").replace("9358", "9").replace(":17,", ":1.75,"), "i-1");
        case(RECORD.replace(r#"{"bucketName":"b""#, r#"{"more":[{}],"bucketName":"c""#), "i-1");
        case(RECORD.replace(r#""none":{}"#, r#""none":{"some":1}"#).replace("ASIAEXAMPLE", "ASIAOTHER"), "i-1");
        case(RECORD.replace(r#""responseElements":null"#, r#""responseElements":{"a":[]}"#), "i-1");
        for other in [RECORD.replace("/i-1", "/i-2"), RECORD.replace("GetObject", "PutObject"), of_session("a\\nb")] {
            assert_eq!(fits(&mut moulds, &other), None, "{other}");
        }
    }

    /// Bytes changed one by one: what fits is read as serde_json reads it, and equal heads and sessions are equal
    /// callers.
    #[test]
    fn changed_records_are_read_alike() {
        let mut moulds = Moulds::default();
        moulds.learn(RECORD, 0).unwrap();
        let mut callers: HashMap<(u32, String), Vec<String>> = HashMap::new();
        let mut fitted = 0;
        for at in 0..RECORD.len() {
            for piece in [b"".as_slice(), b"0", b"\"", b"\\", b",", b"}", b"{\"a\":1}", b"-", b"\x01", b"e", b":"] {
                for cut in [0, 1] {
                    let mut bytes = RECORD.as_bytes().to_vec();
                    bytes.splice(at..at + cut, piece.iter().copied());
                    let Ok(text) = String::from_utf8(bytes) else { continue };
                    let Some((like, caller)) = fits(&mut moulds, &text) else { continue };
                    fitted += 1;
                    assert_eq!(*callers.entry(like).or_insert_with(|| caller.clone()), caller, "{text}");
                }
            }
        }
        assert!(fitted > 500, "{fitted}");
    }
}
