//! Which principal of the snapshots is behind one of the trail.

use rustc_hash::FxHashMap;

use crate::grants::Bearer;
use crate::trail::{Principal, PrincipalKind, Use};

/// Finds the principal of the snapshots behind one of the trail: by ARN, by unique id, by role name.
pub(super) struct Lineup<'a> {
    arns: FxHashMap<&'a str, usize>,
    ids: FxHashMap<&'a str, usize>,
    roles: FxHashMap<(&'a str, String), usize>,
}

impl<'a> Lineup<'a> {
    pub(super) fn of(cases: &[(Bearer<'a>, Vec<&Use>)]) -> Lineup<'a> {
        let mut index = Lineup { arns: FxHashMap::default(), ids: FxHashMap::default(), roles: FxHashMap::default() };
        for (at, (bearer, _)) in cases.iter().enumerate() {
            let owner = bearer.owner();
            index.arns.insert(&owner.arn, at);
            if !owner.id.is_empty() {
                index.ids.insert(&owner.id, at);
            }
            if matches!(bearer, Bearer::Role(..)) {
                index.roles.insert((&bearer.account().id, owner.name.to_ascii_lowercase()), at);
            }
        }
        index
    }

    pub(super) fn find(&self, principal: &Principal) -> Option<usize> {
        let by_arn = || self.arns.get(principal.arn.as_str()).copied();
        let by_id = || self.ids.get(principal.unique_id.as_str()).copied();
        let by_name = || {
            let name = principal.short_name().to_ascii_lowercase();
            self.roles.get(&(principal.account.as_str(), name)).copied()
        };
        match principal.kind {
            PrincipalKind::Role => by_arn().or_else(by_id).or_else(by_name),
            PrincipalKind::User | PrincipalKind::FederatedUser => by_arn().or_else(by_id),
            PrincipalKind::External => by_id(),
            _ => None,
        }
    }
}
