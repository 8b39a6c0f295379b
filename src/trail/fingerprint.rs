//! What tells one record from all others: copies of it, delivered more than once, count once.

use twox_hash::XxHash3_128;
use xxhash_rust::xxh3::xxh3_64;

/// eventID and content, without white space between tokens: a pretty-printed copy is the same record.
pub(super) fn fingerprint(text: &mut Vec<u8>, id: &str, raw: &str, spaced: bool) -> [u64; 2] {
    let raw = match spaced {
        true => {
            text.clear();
            squeeze(text, raw);
            text.as_slice()
        }
        false => raw.as_bytes(),
    };
    let hash = XxHash3_128::oneshot_with_seed(xxh3_64(id.as_bytes()), raw);
    [(hash >> 64) as u64, hash as u64]
}

fn squeeze(text: &mut Vec<u8>, raw: &str) {
    let (mut in_string, mut escaped) = (false, false);
    text.extend(raw.bytes().filter(|byte| {
        if in_string {
            in_string = escaped || *byte != b'"';
            escaped = !escaped && *byte == b'\\';
            return true;
        }
        in_string = *byte == b'"';
        !byte.is_ascii_whitespace()
    }));
}
