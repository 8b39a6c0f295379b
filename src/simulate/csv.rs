//! Comma-separated rows: fields may be quoted, a quote inside is doubled, line ends inside quotes are text.

use std::io::{self, BufRead};

use super::gather::{self, Piece};

/// The fields of the next row, or why it has none; nothing at the end. Blank lines are passed over.
pub(super) fn next(reader: &mut impl BufRead) -> io::Result<Option<Result<Vec<String>, String>>> {
    loop {
        let mut piece = Piece::default();
        if !gather::line(reader, &mut piece)? {
            return Ok(None);
        }
        // A line end inside quotes belongs to the field.
        while !piece.is_full() && is_open(piece.bytes()) && gather::line(reader, &mut piece)? {}
        let bytes = match piece.end() {
            Ok(bytes) => bytes,
            Err(reason) => return Ok(Some(Err(reason))),
        };
        let Ok(text) = String::from_utf8(bytes) else {
            return Ok(Some(Err("not UTF-8".to_owned())));
        };
        let text = text.trim_end_matches(['\n', '\r']);
        if !text.trim().is_empty() {
            return Ok(Some(fields(text)));
        }
    }
}

fn is_open(bytes: &[u8]) -> bool {
    bytes.iter().filter(|byte| **byte == b'"').count() % 2 == 1
}

fn fields(text: &str) -> Result<Vec<String>, String> {
    let mut fields = vec![String::new()];
    let mut letters = text.chars().peekable();
    let mut quoted = false;
    while let Some(letter) = letters.next() {
        let Some(field) = fields.last_mut() else { break };
        match letter {
            '"' if quoted && letters.peek() == Some(&'"') => {
                letters.next();
                field.push('"');
            }
            '"' if quoted || field.is_empty() => quoted = !quoted,
            ',' if !quoted => fields.push(String::new()),
            letter => field.push(letter),
        }
    }
    if quoted { Err("a quote is never closed".to_owned()) } else { Ok(fields) }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::next;

    #[test]
    fn rows() {
        let text = "a,b\r\n\n\"x,\"\"y\nz\",\nlast,\"open";
        let mut reader = text.as_bytes();
        let mut row = || next(&mut reader).unwrap();
        assert_eq!(row().unwrap().unwrap(), ["a", "b"]);
        assert_eq!(row().unwrap().unwrap(), ["x,\"y\nz", ""]);
        assert!(row().unwrap().unwrap_err().contains("never closed"));
        assert!(row().is_none());
    }
}
