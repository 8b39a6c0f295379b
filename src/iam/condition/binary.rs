//! `BinaryEquals`: bytes, given as base64 on both sides.

/// Whether both texts are base64 of the same bytes.
pub(super) fn equals(value: &str, operand: &str) -> bool {
    match (decode(value), decode(operand)) {
        (Some(value), Some(operand)) => value == operand,
        _ => false,
    }
}

/// Decodes base64 (RFC 4648), padded or not.
fn decode(text: &str) -> Option<Vec<u8>> {
    let digits = text.trim_end_matches('=');
    let padding = text.len() - digits.len();
    if digits.len() % 4 == 1 || padding > 2 || (padding > 0 && !text.len().is_multiple_of(4)) {
        return None;
    }
    let (mut bytes, mut bits, mut count) = (Vec::with_capacity(digits.len()), 0_u32, 0);
    for digit in digits.bytes() {
        bits = bits << 6 | u32::from(value(digit)?);
        count += 6;
        if count >= 8 {
            count -= 8;
            bytes.push(u8::try_from(bits >> count & 0xFF).ok()?);
        }
    }
    Some(bytes)
}

fn value(digit: u8) -> Option<u8> {
    match digit {
        b'A'..=b'Z' => Some(digit - b'A'),
        b'a'..=b'z' => Some(digit - b'a' + 26),
        b'0'..=b'9' => Some(digit - b'0' + 52),
        b'+' => Some(62),
        b'/' => Some(63),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_are_compared() {
        assert_eq!(decode("aGk="), Some(b"hi".to_vec()));
        assert_eq!(decode("/+8A"), Some(vec![0xFF, 0xEF, 0]));
        assert!(equals("aGk=", "aGk"));
        assert!(!equals("aGk=", "aGo="));
        assert!(!equals("a!==", "a!=="));
        assert!(!equals("a", "a"));
    }
}
