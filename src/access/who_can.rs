//! Who may do something, over whole snapshots.

use std::collections::BTreeMap;

use crate::catalog::Catalog;
use crate::grants::Grants;
use crate::iam::{Effect, Outcome, Policy, PrincipalList, allows_action};
use crate::simulate::{Answer, Asked, Setting, Simulator};

/// Everyone who may, or may under conditions.
#[derive(Debug, Default)]
pub struct WhoCan {
    /// Users and roles of the snapshots, in their order.
    pub may: Vec<May>,
    /// Others whom the resource's own policy names.
    pub named: Vec<Named>,
    /// Principals of whom it cannot be told, and why.
    pub untold: Vec<(String, String)>,
    /// How many were asked about.
    pub asked: usize,
}

/// A principal that may.
#[derive(Debug)]
pub struct May {
    /// What decided it.
    pub answer: Answer,
    /// Whether it hangs on context keys that were not given.
    pub conditional: bool,
}

/// Somebody whom a statement of the resource's policy allows the action.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Named {
    /// `AWS`, `Service`, `Federated`, `CanonicalUser`; `*` for everyone.
    pub kind: String,
    /// Who, as written.
    pub who: String,
    /// Whether the statement has conditions, or the policy Denies of the action.
    pub conditional: bool,
}

/// Asks about every principal. Context keys that are not given are unknown, so that whoever may under some
/// condition is told with the keys that it hangs on.
pub fn who_can(grants: &Grants, catalog: &Catalog, asked: &Asked) -> WhoCan {
    let setting = Setting {
        catalog,
        grants: Some(grants),
        identity: &[],
        boundary: None,
        resource_policy: None,
        owner: None,
        principal: None,
        caller: None,
        unknown: true,
    };
    let simulator = Simulator::new(setting);
    let mut who = WhoCan::default();
    for bearer in grants.principals() {
        let arn = &bearer.owner().arn;
        who.asked += 1;
        match simulator.answer(&Asked { principal: Some(arn.clone()), ..asked.clone() }) {
            Err(reason) => who.untold.push((arn.clone(), reason)),
            Ok(answer) => match answer.decision.outcome {
                Outcome::Allowed => who.may.push(May { answer, conditional: false }),
                Outcome::Undetermined => who.may.push(May { answer, conditional: true }),
                Outcome::Denied | Outcome::NotAllowed => {}
            },
        }
    }
    who.named =
        simulator.resource_document(asked).map(|policy| named(policy, &asked.action, grants)).unwrap_or_default();
    who
}

/// Whom the policy's Allows of the action name, but for principals of the snapshots: those were asked about.
fn named(policy: &Policy, action: &str, grants: &Grants) -> Vec<Named> {
    let of_action = || policy.statements.iter().filter(|statement| allows_action(statement, action));
    let denied = of_action().any(|statement| statement.effect == Effect::Deny);
    let mut found: BTreeMap<(String, String), bool> = BTreeMap::new();
    for statement in of_action().filter(|statement| statement.effect == Effect::Allow) {
        let conditional = denied || !statement.conditions.is_empty();
        let mut note = |kind: &str, who: &str| {
            let known = found.entry((kind.to_owned(), who.to_owned())).or_insert(true);
            *known &= conditional;
        };
        match statement.principals.as_ref() {
            Some(principals) if principals.negated => note("NotPrincipal", "everyone but those named"),
            Some(principals) => match &principals.list {
                PrincipalList::Everyone => note("*", "everyone"),
                PrincipalList::Named(list) => {
                    let all = list.iter().flat_map(|(kind, values)| values.iter().map(move |who| (kind, who)));
                    all.filter(|(_, who)| grants.principal(who).is_none()).for_each(|(kind, who)| note(kind, who));
                }
            },
            None => {}
        }
    }
    found.into_iter().map(|((kind, who), conditional)| Named { kind, who, conditional }).collect()
}
