//! The reference of all checks, as the table `checks.tsv` has it.

/// How bad a finding is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Severity {
    /// It could be said better.
    Suggestion,
    /// It probably does not do what was meant.
    Warning,
    /// It may open a door.
    SecurityWarning,
    /// AWS refuses it, or it has no effect.
    Error,
}

impl Severity {
    /// AWS's word for it.
    pub fn word(self) -> &'static str {
        match self {
            Severity::Suggestion => "SUGGESTION",
            Severity::Warning => "WARNING",
            Severity::SecurityWarning => "SECURITY_WARNING",
            Severity::Error => "ERROR",
        }
    }

    fn of(word: &str) -> Option<Severity> {
        let all = [Severity::Suggestion, Severity::Warning, Severity::SecurityWarning, Severity::Error];
        all.into_iter().find(|severity| severity.word() == word)
    }
}

/// One check.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Check {
    /// Its name.
    pub id: &'static str,
    /// How bad its findings are.
    pub severity: Severity,
    /// What it finds.
    pub about: &'static str,
}

const TABLE: &str = include_str!("checks.tsv");

/// All checks, in the order of the table.
pub fn all() -> impl Iterator<Item = Check> {
    TABLE.lines().filter(|line| !line.starts_with('#')).filter_map(|line| {
        let mut fields = line.split('\t');
        let (id, severity, about) = (fields.next()?, fields.next()?, fields.next()?);
        Some(Check { id, severity: Severity::of(severity)?, about })
    })
}

/// The check of that name. A test holds the table and the code together, so every name is there.
pub(super) fn find(id: &'static str) -> Check {
    let absent = Check { id, severity: Severity::Error, about: "" };
    all().find(|check| check.id == id).unwrap_or(absent)
}

#[cfg(test)]
mod tests {
    use super::{TABLE, all};

    #[test]
    fn the_table_is_sorted_and_whole() {
        let lines = TABLE.lines().filter(|line| !line.starts_with('#')).count();
        assert_eq!(all().count(), lines, "a line is no check");
        assert!(all().map(|check| check.id).is_sorted_by(|a, b| a < b));
    }
}
