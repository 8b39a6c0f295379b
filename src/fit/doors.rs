//! By which doors calls may come: conditions on addresses, VPC endpoints and the second factor, each beside a door for
//! services that call with the principal's identity.
//!
//! Of a call that a service makes for the principal neither the address nor the endpoint is the caller's, and it need
//! not show the factor; AWS documents `aws:ViaAWSService` to tell such calls. So each of these conditions stands in a
//! statement of its own, and a second one goes on to allow what services do.

use std::collections::BTreeSet;

use super::asking::{SOURCE_IP, SOURCE_VPCE};
use super::options::AddedCondition;
use super::proposal::Withheld;
use super::touches::{Direct, MFA};
use crate::iam::{Condition, Statement};
use crate::trail::Origins;

/// Whether a service made the call for the principal.
pub(super) const VIA: &str = "aws:ViaAWSService";

/// Through which doors an action came, of those that were asked for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Doors {
    address: bool,
    endpoint: bool,
    mfa: bool,
}

/// Why an action gets no condition of a kind.
type Reason = (&'static str, &'static str);

impl Doors {
    /// The doors of an action by its direct calls, and why others are not offered. `enough`: whether it was called
    /// often enough for so many values.
    pub(super) fn of(
        direct: &Direct,
        statement: &Statement,
        wanted: &BTreeSet<AddedCondition>,
        enough: impl Fn(usize) -> bool,
    ) -> (Doors, Vec<Reason>) {
        let mut doors = Doors::default();
        let mut reasons = Vec::new();
        let stands = |key: &str| statement.conditions.iter().any(|one| one.key.eq_ignore_ascii_case(key));
        if stands(VIA) {
            let why = |key| (key, "the statement has a condition on calls by services already");
            return (doors, keys(wanted).map(why).collect());
        }
        let (ip, vpce) = (wanted.contains(&AddedCondition::SourceIp), wanted.contains(&AddedCondition::SourceVpce));
        if (ip || vpce) && !stands(SOURCE_IP) && !stands(SOURCE_VPCE) {
            match origins(&direct.origins, (ip, vpce), enough(values(&direct.origins))) {
                Ok((address, endpoint)) => (doors.address, doors.endpoint) = (address, endpoint),
                Err(reason) => reasons.push((if ip { SOURCE_IP } else { SOURCE_VPCE }, reason)),
            }
        }
        if wanted.contains(&AddedCondition::Mfa) && !stands(MFA) {
            match (direct.without_mfa, enough(1)) {
                (false, true) => doors.mfa = true,
                (true, _) => reasons.push((MFA, "some calls came without multi-factor authentication")),
                (false, false) => reasons.push((MFA, FEW)),
            }
        }
        (doors, reasons)
    }

    /// The conditions of each statement that takes the place of one: a list for each door. One empty list: as it was.
    pub(super) fn open(self, directs: &[&Direct]) -> Vec<Vec<Condition>> {
        let mut all = Origins::default();
        directs.iter().for_each(|direct| all.merge(&direct.origins));
        let yes = |key: &str| condition("Bool", key, vec!["true".to_owned()]);
        let mfa = || self.mfa.then(|| yes(MFA));
        let by = |one: Condition| [Some(one), mfa()].into_iter().flatten().collect::<Vec<Condition>>();
        let mut doors = Vec::new();
        if self.address {
            doors.push(by(condition("IpAddress", SOURCE_IP, all.ranges().collect())));
        }
        if self.endpoint {
            doors.push(by(condition("StringEquals", SOURCE_VPCE, all.endpoints().cloned().collect())));
        }
        if doors.is_empty() {
            match mfa() {
                Some(mfa) => doors.push(vec![mfa]),
                None => return vec![Vec::new()],
            }
        }
        doors.push(vec![yes(VIA)]);
        doors
    }

    /// The same without a word on from where calls come.
    pub(super) fn without_origins(self) -> Doors {
        Doors { address: false, endpoint: false, ..self }
    }

    /// Whether the origins of several actions may stand in one list: all are known still.
    pub(super) fn hold(self, directs: &[&Direct]) -> bool {
        let mut all = Origins::default();
        directs.iter().for_each(|direct| all.merge(&direct.origins));
        all.are_told() || !(self.address || self.endpoint)
    }
}

const FEW: &str = "there were too few calls, or over too few days";

fn values(origins: &Origins) -> usize {
    (origins.addresses().len() + origins.endpoints().len()).max(1)
}

/// Whether there is a door for addresses, and one for endpoints.
fn origins(origins: &Origins, wanted: (bool, bool), enough: bool) -> Result<(bool, bool), &'static str> {
    let (addresses, endpoints) = (origins.addresses().len() > 0, origins.endpoints().len() > 0);
    match (addresses, endpoints) {
        _ if !origins.are_told() => Err("some calls do not tell from where they came, or it was from too many places"),
        (false, false) => Err("only services called, and of their calls no address is known"),
        (true, _) if !wanted.0 => Err("some calls came from addresses, not through VPC endpoints"),
        (_, true) if !wanted.1 => Err("some calls came through VPC endpoints, which have no address"),
        _ if !enough => Err(FEW),
        both => Ok(both),
    }
}

fn condition(operator: &str, key: &str, values: Vec<String>) -> Condition {
    Condition { operator: operator.to_owned(), key: key.to_owned(), values }
}

/// The keys that this is about, of those that were asked for.
pub(super) fn keys(wanted: &BTreeSet<AddedCondition>) -> impl Iterator<Item = &'static str> {
    let key = |one: &AddedCondition| match one {
        AddedCondition::SourceIp => Some(SOURCE_IP),
        AddedCondition::SourceVpce => Some(SOURCE_VPCE),
        AddedCondition::Mfa => Some(MFA),
        _ => None,
    };
    wanted.iter().filter_map(key)
}

/// Whether a proposal hangs on from where calls come.
pub(super) fn hang_on_origin<'c>(conditions: impl IntoIterator<Item = &'c Condition>) -> bool {
    conditions.into_iter().any(|one| [SOURCE_IP, SOURCE_VPCE].contains(&one.key.as_str()))
}

/// Puts a reason with those like it.
pub(super) fn withhold(all: &mut Vec<Withheld>, action: &str, (key, reason): Reason) {
    match all.iter_mut().find(|one| one.key == key && one.reason == reason) {
        Some(like) => drop(like.actions.insert(action.to_owned())),
        None => all.push(Withheld { key, reason, actions: BTreeSet::from([action.to_owned()]) }),
    }
}
