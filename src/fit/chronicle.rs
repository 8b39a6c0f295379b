//! What the log shows of how grants came to be: which call changed what a principal holds, and when.

use std::collections::BTreeSet;

use rustc_hash::FxHashMap;

use super::stack::{HeldPolicyDocument, PolicyId, Stack};
use crate::grants::{Bearer, Owner};
use crate::iam::{Change, EntityKind, Outcome, Verb};
use crate::trail::{Evidence, Principal, PrincipalKind};

/// Changes by what they changed, each list in the order of time.
#[derive(Default)]
pub(super) struct Chronicle<'e> {
    entities: FxHashMap<(String, EntityKind, String), Vec<&'e Change>>,
}

impl<'e> Chronicle<'e> {
    pub(super) fn of(evidence: &'e Evidence) -> Chronicle<'e> {
        let mut chronicle = Chronicle::default();
        for change in evidence.changes.iter() {
            if let Some(subject) = change.subject() {
                chronicle.entities.entry((change.account.clone(), change.kind, subject)).or_default().push(change);
            }
        }
        chronicle
    }

    /// The last call that gave the bearer of the stack what a policy grants now, or changed that.
    pub(super) fn last_given(&self, stack: &Stack<'_>, held: &HeldPolicyDocument<'_>) -> Option<&'e Change> {
        let account = &stack.bearer.account().id;
        let name = held.id.name();
        let of_owner = held.owners.iter().flat_map(|owner| self.of_owner(account, owner));
        let at_owner = of_owner
            .filter(|change| matches!(change.verb, Verb::Put | Verb::Attach) && change.policy.as_deref() == Some(name));
        let is_inline = matches!(held.id, PolicyId::Inline { .. });
        let of_policy = self.entity(account, EntityKind::Policy, name).iter().copied();
        let versions = of_policy.filter(|change| !is_inline && decides(change));
        let own = stack.bearer.owner();
        let groups: BTreeSet<String> = held
            .owners
            .iter()
            .filter(|owner| owner.arn != own.arn)
            .map(|group| group.name.to_ascii_lowercase())
            .collect();
        let joins = self.of_owner(account, own).filter(|change| {
            let group = change.policy.as_ref().map(|name| name.to_ascii_lowercase());
            change.verb == Verb::Join && group.is_some_and(|group| groups.contains(&group))
        });
        at_owner.chain(versions).chain(joins).max()
    }

    /// All calls that changed what a bearer holds, in the order of time: at itself, at its groups, at the managed
    /// policies that are or were attached.
    pub(super) fn of_bearer(&self, bearer: Bearer<'_>) -> Vec<&'e Change> {
        let account = &bearer.account().id;
        let own: Vec<&Change> =
            self.of_owner(account, bearer.owner()).filter(|change| changes_grants(change)).collect();
        let mut all: BTreeSet<&Change> = own.iter().copied().collect();
        let joined = own.iter().filter(|change| change.verb == Verb::Join).filter_map(|change| change.policy.clone());
        let groups = match bearer {
            Bearer::User(_, user) => user.groups.clone(),
            Bearer::Role(..) => Vec::new(),
        };
        for group in groups.into_iter().chain(joined) {
            all.extend(self.entity(account, EntityKind::Group, &group).iter().filter(|change| changes_grants(change)));
        }
        let attached: BTreeSet<&str> = all.iter().filter_map(|change| change.policy.as_deref()).collect();
        let held = bearer.held();
        let boundary = bearer.boundary().map(|(arn, _)| arn);
        let now: BTreeSet<&str> = held.iter().map(|held| held.name()).chain(boundary).collect();
        let policies: BTreeSet<&str> = attached.union(&now).copied().filter(|name| name.starts_with("arn:")).collect();
        for arn in policies {
            all.extend(self.entity(account, EntityKind::Policy, arn));
        }
        all.into_iter().collect()
    }

    /// The last calls that made and that deleted a user or role by this name, as far as the log shows them; a
    /// deletion only if it was not made again since.
    pub(super) fn life(&self, account: &str, kind: EntityKind, name: &str) -> (Option<&'e Change>, Option<&'e Change>) {
        let all = self.entity(account, kind, name);
        let last = |verb: Verb| all.iter().filter(|change| change.verb == verb).max().copied();
        let made = last(Verb::Make);
        let removed = last(Verb::Remove).filter(|removed| made.is_none_or(|made| made < removed));
        (made, removed)
    }

    /// The call that made a principal of the trail, and the one that deleted it after its first record.
    pub(super) fn life_of(&self, principal: &Principal, first: &str) -> (Option<&'e Change>, Option<&'e Change>) {
        let kind = match principal.kind {
            PrincipalKind::User => EntityKind::User,
            PrincipalKind::Role => EntityKind::Role,
            _ => return (None, None),
        };
        let all = self.entity(&principal.account, kind, principal.short_name());
        let by_id = all
            .iter()
            .find(|change| change.unique_id.as_ref().is_some_and(|id| !id.is_empty() && *id == principal.unique_id));
        let before = || all.iter().rfind(|change| change.verb == Verb::Make && change.time.as_str() <= first);
        let made = by_id.or_else(before).copied();
        let start = made.map_or(first, |made| made.time.as_str());
        let removed = all.iter().find(|change| change.verb == Verb::Remove && change.time.as_str() >= start);
        (made, removed.copied())
    }

    fn of_owner<'s>(&'s self, account: &str, owner: &Owner) -> impl Iterator<Item = &'e Change> + use<'s, 'e> {
        let kind = [EntityKind::User, EntityKind::Group, EntityKind::Role]
            .into_iter()
            .find(|kind| owner.arn.contains(&format!(":{}/", kind.name())));
        let all = kind.map_or(&[][..], |kind| self.entity(account, kind, &owner.name));
        all.iter().copied()
    }

    fn entity(&self, account: &str, kind: EntityKind, name: &str) -> &[&'e Change] {
        let subject = if kind == EntityKind::Policy { name.to_owned() } else { name.to_ascii_lowercase() };
        self.entities.get(&(account.to_owned(), kind, subject)).map_or(&[], Vec::as_slice)
    }
}

/// Whether it decides which version of a managed policy counts.
fn decides(change: &Change) -> bool {
    matches!(change.verb, Verb::Make | Verb::Choose) || (change.verb == Verb::Version && change.is_default)
}

/// Whether it changed what a user, group or role may do.
fn changes_grants(change: &Change) -> bool {
    change.verb != Verb::Trust
}

/// Whether a call may have taken away what was allowed. A call that only gives can still bring a Deny.
pub(super) fn takes_away(change: &Change, outcome: Outcome) -> bool {
    match change.verb {
        Verb::Put | Verb::Take | Verb::Detach | Verb::Leave | Verb::Bound | Verb::Choose | Verb::Rename => true,
        Verb::Version => change.is_default,
        Verb::Attach | Verb::Join => outcome == Outcome::Denied,
        _ => false,
    }
}
