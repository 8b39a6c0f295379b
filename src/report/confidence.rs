//! How sure a removal is, and what it costs to be wrong in either way. It words what was judged and judges nothing.

use std::collections::BTreeMap;

use crate::fit::{AccessLevel, Fitting, GrantedAction, Judgement, Proposal, Rhythm};
use crate::report::plain::count;
use crate::trail::{AccountCoverage, Days, Evidence, Moment};

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
    fn lower(self) -> Confidence {
        match self {
            Confidence::High => Confidence::Medium,
            Confidence::Medium | Confidence::Low => Confidence::Low,
        }
    }

    /// Its word.
    pub(super) fn word(self) -> &'static str {
        match self {
            Confidence::Low => "low",
            Confidence::Medium => "medium",
            Confidence::High => "high",
        }
    }
}

/// What was seen of one service.
#[derive(Default)]
struct Service<'r> {
    uses: u64,
    days: Days,
    /// The action that comes most rarely, and how rarely.
    rare: Option<(Rhythm, &'r str)>,
}

/// What is known of one principal's time under watch.
pub(super) struct Watch<'r> {
    /// Days from the first record, or its creation when that came later, to the last record.
    pub(super) days: i64,
    services: BTreeMap<&'r str, Service<'r>>,
    granted: BTreeMap<&'r str, &'r GrantedAction>,
}

/// How sure it is that what goes is not needed, and why.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Grade {
    /// How sure.
    pub(super) confidence: Confidence,
    /// How long it was watched, in days.
    pub(super) observed_days: i64,
    /// How often the service was used all the same.
    pub(super) service_uses: u64,
    /// On how many days.
    pub(super) service_days: usize,
    /// The reasons as a sentence.
    pub(super) because: String,
}

impl<'r> Watch<'r> {
    /// `coverage`: that of its account; `None` when no record of it was read.
    pub(super) fn of(fitting: &'r Fitting, coverage: Option<&AccountCoverage>) -> Watch<'r> {
        let created = fitting.created.as_deref().and_then(Moment::parse);
        let days = coverage.map_or(0, |seen| {
            let first = created.map_or(seen.first, |created| created.max(seen.first));
            (seen.last.day() - first.day() + 1).max(0)
        });
        let mut services: BTreeMap<&str, Service<'_>> = BTreeMap::new();
        for seen in fitting.uses.iter().map(|explained| &explained.seen).filter(|seen| seen.is_use()) {
            let service = services.entry(seen.service()).or_default();
            service.uses += seen.count;
            service.days.merge(&seen.days);
        }
        for (action, rare) in &fitting.rare {
            let service = services.entry(action.split(':').next().unwrap_or_default()).or_default();
            service.rare = service.rare.max(Some((rare.rhythm, action)));
        }
        let granted = fitting.granted.iter().map(|granted| (granted.action.as_str(), granted)).collect();
        Watch { days, services, granted }
    }

    /// About the actions of a service that go; `unseen`: a use of them could not have been seen.
    pub(super) fn grade(&self, service: &str, unseen: bool) -> Grade {
        let seen = self.services.get(service);
        let (service_uses, service_days) = seen.map_or((0, 0), |seen| (seen.uses, seen.days.iter().count()));
        let rest = match seen {
            Some(_) if service_days == 0 => "others of the service are used".to_owned(),
            Some(_) => format!("others of the service are used, on {}", count(service_days, "day")),
            None => "the service was never called".to_owned(),
        };
        let mut confidence = match self.days {
            days if days <= MONTH => Confidence::Low,
            days if days <= QUARTER || (seen.is_some() && days < YEAR) => Confidence::Medium,
            _ => Confidence::High,
        };
        let mut because = format!("{} watched; {rest}", count(u64::try_from(self.days).unwrap_or(0), "day"));
        if let Some((rhythm, action)) = seen.and_then(|seen| seen.rare) {
            because
                .push_str(&format!("; {action} of it comes {}, and its neighbours may come as rarely", rhythm.name()));
            if self.days < enough(rhythm) {
                confidence = confidence.lower();
            }
        }
        if unseen {
            (confidence, because) = (Confidence::Low, "a use could not have been seen".to_owned());
        }
        Grade { confidence, observed_days: self.days, service_uses, service_days, because }
    }
}

/// Days in which what comes so rarely shows several times over.
fn enough(rhythm: Rhythm) -> i64 {
    match rhythm {
        Rhythm::Monthly => 4 * MONTH,
        Rhythm::Quarterly => YEAR,
    }
}

/// The watches of all principals, by ARN.
pub(super) type Watches<'r> = BTreeMap<&'r str, Watch<'r>>;

/// Each principal's time under watch.
pub(super) fn watches<'r>(judgement: &'r Judgement, evidence: &Evidence) -> Watches<'r> {
    let coverage = |fitting: &Fitting| evidence.coverage.accounts.get(&fitting.account);
    judgement.fittings.iter().map(|fitting| (fitting.arn.as_str(), Watch::of(fitting, coverage(fitting)))).collect()
}

