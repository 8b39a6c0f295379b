//! A strict pass over JSON that reads nothing: it finds where the members of an object stand.
//!
//! Whatever it accepts, serde_json accepts with the same members. What it is not sure of it refuses
//! (`None`), and the caller lets serde_json decide: deep nesting, escaped names, numbers that may not
//! fit, escapes that may be half of a pair.

use std::ops::Range;

use wide::u8x16;

/// Nesting that serde_json surely takes (it stops at 128).
pub(super) const DEEPEST: usize = 100;

/// A longer number may be out of range.
const LONGEST_NUMBER: usize = 18;

/// A place in a text.
pub(crate) struct Scanner<'a> {
    text: &'a str,
    at: usize,
    /// Whether white space stood between tokens.
    pub(super) spaced: bool,
}

impl<'a> Scanner<'a> {
    /// Starts at a byte of the text.
    pub(super) fn new(text: &'a str, at: usize) -> Scanner<'a> {
        Scanner { text, at, spaced: false }
    }

    /// The byte that it has come to.
    pub(super) fn at(&self) -> usize {
        self.at
    }

    /// Steps over this byte if it comes next, white space before it aside.
    pub(super) fn take(&mut self, byte: u8) -> bool {
        let next = self.next() == Some(byte);
        self.at += usize::from(next);
        next
    }

    /// Steps over white space; gives what follows.
    pub(super) fn next(&mut self) -> Option<u8> {
        let mut byte = self.text.as_bytes().get(self.at).copied();
        while let Some(b' ' | b'\n' | b'\t' | b'\r') = byte {
            self.spaced = true;
            self.at += 1;
            byte = self.text.as_bytes().get(self.at).copied();
        }
        byte
    }

    /// Steps over an object; gives each member's name and the text of its value.
    pub(super) fn object(&mut self, each: &mut impl FnMut(&'a str, &'a str) -> Option<()>) -> Option<()> {
        let text = self.text;
        self.members_at(&mut |name, value| each(name, text.get(value)?))
    }

    /// Steps over an object; gives each member's name and where its value stands.
    pub(super) fn members_at(&mut self, each: &mut impl FnMut(&'a str, Range<usize>) -> Option<()>) -> Option<()> {
        (self.next()? == b'{').then_some(())?;
        self.several(b'}', |scanner| {
            let name = scanner.name()?;
            scanner.colon()?;
            let start = scanner.at;
            scanner.value(1)?;
            each(name, start..scanner.at)
        })
    }

    /// Steps over what stands between two brackets, one thing after another with commas between.
    #[inline]
    pub(super) fn several(&mut self, close: u8, mut one: impl FnMut(&mut Self) -> Option<()>) -> Option<()> {
        self.at += 1;
        if self.take(close) {
            return Some(());
        }
        loop {
            self.next()?;
            one(self)?;
            match self.next()? {
                b',' => self.at += 1,
                byte if byte == close => break,
                _ => return None,
            }
        }
        self.at += 1;
        Some(())
    }

    /// Steps over a colon and to the value after it.
    pub(super) fn colon(&mut self) -> Option<()> {
        self.take(b':').then_some(())?;
        self.next().map(|_| ())
    }

    /// The text of a string without escapes, as a member's name must be.
    pub(super) fn name(&mut self) -> Option<&'a str> {
        self.next()?;
        let start = self.at;
        (!self.string_with_escapes()?).then_some(())?;
        self.text.get(start + 1..self.at - 1)
    }

    /// Steps over a value that starts here.
    pub(super) fn value(&mut self, depth: usize) -> Option<()> {
        match self.text.as_bytes().get(self.at)? {
            b'"' => self.string(),
            b'{' if depth < DEEPEST => self.members(depth),
            b'[' if depth < DEEPEST => self.elements(depth),
            b't' => self.word("true"),
            b'f' => self.word("false"),
            b'n' => self.word("null"),
            b'-' | b'0'..=b'9' => self.number(),
            _ => None,
        }
    }

    fn members(&mut self, depth: usize) -> Option<()> {
        self.several(b'}', |scanner| {
            scanner.string()?;
            scanner.colon()?;
            scanner.value(depth + 1)
        })
    }

    fn elements(&mut self, depth: usize) -> Option<()> {
        self.several(b']', |scanner| scanner.value(depth + 1))
    }

    fn word(&mut self, word: &str) -> Option<()> {
        let found = self.text.as_bytes().get(self.at..)?.starts_with(word.as_bytes());
        self.at += word.len();
        found.then_some(())
    }

    /// Whole numbers and decimals of usual length; no exponents.
    fn number(&mut self) -> Option<()> {
        let rest = self.text.as_bytes().get(self.at..)?;
        let length =
            rest.iter().take_while(|byte| matches!(byte, b'0'..=b'9' | b'-' | b'+' | b'.' | b'e' | b'E')).count();
        let number = rest.get(..length).filter(|number| number.len() <= LONGEST_NUMBER)?;
        let digits = number.strip_prefix(b"-").unwrap_or(number);
        let (whole, fraction) = match digits.iter().position(|byte| *byte == b'.') {
            Some(point) => (digits.get(..point)?, digits.get(point + 1..)?),
            None => (digits, b"0".as_slice()),
        };
        let all_digits = |part: &[u8]| !part.is_empty() && part.iter().all(u8::is_ascii_digit);
        let plain = all_digits(whole) && all_digits(fraction) && (whole.len() == 1 || whole.first() != Some(&b'0'));
        self.at += length;
        plain.then_some(())
    }

    fn string(&mut self) -> Option<()> {
        self.string_with_escapes().map(|_| ())
    }

    /// Steps over a string; gives whether it has escapes.
    fn string_with_escapes(&mut self) -> Option<bool> {
        (self.text.as_bytes().get(self.at) == Some(&b'"')).then_some(())?;
        self.at += 1;
        self.rest_of_string()
    }

    /// Steps over the rest of a string; gives whether it has escapes.
    pub(super) fn rest_of_string(&mut self) -> Option<bool> {
        let (end, escaped) = string_end(self.text.as_bytes(), self.at)?;
        self.at = end;
        Some(escaped)
    }
}

/// Where a string ends of which a place is the first byte after its quotation mark, and whether it has escapes.
#[inline]
fn string_end(bytes: &[u8], start: usize) -> Option<(usize, bool)> {
    let (mut at, mut escaped) = (start, false);
    loop {
        at += plain_length(bytes.get(at..)?)?;
        match bytes.get(at)? {
            b'"' => return Some((at + 1, escaped)),
            b'\\' => {
                escaped = true;
                at += escape(bytes.get(at + 1..)?)? + 1;
            }
            _ => return None,
        }
    }
}

/// How many bytes stand before one that matters in a string, 16 looked at at a time.
#[inline]
fn plain_length(bytes: &[u8]) -> Option<usize> {
    let (chunks, rest) = bytes.as_chunks::<16>();
    for (chunk, at) in chunks.iter().zip((0..).step_by(16)) {
        let found = special(*chunk);
        if found != 0 {
            return Some(at + found.trailing_zeros() as usize);
        }
    }
    let found = rest.iter().position(|byte| matches!(byte, b'"' | b'\\' | 0..0x20))?;
    Some(bytes.len() - rest.len() + found)
}

/// Where the value of a record's member ends that begins at a place, without white space in it.
#[inline]
pub(super) fn value_end(text: &str, at: usize) -> Option<usize> {
    if text.as_bytes().get(at) == Some(&b'"') {
        return string_end(text.as_bytes(), at + 1).map(|(end, _)| end);
    }
    let mut scanner = Scanner::new(text, at);
    scanner.value(1)?;
    (!scanner.spaced).then_some(scanner.at)
}

/// A bit for every byte that is `"`, `\\` or a control character.
#[inline]
fn special(chunk: [u8; 16]) -> u32 {
    let bytes = u8x16::new(chunk);
    let control = bytes.min(u8x16::splat(0x1f)).simd_eq(bytes);
    (bytes.simd_eq(u8x16::splat(b'"')) | bytes.simd_eq(u8x16::splat(b'\\')) | control).to_bitmask()
}

/// How many bytes two texts begin with that are the same in both.
pub(super) fn common(one: &[u8], other: &[u8]) -> usize {
    let length = one.len().min(other.len());
    let (Some(one), Some(other)) = (one.get(..length), other.get(..length)) else { return 0 };
    let mut at = 0;
    for (mine, theirs) in one.as_chunks().0.iter().zip(other.as_chunks().0) {
        if !are_equal(mine, theirs) {
            return at + common_32(mine, theirs);
        }
        at += 32;
    }
    match (one.last_chunk(), other.last_chunk()) {
        // The last ones, though some of them were compared already.
        (Some(mine), Some(theirs)) => length - 32 + common_32(mine, theirs),
        _ => one.iter().zip(other).take_while(|(mine, theirs)| mine == theirs).count(),
    }
}

fn are_equal(mine: &[u8; 32], theirs: &[u8; 32]) -> bool {
    let [low, high] = same(mine, theirs);
    (low & high).to_bitmask() == 0xffff
}

fn common_32(mine: &[u8; 32], theirs: &[u8; 32]) -> usize {
    let [low, high] = same(mine, theirs).map(u8x16::to_bitmask);
    (low | high << 16).trailing_ones() as usize
}

#[inline]
fn same(mine: &[u8; 32], theirs: &[u8; 32]) -> [u8x16; 2] {
    let halves = |bytes: &[u8; 32]| [0, 1].map(|half| bytes.as_chunks().0.get(half).copied().unwrap_or_default());
    let ([mine, mine_too], [theirs, theirs_too]) = (halves(mine), halves(theirs));
    [u8x16::new(mine).simd_eq(u8x16::new(theirs)), u8x16::new(mine_too).simd_eq(u8x16::new(theirs_too))]
}

/// The length of an escape after its backslash. Halves of surrogate pairs are refused.
fn escape(rest: &[u8]) -> Option<usize> {
    match rest.first()? {
        b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't' => Some(1),
        b'u' => {
            let digits = rest.get(1..5)?;
            let surrogate = matches!(digits, [b'd' | b'D', b'8'..=b'9' | b'a'..=b'f' | b'A'..=b'F', ..]);
            (digits.iter().all(u8::is_ascii_hexdigit) && !surrogate).then_some(5)
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::value::RawValue;

    use super::Scanner;

    type Members = std::collections::BTreeMap<String, Box<RawValue>>;

    fn scanned(text: &str) -> Option<Vec<(&str, &str)>> {
        let mut members = Vec::new();
        let mut scanner = Scanner::new(text, 0);
        scanner.object(&mut |name, value| {
            members.push((name, value));
            Some(())
        })?;
        scanner.next().is_none().then_some(members)
    }

    /// What is accepted is what serde_json accepts, member by member; gives whether it was.
    fn agrees(text: &str) -> bool {
        let Some(mut members) = scanned(text) else {
            return false;
        };
        let theirs: Members = serde_json::from_str(text).unwrap_or_else(|error| panic!("{error}: {text}"));
        members.sort_by_key(|(name, _)| *name);
        // Of a name that comes twice their map keeps one.
        if members.len() == theirs.len() {
            let ours = members.iter().map(|(name, value)| ((*name).to_owned(), *value));
            assert!(ours.eq(theirs.iter().map(|(name, value)| (name.clone(), value.get()))), "{text}");
        }
        assert!(serde_json::from_str::<serde_json::Value>(text).is_ok(), "{text}");
        true
    }

    #[test]
    fn what_is_plain_is_accepted() {
        let members =
            r#"{"a":"x\"y\\","b":[1,-2.5,0,{"c":null}],"d":{"e":{},"f":[]},"g":true,"h":false,"é":"\u00e9\n/"}"#;
        assert!(agrees(members));
        assert!(agrees(" { \"a\" : [ ] ,\n\"b\":\t{ } } "));
        assert!(agrees("{}"));
    }

    #[test]
    fn what_is_odd_is_left_to_others() {
        let values = [
            "",
            "01",
            "-",
            "1.",
            ".5",
            "1e5",
            "+1",
            "nul",
            "tru",
            "'a'",
            "\"a",
            "\"\u{1}\"",
            r#""\x""#,
            r#""\ud800""#,
            "[1,]",
            "{,}",
            r#"{"a"}"#,
            r#"{"a":}"#,
            "[1 2]",
            "12345678901234567890",
            "\"\\",
            "NaN",
        ];
        for value in values {
            assert!(!agrees(&format!("{{\"a\":{value}}}")), "{value}");
        }
        assert!(!agrees(r#"{"\u0061":1}"#));
        assert!(!agrees(&format!("{{\"a\":{}{}}}", "[".repeat(120), "]".repeat(120))));
        assert!(!agrees("[]") && !agrees("") && !agrees("{") && !agrees(r#"{"a":1"#));
    }

    /// Bytes changed one by one: nothing is accepted that serde_json refuses.
    #[test]
    fn changed_texts_are_judged_alike() {
        let text =
            r#"{"eventVersion":"1.11","n":[1.5,-20,{"k":"va\\lue \"q\" é"}],"t":true,"x":null,"s":"01234567890"}"#;
        let mut accepted = 0;
        for at in 0..text.len() {
            for byte in 0..128_u8 {
                let mut bytes = text.as_bytes().to_vec();
                bytes[at] = byte;
                accepted += std::str::from_utf8(&bytes).map_or(0, |text| u32::from(agrees(text)));
                bytes.remove(at);
                accepted += std::str::from_utf8(&bytes).map_or(0, |text| u32::from(agrees(text)));
            }
        }
        assert!(accepted > 1_000, "{accepted}");
    }
}
