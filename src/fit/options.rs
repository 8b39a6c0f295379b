//! What the user asked of the judgement.

use std::collections::BTreeSet;

use super::keep::Keep;
use super::tightness::Tightness;
use crate::catalog::AccessLevel;

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

/// Which unused actions of the services that a principal used stay, within its grants.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Future {
    /// None.
    #[default]
    None,
    /// Those that list resources.
    List,
    /// Those that list or read.
    Read,
}

impl Future {
    /// Whether unused actions of that level stay.
    pub fn keeps(self, level: AccessLevel) -> bool {
        match self {
            Future::None => false,
            Future::List => level == AccessLevel::List,
            Future::Read => matches!(level, AccessLevel::List | AccessLevel::Read),
        }
    }
}

/// A condition that may be added to what a statement grants.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum AddedCondition {
    /// `aws:RequestedRegion`: the regions of the uses.
    Region,
    /// `kms:ViaService`, elsewhere `aws:ViaAWSService`, where a service made every call with the principal's identity.
    Via,
    /// `iam:PassedToService`: the services to which roles were passed.
    PassedTo,
    /// `aws:SourceIp`: the addresses from which the principal called by itself.
    SourceIp,
    /// `aws:SourceVpce`: the VPC endpoints through which it called by itself.
    SourceVpce,
    /// `aws:MultiFactorAuthPresent`, where it was so at every call that the principal made by itself.
    Mfa,
    /// Of trust policies, `sts:ExternalId` for foreign accounts: the one that all of their assumptions gave.
    ExternalId,
    /// Of trust policies, `aws:PrincipalArn` for accounts trusted as a whole: the users and roles that came.
    Principal,
    /// Of trust policies, the subject of OIDC tokens: those that were seen.
    Subject,
}

/// Which guardrails are proposed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Guardrail {
    /// Only these accounts; empty: all that were read and whose grants are known.
    pub accounts: Vec<String>,
    /// One guardrail for all of them, as for an organizational unit, instead of one for each.
    pub together: bool,
    /// Also deny unused actions of used services that change who may do what.
    pub privileged: bool,
}

/// Whether holders of a shared policy get policies of their own.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Split {
    /// A customer-managed policy changes for all who hold it, an AWS-managed one is replaced at each owner by itself.
    #[default]
    Never,
    /// Owners with alike needs get one together, where that removes notably more.
    Clusters,
    /// Each owner gets its own, where that removes anything more.
    Holders,
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
    /// How close resources are drawn around what was seen.
    pub tightness: Tightness,
    /// Which unused actions stay all the same.
    pub future: Future,
    /// Conditions that are added where the evidence holds the values.
    pub conditions: BTreeSet<AddedCondition>,
    /// Guardrails that are proposed; `None`: none.
    pub guardrail: Option<Guardrail>,
    /// Whether shared policies are split.
    pub split: Split,
}

impl Options {
    /// The same with the statements' own resources and conditions.
    pub(super) fn plain(&self) -> Options {
        Options { tightness: Tightness::Low, conditions: BTreeSet::new(), ..self.clone() }
    }
}

impl Default for Options {
    fn default() -> Options {
        Options {
            drop_unseen: DropUnseen::Never,
            protect_days: 14,
            data_events: BTreeSet::new(),
            keep: Keep::default(),
            min_days: 0,
            tightness: Tightness::Low,
            future: Future::None,
            conditions: BTreeSet::new(),
            guardrail: None,
            split: Split::Never,
        }
    }
}

/// The presets by name, from the most cautious to the tightest: what goes, and how close resources are drawn.
const PRESETS: [(&str, DropUnseen, Tightness); 9] = [
    ("low", DropUnseen::Never, Tightness::Low),
    ("medium", DropUnseen::Never, Tightness::Medium),
    ("high", DropUnseen::Never, Tightness::High),
    ("low, untouched dropped", DropUnseen::Untouched, Tightness::Low),
    ("medium, untouched dropped", DropUnseen::Untouched, Tightness::Medium),
    ("high, untouched dropped", DropUnseen::Untouched, Tightness::High),
    ("low, unseen dropped", DropUnseen::All, Tightness::Low),
    ("medium, unseen dropped", DropUnseen::All, Tightness::Medium),
    ("high, unseen dropped", DropUnseen::All, Tightness::High),
];

impl Options {
    /// What a backtest calls these options.
    pub fn preset(&self) -> &'static str {
        let same = |(_, unseen, tightness): &&(&str, DropUnseen, Tightness)| {
            (*unseen, *tightness) == (self.drop_unseen, self.tightness)
        };
        PRESETS.iter().find(same).map_or("", |(name, ..)| name)
    }

    /// The same options under every preset.
    pub fn presets(&self) -> Vec<Options> {
        let preset = |(_, drop_unseen, tightness)| Options { drop_unseen, tightness, ..self.clone() };
        PRESETS.map(preset).into()
    }
}
