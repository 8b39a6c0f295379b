//! The resources that a use touched, within a limit. What must be forgotten is forgotten by a fixed ladder,
//! so that the order in which resources arrive does not show.

use std::collections::BTreeSet;

use arrayvec::ArrayString;
use memchr::{memchr_iter, memchr2_iter};

/// More distinct resources than this at one level, and the next level is taken: enough to show which
/// tables or buckets a job uses, small enough that thousands of uses fit in memory.
pub const MAX_RESOURCES: usize = 64;

/// An ARN in IAM has at most this many characters; longer text is no ARN.
const MAX_ARN: usize = 2_048;

/// How much detail is left. Each level's pattern follows from the finer level's pattern alone.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Level {
    /// The ARNs as they are.
    #[default]
    Exact,
    /// Three segments of the resource part, then `*`.
    Three,
    /// Two segments, then `*`.
    Two,
    /// One segment (a bucket, a resource type), then `*`.
    One,
    /// All resources of one service, region and account.
    Account,
    /// All resources of one service.
    Service,
    /// All resources.
    All,
}

impl Level {
    const LADDER: [Level; 7] =
        [Level::Exact, Level::Three, Level::Two, Level::One, Level::Account, Level::Service, Level::All];

    fn next(self) -> Level {
        Level::LADDER.into_iter().find(|level| *level > self).unwrap_or(Level::All)
    }

    /// The name in reports.
    pub fn name(self) -> &'static str {
        match self {
            Level::Exact => "exact",
            Level::Three => "three-segments",
            Level::Two => "two-segments",
            Level::One => "one-segment",
            Level::Account => "account",
            Level::Service => "service",
            Level::All => "all",
        }
    }

    /// The level of that name.
    pub fn named(name: &str) -> Option<Level> {
        Level::LADDER.into_iter().find(|level| level.name() == name)
    }
}

/// A set of resources, or of the patterns that stand for them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Footprint {
    level: Level,
    patterns: BTreeSet<String>,
    untold: bool,
}

impl Footprint {
    /// A footprint as it was written down before.
    pub fn restore(level: Level, patterns: impl IntoIterator<Item = String>, untold: bool) -> Footprint {
        let mut footprint = Footprint { level, patterns: patterns.into_iter().collect(), untold };
        footprint.coarsen();
        footprint
    }

    /// How much detail is left.
    pub fn level(&self) -> Level {
        self.level
    }

    /// The resources (or patterns), sorted. At `Exact` level an entry is one ARN or `*`.
    pub fn patterns(&self) -> impl Iterator<Item = &str> {
        self.patterns.iter().map(String::as_str)
    }

    /// Whether some use did not tell its resource.
    pub fn has_untold(&self) -> bool {
        self.untold
    }

    /// Takes in one resource.
    pub(crate) fn add(&mut self, resource: &str) {
        if resource.len() > MAX_ARN {
            self.untold = true;
            return;
        }
        if self.holds(resource) {
            return;
        }
        self.patterns.insert(at_level(resource, self.level));
        self.coarsen();
    }

    /// Whether a resource adds nothing: the common case, which allocates nothing.
    fn holds(&self, resource: &str) -> bool {
        let Some(kept) = kept(resource, self.level) else {
            return self.patterns.contains(resource);
        };
        let mut pattern = ArrayString::<{ MAX_ARN + 1 }>::new();
        let written = [kept, "*"].iter().try_for_each(|part| pattern.try_push_str(part));
        written.is_ok() && self.patterns.contains(pattern.as_str())
    }

    /// Notes a use whose resource the record does not tell.
    pub(crate) fn add_untold(&mut self) {
        self.untold = true;
    }

    /// The union.
    pub(crate) fn merge(&mut self, other: Footprint) {
        let level = self.level.max(other.level);
        let lifted = |patterns: BTreeSet<String>| -> BTreeSet<String> {
            patterns.iter().map(|pattern| at_level(pattern, level)).collect()
        };
        self.patterns = lifted(std::mem::take(&mut self.patterns));
        self.patterns.extend(lifted(other.patterns));
        self.level = level;
        self.untold |= other.untold;
        self.coarsen();
    }

    fn coarsen(&mut self) {
        while self.patterns.len() > MAX_RESOURCES && self.level < Level::All {
            self.level = self.level.next();
            self.patterns = self.patterns.iter().map(|pattern| at_level(pattern, self.level)).collect();
        }
    }
}

/// The pattern that stands for a resource (or a finer pattern) at a level.
fn at_level(resource: &str, level: Level) -> String {
    match kept(resource, level) {
        Some(kept) => [kept, "*"].concat(),
        None => resource.to_owned(),
    }
}

/// What a level keeps of a resource before the star; `None`: it keeps all, and there is no star.
fn kept(resource: &str, level: Level) -> Option<&str> {
    let segments = match level {
        Level::Exact => return None,
        Level::Three => 3,
        Level::Two => 2,
        Level::One => 1,
        Level::Account => 0,
        Level::Service => return resource.get(..colon(resource, 3)?),
        Level::All => return Some(""),
    };
    let start = colon(resource, 5)?;
    if segments == 0 {
        return resource.get(..start);
    }
    let cut = memchr2_iter(b'/', b':', resource.as_bytes().get(start..)?).nth(segments - 1)?;
    resource.get(..=start + cut)
}

/// Where so many parts of an ARN end, after the colon; `None` for what is no ARN.
fn colon(arn: &str, parts: usize) -> Option<usize> {
    arn.starts_with("arn:").then_some(())?;
    memchr_iter(b':', arn.as_bytes()).nth(parts - 1).map(|at| at + 1)
}

#[cfg(test)]
mod tests {
    use super::{Footprint, Level, MAX_RESOURCES, at_level};

    #[test]
    fn each_level_follows_from_the_finer_one() {
        let arns = [
            "arn:aws:s3:::b/2026/10/31/x.gz",
            "arn:aws:s3:::b",
            "arn:aws:logs:eu-west-1:111122223333:log-group:g:log-stream:s",
            "*",
            "arn:aws:s3:::b/k",
        ];
        for arn in arns {
            for pair in Level::LADDER.windows(2) {
                assert_eq!(at_level(&at_level(arn, pair[0]), pair[1]), at_level(arn, pair[1]), "{arn} {pair:?}");
            }
        }
        assert_eq!(at_level(arns[0], Level::One), "arn:aws:s3:::b/*");
        assert_eq!(at_level(arns[0], Level::Three), "arn:aws:s3:::b/2026/10/*");
        assert_eq!(at_level(arns[2], Level::Service), "arn:aws:logs:*");
    }

    #[test]
    fn order_and_split_do_not_show() {
        let arns: Vec<String> = (0..500).map(|n| format!("arn:aws:s3:::bucket-{}/{}/{n}", n % 7, n % 90)).collect();
        let gather = |arns: &mut dyn Iterator<Item = &String>| {
            let mut footprint = Footprint::default();
            arns.for_each(|arn| footprint.add(arn));
            footprint
        };
        let forward = gather(&mut arns.iter());
        let backward = gather(&mut arns.iter().rev());
        let mut halves = gather(&mut arns.iter().step_by(2));
        halves.merge(gather(&mut arns.iter().skip(1).step_by(2)));
        assert_eq!(forward, backward);
        assert_eq!(forward, halves);
        assert_eq!(forward.level(), Level::One);
        assert!(forward.patterns().count() <= MAX_RESOURCES);
    }
}
