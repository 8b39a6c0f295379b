//! File bytes → the raw text of each record, whatever it is wrapped in. It does not look inside a record.
//!
//! Reading never fails as a whole: what stands before the damage is handed on, the damage is a loss.

use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;

use super::fields::Fields;
use super::inflate::{Inflater, MAX_INFLATED};
use super::item::{Item, Scanned};
use super::moulds::Moulds;
use super::scan::Scanner;
use super::wrapping::{RECORD_START, unwrap, wrapped};

/// Nearly every file starts so.
const FILE_START: &[u8] = b"{\"Records\":[";

/// So much is looked at at a time: what was just seen to be text is still in the cache when its records are read.
const STRETCH: usize = 256 << 10;

/// How files are read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Way {
    /// The scanner takes what it is sure of.
    Quick,
    /// serde_json takes everything.
    Plain,
}

/// Reads files, one after the other.
pub(crate) struct Decoder {
    /// Those of the quick way; the plain way has none.
    moulds: Option<Moulds>,
    inflater: Inflater,
}

impl Decoder {
    pub(crate) fn new(way: Way) -> Decoder {
        Decoder { moulds: (way == Way::Quick).then(Moulds::default), inflater: Inflater::default() }
    }

    /// Hands every item of a file to `sink`.
    pub(crate) fn decode(&mut self, bytes: &[u8], sink: &mut dyn FnMut(Item<'_>)) {
        let inflated = self.inflater.inflate(bytes, MAX_INFLATED);
        let damaged = inflated.damage.is_some();
        let mut scanned = 0;
        let whole = self.moulds.as_mut().is_some_and(|moulds| {
            scan_file(&inflated.bytes, moulds, &mut |item| {
                scanned += 1;
                sink(item);
            })
        });
        if !whole {
            // What the scanner has told is not told again.
            let sink = &mut |item: Item<'_>| match scanned {
                0 => sink(item),
                _ => scanned -= 1,
            };
            match simdutf8::basic::from_utf8(&inflated.bytes) {
                Ok(text) => decode_text(text, damaged, sink),
                Err(_) => {
                    let (text, mark) = marked(&inflated.bytes);
                    decode_text(&text, damaged, &mut |item| sink(whole_or_lost(item, mark)));
                }
            }
        }
        if let Some(damage) = inflated.damage {
            sink(Item::Loss(damage));
        }
    }
}

/// The text in which one character, that it has nowhere else, stands for all that is no UTF-8.
fn marked(bytes: &[u8]) -> (String, char) {
    let is_new = |mark: &char| memchr::memmem::find(bytes, mark.encode_utf8(&mut [0; 4]).as_bytes()).is_none();
    let mark = ('\u{e000}'..='\u{f8ff}').find(is_new).unwrap_or(char::REPLACEMENT_CHARACTER);
    let mut text = String::with_capacity(bytes.len());
    for chunk in bytes.utf8_chunks() {
        text.push_str(chunk.valid());
        text.extend(Some(mark).filter(|_| !chunk.invalid().is_empty()));
    }
    (text, mark)
}

