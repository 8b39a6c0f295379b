//! Each service in some accounts: used, unused, or kept for a reason.

use std::collections::{BTreeMap, BTreeSet};

use crate::catalog::{AccessLevel, Action, Catalog};
use crate::fit::eyesight::Eyesight;
use crate::fit::options::DropUnseen;
use crate::trail::Use;

/// A service that nobody was seen to use and that stays.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeptService {
    /// Its prefix.
    pub service: String,
    /// Why.
    pub reason: String,
}

/// What became of the services.
#[derive(Debug, Default)]
pub(super) struct Services {
    /// Prefixes of those that somebody used.
    pub(super) used: BTreeSet<String>,
    /// Prefixes of those that nobody used.
    pub(super) unused: BTreeSet<String>,
    /// Those that stay although no use was seen.
    pub(super) kept: Vec<KeptService>,
    /// Unused actions of used services that change who may do what.
    pub(super) privileged: BTreeSet<String>,
}

/// Sorts the services of the catalog by the uses in the accounts.
pub(super) fn services(
    accounts: &[&str],
    uses: &[&Use],
    catalog: &Catalog,
    eyesight: &Eyesight<'_>,
    drop_unseen: DropUnseen,
) -> Services {
    let mut by_service: BTreeMap<&str, Vec<&Action>> = BTreeMap::new();
    for action in catalog.actions().iter() {
        by_service.entry(action.name.split(':').next().unwrap_or_default()).or_default().push(action);
    }
    let used: BTreeSet<String> = uses.iter().map(|seen| seen.service().to_ascii_lowercase()).collect();
    let used_actions: BTreeSet<String> = uses.iter().map(|seen| seen.key.action.to_ascii_lowercase()).collect();
    // An event that nobody can map may have taken any action of its service.
    let unmapped = Eyesight::unmapped_services(uses);
    let mut found = Services { used, ..Services::default() };
    for (service, actions) in by_service {
        let blind = |action: &Action| accounts.iter().find_map(|account| eyesight.blind_in_account(account, action));
        if found.used.contains(service) {
            if !unmapped.contains_key(service) {
                let unused = actions.into_iter().filter(|action| {
                    action.level == AccessLevel::PermissionsManagement
                        && !used_actions.contains(&action.name.to_ascii_lowercase())
                        && eyesight.kept.of_action(&action.name).is_none()
                        && !catalog.is_needed(service)
                        && blind(action).is_none()
                });
                found.privileged.extend(unused.map(|action| action.name.to_string()));
            }
            continue;
        }
        let rule = || actions.iter().find_map(|action| eyesight.kept.of_action(&action.name));
        let unseen = || actions.iter().find_map(|action| blind(action)).filter(|_| drop_unseen == DropUnseen::Never);
        let reason = match catalog.is_needed(service) {
            true => Some("every account needs it".to_owned()),
            false => rule()
                .map(|rule| format!("a rule keeps {rule}"))
                .or_else(|| unseen().map(|blind| format!("a use might not have shown: {blind}"))),
        };
        match reason {
            Some(reason) => found.kept.push(KeptService { service: service.to_owned(), reason }),
            None => drop(found.unused.insert(service.to_owned())),
        }
    }
    found
}
