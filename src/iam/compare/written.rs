//! A text of a policy that may hold policy variables, as symbols in which every variable is a mark.

use std::collections::BTreeSet;

use super::super::glob::{self, FIRST_MARK, Symbol};
use super::super::policy::Version;
use super::super::request::{Context, ContextValue};
use super::super::variables::{self, Piece};

/// What stands for one variable wherever it is written.
#[derive(Default)]
pub(super) struct Marks {
    /// The key of each and its default.
    names: Vec<(String, Option<String>)>,
}

/// A text, read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Written {
    pub(super) symbols: Vec<Symbol>,
    /// Whether variables are left in it, so that it is not told here which texts it means.
    pub(super) open: bool,
    /// The keys without which it means no text at all, in lower case.
    pub(super) needs: Vec<String>,
    /// One of its variables has no value, so it means no text.
    pub(super) void: bool,
}

impl Written {
    /// Reads a text; `wild`: its `*` and `?` are wildcards. Variables whose values `known` tells are filled in.
    pub(super) fn read(
        marks: &mut Marks,
        version: Option<Version>,
        text: &str,
        wild: bool,
        known: Option<&Context>,
    ) -> Written {
        let plain = |text: &str| if wild { glob::symbols(text) } else { glob::literal(text).collect() };
        let mut written = Written { symbols: Vec::new(), open: false, needs: Vec::new(), void: false };
        if !variables::present(version, text) {
            written.symbols = plain(text);
            return written;
        }
        for piece in variables::pieces(text) {
            match piece {
                Piece::Text(text) => written.symbols.extend(plain(text)),
                Piece::Variable(inner) => match variables::escape(inner) {
                    Some(character) => written.symbols.extend(glob::literal(character)),
                    None => written.take_variable(inner, marks, known),
                },
            }
        }
        written
    }

    fn take_variable(&mut self, inner: &str, marks: &mut Marks, known: Option<&Context>) {
        let variable = Variable::parse(inner);
        match known.map(|context| context.get_folded(&variable.key)) {
            Some(Some(ContextValue::One(value))) => self.symbols.extend(glob::literal(value)),
            Some(Some(ContextValue::Many(_))) => self.void = true,
            Some(Some(ContextValue::Absent) | None) => match variable.default {
                Some(default) => self.symbols.extend(glob::literal(default)),
                None => self.void = true,
            },
            None => {
                self.open = true;
                self.symbols.push(Symbol::Unit(marks.of(&variable)));
                if variable.default.is_none() {
                    self.needs.push(variable.key);
                }
            }
        }
    }

    /// Whether it surely means every text that the other means, whatever the variables stand for.
    pub(super) fn takes_in(&self, other: &Written, parted: bool) -> bool {
        self.symbols == other.symbols
            || (parted && super::super::arn::covers(&self.symbols, &other.symbols))
            || (!parted && glob::covers(&self.symbols, &other.symbols))
    }
}

/// The keys of all variables in a text of a policy of this version, in lower case.
pub(super) fn keys_in(version: Option<Version>, text: &str, keys: &mut BTreeSet<String>) {
    if variables::present(version, text) {
        let variable = |piece| match piece {
            Piece::Variable(inner) if variables::escape(inner).is_none() => Some(Variable::parse(inner).key),
            _ => None,
        };
        keys.extend(variables::pieces(text).into_iter().filter_map(variable));
    }
}

struct Variable<'a> {
    key: String,
    default: Option<&'a str>,
}

impl<'a> Variable<'a> {
    fn parse(inner: &'a str) -> Variable<'a> {
        let (key, default) = variables::key_and_default(inner);
        Variable { key: key.to_ascii_lowercase(), default }
    }
}

impl Marks {
    fn of(&mut self, variable: &Variable<'_>) -> u32 {
        let name = (variable.key.clone(), variable.default.map(str::to_owned));
        let place = self.names.iter().position(|known| *known == name).unwrap_or_else(|| {
            self.names.push(name);
            self.names.len() - 1
        });
        // No document has enough variables to leave the range of marks.
        FIRST_MARK.saturating_add(u32::try_from(place).unwrap_or(0))
    }

    /// The key that a mark stands for.
    pub(super) fn key(&self, mark: u32) -> Option<&str> {
        let place = usize::try_from(mark.checked_sub(FIRST_MARK)?).ok()?;
        self.names.get(place).map(|(key, _)| key.as_str())
    }
}
