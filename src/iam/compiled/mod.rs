//! Policies compiled once, to decide many requests.
//!
//! A `PolicySet` holds the statements of one layer, found by the action that is asked for: the usual
//! decision touches a handful of them. What the layers mean together is told in `evaluate`.

mod index;
mod rule;

use std::sync::Arc;

use super::layers::{Layers, NamedPolicy};
use super::policy::Effect;
use super::request::Request;
use super::truth::Truth;
pub(super) use index::Index;
pub(super) use rule::Rule;

/// The policies of one layer, any of which may allow, compiled. Shared, not copied, between stacks.
#[derive(Clone, Debug, Default)]
pub struct PolicySet {
    names: Vec<Box<str>>,
    rules: Vec<Rule>,
    index: Index,
}

impl PolicySet {
    /// Compiles the policies of a layer.
    pub fn new(policies: &[NamedPolicy<'_>]) -> PolicySet {
        let mut set = PolicySet::default();
        for (number, NamedPolicy { name, policy }) in policies.iter().enumerate() {
            set.names.push((*name).into());
            for (index, statement) in policy.statements.iter().enumerate() {
                // No account holds as many statements as a `u32` counts.
                let rule = u32::try_from(set.rules.len()).unwrap_or(u32::MAX);
                set.index.add(rule, &statement.actions);
                set.rules.push(Rule::new(number, index, statement, policy.version));
            }
        }
        set
    }

    /// Whether it holds no policy at all.
    pub fn is_empty(&self) -> bool {
        self.names.is_empty()
    }

    /// The Allow statements that match the request or may match it, by policy and position in it, in that order.
    ///
    /// Whether anything else limits or denies it plays no part.
    pub fn allowing(&self, request: &Request<'_>) -> Vec<(usize, usize, Truth)> {
        let action = request.action.to_ascii_lowercase();
        let allows = self.in_order(&action).filter(|rule| rule.effect == Effect::Allow);
        let matching = allows.map(|rule| (rule.policy, rule.index, rule.matches(request)));
        matching.filter(|(.., matches)| *matches > Truth::No).collect()
    }

    /// The name of a policy.
    pub(super) fn name(&self, policy: usize) -> &str {
        self.names.get(policy).map_or("", |name| name)
    }

    /// Gives the rules that take in the action (in lower case) to `stop`, in no order, and maybe more than once,
    /// until it says so.
    pub(super) fn find<'s>(&'s self, action: &str, stop: &mut impl FnMut(&'s Rule) -> bool) {
        self.index.find(action, &mut |rule| self.rule(rule).is_some_and(&mut *stop));
    }

    /// All these rules, each once, in the order of the documents.
    pub(super) fn in_order<'s>(&'s self, action: &str) -> impl Iterator<Item = &'s Rule> + use<'s> {
        let mut found = Vec::new();
        self.index.find(action, &mut |rule| {
            found.push(rule);
            false
        });
        found.sort_unstable();
        found.dedup();
        found.into_iter().filter_map(|rule| self.rule(rule))
    }

    fn rule(&self, number: u32) -> Option<&Rule> {
        self.rules.get(usize::try_from(number).ok()?)
    }
}

/// A stack of policies, compiled: `Layers` in the form that decides fast. Cheap to clone.
#[derive(Clone, Debug, Default)]
pub struct Compiled {
    /// Identity-based policies.
    pub identity: Arc<PolicySet>,
    /// The permissions boundary.
    pub boundary: Option<Arc<PolicySet>>,
    /// Session policies.
    pub session: Option<Arc<PolicySet>>,
    /// SCPs, level by level, root first.
    pub scps: Option<Arc<[Arc<PolicySet>]>>,
    /// RCPs of the resource's account, level by level, root first.
    pub rcps: Option<Arc<[Arc<PolicySet>]>>,
    /// The resource-based policy.
    pub resource: Option<Arc<PolicySet>>,
    /// The policy of the VPC endpoint.
    pub endpoint: Option<Arc<PolicySet>>,
    /// The caller belongs to the organization's management account.
    pub management_account: bool,
    /// The caller is a service-linked role.
    pub service_linked_role: bool,
}

impl Compiled {
    /// Compiles a stack.
    pub fn new(layers: &Layers<'_>) -> Compiled {
        let set = |policies: &[NamedPolicy<'_>]| Arc::new(PolicySet::new(policies));
        let one = |policy: &Option<NamedPolicy<'_>>| policy.as_ref().map(|policy| set(std::slice::from_ref(policy)));
        let levels = |levels: &Option<Vec<Vec<NamedPolicy<'_>>>>| {
            levels.as_ref().map(|levels| levels.iter().map(|level| set(level)).collect())
        };
        Compiled {
            identity: set(&layers.identity),
            boundary: one(&layers.boundary),
            session: layers.session.as_deref().map(set),
            scps: levels(&layers.scps),
            rcps: levels(&layers.rcps),
            resource: one(&layers.resource),
            endpoint: one(&layers.endpoint),
            management_account: layers.management_account,
            service_linked_role: layers.service_linked_role,
        }
    }
}
