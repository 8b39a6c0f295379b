//! One finding, and the list that findings are added to.

use super::checks::{self, Check};
use super::view::Place;

/// Something that a check found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// The check.
    pub check: Check,
    /// The file, or whose policy it is.
    pub subject: String,
    /// Where in the document, as `Statement[2].Action[0]`; empty for the whole.
    pub path: String,
    /// The line in the text, from 1.
    pub line: usize,
    /// The column in characters, from 1.
    pub column: usize,
    /// What is wrong.
    pub sentence: String,
    /// What to do.
    pub fix: String,
}

/// The findings about one text.
pub(super) struct Findings<'a> {
    subject: &'a str,
    text: &'a str,
    list: Vec<Finding>,
}

impl<'a> Findings<'a> {
    pub(super) fn new(subject: &'a str, text: &'a str) -> Findings<'a> {
        Findings { subject, text, list: Vec::new() }
    }

    /// Adds a finding of a check at a place.
    pub(super) fn add(&mut self, id: &'static str, place: &Place, sentence: impl Into<String>, fix: impl Into<String>) {
        let (line, column) = position(self.text, place.at);
        self.list.push(Finding {
            check: checks::find(id),
            subject: self.subject.to_owned(),
            path: place.path.clone(),
            line,
            column,
            sentence: sentence.into(),
            fix: fix.into(),
        });
    }

    /// All findings, in the order of the text.
    pub(super) fn end(mut self) -> Vec<Finding> {
        self.list.sort_by(|a, b| (a.line, a.column, a.check.id).cmp(&(b.line, b.column, b.check.id)));
        self.list.dedup();
        self.list
    }
}

fn position(text: &str, at: usize) -> (usize, usize) {
    let before = text.get(..at.min(text.len())).unwrap_or(text);
    let line = before.bytes().filter(|byte| *byte == b'\n').count() + 1;
    let column = before.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
    (line, column)
}

#[cfg(test)]
mod tests {
    use super::position;

    #[test]
    fn lines_and_columns_count_from_one() {
        assert_eq!(position("ab\ncé,x", 0), (1, 1));
        assert_eq!(position("ab\ncé,x", 3), (2, 1));
        assert_eq!(position("ab\ncé,x", 6), (2, 3));
        assert_eq!(position("", 9), (1, 1));
    }
}
