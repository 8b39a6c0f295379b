//! How close resources are drawn around what was seen: few parameters, and presets of them.

/// A preset of parameters.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Tightness {
    /// Resources stay as the grant has them; only actions go.
    #[default]
    Low,
    /// Resources that were used often and over weeks are named; one statement for all of them.
    Medium,
    /// Resources that were used a few times over days are named; each set of actions has its own.
    High,
}

/// What must have been seen before a resource is named, and how many may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Parameters {
    /// Days with records of the account.
    pub window_days: usize,
    /// Days from an action's first use to its last.
    pub spread_days: i64,
    /// Uses for each pattern that is written: a set that is used up is not about to grow.
    pub uses_per_pattern: u64,
    /// Patterns of one resource type for one action; more, and the next rung is taken.
    pub patterns: usize,
    /// Whether actions with other resources get a statement of their own.
    pub apart: bool,
}

impl Tightness {
    /// The parameters; `None`: resources stay.
    pub fn parameters(self) -> Option<Parameters> {
        match self {
            Tightness::Low => None,
            Tightness::Medium => {
                Some(Parameters { window_days: 30, spread_days: 14, uses_per_pattern: 10, patterns: 10, apart: false })
            }
            Tightness::High => {
                Some(Parameters { window_days: 14, spread_days: 3, uses_per_pattern: 3, patterns: 20, apart: true })
            }
        }
    }
}
