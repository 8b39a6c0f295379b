//! One principal's policies, as the stack that the evaluator takes. It says what stands, not what is used.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::grants::{Bearer, Document, Grants, Guardrails, HeldPolicy, ManagedPolicy, Owner};
use crate::iam::{Compiled, NamedPolicy, Policy, PolicySet};

/// Which policy document, over the whole organization.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum PolicyId {
    /// An inline policy of a user, group or role.
    Inline {
        /// ARN of the user, group or role.
        owner: String,
        /// `PolicyName`.
        name: String,
    },
    /// A managed policy. AWS-managed ones have one id per account, since each account replaces them by itself.
    Managed {
        /// The account that attaches it.
        account: String,
        /// Its ARN.
        arn: String,
    },
}

impl PolicyId {
    /// The name for findings: the ARN of a managed policy, the name of an inline one.
    pub fn name(&self) -> &str {
        match self {
            PolicyId::Inline { name, .. } => name,
            PolicyId::Managed { arn, .. } => arn,
        }
    }

    /// Whether AWS owns it.
    pub fn is_aws_managed(&self) -> bool {
        matches!(self, PolicyId::Managed { arn, .. } if arn.split(':').nth(4) == Some("aws"))
    }
}

/// A policy that the principal holds.
#[derive(Clone, Debug)]
pub struct HeldPolicyDocument<'g> {
    /// Which.
    pub id: PolicyId,
    /// Its document.
    pub policy: &'g Policy,
    /// The managed policy, when it is one.
    pub managed: Option<&'g ManagedPolicy>,
    /// The document as found.
    pub text: &'g str,
    /// Who it is attached to or inline at: the principal itself, its groups.
    pub owners: Vec<&'g Owner>,
}

/// A principal and every policy that decides its requests.
#[derive(Clone, Debug)]
pub struct Stack<'g> {
    /// The principal.
    pub bearer: Bearer<'g>,
    /// Its identity-based policies, its own first, each once.
    pub policies: Vec<HeldPolicyDocument<'g>>,
    /// Why it cannot be judged: policies that cannot be read or are not in the snapshot. Empty: it can.
    pub unfit: Vec<String>,
    boundary: Option<(&'g str, &'g Policy)>,
    scps: Option<Vec<Vec<(&'g str, &'g Policy)>>>,
    around: Compiled,
}

