//! One finding, as data. The order of its fields is the order of the report.

/// How much it matters.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Severity {
    /// Act on it first.
    High,
    /// Act on it.
    Medium,
    /// Look at it when there is time.
    Low,
    /// Know it when reading the rest.
    #[default]
    Info,
}

impl Severity {
    /// The name in reports.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Severity::High => "high",
            Severity::Medium => "medium",
            Severity::Low => "low",
            Severity::Info => "info",
        }
    }
}

/// One thing to tell.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Finding {
    /// How much it matters.
    pub(crate) severity: Severity,
    /// The kind of finding; stable between versions.
    pub(crate) id: &'static str,
    /// The account; empty for the evidence as a whole.
    pub(crate) account: String,
    /// ARN of the principal, of the policy's owner, or of the managed policy; else what the finding is about.
    pub(crate) subject: String,
    /// The policy, where it is about one.
    pub(crate) policy: Option<String>,
    /// A sentence.
    pub(crate) title: String,
    /// More of it.
    pub(crate) detail: String,
    /// Actions that a proposal removes.
    pub(crate) removed: Option<usize>,
    /// Characters of the policy that stands.
    pub(crate) size_before: Option<usize>,
    /// Characters of what is proposed.
    pub(crate) size_after: Option<usize>,
    /// The written file, relative to the report's folder.
    pub(crate) file: Option<String>,
    /// Whether it is about what was deleted since, so that nothing is to be done.
    pub(crate) is_gone: bool,
    /// Some eventIDs that show it.
    pub(crate) events: Vec<String>,
}
