//! One broken rule: where it is, what is wrong, and what to do about it.

use std::fmt::{Display, Formatter, Result};

/// A place where the tree breaks a rule.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Breach {
    /// `file:line`, or the file alone when no line is to blame.
    pub(crate) place: String,
    /// What is wrong.
    pub(crate) fault: String,
    /// What to do.
    pub(crate) remedy: String,
}

impl Breach {
    /// A breach that no single line is to blame for.
    pub(crate) fn in_file(file: &str, fault: impl Into<String>, remedy: impl Into<String>) -> Breach {
        let (place, fault, remedy) = (file.to_owned(), fault.into(), remedy.into());
        Breach { place, fault, remedy }
    }

    /// A breach at a line, counted from 1.
    pub(crate) fn at(file: &str, line: usize, fault: impl Into<String>, remedy: impl Into<String>) -> Breach {
        Breach::in_file(&format!("{file}:{line}"), fault, remedy)
    }
}

impl Display for Breach {
    fn fmt(&self, to: &mut Formatter<'_>) -> Result {
        write!(to, "{}: {}; {}", self.place, self.fault, self.remedy)
    }
}

/// Passes when a rule found nothing; otherwise fails with every breach on its own line.
#[track_caller]
pub(crate) fn assert_none(breaches: &[Breach]) {
    let lines: Vec<String> = breaches.iter().map(|breach| format!("  {breach}")).collect();
    assert!(lines.is_empty(), "{} breach(es) of a house rule:\n{}\n", lines.len(), lines.join("\n"));
}

/// Passes when some breach stands at `place` and its fault mentions `words`.
#[track_caller]
pub(crate) fn assert_found(breaches: &[Breach], place: &str, words: &str) {
    let found = breaches.iter().any(|breach| breach.place == place && breach.fault.contains(words));
    assert!(found, "no breach at {place} with `{words}` in {breaches:#?}");
}
