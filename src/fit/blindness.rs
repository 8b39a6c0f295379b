//! What the trail could not have shown. Only where it would have shown a use may "no use" be said.

use std::borrow::Cow;
use std::fmt;

use crate::trail::{Evidence, Use};

/// Services whose management events a trail can leave out by a switch (CloudTrail user guide, "Logging
/// management events"), so that silence about them in a whole account proves nothing.
pub(super) const EXCLUDABLE: [(&str, &str); 2] = [("kms", "kms.amazonaws.com"), ("rds-data", "rdsdata.amazonaws.com")];

/// Why a use of an action would not have shown.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Blindness {
    /// A rule of the user's keeps it.
    Kept(String),
    /// So many days of the account's log were read, fewer than the user demands.
    FewDays(i64),
    /// No record of the principal's account was read.
    NoRecords,
    /// The principal used something of this service that the dictionary cannot map.
    UnmappedUse(String),
    /// The action is not in the dictionary.
    UnknownAction,
    /// The principal is younger than the protection period at the end of the log.
    NewPrincipal,
    /// The policy's version is younger than the protection period at the end of the log.
    NewPolicy,
    /// The log shows this call, within the protection period, that gave the policy or changed it.
    Changed(String),
    /// No event ever shows the action.
    NeverLogged(Cow<'static, str>),
    /// Data events of this source were not seen for these resources.
    DataNotLogged(Cow<'static, str>),
    /// No read-only management event was seen in the account: a write-only trail.
    ReadsNotLogged,
    /// No management event of this source was seen in the account: it may be excluded.
    SourceNotLogged(&'static str),
    /// The account's trails log no management events but read-only ones, or none at all.
    ManagementNotLogged,
    /// This call, within the log, changed what is logged, and the log before it shows no event of the kind.
    SelectorsChanged(String),
    /// The role was at work, and no assumption of it was seen.
    AssumedUnseen,
    /// The service was not seen to assume any role in the account: nobody knows whether it would have shown.
    ServiceNotSeen(String),
}

impl Blindness {
    /// Whether `--drop-unseen` may remove the action all the same. Where a use may well have happened, or where
    /// nothing at all is known, it may not.
    pub fn may_be_dropped(&self) -> bool {
        matches!(
            self,
            Blindness::NeverLogged(_)
                | Blindness::DataNotLogged(_)
                | Blindness::ReadsNotLogged
                | Blindness::SourceNotLogged(_)
                | Blindness::ManagementNotLogged
                | Blindness::SelectorsChanged(_)
                | Blindness::ServiceNotSeen(_)
        )
    }
}

impl fmt::Display for Blindness {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Blindness::Kept(rule) => write!(f, "a rule keeps {rule}"),
            Blindness::FewDays(days) => write!(f, "only {days} days of the account's log were read"),
            Blindness::NoRecords => f.write_str("no record of the account was read"),
            Blindness::UnmappedUse(event) => write!(f, "the event {event} of this service could not be mapped"),
            Blindness::UnknownAction => f.write_str("the action is not in the catalog"),
            Blindness::NewPrincipal => f.write_str("the principal is new"),
            Blindness::NewPolicy => f.write_str("the policy version is new"),
            Blindness::Changed(call) => write!(f, "the policy was given or changed by {call}"),
            Blindness::NeverLogged(reason) => f.write_str(reason),
            Blindness::DataNotLogged(source) => write!(f, "no data events of {source} were logged for these resources"),
            Blindness::ReadsNotLogged => f.write_str("no read-only events were logged"),
            Blindness::SourceNotLogged(source) => write!(f, "no events of {source} were logged"),
            Blindness::ManagementNotLogged => f.write_str("the trails log no such management events"),
            Blindness::SelectorsChanged(call) => {
                write!(f, "what is logged was changed by {call}, and no such event is in the log before")
            }
            Blindness::AssumedUnseen => f.write_str("the role was at work, and no assumption of it was logged"),
            Blindness::ServiceNotSeen(service) => write!(f, "no assumption by {service} was seen in the account"),
        }
    }
}

/// Whether the account's trail shows data events of the source: some trails show a few such calls as management
/// events, whatever the tables say, and that is no sign of a data-event selector.
pub(super) fn has_data_events(evidence: &Evidence, seen: &Use) -> bool {
    let source = seen.key.event.split('/').next().unwrap_or_default();
    let coverage = evidence.coverage.accounts.get(&seen.key.principal.account);
    coverage.is_some_and(|coverage| coverage.data.contains(source))
}

/// A policy variable may stand for anything: `${aws:username}` → `*`.
pub(super) fn without_variables(resource: &str) -> String {
    let mut plain = String::new();
    let mut rest = resource;
    while let Some((before, after)) = rest.split_once("${") {
        plain.push_str(before);
        plain.push('*');
        rest = after.split_once('}').map_or("", |(_, rest)| rest);
    }
    plain + rest
}