/// Actions that go with one proposal and share a fate.
pub(super) struct Removal<'r> {
    /// What they let one do.
    pub(super) level: AccessLevel,
    /// Their service.
    pub(super) service: &'r str,
    /// Whether a use of one could not have been seen.
    pub(super) unseen: bool,
    /// The actions, sorted.
    pub(super) actions: Vec<&'r str>,
    /// How sure it is for the holder for whom it is least so.
    pub(super) grade: Grade,
}

/// What goes with a proposal, what changes permissions first.
pub(super) fn removals<'r>(proposal: &'r Proposal, watches: &Watches<'r>) -> Vec<Removal<'r>> {
    let holders: Vec<&Watch<'_>> = proposal.holders.iter().filter_map(|arn| watches.get(arn.as_str())).collect();
    let mut groups: BTreeMap<(std::cmp::Reverse<AccessLevel>, &str, bool), Vec<&str>> = BTreeMap::new();
    for action in &proposal.removed {
        let granted: Vec<_> = holders.iter().filter_map(|watch| watch.granted.get(action.as_str())).collect();
        let Some(level) = granted.first().map(|granted| granted.level) else { continue };
        let unseen = granted.iter().any(|granted| granted.standing == "unseen");
        let service = action.split(':').next().unwrap_or_default();
        groups.entry((std::cmp::Reverse(level), service, unseen)).or_default().push(action);
    }
    let removal = |((level, service, unseen), actions): ((std::cmp::Reverse<AccessLevel>, &'r str, bool), _)| {
        let grade = holders.iter().map(|watch| watch.grade(service, unseen)).min()?;
        Some(Removal { level: level.0, service, unseen, actions, grade })
    };
    groups.into_iter().filter_map(removal).collect()
}

/// How sure it is that nothing but what was seen is needed, where resources or conditions are drawn around it.
pub(super) fn narrowing(proposal: &Proposal, watches: &Watches<'_>) -> (Confidence, i64) {
    let days = proposal.holders.iter().filter_map(|arn| watches.get(arn.as_str())).map(|watch| watch.days);
    let days = days.min().unwrap_or_default();
    let confidence = match days {
        days if days <= MONTH => Confidence::Low,
        days if days < YEAR => Confidence::Medium,
        _ => Confidence::High,
    };
    (confidence, days)
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
    use std::collections::BTreeMap;

    use super::{Confidence, Rhythm, Service, Watch};

    fn watch(days: i64, rare: Option<(Rhythm, &'static str)>) -> Watch<'static> {
        let seen = Service { uses: 7, days: [1, 2, 9].into_iter().collect(), rare };
        Watch { days, services: BTreeMap::from([("s3", seen)]), granted: BTreeMap::new() }
    }

    #[test]
    fn longer_watching_and_silence_make_it_surer() {
        let case = |days, service: &str, unseen, expected: Confidence| {
            assert_eq!(watch(days, None).grade(service, unseen).confidence, expected, "{days} {service} {unseen}");
        };
        case(31, "ec2", false, Confidence::Low);
        case(32, "ec2", false, Confidence::Medium);
        case(91, "ec2", false, Confidence::High);
        case(91, "s3", false, Confidence::Medium);
        case(400, "s3", false, Confidence::High);
        case(400, "ec2", true, Confidence::Low);
    }

    #[test]
    fn what_comes_rarely_makes_its_neighbours_less_sure() {
        let case = |days, rhythm, expected: Confidence| {
            let grade = watch(days, Some((rhythm, "s3:PutBucketPolicy"))).grade("s3", false);
            assert_eq!(grade.confidence, expected, "{days} {rhythm:?}");
            assert!(grade.because.contains(rhythm.name()));
            assert_eq!((grade.service_uses, grade.service_days), (7, 3));
        };
        case(100, Rhythm::Monthly, Confidence::Low);
        case(124, Rhythm::Monthly, Confidence::Medium);
        case(399, Rhythm::Quarterly, Confidence::Low);
        case(400, Rhythm::Quarterly, Confidence::High);
        let other = watch(100, Some((Rhythm::Monthly, "s3:PutBucketPolicy"))).grade("ec2", false);
        assert_eq!(other.confidence, Confidence::High);
    }
}
