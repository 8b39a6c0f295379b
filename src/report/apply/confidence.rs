//! How sure a removal is, and what it costs to be wrong in either way. It words what was judged and judges nothing.

use std::collections::BTreeSet;

use crate::fit::{AccessLevel, Fitting};
use crate::report::plain::count;
use crate::trail::{AccountCoverage, Moment};

/// A quarterly job needs more than this many days to show, a yearly one more than those.
const QUARTER: i64 = 90;
const YEAR: i64 = 400;

/// A monthly job needs more than this.
const MONTH: i64 = 31;

/// How sure it is that an action is not needed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Confidence {
    Low,
    Medium,
    High,
}

impl Confidence {
    /// Its word.
    pub(super) fn word(self) -> &'static str {
        match self {
            Confidence::Low => "low",
            Confidence::Medium => "medium",
            Confidence::High => "high",
        }
    }
}

/// What is known of one principal's time under watch.
pub(super) struct Watch<'r> {
    /// Days from the first record, or its creation when that came later, to the last record.
    pub(super) days: i64,
    touched: BTreeSet<&'r str>,
}

impl<'r> Watch<'r> {
    /// `coverage`: that of its account; `None` when no record of it was read.
    pub(super) fn of(fitting: &'r Fitting, coverage: Option<&AccountCoverage>) -> Watch<'r> {
        let created = fitting.created.as_deref().and_then(Moment::parse);
        let days = coverage.map_or(0, |seen| {
            let first = created.map_or(seen.first, |created| created.max(seen.first));
            (seen.last.day() - first.day() + 1).max(0)
        });
        let uses = fitting.uses.iter().map(|explained| &explained.seen).filter(|seen| seen.is_use());
        Watch { days, touched: uses.map(|seen| seen.service()).collect() }
    }

    /// About the actions of a service that go; `unseen`: a use of them could not have been seen.
    pub(super) fn confidence(&self, service: &str, unseen: bool) -> (Confidence, String) {
        let days = format!("{} watched", count(u64::try_from(self.days).unwrap_or(0), "day"));
        let touched = self.touched.contains(service);
        let rest = if touched { "others of the service are used" } else { "the service was never called" };
        let grade = match self.days {
            _ if unseen => return (Confidence::Low, "a use could not have been seen".to_owned()),
            days if days <= MONTH => Confidence::Low,
            days if days <= QUARTER || (touched && days < YEAR) => Confidence::Medium,
            _ => Confidence::High,
        };
        (grade, format!("{days}; {rest}"))
    }
}

/// What an action of a level may do if it stays and is not needed, and if it goes and is.
pub(super) fn risk(level: AccessLevel) -> (&'static str, &'static str) {
    match level {
        AccessLevel::PermissionsManagement => ("may give itself or others more", "a change of permissions fails"),
        AccessLevel::Write => ("may change or delete", "a change fails, perhaps one for an emergency"),
        AccessLevel::Tagging => ("may change tags that policies go by", "a resource stays untagged or is not made"),
        AccessLevel::Read => ("may read content or settings", "a read fails"),
        AccessLevel::List => ("may learn what there is", "a listing fails"),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::{Confidence, Watch};

    #[test]
    fn longer_watching_and_silence_make_it_surer() {
        let case = |days, service: &str, unseen, expected: Confidence| {
            let watch = Watch { days, touched: BTreeSet::from(["s3"]) };
            assert_eq!(watch.confidence(service, unseen).0, expected, "{days} {service} {unseen}");
        };
        case(31, "ec2", false, Confidence::Low);
        case(32, "ec2", false, Confidence::Medium);
        case(91, "ec2", false, Confidence::High);
        case(91, "s3", false, Confidence::Medium);
        case(400, "s3", false, Confidence::High);
        case(400, "ec2", true, Confidence::Low);
    }
}
