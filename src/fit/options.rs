//! What the user asked of the judgement.

use std::collections::BTreeSet;

use super::keep::Keep;

/// Which granted actions whose use would not have shown are removed all the same.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum DropUnseen {
    /// None.
    #[default]
    Never,
    /// Those of services of which the principal used nothing visible.
    Untouched,
    /// All that may be: see `Blindness::may_be_dropped`.
    All,
}

/// How to judge.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Options {
    /// What happens with unseen actions.
    pub drop_unseen: DropUnseen,
    /// Grants and principals younger than this many days at the end of the log are left alone.
    pub protect_days: u32,
    /// Service prefixes of which the user says that all data events are logged, for every resource.
    pub data_events: BTreeSet<String>,
    /// What is never touched.
    pub keep: Keep,
    /// Accounts of which fewer days than this were read are left alone.
    pub min_days: u32,
}

impl Default for Options {
    fn default() -> Options {
        Options {
            drop_unseen: DropUnseen::Never,
            protect_days: 14,
            data_events: BTreeSet::new(),
            keep: Keep::default(),
            min_days: 0,
        }
    }
}

impl DropUnseen {
    /// Every choice with its name on the command line, the most cautious first.
    pub const ALL: [(&'static str, DropUnseen); 3] =
        [("never", DropUnseen::Never), ("untouched", DropUnseen::Untouched), ("all", DropUnseen::All)];

    /// The name on the command line.
    pub fn name(self) -> &'static str {
        DropUnseen::ALL.iter().find(|(_, choice)| *choice == self).map_or("", |(name, _)| name)
    }
}

impl Options {
    /// What a backtest calls these options.
    pub fn preset(&self) -> &'static str {
        self.drop_unseen.name()
    }

    /// The same options under every preset, from the most cautious to the tightest. A preset that is added here is
    /// in the curve of `backtest --presets`.
    pub fn presets(&self) -> Vec<Options> {
        DropUnseen::ALL.iter().map(|(_, drop_unseen)| Options { drop_unseen: *drop_unseen, ..self.clone() }).collect()
    }
}
