//! Policy variables: `${key}`, `${key, 'default'}` and the escapes `${*}`, `${?}`, `${$}`.
//!
//! Only version 2012-10-17 has them. A value that comes in through a variable is literal text.

use super::glob::{self, Symbol};
use super::policy::Version;
use super::request::{Context, ContextValue};

/// A text after its variables were filled in.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Filled {
    /// A variable has no value: the text cannot match anything.
    Never,
    /// The parts of the text.
    Parts(Vec<Part>),
}

/// One part of a filled text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Part {
    /// As written in the policy: `*` and `?` may be wildcards.
    Written(String),
    /// From a value or an escape: literal.
    Literal(String),
    /// A variable whose value is unknown, by key.
    Unknown(String),
}

/// Whether the text has variables that this version fills in.
pub(super) fn present(version: Option<Version>, text: &str) -> bool {
    version == Some(Version::V2012) && text.contains("${")
}

/// Fills in the variables of a text of a 2012-10-17 policy.
pub(super) fn fill(text: &str, context: &Context) -> Filled {
    let mut parts = Vec::new();
    for piece in pieces(text) {
        match piece {
            Piece::Text(text) => parts.push(Part::Written(text.to_owned())),
            Piece::Variable(inner) => match value(inner, context) {
                Some(part) => parts.push(part),
                None => return Filled::Never,
            },
        }
    }
    Filled::Parts(parts)
}

/// A piece of a text with variables.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Piece<'a> {
    /// Text outside variables.
    Text(&'a str),
    /// What stands between `${` and `}`.
    Variable(&'a str),
}

/// Takes a text apart. An opening `${` that is never closed is text.
pub(super) fn pieces(text: &str) -> Vec<Piece<'_>> {
    let mut pieces = Vec::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("${") {
        let Some((inner, tail)) = after.split_once('}') else {
            break;
        };
        if !before.is_empty() {
            pieces.push(Piece::Text(before));
        }
        pieces.push(Piece::Variable(inner));
        rest = tail;
    }
    if !rest.is_empty() {
        pieces.push(Piece::Text(rest));
    }
    pieces
}

/// The escaped character, if this is one of the three escapes.
pub(super) fn escape(inner: &str) -> Option<&str> {
    matches!(inner, "*" | "?" | "$").then_some(inner)
}

fn value(inner: &str, context: &Context) -> Option<Part> {
    if let Some(character) = escape(inner) {
        return Some(Part::Literal(character.to_owned()));
    }
    let (key, default) = match inner.split_once(',') {
        Some((key, default)) => (key.trim(), unquote(default.trim())),
        None => (inner.trim(), None),
    };
    match context.get(key) {
        None => Some(Part::Unknown(key.to_owned())),
        Some(ContextValue::One(value)) => Some(Part::Literal(value.clone())),
        Some(ContextValue::Absent) => default.map(|text| Part::Literal(text.to_owned())),
        // A multivalued key never fills a variable, not even by its default.
        Some(ContextValue::Many(_)) => None,
    }
}

fn unquote(text: &str) -> Option<&str> {
    text.strip_prefix('\'')?.strip_suffix('\'')
}

/// The symbols of a text without variables.
pub(super) fn written(text: &str) -> Vec<Symbol> {
    glob::symbols(text)
}

/// The symbols of filled parts; an unknown value may be any text. With `wild == false`, `*` and `?`
/// of the policy's own text are literal too.
pub(super) fn symbols(parts: &[Part], wild: bool) -> Vec<Symbol> {
    parts
        .iter()
        .flat_map(|part| match part {
            Part::Written(text) if wild => glob::symbols(text),
            Part::Written(text) | Part::Literal(text) => glob::literal(text).collect(),
            Part::Unknown(_) => vec![Symbol::Run],
        })
        .collect()
}

/// The keys of the variables whose values are unknown.
pub(super) fn unknown_keys(parts: &[Part]) -> impl Iterator<Item = &str> {
    parts.iter().filter_map(|part| match part {
        Part::Unknown(key) => Some(key.as_str()),
        _ => None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn filled(text: &str) -> Option<Vec<Symbol>> {
        let context = Context::closed().with("aws:username", "a*").with("aws:empty", "");
        let mut context = context;
        context.set("aws:TagKeys", ContextValue::Many(vec!["x".into()]));
        match fill(text, &context) {
            Filled::Never => None,
            Filled::Parts(parts) => Some(symbols(&parts, true)),
        }
    }

    fn literal(text: &str) -> Vec<Symbol> {
        text.encode_utf16().map(|unit| Symbol::Unit(u32::from(unit))).collect()
    }

    #[test]
    fn values_are_literal() {
        assert_eq!(filled("x/${AWS:UserName}"), Some(literal("x/a*")));
        assert_eq!(filled("${*}${?}${$}"), Some(literal("*?$")));
        assert_eq!(filled("${aws:empty}"), Some(Vec::new()));
    }

    #[test]
    fn defaults_fill_absent_keys_only() {
        assert_eq!(filled("${aws:none, 'd d'}"), Some(literal("d d")));
        assert_eq!(filled("${aws:username,'d'}"), Some(literal("a*")));
        assert_eq!(filled("${aws:none}"), None);
        assert_eq!(filled("${aws:none, d}"), None);
        assert_eq!(filled("${aws:TagKeys, 'd'}"), None);
    }

    #[test]
    fn an_open_variable_is_text() {
        assert_eq!(filled("a${b"), Some(literal("a${b")));
    }

    #[test]
    fn unknown_values_are_named() {
        let Filled::Parts(parts) = fill("a${aws:X}b", &Context::open()) else { unreachable!() };
        assert_eq!(unknown_keys(&parts).collect::<Vec<_>>(), ["aws:X"]);
        assert_eq!(symbols(&parts, false).get(1), Some(&Symbol::Run));
    }
}