impl<'g> Stack<'g> {
    /// Puts together what stands for one principal.
    pub fn of(bearer: Bearer<'g>, grants: &'g Grants) -> Stack<'g> {
        let guardrails = grants.guardrails.get(&bearer.account().id);
        let mut stack = Stack {
            bearer,
            policies: Vec::new(),
            unfit: Vec::new(),
            boundary: None,
            scps: None,
            around: Compiled::default(),
        };
        stack.take_identity_policies();
        stack.take_boundary();
        if let Some(guardrails) = guardrails {
            stack.take_scps(guardrails);
            stack.look_at_rcps(guardrails);
        }
        stack.around = stack.surroundings(guardrails.is_some_and(|guardrails| guardrails.management_account));
        stack
    }

    /// The stack as the evaluator takes it. `instead` holds the documents that take the place of a policy;
    /// without any, the policies of the identity layer are `policies`, in that order.
    pub fn compiled(&self, instead: &BTreeMap<&PolicyId, Vec<&Policy>>) -> Compiled {
        let mut identity = Vec::new();
        for held in &self.policies {
            let name = held.id.name();
            match instead.get(&held.id) {
                Some(documents) => identity.extend(documents.iter().map(|policy| NamedPolicy { name, policy })),
                None => identity.push(NamedPolicy { name, policy: held.policy }),
            }
        }
        Compiled { identity: Arc::new(PolicySet::new(&identity)), ..self.around.clone() }
    }

    /// The policies that can allow and deny, as they are written: identity-based ones and SCPs.
    pub fn documents(&self) -> impl Iterator<Item = &'g Policy> {
        let scps = self.scps.iter().flatten().flatten().map(|(_, policy)| *policy);
        self.policies.iter().map(|held| held.policy).chain(scps)
    }

    /// All policies that decide its requests, by layer, with their names: the identity-based ones, the boundary,
    /// each level of SCPs. A request must be allowed by every layer and denied by none.
    pub fn layers(&self) -> Vec<Vec<(&str, &'g Policy)>> {
        let mut layers = vec![self.policies.iter().map(|held| (held.id.name(), held.policy)).collect()];
        layers.extend(self.boundary.map(|boundary| vec![boundary]));
        if !self.around.management_account && !self.around.service_linked_role {
            layers.extend(self.scps.iter().flatten().cloned());
        }
        layers
    }

    /// The permissions boundary as it is written.
    pub fn boundary(&self) -> Option<&'g Policy> {
        self.boundary.map(|(_, policy)| policy)
    }

    /// What stands around the identity-based policies, compiled.
    fn surroundings(&self, management_account: bool) -> Compiled {
        let set = |policies: &[(&str, &Policy)]| {
            let named: Vec<NamedPolicy<'_>> =
                policies.iter().map(|(name, policy)| NamedPolicy { name, policy }).collect();
            Arc::new(PolicySet::new(&named))
        };
        Compiled {
            boundary: self.boundary.map(|boundary| set(&[boundary])),
            scps: self.scps.as_ref().map(|levels| levels.iter().map(|level| set(level)).collect()),
            management_account,
            service_linked_role: self.bearer.is_service_linked(),
            ..Compiled::default()
        }
    }

    fn take_identity_policies(&mut self) {
        let mut seen = BTreeSet::new();
        for held in self.bearer.held() {
            let owner = held.group.map_or(self.bearer.owner(), |group| &group.owner);
            let (id, managed) = match held.policy {
                HeldPolicy::Inline(policy) => {
                    (PolicyId::Inline { owner: owner.arn.clone(), name: policy.name.clone() }, None)
                }
                HeldPolicy::Managed(attachment, policy) => {
                    let account = self.bearer.account().id.clone();
                    (PolicyId::Managed { account, arn: attachment.arn.clone() }, policy)
                }
                HeldPolicy::LostGroup(name) => {
                    self.unfit.push(format!("group `{name}` is not in the snapshot"));
                    continue;
                }
            };
            if !seen.insert(id.clone()) {
                self.policies.iter_mut().filter(|held| held.id == id).for_each(|held| held.owners.push(owner));
                continue;
            }
            let text = held.document().map_or("", |document| &document.text);
            match self.readable(held.name(), held.document()) {
                Ok(policy) => self.policies.push(HeldPolicyDocument { id, policy, managed, text, owners: vec![owner] }),
                Err(reason) => self.unfit.push(reason),
            }
        }
    }

    fn readable(&self, name: &str, document: Option<&'g Document>) -> Result<&'g Policy, String> {
        let document = document.ok_or_else(|| format!("the document of policy `{name}` is not in the snapshot"))?;
        document.policy.as_ref().map_err(|error| format!("policy `{name}` cannot be read: {error}"))
    }

    fn take_boundary(&mut self) {
        let Some((arn, policy)) = self.bearer.boundary() else {
            return;
        };
        match self.readable(arn, policy.map(|policy| &policy.document)) {
            Ok(policy) => self.boundary = Some((arn, policy)),
            Err(reason) => self.unfit.push(format!("permissions boundary: {reason}")),
        }
    }

    fn take_scps(&mut self, guardrails: &'g Guardrails) {
        let Some(levels) = &guardrails.scps else {
            return;
        };
        let mut scps = Vec::new();
        for level in levels {
            let mut readable = Vec::new();
            for (name, document) in level {
                match self.readable(name, Some(document)) {
                    Ok(policy) => readable.push((name.as_str(), policy)),
                    Err(reason) => self.unfit.push(format!("service control policy: {reason}")),
                }
            }
            scps.push(readable);
        }
        self.scps = Some(scps);
    }

    /// A resource control policy of the principal's own account that cannot be read might deny what it does.
    fn look_at_rcps(&mut self, guardrails: &'g Guardrails) {
        for (name, document) in guardrails.rcps.iter().flatten().flatten() {
            if let Err(reason) = self.readable(name, Some(document)) {
                self.unfit.push(format!("resource control policy: {reason}"));
            }
        }
    }
}
