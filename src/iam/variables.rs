//! Policy variables: `${key}`, `${key, 'default'}` and the escapes `${*}`, `${?}`, `${$}`.
//!
//! Only version 2012-10-17 has them. A value that comes in through a variable is literal text.

use super::glob::{self, Symbol};
use super::policy::Version;
use super::request::{Context, ContextValue};

/// One part of a filled text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Part<'a> {
    /// As written in the policy: `*` and `?` may be wildcards.
    Written(&'a str),
    /// From a value or an escape: literal.
    Literal(&'a str),
    /// A variable whose value is unknown, by key in lower case.
    Unknown(&'a str),
}

impl<'a> Part<'a> {
    /// The text, empty where it is unknown.
    pub(super) fn text(self) -> &'a str {
        match self {
            Part::Written(text) | Part::Literal(text) => text,
            Part::Unknown(_) => "",
        }
    }
}

/// A text with variables, taken apart once.
#[derive(Clone, Debug)]
pub(super) struct Template {
    slots: Vec<Slot>,
}

#[derive(Clone, Debug)]
enum Slot {
    Text(String),
    Escaped(String),
    Variable { key: String, default: Option<String> },
}

impl Template {
    /// Takes a text apart; `None` when this version fills in nothing in it.
    pub(super) fn read(version: Option<Version>, text: &str) -> Option<Template> {
        let slot = |piece| match piece {
            Piece::Text(text) => Slot::Text(text.to_owned()),
            Piece::Variable(inner) => Slot::variable(inner),
        };
        present(version, text).then(|| Template { slots: pieces(text).into_iter().map(slot).collect() })
    }

    /// The text that every filling begins with.
    pub(super) fn head(&self) -> &str {
        match self.slots.first() {
            Some(Slot::Text(text)) => text.split(['*', '?']).next().unwrap_or_default(),
            _ => "",
        }
    }

    /// Fills in the variables. `None`: one has no value, so the text cannot match anything.
    pub(super) fn fill<'a>(&'a self, context: &'a Context) -> Option<Vec<Part<'a>>> {
        self.slots.iter().map(|slot| slot.fill(context)).collect()
    }
}

impl Slot {
    fn variable(inner: &str) -> Slot {
        if let Some(character) = escape(inner) {
            return Slot::Escaped(character.to_owned());
        }
        let (key, default) = key_and_default(inner);
        Slot::Variable { key: key.to_ascii_lowercase(), default: default.map(str::to_owned) }
    }

    fn fill<'a>(&'a self, context: &'a Context) -> Option<Part<'a>> {
        let (key, default) = match self {
            Slot::Text(text) => return Some(Part::Written(text)),
            Slot::Escaped(character) => return Some(Part::Literal(character)),
            Slot::Variable { key, default } => (key, default),
        };
        match context.get_folded(key) {
            None => Some(Part::Unknown(key)),
            Some(ContextValue::One(value)) => Some(Part::Literal(value)),
            Some(ContextValue::Absent) => default.as_deref().map(Part::Literal),
            // A multivalued key never fills a variable, not even by its default.
            Some(ContextValue::Many(_)) => None,
        }
    }
}

/// Whether the text has variables that this version fills in.
pub(super) fn present(version: Option<Version>, text: &str) -> bool {
    version == Some(Version::V2012) && text.contains("${")
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

/// The key of a variable and the default between quotes, if there is one.
pub(super) fn key_and_default(inner: &str) -> (&str, Option<&str>) {
    match inner.split_once(',') {
        Some((key, default)) => (key.trim(), unquote(default.trim())),
        None => (inner.trim(), None),
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
pub(super) fn symbols(parts: &[Part<'_>], wild: bool) -> Vec<Symbol> {
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
pub(super) fn unknown_keys<'a>(parts: &[Part<'a>]) -> impl Iterator<Item = &'a str> {
    parts.iter().filter_map(|part| match part {
        Part::Unknown(key) => Some(*key),
        _ => None,
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    fn filled(text: &str) -> Option<Vec<Symbol>> {
        let context = Context::closed().with("aws:username", "a*").with("aws:empty", "");
        let mut context = context;
        context.set("aws:TagKeys", ContextValue::Many(vec!["x".into()]));
        let template = Template::read(Some(Version::V2012), text).unwrap();
        template.fill(&context).map(|parts| symbols(&parts, true))
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
        let (template, context) = (Template::read(Some(Version::V2012), "a${aws:X}b").unwrap(), Context::open());
        let parts = template.fill(&context).unwrap();
        assert_eq!(unknown_keys(&parts).collect::<Vec<_>>(), ["aws:x"]);
        assert_eq!(symbols(&parts, false).get(1), Some(&Symbol::Run));
    }
}
