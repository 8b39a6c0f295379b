//! Pieces of a stream of bytes, each with a limit, so that no input can grow the memory.

use std::io::{self, BufRead};

/// No request is longer: a row of a thousand context keys has a tenth of it.
pub(super) const MAX_BYTES: usize = 1 << 20;

/// Bytes that were gathered, as long as there was room.
#[derive(Default)]
pub(super) struct Piece {
    bytes: Vec<u8>,
    too_long: bool,
}

impl Piece {
    pub(super) fn extend(&mut self, bytes: &[u8]) {
        if self.bytes.len() + bytes.len() > MAX_BYTES {
            self.too_long = true;
        } else {
            self.bytes.extend_from_slice(bytes);
        }
    }

    /// The bytes, or why there are none.
    pub(super) fn end(self) -> Result<Vec<u8>, String> {
        if self.too_long { Err(format!("longer than {MAX_BYTES} bytes")) } else { Ok(self.bytes) }
    }

    /// Whether more bytes would be of no use.
    pub(super) fn is_full(&self) -> bool {
        self.too_long
    }

    /// The bytes so far.
    pub(super) fn bytes(&self) -> &[u8] {
        &self.bytes
    }
}

/// Adds the rest of the line, its end included; false at the end of the stream.
pub(super) fn line(reader: &mut impl BufRead, piece: &mut Piece) -> io::Result<bool> {
    let mut any = false;
    loop {
        let buffer = reader.fill_buf()?;
        if buffer.is_empty() {
            return Ok(any);
        }
        any = true;
        let end = buffer.iter().position(|byte| *byte == b'\n').map(|end| end + 1);
        let taken = end.unwrap_or(buffer.len());
        piece.extend(buffer.get(..taken).unwrap_or_default());
        reader.consume(taken);
        if end.is_some() {
            return Ok(true);
        }
    }
}

/// The first byte that is no white space; it stays in the stream.
pub(super) fn first(reader: &mut impl BufRead) -> io::Result<Option<u8>> {
    loop {
        let buffer = reader.fill_buf()?;
        if buffer.is_empty() {
            return Ok(None);
        }
        let blank = |byte: &u8| byte.is_ascii_whitespace() || matches!(*byte, 0xEF | 0xBB | 0xBF);
        match buffer.iter().position(|byte| !blank(byte)) {
            Some(place) => {
                let byte = buffer.get(place).copied();
                reader.consume(place);
                return Ok(byte);
            }
            None => {
                let all = buffer.len();
                reader.consume(all);
            }
        }
    }
}
