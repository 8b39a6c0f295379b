//! JSON texts → values, where nothing in them has to be copied or weighed. It agrees with serde_json or gives nothing:
//! escapes, fractions, negative numbers and whatever the scanner refuses are left to serde_json.

use std::borrow::Cow;

use serde_json_borrow::{ObjectAsVec, Value};

use super::scan::{DEEPEST, Scanner};

/// Reads a value, by serde_json where it takes more than borrowing.
pub(super) fn read(text: &str) -> Result<Value<'_>, serde_json::Error> {
    borrowed(text).map_or_else(|| serde_json::from_str(text), Ok)
}

fn borrowed(text: &str) -> Option<Value<'_>> {
    let mut scanner = Scanner::new(text, 0);
    let value = value(&mut scanner, text, 1)?;
    (scanner.at() == text.len()).then_some(value)
}

fn value<'a>(scanner: &mut Scanner<'a>, text: &'a str, depth: usize) -> Option<Value<'a>> {
    let first = scanner.next()?;
    let start = scanner.at();
    match first {
        b'"' => scanner.name().map(|text| Value::Str(Cow::Borrowed(text))),
        b'{' if depth < DEEPEST => {
            let mut members = ObjectAsVec::default();
            scanner.several(b'}', |scanner| {
                let name = scanner.name()?;
                scanner.colon()?;
                members.insert_unchecked_and_get_mut(name, value(scanner, text, depth + 1)?);
                Some(())
            })?;
            Some(Value::Object(members))
        }
        b'[' if depth < DEEPEST => {
            let mut elements = Vec::new();
            scanner.several(b']', |scanner| {
                elements.push(value(scanner, text, depth + 1)?);
                Some(())
            })?;
            Some(Value::Array(elements))
        }
        _ => {
            scanner.value(depth)?;
            match text.get(start..scanner.at())? {
                "null" => Some(Value::Null),
                "true" => Some(Value::Bool(true)),
                "false" => Some(Value::Bool(false)),
                number => number.parse::<u64>().ok().map(Value::from),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json_borrow::Value;

    use super::borrowed;

    /// What is read is what serde_json reads; gives whether it was.
    fn agrees(text: &str) -> bool {
        let theirs = serde_json::from_str::<Value<'_>>(text);
        let ours = borrowed(text);
        if let Some(ours) = &ours {
            assert_eq!(*ours, theirs.unwrap_or_else(|error| panic!("{error}: {text}")), "{text}");
        }
        ours.is_some()
    }

    #[test]
    fn what_is_plain_is_borrowed() {
        let text = r#"{"bucketName":"b","n":[1,0,{"c":null}],"d":{"e":{},"f":[]},"g":true,"h":false,"é":"é","g":2}"#;
        assert!(agrees(text) && agrees(" { \"a\" : [ ] ,\n\"b\":\t{ } }") && agrees("[]") && agrees("17"));
    }

    #[test]
    fn what_is_odd_is_left_to_serde_json() {
        let long = "[".repeat(200);
        for text in ["", "{", "[1,]", r#"{"a":"\n"}"#, r#"{"\u0061":1}"#, "-1", "1.5", "1e3", "01", "{} ", "nul", &long]
        {
            assert!(!agrees(text), "{text}");
        }
    }

    /// Bytes changed one by one: nothing is read in another way.
    #[test]
    fn changed_texts_are_read_alike() {
        let text = r#"{"k":"va\\lue é","n":[15,-20,{"t":true,"x":null}],"l":12345678901234567}"#;
        let mut read = 0;
        for at in 0..text.len() {
            for byte in 0..128_u8 {
                let mut bytes = text.replace("\\\\", "").into_bytes();
                let Some(place) = bytes.get_mut(at) else { continue };
                *place = byte;
                read += std::str::from_utf8(&bytes).map_or(0, |text| u32::from(agrees(&text.replace("-20", "20"))));
            }
        }
        assert!(read > 1_000, "{read}");
    }
}