/// A record that holds what was no UTF-8 is lost.
fn whole_or_lost(item: Item<'_>, mark: char) -> Item<'_> {
    match item {
        Item::Record(text) if text.contains(mark) => Item::Loss("record is not UTF-8".to_owned()),
        other => other,
    }
}

/// A stream of JSON values with white space between them: one document, NDJSON, or exported log lines.
/// `damaged` says that the end is missing, so that the cut itself is not lost a second time.
fn decode_text(text: &str, damaged: bool, sink: &mut dyn FnMut(Item<'_>)) {
    let mut rest = text.trim_start_matches(['\u{feff}']).trim_ascii_start();
    if rest.is_empty() && !damaged {
        sink(Item::Loss("empty file".to_owned()));
    }
    while !rest.is_empty() {
        let after_stamp = skip_time_stamp(rest);
        if !after_stamp.starts_with(['{', '[']) {
            sink(Item::Loss(format!("not JSON: `{}`", rest.chars().take(20).collect::<String>().escape_debug())));
            rest = next_value(after_stamp);
            continue;
        }
        match value(after_stamp, sink) {
            Ok(read) => rest = after_stamp.get(read..).unwrap_or_default().trim_ascii_start(),
            Err(error) => {
                if !(damaged && error.is_eof()) {
                    sink(Item::Loss(format!("JSON is broken: {error}")));
                }
                rest = next_value(after_stamp);
            }
        }
    }
}

/// The usual file: one object with one list of records and no white space around it. Gives whether that is all
/// there is; if not, the items so far are those with which the careful way begins.
fn scan_file(bytes: &[u8], moulds: &mut Moulds, sink: &mut dyn FnMut(Item<'_>)) -> bool {
    if !bytes.starts_with(FILE_START) {
        return false;
    }
    let (mut at, mut stretch) = (FILE_START.len(), STRETCH);
    loop {
        let rest = bytes.get(at..).unwrap_or_default();
        let text = valid_text(rest.get(..stretch).unwrap_or(rest));
        let read = scan_stretch(text, moulds, sink);
        at += read;
        match bytes.get(at..) {
            Some(b"]}" | b"]}\n") => return true,
            // No record ends in this stretch: it is broken, or longer than the stretch.
            Some(rest) if read == 0 && rest.len() <= stretch => return false,
            _ if read == 0 => stretch *= 2,
            _ => stretch = STRETCH,
        }
    }
}

/// Reads the records that a text begins with; gives how many bytes they and the commas after them take.
fn scan_stretch(text: &str, moulds: &mut Moulds, sink: &mut dyn FnMut(Item<'_>)) -> usize {
    let mut at = 0;
    while text.get(at..).is_some_and(|rest| rest.starts_with(RECORD_START)) {
        let mut record = Scanned::default();
        if !moulds.fill(text, at, &mut record) {
            let Some(scanned) = scan_record(text, at, moulds) else { break };
            record = scanned;
        }
        let end = at + record.text.len();
        match text.as_bytes().get(end) {
            // After a comma there must be another; else it is no list.
            Some(b',') if text.get(end + 1..).is_some_and(|rest| rest.starts_with(RECORD_START)) => at = end + 1,
            Some(b']') => at = end,
            _ => break,
        }
        sink(Item::Scanned(&record));
    }
    at
}

/// The text that bytes begin with.
fn valid_text(bytes: &[u8]) -> &str {
    match simdutf8::compat::from_utf8(bytes) {
        Ok(text) => text,
        Err(error) => std::str::from_utf8(bytes.get(..error.valid_up_to()).unwrap_or_default()).unwrap_or_default(),
    }
}

/// A record like none before.
fn scan_record<'a>(text: &'a str, start: usize, moulds: &mut Moulds) -> Option<Scanned<'a>> {
    let mut scanner = Scanner::new(text, start);
    let fields = Fields::scan(&mut scanner)?;
    moulds.learn(text, start);
    Some(Scanned { text: text.get(start..scanner.at())?, fields, spaced: scanner.spaced, like: None })
}

/// CloudWatch Logs exports put a time stamp before each event's JSON.
fn skip_time_stamp(line: &str) -> &str {
    match line.split_once(' ') {
        Some((stamp, rest)) if stamp.starts_with("20") && stamp.ends_with('Z') && stamp.len() <= 30 => rest,
        _ => line,
    }
}

/// Where reading can go on after damage: the next line that starts a value.
fn next_value(text: &str) -> &str {
    let starts = |line: &str| skip_time_stamp(line).starts_with(['{', '[']);
    let mut rest = text;
    while let Some((_, after)) = rest.split_once('\n') {
        if starts(after) && after.len() > 1 {
            return after;
        }
        rest = after;
    }
    ""
}

/// Reads one top-level value, streaming the elements of its lists; gives the bytes read.
fn value(text: &str, sink: &mut dyn FnMut(Item<'_>)) -> Result<usize, serde_json::Error> {
    if text.starts_with(RECORD_START) {
        let mut values = serde_json::Deserializer::from_str(text).into_iter::<&RawValue>();
        if let Some(raw) = values.next() {
            unwrap(raw?.get(), 0, sink);
        }
        return Ok(values.byte_offset());
    }
    let mut stream = serde_json::Deserializer::from_str(text);
    Top { sink }.deserialize(&mut stream)?;
    if stream.end().is_ok() {
        return Ok(text.len());
    }
    let mut values = serde_json::Deserializer::from_str(text).into_iter::<serde::de::IgnoredAny>();
    let _ = values.next();
    Ok(values.byte_offset())
}

/// The top level: an object or an array.
struct Top<'s> {
    sink: &'s mut dyn FnMut(Item<'_>),
}

impl<'de> DeserializeSeed<'de> for Top<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Top<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object or an array")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, elements: A) -> Result<(), A::Error> {
        List { sink: self.sink }.visit_seq(elements)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<(), A::Error> {
        let mut others: Vec<(String, &'de RawValue)> = Vec::new();
        let mut listed = false;
        while let Some(key) = members.next_key::<String>()? {
            // A delivered file is one `Records` list of tens of megabytes: stream it, do not hold it.
            if key == "Records" {
                members.next_value_seed(List { sink: &mut *self.sink })?;
                listed = true;
            } else {
                others.push((key, members.next_value()?));
            }
        }
        if !listed && let Err(reason) = wrapped(&others, 0, self.sink) {
            (self.sink)(Item::Loss(reason));
        }
        Ok(())
    }
}

/// The elements of a list, one by one.
struct List<'s> {
    sink: &'s mut dyn FnMut(Item<'_>),
}

