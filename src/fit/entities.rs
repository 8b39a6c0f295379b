//! What the snapshots know beyond one principal: names of IAM entities, resource-based and trust policies.

use rustc_hash::FxHashMap;

use crate::grants::{Bearer, Document, Grants};
use crate::iam::{NamedPolicy, Request, Resource};

/// The entities of all snapshots.
pub struct Entities<'g> {
    grants: &'g Grants,
    /// Account, kind (`role`, `user`, `group`, `policy`) and name in lower case → ARN with path.
    arns: FxHashMap<(&'g str, &'static str, String), &'g str>,
}

impl<'g> Entities<'g> {
    /// Looks through the snapshots once.
    pub fn of(grants: &'g Grants) -> Entities<'g> {
        let mut arns = FxHashMap::default();
        for account in grants.accounts.values() {
            let users = account.users.values().map(|user| ("user", &user.owner));
            let groups = account.groups.values().map(|group| ("group", &group.owner));
            let roles = account.roles.values().map(|role| ("role", &role.owner));
            let owners = users.chain(groups).chain(roles).map(|(kind, owner)| (kind, &owner.name, owner.arn.as_str()));
            let policies = account.policies.values().map(|policy| ("policy", &policy.name, policy.arn.as_str()));
            for (kind, name, arn) in owners.chain(policies) {
                arns.insert((account.id.as_str(), kind, name.to_ascii_lowercase()), arn);
            }
        }
        Entities { grants, arns }
    }

    /// The ARN with path of an IAM entity that a request gave by its bare name: names are unique in an account,
    /// whatever the path. `None`: no entity of that name is known, or the ARN has a path already.
    pub fn with_path(&self, arn: &str) -> Option<&'g str> {
        let mut parts = arn.splitn(6, ':');
        let (service, account, resource) = (parts.nth(2)?, parts.nth(1)?, parts.next()?);
        let (kind, name) = resource.split_once('/')?;
        let kind = ["user", "group", "role", "policy"].into_iter().find(|known| *known == kind)?;
        if service != "iam" || name.contains('/') {
            return None;
        }
        self.arns.get(&(self.account(account)?, kind, name.to_ascii_lowercase())).copied()
    }

    fn account(&self, id: &str) -> Option<&'g str> {
        self.grants.accounts.get_key_value(id).map(|(id, _)| id.as_str())
    }

    /// The RCPs that protect the resource, level by level, where the request tells its account and that account's
    /// RCPs are known.
    pub fn rcps(&self, request: &Request<'_>) -> Option<Vec<Vec<NamedPolicy<'g>>>> {
        let guardrails = self.grants.guardrails.get(request.resource_account?)?;
        let levels = guardrails.rcps.as_ref().filter(|_| !guardrails.management_account)?;
        let readable = |(name, document): &'g (String, Document)| {
            document.policy.as_ref().ok().map(|policy| NamedPolicy { name, policy })
        };
        Some(levels.iter().map(|level| level.iter().filter_map(readable).collect()).collect())
    }

    /// The resource-based policy of what is asked for: given for its ARN, or for the bucket of an S3 object,
    /// or the trust policy of the role.
    pub fn resource_policy(&self, request: &Request<'_>) -> Option<NamedPolicy<'g>> {
        let grants = self.grants;
        let Resource::Exact(arn) = request.resource else {
            return None;
        };
        let bucket = || arn.split_once(":s3:::").and_then(|_| arn.split_once('/')).map(|(bucket, _)| bucket);
        let given =
            grants.resource_policies.get_key_value(arn).or_else(|| grants.resource_policies.get_key_value(bucket()?));
        if let Some((name, document)) = given {
            return document.policy.as_ref().ok().map(|policy| NamedPolicy { name, policy });
        }
        let assumed = request.action.to_ascii_lowercase().starts_with("sts:");
        match assumed.then(|| grants.principal(arn)).flatten()? {
            Bearer::Role(_, role) => {
                let trust = role.trust.as_ref()?.policy.as_ref().ok()?;
                Some(NamedPolicy { name: &role.owner.arn, policy: trust })
            }
            Bearer::User(..) => None,
        }
    }
}
