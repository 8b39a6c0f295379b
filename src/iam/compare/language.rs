//! Patterns as sets of texts, in the letters of the automaton that `classes` walks.
//!
//! Here the three ways in which the policy language reads a pattern become one: a whole text, a text
//! without case, and an ARN part by part.

use super::super::glob::{Symbol, is_mark};

/// One letter of a pattern. A character is a unit of UTF-16, because that is what `?` stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Letter {
    /// Any run of characters.
    Run,
    /// Any one character.
    One,
    /// Any run of characters but `:`.
    RunInPart,
    /// Any one character but `:`.
    OneInPart,
    /// This character.
    This(u32),
    /// Either of two characters: one letter in both cases.
    Either(u32, u32),
}

pub(super) const COLON: u32 = 0x3A;
const PARTS: usize = 6;

/// The texts of one pattern.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Language(pub(super) Vec<Letter>);

impl Language {
    /// The pattern as one text. A mark, which stands for the value of a variable, may be any text.
    pub(super) fn text(symbols: &[Symbol]) -> Language {
        Language(symbols.iter().map(|symbol| letter(*symbol, true)).collect())
    }

    /// The pattern as one text, in any case.
    pub(super) fn any_case(symbols: &[Symbol]) -> Language {
        let both = |symbol: &Symbol| match letter(*symbol, true) {
            Letter::This(unit) => either_case(unit),
            letter => letter,
        };
        Language(symbols.iter().map(both).collect())
    }

    /// A text alone, in any case.
    pub(super) fn any_case_of(text: &str) -> Language {
        Language(text.chars().map(|c| either_case(u32::from(c))).collect())
    }

    /// No text at all: nothing comes after a letter that no text holds.
    pub(super) fn nothing() -> Language {
        Language(vec![Letter::This(u32::MAX)])
    }

    /// A `Resource` entry: the first five parts one by one, the sixth as one text; a shorter one that ends
    /// in `*` goes on to the end. A `*` of the first five parts does not cross a colon, as AWS's own check
    /// of new access reads it.
    pub(super) fn resource(symbols: &[Symbol]) -> Language {
        if !symbols.is_empty() && symbols.iter().all(|symbol| *symbol == Symbol::Run) {
            return Language(vec![Letter::Run]);
        }
        let colons = symbols.iter().filter(|symbol| is_colon(**symbol)).take(PARTS - 1).count();
        let crosses = colons == PARTS - 1 || symbols.last() == Some(&Symbol::Run);
        Language(parted(symbols, if crosses { colons } else { PARTS }))
    }

    /// An operand of the ARN operators: a lone `*`, or six parts; `None`: it takes in no ARN.
    pub(super) fn arn(symbols: &[Symbol]) -> Option<Language> {
        if symbols == [Symbol::Run] {
            return Some(Language::any_arn());
        }
        let colons = symbols.iter().filter(|symbol| is_colon(**symbol)).take(PARTS - 1).count();
        let marked = symbols.iter().any(|symbol| matches!(symbol, Symbol::Unit(unit) if is_mark(*unit)));
        (colons == PARTS - 1 || marked).then(|| Language(parted(symbols, PARTS - 1)))
    }

    /// Every text that the ARN operators take for an ARN.
    pub(super) fn any_arn() -> Language {
        let mut letters: Vec<Letter> = "arn:".chars().map(|c| Letter::This(u32::from(c))).collect();
        for _ in 0..4 {
            letters.extend([Letter::RunInPart, Letter::This(COLON)]);
        }
        letters.push(Letter::Run);
        Language(letters)
    }

    /// Every name of an action: a service, a colon, a name.
    pub(super) fn any_action() -> Language {
        let word = [Letter::OneInPart, Letter::RunInPart];
        Language([word.as_slice(), &[Letter::This(COLON)], &word].concat())
    }
}

fn either_case(unit: u32) -> Letter {
    let case = |change: fn(&u8) -> u8| u8::try_from(unit).map_or(unit, |byte| u32::from(change(&byte)));
    match (case(u8::to_ascii_lowercase), case(u8::to_ascii_uppercase)) {
        (lower, upper) if lower == upper => Letter::This(unit),
        (lower, upper) => Letter::Either(lower, upper),
    }
}

/// Letters of which the wildcards before colon number `crossing` stay within their part.
fn parted(symbols: &[Symbol], crossing: usize) -> Vec<Letter> {
    let mut colons = 0;
    let mut letters = Vec::with_capacity(symbols.len());
    for symbol in symbols {
        colons += usize::from(is_colon(*symbol));
        letters.push(letter(*symbol, colons >= crossing));
    }
    letters
}

fn is_colon(symbol: Symbol) -> bool {
    symbol == Symbol::Unit(COLON)
}

fn letter(symbol: Symbol, crosses: bool) -> Letter {
    match (symbol, crosses) {
        (Symbol::Unit(unit), _) if is_mark(unit) => Letter::Run,
        (Symbol::Unit(unit), _) => Letter::This(unit),
        (Symbol::Run, true) => Letter::Run,
        (Symbol::One, true) => Letter::One,
        (Symbol::Run, false) => Letter::RunInPart,
        (Symbol::One, false) => Letter::OneInPart,
    }
}
