//! Rust text with the distracting parts hidden: comments and literals, then test-only items.
//! Hidden bytes become spaces and line ends stay, so a line number found here is true in the file.

/// The text with every comment, string and character literal turned into spaces.
pub(crate) fn code(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut out = bytes.to_vec();
    let mut at = 0;
    while at < bytes.len() {
        let word = word_end(bytes, at);
        if let Some(end) = hidden_end(bytes, at, word) {
            hide(&mut out, at, end);
            at = end;
        } else {
            at = word.max(at + 1);
        }
    }
    String::from_utf8_lossy(&out).into_owned()
}

/// What ships: [`code`] with the `#[cfg(test)]` items turned into spaces as well.
pub(crate) fn production(text: &str) -> String {
    let code = code(text);
    let mut out = code.clone().into_bytes();
    for (start, end) in test_items(&code) {
        hide(&mut out, start, end);
    }
    String::from_utf8_lossy(&out).into_owned()
}

/// The number of lines that ship: all lines but those of `#[cfg(test)]` items.
pub(crate) fn production_lines(text: &str) -> usize {
    let code = code(text);
    let inside: usize = test_items(&code).into_iter().map(|(start, end)| code[start..end].lines().count()).sum();
    text.lines().count().saturating_sub(inside)
}

/// Byte ranges of the items that only tests see, attribute included.
pub(crate) fn test_items(code: &str) -> Vec<(usize, usize)> {
    let mut items = Vec::new();
    let mut at = 0;
    while let Some(start) = next_test_attribute(code, at) {
        let end = item_end(code.as_bytes(), start);
        items.push((start, end));
        at = end;
    }
    items
}

/// The line of a byte, counted from 1.
pub(crate) fn line_of(text: &str, at: usize) -> usize {
    text.as_bytes()[..at].iter().filter(|byte| **byte == b'\n').count() + 1
}

/// The byte after the bracket that closes the one at `at`.
pub(crate) fn closing(code: &[u8], at: usize) -> usize {
    let mut depth = 0_usize;
    for (index, byte) in code.iter().enumerate().skip(at) {
        match byte {
            b'{' | b'(' | b'[' => depth += 1,
            b'}' | b')' | b']' => depth = depth.saturating_sub(1),
            _ => continue,
        }
        if depth == 0 {
            return index + 1;
        }
    }
    code.len()
}

fn next_test_attribute(code: &str, from: usize) -> Option<usize> {
    ["#[cfg(test)]", "#[cfg(all(test"].iter().filter_map(|mark| code[from..].find(mark)).min().map(|found| from + found)
}

/// Where the item that begins with attributes at `start` ends: after its `;` or its body.
fn item_end(code: &[u8], start: usize) -> usize {
    let mut at = start;
    while code.get(at) == Some(&b'#') {
        at = closing(code, at + 1);
        at += code[at..].iter().take_while(|byte| byte.is_ascii_whitespace()).count();
    }
    let is_use = code[at..].starts_with(b"use ") || code[at..].starts_with(b"pub use ");
    while at < code.len() {
        match code[at] {
            b';' => return at + 1,
            b'{' if !is_use => return closing(code, at),
            b'{' | b'(' | b'[' => at = closing(code, at),
            _ => at += 1,
        }
    }
    at
}

fn hide(out: &mut [u8], start: usize, end: usize) {
    for byte in &mut out[start..end] {
        if *byte != b'\n' {
            *byte = b' ';
        }
    }
}

/// The end of the identifier at `at`; `at` itself where there is none.
fn word_end(bytes: &[u8], at: usize) -> usize {
    let is_word = |byte: &&u8| byte.is_ascii_alphanumeric() || **byte == b'_';
    at + bytes[at..].iter().take_while(is_word).count()
}

