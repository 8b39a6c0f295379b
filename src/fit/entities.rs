//! What the snapshots know beyond one principal: names of IAM entities, resource-based and trust policies.

use std::sync::Arc;

use rustc_hash::FxHashMap;

use crate::grants::{Document, Grants, Guardrails};
use crate::iam::{NamedPolicy, Policy, PolicySet, Request, Resource};

/// The entities of all snapshots.
pub struct Entities<'g> {
    grants: &'g Grants,
    /// By account.
    rcps: FxHashMap<&'g str, Arc<[Arc<PolicySet>]>>,
    /// By the ARN of the resource; `None`: one that cannot be read.
    resource_policies: FxHashMap<&'g str, Option<Arc<PolicySet>>>,
    /// By the ARN of the role.
    trust_policies: FxHashMap<&'g str, Arc<PolicySet>>,
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
        let guardrails = grants.guardrails.iter();
        let rcps = guardrails.filter_map(|(account, rails)| Some((account.as_str(), levels(rails)?))).collect();
        let given = grants.resource_policies.iter();
        let resource_policies =
            given.map(|(arn, document)| (arn.as_str(), document.policy.as_ref().ok().map(|policy| alone(arn, policy))));
        let roles = grants.accounts.values().flat_map(|account| account.roles.values());
        let trust_policies = roles.filter_map(|role| {
            let trust = role.trust.as_ref()?.policy.as_ref().ok()?;
            Some((role.owner.arn.as_str(), alone(&role.owner.arn, trust)))
        });
        let (resource_policies, trust_policies) = (resource_policies.collect(), trust_policies.collect());
        Entities { grants, rcps, resource_policies, trust_policies, arns }
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
    pub fn rcps(&self, request: &Request<'_>) -> Option<Arc<[Arc<PolicySet>]>> {
        self.rcps.get(request.resource_account?).cloned()
    }

    /// The resource-based policy of what is asked for: given for its ARN, or for the bucket of an S3 object,
    /// or the trust policy of the role.
    pub fn resource_policy(&self, request: &Request<'_>) -> Option<Arc<PolicySet>> {
        let Resource::Exact(arn) = request.resource else {
            return None;
        };
        let bucket = || arn.split_once(":s3:::").and_then(|_| arn.split_once('/')).map(|(bucket, _)| bucket);
        let given = self.resource_policies.get(arn).or_else(|| self.resource_policies.get(bucket()?));
        if let Some(given) = given {
            return given.clone();
        }
        let assumed = request.action.get(..4).is_some_and(|service| service.eq_ignore_ascii_case("sts:"));
        assumed.then(|| self.trust_policies.get(arn).cloned()).flatten()
    }
}

/// One policy that stands alone in its layer.
fn alone(name: &str, policy: &Policy) -> Arc<PolicySet> {
    Arc::new(PolicySet::new(&[NamedPolicy { name, policy }]))
}

/// The RCPs of an account, level by level; unreadable ones are told of where the stack is put together.
fn levels(guardrails: &Guardrails) -> Option<Arc<[Arc<PolicySet>]>> {
    let levels = guardrails.rcps.as_ref().filter(|_| !guardrails.management_account)?;
    let readable =
        |(name, document): &'_ (String, Document)| document.policy.clone().ok().map(|policy| (name.clone(), policy));
    let level = |level: &Vec<(String, Document)>| {
        let policies: Vec<(String, Policy)> = level.iter().filter_map(readable).collect();
        let named: Vec<NamedPolicy<'_>> = policies.iter().map(|(name, policy)| NamedPolicy { name, policy }).collect();
        Arc::new(PolicySet::new(&named))
    };
    Some(levels.iter().map(level).collect())
}
