//! What is found about each file, and about all of them.

/// What a file is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Kind {
    /// A digest file.
    Digest,
    /// A log file.
    Log,
}

impl Kind {
    /// Its name.
    pub fn word(self) -> &'static str {
        match self {
            Kind::Digest => "digest",
            Kind::Log => "log",
        }
    }
}

/// What is known of a file.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Verdict {
    /// It is what CloudTrail delivered.
    Valid,
    /// Delivered so lately that no digest can name it yet.
    Pending,
    /// It cannot be told; the value says why.
    Untold(String),
    /// A digest names it, and it is not there.
    Missing,
    /// No digest names it: CloudTrail may not have delivered it.
    Unattested,
    /// It is not what CloudTrail delivered; the value says how it shows.
    Invalid(String),
}

impl Verdict {
    /// Its name in reports.
    pub fn word(&self) -> &'static str {
        match self {
            Verdict::Valid => "valid",
            Verdict::Pending => "pending",
            Verdict::Untold(_) => "untold",
            Verdict::Missing => "missing",
            Verdict::Unattested => "unattested",
            Verdict::Invalid(_) => "invalid",
        }
    }

    /// Whether something was altered, taken away or put there.
    pub fn is_breach(&self) -> bool {
        matches!(self, Verdict::Missing | Verdict::Unattested | Verdict::Invalid(_))
    }
}

/// A file and what is known of it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Finding {
    /// What it is.
    pub kind: Kind,
    /// Where it was found, or its key where it should be.
    pub name: String,
    /// What is known of it.
    pub verdict: Verdict,
}

/// A time without a digest.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Gap {
    /// The beginning of the digests' file names: account, region and trail.
    pub chain: String,
    /// RFC 3339, in UTC: from the end of one digest.
    pub from: String,
    /// To the start of the next.
    pub to: String,
    /// Whether a chain begins after it, as when validation was switched on again. Else a digest was taken away.
    pub starts_anew: bool,
}

/// What is known of all files.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Verification {
    /// One for each file, sorted.
    pub findings: Vec<Finding>,
    /// Sorted. Files delivered in a gap are in no digest, so nothing is known of them.
    pub gaps: Vec<Gap>,
}

impl Verification {
    /// How many files of a kind were found to be so.
    pub fn count(&self, kind: Kind, word: &str) -> usize {
        let of = |finding: &&Finding| finding.kind == kind && finding.verdict.word() == word;
        self.findings.iter().filter(of).count()
    }

    /// Whether something was altered, taken away or put there.
    pub fn is_breached(&self) -> bool {
        self.findings.iter().any(|finding| finding.verdict.is_breach())
    }

    /// Whether there are logs, and every one is known to be what CloudTrail delivered, but for the newest.
    pub fn is_sound(&self) -> bool {
        !(self.findings.is_empty() || self.is_breached() || self.has_holes())
    }

    /// Whether there is something of which nothing is known.
    pub fn has_holes(&self) -> bool {
        !self.gaps.is_empty() || self.findings.iter().any(|finding| matches!(finding.verdict, Verdict::Untold(_)))
    }
}
