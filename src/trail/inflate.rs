//! Compressed bytes → text bytes, within a limit. A damaged stream still gives what came before the damage.

use std::borrow::Cow;
use std::io::Read;

use flate2::bufread::MultiGzDecoder;

/// A delivered file has at most 50 MB compressed and inflates about nine to one; beyond this it is a bomb.
pub(crate) const MAX_INFLATED: usize = 1 << 30;

/// Deflate cannot do better than this; a trailer that claims more is not believed.
const MAX_RATIO: usize = 1032;

/// Room that is always kept.
const KEPT_ROOM: usize = 8 << 20;

/// The room is a multiple of it.
const ROOM_STEP: usize = 1 << 20;

const GZIP_MAGIC: [u8; 2] = [0x1f, 0x8b];

/// What came out, and why it stopped early if it did.
pub(crate) struct Inflated<'a> {
    pub(crate) bytes: Cow<'a, [u8]>,
    pub(crate) damage: Option<String>,
}

/// Inflates files one after the other, in the same room.
pub(crate) struct Inflater {
    decompressor: libdeflater::Decompressor,
    room: Vec<u8>,
}

impl Default for Inflater {
    fn default() -> Inflater {
        Inflater { decompressor: libdeflater::Decompressor::new(), room: Vec::new() }
    }
}

impl Inflater {
    /// Inflates gzip (any number of members); other bytes pass through.
    pub(crate) fn inflate<'i>(&'i mut self, bytes: &'i [u8], limit: usize) -> Inflated<'i> {
        if !bytes.starts_with(&GZIP_MAGIC) {
            return match bytes.get(..limit) {
                Some(head) if bytes.len() > limit => Inflated { bytes: Cow::Borrowed(head), damage: Some(over(limit)) },
                _ => Inflated { bytes: Cow::Borrowed(bytes), damage: None },
            };
        }
        match self.whole(bytes, limit) {
            Some(size) => Inflated { bytes: self.room.get(..size).unwrap_or_default().into(), damage: None },
            None => streamed(bytes, limit),
        }
    }

    /// The fast way: one member whose trailer tells the size; it fills the room so far. `None` means: take the
    /// careful way. The trailer's checksum must be that of what came out; otherwise more members follow the first.
    fn whole(&mut self, bytes: &[u8], limit: usize) -> Option<usize> {
        let stream = deflated(bytes)?;
        let [c0, c1, c2, c3, s0, s1, s2, s3]: [u8; 8] = bytes.last_chunk().copied()?;
        let size = usize::try_from(u32::from_le_bytes([s0, s1, s2, s3])).ok()?;
        if size > limit || size / MAX_RATIO > bytes.len() {
            return None;
        }
        // One file far larger than the others does not keep its room for good.
        if self.room.len() < size || self.room.len() / 4 > size.max(KEPT_ROOM) {
            // The old room is given up first, and the new one has some to spare, so that it seldom has to grow.
            self.room = Vec::new();
            self.room = vec![0; size.next_multiple_of(ROOM_STEP)];
        }
        let room = self.room.get_mut(..size)?;
        let written = self.decompressor.deflate_decompress(stream, room).ok()?;
        let mut checksum = libdeflater::Crc::new();
        checksum.update(room);
        (written == size && checksum.sum() == u32::from_le_bytes([c0, c1, c2, c3])).then_some(size)
    }
}

/// What stands between the header and the trailer of a gzip file. A header may hold a file's name, no more.
fn deflated(bytes: &[u8]) -> Option<&[u8]> {
    const DEFLATE: u8 = 8;
    const NAMED: u8 = 8;
    let (header, rest) = bytes.split_first_chunk::<10>()?;
    let (stream, _) = rest.split_last_chunk::<8>()?;
    match header {
        [_, _, DEFLATE, 0, ..] => Some(stream),
        [_, _, DEFLATE, NAMED, ..] => stream.get(stream.iter().position(|byte| *byte == 0)? + 1..),
        _ => None,
    }
}

/// The careful way: several members, damaged streams, false trailers.
fn streamed(bytes: &[u8], limit: usize) -> Inflated<'_> {
    let mut inflated = Vec::new();
    let mut reader = MultiGzDecoder::new(bytes).take(limit as u64 + 1);
    let damage = match reader.read_to_end(&mut inflated) {
        Err(error) => Some(format!("gzip stream is damaged after {} bytes: {error}", inflated.len())),
        Ok(_) if inflated.len() > limit => {
            inflated.truncate(limit);
            Some(over(limit))
        }
        Ok(_) => None,
    };
    Inflated { bytes: Cow::Owned(inflated), damage }
}

fn over(limit: usize) -> String {
    format!("more than {limit} bytes inflated; the rest was not read")
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use flate2::Compression;
    use flate2::write::GzEncoder;

    use super::{Inflater, streamed};

    fn gzip(text: &[u8]) -> Vec<u8> {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
        encoder.write_all(text).unwrap();
        encoder.finish().unwrap()
    }

    #[test]
    fn both_ways_agree() {
        let packed = gzip(b"{\"Records\":[]}");
        let mut inflater = Inflater::default();
        assert_eq!(inflater.whole(&packed, 1000), Some(14));
        assert_eq!(inflater.room.get(..14), Some(b"{\"Records\":[]}".as_slice()));
        assert_eq!(streamed(&packed, 1000).bytes.as_ref(), b"{\"Records\":[]}");
    }

    #[test]
    fn members_are_joined() {
        let packed = [gzip(b"one "), gzip(b"two")].concat();
        let mut inflater = Inflater::default();
        let inflated = inflater.inflate(&packed, 1000);
        assert_eq!((inflated.bytes.as_ref(), inflated.damage), (b"one two".as_slice(), None));
    }

    #[test]
    fn a_cut_stream_gives_its_head_and_says_so() {
        let text: Vec<u8> = (0..50_000u32).flat_map(|n| n.wrapping_mul(2_654_435_761).to_le_bytes()).collect();
        let packed = gzip(&text);
        let mut inflater = Inflater::default();
        let inflated = inflater.inflate(&packed[..packed.len() / 2], usize::MAX >> 1);
        assert!(inflated.bytes.len() > 10_000 && text.starts_with(&inflated.bytes));
        assert!(inflated.damage.unwrap().contains("damaged"));
    }

    #[test]
    fn a_bomb_stops_at_the_limit() {
        let packed = gzip(&vec![0; 1 << 20]);
        let inflated = Inflater::default().inflate(&packed, 1000).damage;
        assert!(inflated.unwrap().contains("more than 1000 bytes"));
    }
}