impl<'de> DeserializeSeed<'de> for List<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for List<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list of records")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut elements: A) -> Result<(), A::Error> {
        while let Some(raw) = elements.next_element::<&RawValue>()? {
            unwrap(raw.get(), 0, self.sink);
        }
        Ok(())
    }

    fn visit_unit<E: serde::de::Error>(self) -> Result<(), E> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::super::item::Item;
    use super::{Decoder, Way};

    const A: &str = r#"{"eventVersion":"1.11","eventName":"A","userIdentity":{}}"#;
    const B: &str = r#"{"userIdentity":{},"eventName":"B","eventVersion":"1.08"}"#;

    /// Shows a record as its event name, a loss as `!`, anything else as its rule.
    fn case(bytes: &[u8], expected: &[&str]) {
        let mut seen = Vec::new();
        Decoder::new(Way::Quick).decode(bytes, &mut |item| {
            seen.push(match item {
                Item::Record(raw) => {
                    serde_json::from_str::<serde_json::Value>(raw).unwrap()["eventName"].as_str().unwrap().to_owned()
                }
                Item::Scanned(record) => record.fields.name.unwrap().trim_matches('"').to_owned(),
                Item::NotUsage(rule) => rule.to_owned(),
                Item::Loss(_) => "!".to_owned(),
            });
        });
        assert_eq!(seen, expected, "{}", String::from_utf8_lossy(bytes));
    }

    fn text(value: &str) -> String {
        serde_json::Value::from(value).to_string()
    }

    #[test]
    fn every_wrapping_gives_its_records() {
        case(format!(r#"{{"Records":[{A},{B}]}}"#).as_bytes(), &["A", "B"]);
        case(format!(" [{A}, {B}]\n").as_bytes(), &["A", "B"]);
        case(B.as_bytes(), &["B"]);
        case(format!("{A}\n{B}\n\n{A}").as_bytes(), &["A", "B", "A"]);
        case(format!(r#"{{"Events":[{{"EventId":"1","CloudTrailEvent":{}}}]}}"#, text(A)).as_bytes(), &["A"]);
        case(
            format!(r#"{{"version":"0","detail-type":"AWS API Call via CloudTrail","source":"aws.s3","detail":{B}}}"#)
                .as_bytes(),
            &["B"],
        );
        case(
            format!(
                r#"{{"messageType":"DATA_MESSAGE","logEvents":[{{"id":"1","timestamp":1,"message":{}}}]}}"#,
                text(A)
            )
            .as_bytes(),
            &["A"],
        );
        case(format!(r#"{{"events":[{{"timestamp":1,"message":{}}}]}}"#, text(B)).as_bytes(), &["B"]);
        case(format!("2026-10-01T00:00:00.000Z {A}\n2026-10-01T00:00:01.000Z {B}\n").as_bytes(), &["A", "B"]);
        case(br#"{"Records":[]}"#, &[]);
    }

    #[test]
    fn what_is_no_usage_is_named() {
        case(br#"{"awsAccountId":"111122223333","digestStartTime":"x"}"#, &["digest file"]);
        case(br#"{"messageType":"CONTROL_MESSAGE","logEvents":[{"id":"","message":"x"}]}"#, &["control message"]);
        case(br#"{"UserDetailList":[]}"#, &["account authorization details"]);
    }

    #[test]
    fn damage_loses_what_it_hits_and_no_more() {
        case(format!(r#"{{"Records":[{A},{{"eventVersion":"1.1"#).as_bytes(), &["A", "!"]);
        case(format!("{A}\n{{\"eventVersion\": oops\n{B}").as_bytes(), &["A", "!", "B"]);
        case(format!(r#"{{"Records":[{A},17,{B},null]}}"#).as_bytes(), &["A", "!", "B", "!"]);
        case(b"", &["!"]);
        case(b"hello world", &["!"]);
        case(&[0xff, 0xfe, 0x00], &["!"]);
    }

    #[test]
    fn bytes_that_are_no_utf8_lose_their_record_only() {
        let mut bytes = format!(r#"{{"Records":[{A},{B}]}}"#).into_bytes();
        let at = bytes.windows(1).rposition(|window| window == b"B").unwrap();
        bytes[at] = 0xff;
        case(&bytes, &["A", "!"]);
    }

    #[test]
    fn nesting_thousands_deep_is_survived() {
        let deep = format!(
            r#"{{"Records":[{A},{{"eventVersion":"1","eventName":"D","x":{}{}}}]}}"#,
            "[".repeat(50_000),
            "]".repeat(50_000)
        );
        case_count(&deep, 2);
        case(format!("{}{}", "[".repeat(50_000), "]".repeat(50_000)).as_bytes(), &["!"]);
    }

    fn case_count(text: &str, expected: usize) {
        let mut count = 0;
        Decoder::new(Way::Quick).decode(text.as_bytes(), &mut |_| count += 1);
        assert_eq!(count, expected);
    }
}
