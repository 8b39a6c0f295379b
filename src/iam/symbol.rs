//! The letters of patterns: units of UTF-16, wildcards, and marks that stand for texts not told.
//!
//! What can be said of sequences of them is said in `glob` and `inclusion`.

/// One element of a pattern.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Symbol {
    /// `*`: any run of units, also none.
    Run,
    /// `?`: any one unit.
    One,
    /// This unit, or, from `FIRST_MARK` on, a mark: a text that is not told here and may be empty.
    /// Only a `*` or the same mark takes in a mark.
    Unit(u32),
}

/// Units of UTF-16 end below, so units from here on are marks.
pub(super) const FIRST_MARK: u32 = 0x1_0000;

/// Stands for every unit that a pattern does not name.
pub(super) const OTHER: u32 = u32::MAX;

/// Whether a unit is a mark.
pub(super) fn is_mark(unit: u32) -> bool {
    (FIRST_MARK..OTHER).contains(&unit)
}

/// The symbols of a pattern as it is written.
pub(super) fn symbols(pattern: &str) -> Vec<Symbol> {
    pattern.encode_utf16().map(|unit| symbol(u32::from(unit))).collect()
}

/// The symbols of a text without wildcards.
pub(super) fn literal(text: &str) -> impl Iterator<Item = Symbol> {
    text.encode_utf16().map(|unit| Symbol::Unit(u32::from(unit)))
}

pub(super) fn symbol(unit: u32) -> Symbol {
    match unit {
        0x2A => Symbol::Run,
        0x3F => Symbol::One,
        unit => Symbol::Unit(unit),
    }
}
