//! Bytes → JSON values, with every repeated key noted.
//!
//! Plain serde_json keeps the last of two equal keys in silence; in a policy that could hide half a statement.
//! Nothing here knows what the values mean.

use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Value};

/// Above this a file is refused: the largest account that IAM's quotas allow stays far below,
/// and a JSON tree takes about ten times its text in memory.
const MAX_FILE_BYTES: usize = 512 << 20;

/// A value with more repeated keys is refused: none of AWS's has any, and each is looked up for every document.
const MAX_REPEATED_KEYS: usize = 100;

/// What a file's bytes hold. Nesting is limited by serde_json to 128 levels.
#[derive(Debug, Default)]
pub(super) struct Parsed {
    /// The values, one after the other; usually one.
    pub(super) values: Vec<Value>,
    /// Repeated keys, per value: the place of the object, and the key.
    pub(super) repeated: Vec<Vec<(String, String)>>,
    /// Why reading stopped before the end.
    pub(super) error: Option<String>,
}

/// Reads all JSON values of a file.
pub(super) fn parse(bytes: &[u8]) -> Parsed {
    let mut parsed = Parsed::default();
    let text = match text_of(bytes) {
        Ok(text) => text,
        Err(reason) => {
            parsed.error = Some(reason);
            return parsed;
        }
    };
    let mut input = serde_json::Deserializer::from_str(text);
    while input.end().is_err() {
        let mut repeated = Vec::new();
        let seed = Strict { step: None, repeated: &mut repeated };
        match seed.deserialize(&mut input) {
            Ok(value) => parsed.values.push(value),
            Err(error) => {
                parsed.error = Some(format!("not valid JSON: {error}"));
                break;
            }
        }
        parsed.repeated.push(repeated);
    }
    parsed
}

/// The file as text, or why it is none.
fn text_of(bytes: &[u8]) -> Result<&str, String> {
    if bytes.len() > MAX_FILE_BYTES {
        return Err(format!("larger than {MAX_FILE_BYTES} bytes"));
    }
    if bytes.starts_with(&[0xff, 0xfe]) || bytes.starts_with(&[0xfe, 0xff]) {
        return Err("UTF-16 text; save it as UTF-8".to_owned());
    }
    let text = std::str::from_utf8(bytes).map_err(|error| format!("not UTF-8 text: {error}"))?;
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    if text.trim().is_empty() { Err("empty file".to_owned()) } else { Ok(text) }
}

/// One step of the way from the root; rendered only when there is something to report.
struct Step<'p> {
    parent: Option<&'p Step<'p>>,
    key: Key<'p>,
}

enum Key<'p> {
    Name(&'p str),
    Index(usize),
}

fn render(step: Option<&Step<'_>>) -> String {
    let Some(step) = step else {
        return String::new();
    };
    let parent = render(step.parent);
    match step.key {
        Key::Name(name) => super::node::below(&parent, name),
        Key::Index(index) => format!("{parent}[{index}]"),
    }
}

/// Builds a `Value` and notes repeated keys.
struct Strict<'p, 'r> {
    step: Option<&'p Step<'p>>,
    repeated: &'r mut Vec<(String, String)>,
}

impl<'de> DeserializeSeed<'de> for Strict<'_, '_> {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, input: D) -> Result<Value, D::Error> {
        input.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Strict<'_, '_> {
    type Value = Value;

    fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("JSON")
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Bool(value))
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<Value, E> {
        Ok(Value::from(value))
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<Value, E> {
        Ok(Value::from(value))
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<Value, E> {
        Ok(Value::from(value))
    }

    fn visit_str<E: Error>(self, value: &str) -> Result<Value, E> {
        Ok(Value::String(value.to_owned()))
    }

    fn visit_string<E: Error>(self, value: String) -> Result<Value, E> {
        Ok(Value::String(value))
    }

    fn visit_unit<E: Error>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Value, A::Error> {
        let mut list = Vec::new();
        loop {
            let step = Step { parent: self.step, key: Key::Index(list.len()) };
            let seed = Strict { step: Some(&step), repeated: &mut *self.repeated };
            match items.next_element_seed(seed)? {
                Some(value) => list.push(value),
                None => return Ok(Value::Array(list)),
            }
        }
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Value, A::Error> {
        let mut map = Map::new();
        while let Some(key) = entries.next_key::<String>()? {
            let step = Step { parent: self.step, key: Key::Name(&key) };
            let seed = Strict { step: Some(&step), repeated: &mut *self.repeated };
            let value = entries.next_value_seed(seed)?;
            if map.contains_key(&key) {
                if self.repeated.len() >= MAX_REPEATED_KEYS {
                    return Err(A::Error::custom(format!("more than {MAX_REPEATED_KEYS} repeated keys")));
                }
                self.repeated.push((render(self.step), key.clone()));
            }
            map.insert(key, value);
        }
        Ok(Value::Object(map))
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::indexing_slicing)]
    use super::*;

    #[test]
    fn reads_one_value_or_several() {
        assert_eq!(parse(br#"{"a":[1,-2,0.5,null,true,"x"]}"#).values.len(), 1);
        let two = parse(b"{\"a\":1}\n{\"a\":2}\n");
        assert_eq!((two.values.len(), two.error), (2, None));
    }

    #[test]
    fn keeps_what_stands_before_the_damage() {
        let parsed = parse(b"{\"a\":1} {\"a\":");
        assert_eq!(parsed.values.len(), 1);
        assert!(parsed.error.unwrap().starts_with("not valid JSON: EOF"));
    }

    #[test]
    fn says_why_bytes_are_no_json() {
        let reason = |bytes: &[u8]| parse(bytes).error.unwrap();
        assert_eq!(reason(b""), "empty file");
        assert_eq!(reason(b" \n"), "empty file");
        assert!(reason(b"\xff\xfe{\0}\0").starts_with("UTF-16"));
        assert!(reason(b"{\"a\":\"\xe9\"}").starts_with("not UTF-8 text"));
        assert!(reason("[".repeat(200).as_bytes()).contains("recursion limit"));
        assert_eq!(parse(b"\xef\xbb\xbf{}").error, None);
    }

    #[test]
    fn notes_repeated_keys_with_their_place() {
        let parsed = parse(br#"{"A":[{"B":1,"B":2}],"A":3}"#);
        let noted = |place: &str, key: &str| (place.to_owned(), key.to_owned());
        assert_eq!(parsed.repeated[0], [noted("A[0]", "B"), noted("", "A")]);
        let many = format!("{{{}}}", vec!["\"a\":1"; 200].join(","));
        assert!(parse(many.as_bytes()).error.unwrap().contains("more than 100 repeated keys"));
    }
}