/// The end of the comment or literal that begins at `at`, if one does. `word` ends the prefix.
fn hidden_end(bytes: &[u8], at: usize, word: usize) -> Option<usize> {
    let rest = &bytes[at..];
    match &bytes[at..word] {
        b"" if rest.starts_with(b"//") => Some(at + rest.iter().take_while(|byte| **byte != b'\n').count()),
        b"" if rest.starts_with(b"/*") => Some(comment_end(bytes, at)),
        b"" | b"b" | b"c" if bytes.get(word) == Some(&b'"') => Some(string_end(bytes, word + 1)),
        b"" | b"b" if bytes.get(word) == Some(&b'\'') => char_end(bytes, word),
        b"r" | b"br" | b"cr" => raw_end(bytes, word),
        _ => None,
    }
}

fn comment_end(bytes: &[u8], start: usize) -> usize {
    let (mut at, mut depth) = (start, 0_usize);
    while at < bytes.len() {
        let step = match &bytes[at..bytes.len().min(at + 2)] {
            b"/*" => depth + 1,
            b"*/" => depth - 1,
            _ => {
                at += 1;
                continue;
            }
        };
        depth = step;
        at += 2;
        if depth == 0 {
            break;
        }
    }
    at
}

fn string_end(bytes: &[u8], start: usize) -> usize {
    let mut at = start;
    while at < bytes.len() {
        match bytes[at] {
            b'\\' => at += 2,
            b'"' => return at + 1,
            _ => at += 1,
        }
    }
    bytes.len()
}

/// The end of a character literal; `None` for a lifetime.
fn char_end(bytes: &[u8], quote: usize) -> Option<usize> {
    let first = *bytes.get(quote + 1)?;
    let from = if first == b'\\' {
        quote + 3
    } else {
        let more = bytes[quote + 2..].iter();
        quote + 2 + more.take_while(|byte| **byte & 0xC0 == 0x80).count()
    };
    if first != b'\\' && bytes.get(from) != Some(&b'\'') {
        return None;
    }
    let length = bytes.get(from..)?.iter().position(|byte| *byte == b'\'')?;
    Some(from + length + 1)
}

/// The end of a raw string whose prefix ends at `word`; `None` for `r#name` and plain names.
fn raw_end(bytes: &[u8], word: usize) -> Option<usize> {
    let hashes = bytes[word..].iter().take_while(|byte| **byte == b'#').count();
    if bytes.get(word + hashes) != Some(&b'"') {
        return None;
    }
    let close = [b"\"".as_slice(), &b"#".repeat(hashes)].concat();
    let body = word + hashes + 1;
    let length = bytes[body..].windows(close.len()).position(|window| window == close)?;
    Some(body + length + close.len())
}

#[test]
fn comments_and_literals_are_hidden() {
    let case = |input: &str, expected: &[&str]| {
        let seen = code(input);
        let words: Vec<&str> = seen.split_whitespace().collect();
        assert_eq!(words, expected, "{input}");
        assert_eq!(seen.len(), input.len(), "{input}");
    };
    case("a // b\nc", &["a", "c"]);
    case("a /* /* x */ */ b", &["a", "b"]);
    case(r#"f("}\"{") g"#, &["f(", ")", "g"]);
    case("r#\"{\"# x", &["x"]);
    case("r#type x", &["r#type", "x"]);
    case("'{' + b'\\'' x", &["+", "x"]);
    case("'\\\\' x '\"' y", &["x", "y"]);
    case("&'a str '\\u{7d}' é", &["&'a", "str", "é"]);
    case("'é' b\"}\" br\"{\" x", &["x"]);
}

#[test]
fn test_items_do_not_ship() {
    let text = "fn a() {}\n#[cfg(test)]\nmod tests {\n    fn b() { crate::x::y() }\n}\nfn c() {}\n";
    let production = production(text);
    assert!(production.contains("fn a") && production.contains("fn c"));
    assert!(!production.contains("fn b"));
    assert_eq!(production_lines(text), 2);
    assert_eq!(line_of(&production, production.find("fn c").unwrap()), 6);
    assert_eq!(production_lines("#[cfg(test)]\nuse a::{b, c};\nfn d() {}\n"), 1);
}
