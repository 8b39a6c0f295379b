//! Wildcards and policy variables, letter by letter.

use super::world::{Found, Need, World};

/// A letter of a pattern; texts count in UTF-16 units.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Letter {
    /// `*`
    Any,
    /// `?`
    One,
    Unit(u16),
}

/// The letters of a text in which `*` and `?` are wildcards.
pub(super) fn wild(text: &str) -> Vec<Letter> {
    let letter = |unit| match unit {
        0x2A => Letter::Any,
        0x3F => Letter::One,
        unit => Letter::Unit(unit),
    };
    text.encode_utf16().map(letter).collect()
}

/// The letters of a text that means just itself.
pub(super) fn plain(text: &str) -> Vec<Letter> {
    text.encode_utf16().map(Letter::Unit).collect()
}

/// Whether the pattern takes in the text: the textbook table of prefixes against prefixes.
pub(super) fn matches(pattern: &[Letter], text: &str) -> bool {
    let text: Vec<u16> = text.encode_utf16().collect();
    let mut reached = vec![false; text.len() + 1];
    reached[0] = true;
    for letter in pattern {
        let mut next = vec![false; text.len() + 1];
        for at in 0..=text.len() {
            next[at] = match letter {
                Letter::Any => reached[at] || (at > 0 && next[at - 1]),
                Letter::One => at > 0 && reached[at - 1],
                Letter::Unit(unit) => at > 0 && reached[at - 1] && text[at - 1] == *unit,
            };
        }
        reached = next;
    }
    reached[text.len()]
}

/// Whether this text holds variables in a policy of 2012.
pub(super) fn has_variable(text: &str) -> bool {
    text.contains("${")
}

/// A piece of a text: (what it says, whether it stood between `${` and `}`).
pub(super) fn pieces(text: &str) -> Vec<(&str, bool)> {
    let (mut pieces, mut rest) = (Vec::new(), text);
    while let Some(start) = rest.find("${") {
        let Some(end) = rest[start..].find('}') else { break };
        pieces.push((&rest[..start], false));
        pieces.push((&rest[start + 2..start + end], true));
        rest = &rest[start + end + 1..];
    }
    pieces.push((rest, false));
    pieces
}

/// The name of a variable and its default.
pub(super) fn name_and_default(inside: &str) -> (&str, Option<&str>) {
    match inside.find(',') {
        None => (inside.trim(), None),
        Some(comma) => {
            let default = inside[comma + 1..].trim();
            let quoted = default.len() >= 2 && default.starts_with('\'') && default.ends_with('\'');
            (inside[..comma].trim(), quoted.then(|| &default[1..default.len() - 1]))
        }
    }
}

/// Fills in variables; `None` when one has no value. Each piece: its text, and whether its wildcards count.
pub(super) fn fill(text: &str, world: &World) -> Result<Option<Vec<(String, bool)>>, Need> {
    let mut filled = Vec::new();
    for (piece, is_variable) in pieces(text) {
        if !is_variable {
            filled.push((piece.to_owned(), true));
            continue;
        }
        if ["*", "?", "$"].contains(&piece) {
            filled.push((piece.to_owned(), false));
            continue;
        }
        let (name, default) = name_and_default(piece);
        match (world.key(name)?, default) {
            (Found::One(value), _) => filled.push((value, false)),
            (Found::Absent, Some(default)) => filled.push((default.to_owned(), false)),
            _ => return Ok(None),
        }
    }
    Ok(Some(filled))
}

/// The letters of filled pieces.
pub(super) fn letters(filled: &[(String, bool)]) -> Vec<Letter> {
    filled.iter().flat_map(|(text, wildcards)| if *wildcards { wild(text) } else { plain(text) }).collect()
}

/// The text of filled pieces, when no wildcard counts.
pub(super) fn text(filled: &[(String, bool)]) -> String {
    filled.iter().map(|(text, _)| text.as_str()).collect()
}
