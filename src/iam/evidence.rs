//! Gathers what every layer says about one request: its statements that match, and whether it allows.
//!
//! Which layers apply at all to this caller and resource is decided here, what follows in `evaluate`.

use super::decision::Layer;
use super::layers::{Layers, NamedPolicy};
use super::matching;
use super::policy::{Effect, Statement};
use super::principal::Naming;
use super::request::{Caller, Request, Resource};
use super::truth::Truth;

/// A statement that matches or may match.
pub(super) struct Hit<'a> {
    /// Where it stands.
    pub(super) layer: Layer,
    /// The policy that holds it.
    pub(super) policy: &'a NamedPolicy<'a>,
    /// Its position in the document.
    pub(super) index: usize,
    /// The statement.
    pub(super) statement: &'a Statement,
    /// `Yes` or `Unknown`.
    pub(super) matches: Truth,
}

impl Hit<'_> {
    /// Tells the unknown keys that the statement asks for.
    pub(super) fn ask_again(&self, request: &Request<'_>, missing: &mut dyn FnMut(&str)) {
        matching::elements(self.policy.policy, self.statement, request, missing);
    }
}

/// What the layers say. A layer that is absent or does not apply says `Yes`.
pub(super) struct Evidence<'a> {
    /// All statements that match or may match, in layer and document order.
    pub(super) hits: Vec<Hit<'a>>,
    pub(super) identity: Truth,
    pub(super) boundary: Truth,
    pub(super) session: Truth,
    pub(super) scps: Truth,
    pub(super) rcps: Truth,
    pub(super) endpoint: Truth,
    /// How the resource policy allows; nothing when there is none.
    pub(super) resource: Naming,
}

impl<'a> Evidence<'a> {
    /// Asks every layer. `action` is in lower case.
    pub(super) fn gather(layers: &'a Layers<'a>, request: &Request<'_>, action: &str) -> Evidence<'a> {
        let mut search = Search { request, action, boundary: layers.boundary.is_some(), hits: Vec::new() };
        let member = request.caller.account().is_some();
        let identity = match member {
            true => search.union(Layer::Identity, &layers.identity),
            false => Truth::No,
        };
        let boundary = match &layers.boundary {
            Some(policy) if member => search.union(Layer::Boundary, std::slice::from_ref(policy)),
            _ => Truth::Yes,
        };
        let session = search.session(layers);
        let guarded = member && !layers.management_account && !layers.service_linked_role;
        let scps = search.levels(Layer::Scp, layers.scps.as_deref().filter(|_| guarded));
        let ruled = !layers.service_linked_role && under_rcps(request, action);
        let rcps = search.levels(Layer::Rcp, layers.rcps.as_deref().filter(|_| ruled));
        let resource = match &layers.resource {
            Some(policy) => search.policy(Layer::Resource, policy),
            None => Naming::NOT,
        };
        let endpoint = match &layers.endpoint {
            Some(policy) => search.policy(Layer::Endpoint, policy).any(),
            None => Truth::Yes,
        };
        Evidence { hits: search.hits, identity, boundary, session, scps, rcps, endpoint, resource }
    }
}

/// RCPs leave out actions without a resource, and `kms:RetireGrant`.
fn under_rcps(request: &Request<'_>, action: &str) -> bool {
    action != "kms:retiregrant" && !matches!(request.resource, Resource::Exact("*"))
}

struct Search<'a, 'r> {
    request: &'r Request<'r>,
    action: &'r str,
    boundary: bool,
    hits: Vec<Hit<'a>>,
}

impl<'a> Search<'a, '_> {
    /// The statements of one policy; gives how its Allow statements name the caller.
    fn policy(&mut self, layer: Layer, policy: &'a NamedPolicy<'a>) -> Naming {
        let mut allows = Naming::NOT;
        for (index, statement) in policy.policy.statements.iter().enumerate() {
            let naming = self.ask(layer, policy, statement);
            let matches = naming.any();
            if matches == Truth::No {
                continue;
            }
            self.hits.push(Hit { layer, policy, index, statement, matches });
            if statement.effect == Effect::Allow {
                allows = allows.or(naming);
            }
        }
        allows
    }

    fn ask(&self, layer: Layer, policy: &NamedPolicy<'_>, statement: &Statement) -> Naming {
        if !matching::takes_action(statement, self.action) {
            return Naming::NOT;
        }
        let naming = self.named(layer, statement);
        if naming.any() == Truth::No {
            return naming;
        }
        naming.and(matching::elements(policy.policy, statement, self.request, &mut |_| {}))
    }

    fn named(&self, layer: Layer, statement: &Statement) -> Naming {
        let naming = matching::named(statement, self.request);
        match &statement.principals {
            // No service accepts a resource policy that names nobody: whom it is about is open.
            None if layer == Layer::Resource => naming.and(Truth::Unknown),
            // A Deny with NotPrincipal hits every user and role that has a boundary.
            Some(principals)
                if principals.negated
                    && self.boundary
                    && statement.effect == Effect::Deny
                    && matches!(self.request.caller, Caller::User(_) | Caller::Role { .. }) =>
            {
                Naming::OWN
            }
            _ => naming,
        }
    }

    /// Several policies of one layer: each may allow.
    fn union(&mut self, layer: Layer, policies: &'a [NamedPolicy<'a>]) -> Truth {
        policies.iter().fold(Truth::No, |any, policy| any.or(self.policy(layer, policy).any()))
    }

    /// Levels of an organization: each must allow. An absent or empty list does not limit.
    fn levels(&mut self, layer: Layer, levels: Option<&'a [Vec<NamedPolicy<'a>>]>) -> Truth {
        let levels = levels.unwrap_or_default();
        levels.iter().fold(Truth::Yes, |all, level| all.and(self.union(layer, level)))
    }

    fn session(&mut self, layers: &'a Layers<'a>) -> Truth {
        let federated = matches!(self.request.caller, Caller::FederatedUser { .. });
        match &layers.session {
            None if federated => Truth::Unknown,
            None => Truth::Yes,
            Some(policies) if policies.is_empty() && !federated => Truth::Yes,
            Some(policies) => self.union(Layer::Session, policies),
        }
    }
}
