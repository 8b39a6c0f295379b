//! One principal's findings, as plain data for the reports.

use std::collections::{BTreeMap, BTreeSet};

use super::guardrail::GuardrailVerdict;
use super::quota::Quota;
use super::rhythm::Rare;
use super::sharing::Shared;
use super::stack::PolicyId;
use super::trust::TrustVerdict;
use super::verdict::PolicyVerdict;
use crate::catalog::AccessLevel;
use crate::iam::{Change, Outcome};
use crate::trail::{Moment, Use};

/// A granted action and what became of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GrantedAction {
    /// `prefix:Name`.
    pub action: String,
    /// What it lets one do.
    pub level: AccessLevel,
    /// `used`, `unused` or `unseen`.
    pub standing: &'static str,
    /// Why it is unseen.
    pub reason: Option<String>,
    /// The event source of the data events that alone show it, as `s3.amazonaws.com`.
    pub data_source: Option<String>,
    /// The statements that grant it, as `policy#index` or `policy#Sid`.
    pub statements: Vec<String>,
}

/// A use and how the grants explain it.
#[derive(Clone, Debug)]
pub struct ExplainedUse {
    /// The use.
    pub seen: Use,
    /// The worst of the evaluator's answers over its resources; `None` for a denied try or an unmapped event.
    pub outcome: Option<Outcome>,
    /// The statements that allowed it or may have, as `policy#index` or `policy#Sid`.
    pub allowed_by: Vec<String>,
    /// Unknown condition keys that would settle it.
    pub missing_keys: Vec<String>,
}

/// A call in the log that changed what is granted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Occurred {
    /// When, as `2026-10-31T23:59:59Z`.
    pub time: String,
    /// The call, as `PutRolePolicy`.
    pub call: String,
    /// The eventID.
    pub event: String,
}

impl Occurred {
    pub(super) fn of(change: &Change) -> Occurred {
        Occurred { time: change.time.clone(), call: change.call.clone(), event: change.id.clone() }
    }

    /// How a report names it: `PutRolePolicy on 2026-10-31`.
    pub fn told(&self) -> String {
        format!("{} on {}", self.call, self.time.get(..10).unwrap_or(&self.time))
    }
}

/// A use that the grants do not explain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Surprise {
    /// The action.
    pub action: String,
    /// The resource or pattern.
    pub resource: String,
    /// The layer that blocks it, in words.
    pub blocked_by: String,
    /// The call in the log that changed the principal's policies and so may explain it.
    pub changed: Option<Occurred>,
    /// The latest record.
    pub last: Moment,
    /// eventIDs.
    pub samples: Vec<String>,
}

/// One principal.
#[derive(Clone, Debug)]
pub struct Fitting {
    /// Its account.
    pub account: String,
    /// `user` or `role`.
    pub kind: &'static str,
    /// ARN with path.
    pub arn: String,
    /// Name.
    pub name: String,
    /// Unique id.
    pub unique_id: String,
    /// `CreateDate` as the snapshot writes it.
    pub created: Option<String>,
    /// The call that made it, where the log shows it.
    pub made: Option<Occurred>,
    /// The call that deleted it, likewise.
    pub deleted: Option<Occurred>,
    /// Why its policies cannot be edited, and what to do instead.
    pub not_editable: Option<String>,
    /// Why it could not be judged; empty: it was.
    pub unfit: Vec<String>,
    /// First and last record.
    pub seen: Option<(Moment, Moment)>,
    /// Some session names.
    pub sessions: Vec<String>,
    /// Some source identities.
    pub source_identities: Vec<String>,
    /// Every granted action, sorted.
    pub granted: Vec<GrantedAction>,
    /// Every use and denied try, in a fixed order.
    pub uses: Vec<ExplainedUse>,
    /// Actions that it used about once a month or quarter, by name.
    pub rare: BTreeMap<String, Rare>,
    /// Uses that the grants do not explain.
    pub surprises: Vec<Surprise>,
}

impl Fitting {
    /// How many granted actions have this standing.
    pub fn count(&self, standing: &str) -> usize {
        self.granted.iter().filter(|granted| granted.standing == standing).count()
    }

    /// Unused granted actions per granted action, 0 to 1; 0 when nothing is granted or nothing could be judged.
    pub fn excess(&self) -> f64 {
        if self.granted.is_empty() { 0.0 } else { self.count("unused") as f64 / self.granted.len() as f64 }
    }
}

/// A principal of the trail that no snapshot knows.
#[derive(Clone, Debug)]
pub struct Stranger {
    /// Who.
    pub principal: crate::trail::Principal,
    /// First and last record.
    pub seen: (Moment, Moment),
    /// Its uses and denied tries.
    pub uses: Vec<Use>,
    /// The call that made it, where the log shows it.
    pub made: Option<Occurred>,
    /// The call that deleted it, likewise.
    pub deleted: Option<Occurred>,
}

/// Everything that was judged.
#[derive(Debug, Default)]
pub struct Judgement {
    /// Principals of the snapshots, by account and ARN.
    pub fittings: Vec<Fitting>,
    /// Policies of the snapshots that somebody holds, by account and id.
    pub policies: Vec<PolicyVerdict>,
    /// Of the policies that decide the requests of several principals, what each way to right-size them removes.
    pub shared: BTreeMap<PolicyId, Shared>,
    /// How the quotas of the accounts stand after what was proven, by account.
    pub quotas: Vec<Quota>,
    /// Trust policies of the roles, by account and ARN.
    pub trusts: Vec<TrustVerdict>,
    /// Guardrails for whole accounts, where they were asked for.
    pub guardrails: Vec<GuardrailVerdict>,
    /// Principals of the trail only.
    pub strangers: Vec<Stranger>,
    /// Parts of the grants that could not be understood.
    pub unreadable: Vec<crate::grants::Unreadable>,
    /// Accounts whose grants were rebuilt from the log.
    pub rebuilt: BTreeSet<String>,
}
