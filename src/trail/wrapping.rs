//! Opens what a record may be wrapped in: lists, envelopes, texts that hold JSON.

use std::fmt;

use serde::de::{Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;

use super::item::Item;
use super::shape::{LISTS, Shape, shape};

/// Wrappings inside wrappings: a list of EventBridge envelopes of … ; real input needs three.
const MAX_WRAPPINGS: usize = 6;

/// Nearly every record starts so; one that does needs no look at its other members.
pub(super) const RECORD_START: &str = "{\"eventVersion\"";

/// Opens one JSON value that may be a record or wrap some.
pub(super) fn unwrap(raw: &str, depth: usize, sink: &mut dyn FnMut(Item<'_>)) {
    if depth > MAX_WRAPPINGS {
        return sink(Item::Loss(format!("more than {MAX_WRAPPINGS} wrappings around the record")));
    }
    if raw.starts_with(RECORD_START) {
        return sink(Item::Record(raw));
    }
    match raw.as_bytes().first() {
        Some(b'{') => match serde_json::from_str::<Members<'_>>(raw) {
            Ok(members) if shape(&members.names()) == Shape::Record => sink(Item::Record(raw)),
            Ok(members) => {
                if let Err(reason) = wrapped(&members.0, depth, sink) {
                    sink(Item::Loss(reason));
                }
            }
            Err(error) => sink(Item::Loss(format!("not a record: {error}"))),
        },
        Some(b'[') => match serde_json::from_str::<Vec<&RawValue>>(raw) {
            Ok(elements) => elements.iter().for_each(|element| unwrap(element.get(), depth + 1, sink)),
            Err(error) => sink(Item::Loss(format!("not a list: {error}"))),
        },
        Some(b'"') => match serde_json::from_str::<String>(raw) {
            Ok(text) if text.trim_ascii_start().starts_with('{') => unwrap_text(&text, depth + 1, sink),
            _ => sink(Item::Loss("a text where a record should be".to_owned())),
        },
        _ => sink(Item::Loss(format!("`{}` where a record should be", raw.chars().take(20).collect::<String>()))),
    }
}

/// Opens a text that holds JSON.
fn unwrap_text(text: &str, depth: usize, sink: &mut dyn FnMut(Item<'_>)) {
    match serde_json::from_str::<&RawValue>(text) {
        Ok(raw) => unwrap(raw.get(), depth, sink),
        Err(error) => sink(Item::Loss(format!("not a record: {error}"))),
    }
}

/// Opens what stands inside a wrapping whose members are given; the error is the reason of the loss.
pub(super) fn wrapped<K: AsRef<str>>(
    members: &[(K, &RawValue)],
    depth: usize,
    sink: &mut dyn FnMut(Item<'_>),
) -> Result<(), String> {
    let names: Vec<&str> = members.iter().map(|(name, _)| name.as_ref()).collect();
    let get = |name: &str| members.iter().find(|(key, _)| key.as_ref() == name).map_or("null", |(_, raw)| raw.get());
    match shape(&names) {
        Shape::Record => {
            // Only the top level lands here, where the members were taken apart already: put them together again.
            let body: Vec<String> =
                members.iter().map(|(name, raw)| format!("{}:{}", quoted(name.as_ref()), raw.get())).collect();
            sink(Item::Record(&format!("{{{}}}", body.join(","))));
        }
        Shape::EventBridge => unwrap(get("detail"), depth + 1, sink),
        Shape::LookupItem => unwrap(get("CloudTrailEvent"), depth + 1, sink),
        Shape::LogEvent => unwrap(get("message"), depth + 1, sink),
        Shape::List if get("messageType") == "\"CONTROL_MESSAGE\"" => sink(Item::NotUsage("control message")),
        Shape::List => {
            LISTS.iter().map(|list| get(list)).filter(|raw| *raw != "null").for_each(|raw| unwrap(raw, depth + 1, sink))
        }
        Shape::NotUsage(rule) => sink(Item::NotUsage(rule)),
        Shape::Unknown => return Err("not a CloudTrail record or a known wrapping of one".to_owned()),
    }
    Ok(())
}

fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

/// An object's members, unread.
struct Members<'a>(Vec<(String, &'a RawValue)>);

impl Members<'_> {
    fn names(&self) -> Vec<&str> {
        self.0.iter().map(|(name, _)| name.as_ref()).collect()
    }
}

impl<'de> serde::Deserialize<'de> for Members<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct All;
        impl<'de> Visitor<'de> for All {
            type Value = Members<'de>;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }
            fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Members<'de>, A::Error> {
                let mut all = Vec::new();
                while let Some(member) = members.next_entry()? {
                    all.push(member);
                }
                Ok(Members(all))
            }
        }
        deserializer.deserialize_map(All)
    }
}
