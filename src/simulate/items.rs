//! The objects of a JSON array, cut out one by one as the stream goes by, never the whole array.

use std::io::{self, BufRead};

use super::gather::Piece;

/// Where inside an object the scan is.
#[derive(Default)]
struct State {
    depth: usize,
    in_text: bool,
    escaped: bool,
}

impl State {
    /// Takes the next byte of an item; true when the item ends with it.
    fn ends_with(&mut self, byte: u8) -> bool {
        if self.in_text {
            match byte {
                _ if self.escaped => self.escaped = false,
                b'\\' => self.escaped = true,
                b'"' => self.in_text = false,
                _ => {}
            }
            return false;
        }
        match byte {
            b'"' => self.in_text = true,
            b'{' | b'[' => self.depth += 1,
            b'}' | b']' => {
                self.depth = self.depth.saturating_sub(1);
                return self.depth == 0;
            }
            _ => {}
        }
        false
    }
}

/// The bytes of the next item of an array, or why there are none; nothing at the end of the array.
/// The stream stands before the opening bracket, behind it, or behind an item.
pub(super) fn next(reader: &mut impl BufRead) -> io::Result<Option<Result<Vec<u8>, String>>> {
    let Some(first) = skip(reader)? else { return Ok(None) };
    let mut piece = Piece::default();
    let mut state = State::default();
    loop {
        let buffer = reader.fill_buf()?;
        if buffer.is_empty() {
            return Ok(Some(Err("the array is cut off".to_owned())));
        }
        // What is no object goes to the next comma.
        let stops = |byte: &u8| if first == b'{' { state.ends_with(*byte) } else { matches!(byte, b',' | b']') };
        let end = buffer.iter().position(stops).map(|end| end + 1);
        let taken = end.unwrap_or(buffer.len());
        piece.extend(buffer.get(..taken).unwrap_or_default());
        reader.consume(taken);
        if end.is_some() {
            let object = first == b'{';
            return Ok(Some(
                piece.end().and_then(|bytes| if object { Ok(bytes) } else { Err("expected an object".to_owned()) }),
            ));
        }
    }
}

/// Passes over what stands between items; gives the first byte of the next, which stays in the stream.
fn skip(reader: &mut impl BufRead) -> io::Result<Option<u8>> {
    loop {
        let buffer = reader.fill_buf()?;
        let Some(byte) = buffer.first().copied() else { return Ok(None) };
        if !(byte.is_ascii_whitespace() || matches!(byte, b'[' | b',' | b']')) {
            return Ok(Some(byte));
        }
        reader.consume(1);
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use std::io::BufReader;

    use super::next;

    #[test]
    fn items_are_cut_out() {
        let text = r#" [ {"a": "}\"{"}, 7, {"b": [{}]} , {"c": "#;
        // A buffer of three bytes, so that items go over its edges.
        let mut reader = BufReader::with_capacity(3, text.as_bytes());
        let mut item = || next(&mut reader).unwrap().map(|item| item.map(|bytes| String::from_utf8(bytes).unwrap()));
        assert_eq!(item().unwrap().unwrap(), r#"{"a": "}\"{"}"#);
        assert_eq!(item().unwrap().unwrap_err(), "expected an object");
        assert_eq!(item().unwrap().unwrap(), r#"{"b": [{}]}"#);
        assert_eq!(item().unwrap().unwrap_err(), "the array is cut off");
        assert!(item().is_none());
    }
}
