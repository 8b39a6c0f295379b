//! Who may change what: policies and principals that belong to AWS, and what to do instead.

use super::propose::Unit;
use super::stack::PolicyId;
use crate::grants::{Grants, Owner};

/// Why a policy cannot be changed where it stands, and what to do instead.
pub(super) fn not_editable(unit: &Unit<'_>, grants: &Grants) -> Option<String> {
    let advice = |owner: &Owner| advice(&owner.path, &owner.name);
    if let Some(text) = unit.owner.and_then(advice) {
        return Some(text);
    }
    let PolicyId::Managed { arn, account } = &unit.held.id else {
        return None;
    };
    let account = grants.accounts.get(account)?;
    let bounded = account.principals().find(|bearer| bearer.owner().boundary.as_deref() == Some(arn.as_str()));
    let bounded = bounded.filter(|_| !unit.held.id.is_aws_managed())?;
    Some(format!(
        "it is also the permissions boundary of {}: make a copy of it for one of the two purposes first",
        bounded.owner().arn
    ))
}

/// Why the holders of a customer-managed policy are not all known: a permission that only a missing one uses
/// would be taken from it.
pub(super) fn missing_holders(unit: &Unit<'_>, grants: &Grants) -> Option<String> {
    let PolicyId::Managed { arn, account } = &unit.held.id else {
        return None;
    };
    let attached = unit.held.managed?.attachments.filter(|_| !unit.held.id.is_aws_managed())?;
    let known = grants.accounts.get(account)?.holders_of(arn).len() as u64;
    (attached > known).then(|| {
        format!("it is attached to {attached} entities, and the snapshot holds {known} of them: take a whole snapshot")
    })
}

/// What to do about a principal that AWS owns; `None`: it is the customer's own.
pub(super) fn advice(path: &str, name: &str) -> Option<String> {
    if path.starts_with("/aws-service-role/") {
        return Some(
            "a service-linked role belongs to its service: delete it in the service when the service is no longer used"
                .to_owned(),
        );
    }
    if path.starts_with("/aws-reserved/sso.") {
        let set =
            name.strip_prefix("AWSReservedSSO_").and_then(|rest| rest.rsplit_once('_')).map_or(name, |(set, _)| set);
        return Some(format!(
            "Identity Center owns this role: change the permission set `{set}` instead, for all accounts that use it"
        ));
    }
    None
}
