//! How text is laid out: headings, colours, columns. It knows no finding.

use crate::fit::Range;
use crate::report::plain::{clip, plain, thousands};

/// The widest line.
pub(super) const WIDTH: usize = 100;

/// Rows of a table that a person reads.
pub(super) const ROWS: usize = 10;

/// Colours of a terminal, or none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Paint(pub(super) bool);

impl Paint {
    /// A heading.
    pub(super) fn heading(self, text: &str) -> String {
        self.wrap("1", text)
    }

    /// What is grave.
    pub(super) fn grave(self, text: &str) -> String {
        self.wrap("31", text)
    }

    /// What is as it should be.
    pub(super) fn good(self, text: &str) -> String {
        self.wrap("32", text)
    }

    fn wrap(self, code: &str, text: &str) -> String {
        if self.0 { format!("\u{1b}[{code}m{text}\u{1b}[0m") } else { text.to_owned() }
    }
}

/// A row: a name on the left, then columns of fixed widths set to the right.
pub(super) fn row(name: &str, cells: &[(String, usize)]) -> String {
    let taken: usize = cells.iter().map(|(_, width)| width + 2).sum();
    let width = WIDTH.saturating_sub(taken + 2);
    let mut line = format!("  {:<width$}", clip(&plain(name), width));
    for (cell, width) in cells {
        line.push_str(&format!("  {:>width$}", clip(cell, *width)));
    }
    line.trim_end().to_owned()
}

/// `3`, or `1 to 120` where the trail does not tell how many.
pub(super) fn range(range: Range) -> String {
    match range {
        Range { least, most } if least == most => thousands(least),
        Range { least, most } => format!("{} to {}", thousands(least), thousands(most)),
    }
}
