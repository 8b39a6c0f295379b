//! Gathers what every layer says about one request: its statements that match, and whether it allows.
//!
//! Which layers apply at all to this caller and resource is decided here, what follows in `evaluate`.

use super::compiled::{Compiled, PolicySet, Rule};
use super::decision::Layer;
use super::policy::Effect;
use super::principal::Naming;
use super::request::{Caller, Request, Resource};
use super::truth::Truth;

/// A statement that matches or may match.
pub(super) struct Hit<'a> {
    /// Where it stands.
    pub(super) layer: Layer,
    /// The set that holds it.
    pub(super) set: &'a PolicySet,
    /// The statement.
    pub(super) rule: &'a Rule,
    /// `Yes` or `Unknown`.
    pub(super) matches: Truth,
}

/// What the layers say. A layer that is absent or does not apply says `Yes`.
pub(super) struct Evidence<'a> {
    /// All statements that match or may match, in layer and document order; nothing if they are not wanted.
    pub(super) hits: Vec<Hit<'a>>,
    /// Whether an explicit deny applies.
    pub(super) denied: Truth,
    pub(super) identity: Truth,
    pub(super) boundary: Truth,
    pub(super) session: Truth,
    pub(super) scps: Truth,
    pub(super) rcps: Truth,
    pub(super) endpoint: Truth,
    /// How the resource policy allows; nothing when there is none.
    pub(super) resource: Naming,
}

/// How much is asked for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Wanted {
    /// Every statement that takes part.
    Statements,
    /// The outcome alone: what cannot change it any more is not asked.
    Outcome,
}

impl<'a> Evidence<'a> {
    /// Asks every layer. `action` is in lower case.
    pub(super) fn gather(layers: &'a Compiled, request: &Request<'_>, action: &str, wanted: Wanted) -> Evidence<'a> {
        let boundary = layers.boundary.is_some();
        let mut search = Search { request, action, boundary, wanted, denied: Truth::No, hits: Vec::new() };
        let member = request.caller.account().is_some();
        let identity = match member {
            true => search.set(Layer::Identity, &layers.identity).any(),
            false => Truth::No,
        };
        let boundary = match &layers.boundary {
            Some(set) if member => search.set(Layer::Boundary, set).any(),
            _ => Truth::Yes,
        };
        let session = search.session(layers);
        let guarded = member && !layers.management_account && !layers.service_linked_role;
        let scps = search.levels(Layer::Scp, layers.scps.as_deref().filter(|_| guarded));
        let ruled = !layers.service_linked_role && under_rcps(request, action);
        let rcps = search.levels(Layer::Rcp, layers.rcps.as_deref().filter(|_| ruled));
        let resource = match &layers.resource {
            Some(set) => search.set(Layer::Resource, set),
            None => Naming::NOT,
        };
        let endpoint = match &layers.endpoint {
            Some(set) => search.set(Layer::Endpoint, set).any(),
            None => Truth::Yes,
        };
        let Search { hits, denied, .. } = search;
        Evidence { hits, denied, identity, boundary, session, scps, rcps, endpoint, resource }
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
    wanted: Wanted,
    denied: Truth,
    hits: Vec<Hit<'a>>,
}

impl<'a> Search<'a, '_> {
    /// The statements of one layer; gives how its Allow statements name the caller.
    fn set(&mut self, layer: Layer, set: &'a PolicySet) -> Naming {
        let mut allows = Naming::NOT;
        match self.wanted {
            Wanted::Statements => {
                for rule in set.in_order(self.action) {
                    self.take(layer, set, rule, &mut allows);
                }
            }
            Wanted::Outcome => set.find(self.action, &mut |rule| {
                if rule.effect == Effect::Deny || allows.itself != Truth::Yes {
                    self.take(layer, set, rule, &mut allows);
                }
                self.denied == Truth::Yes
            }),
        }
        allows
    }

    fn take(&mut self, layer: Layer, set: &'a PolicySet, rule: &'a Rule, allows: &mut Naming) {
        let naming = self.ask(layer, rule);
        let matches = naming.any();
        if matches == Truth::No {
            return;
        }
        match rule.effect {
            Effect::Allow => *allows = allows.or(naming),
            Effect::Deny => self.denied = self.denied.or(matches),
        }
        if self.wanted == Wanted::Statements {
            self.hits.push(Hit { layer, set, rule, matches });
        }
    }

    fn ask(&self, layer: Layer, rule: &Rule) -> Naming {
        let naming = self.named(layer, rule);
        if naming.any() == Truth::No {
            return naming;
        }
        naming.and(rule.elements(self.request.resource, self.request.context, &mut |_| {}))
    }

    fn named(&self, layer: Layer, rule: &Rule) -> Naming {
        let naming = rule.named(self.request.caller);
        match &rule.principals {
            // No service accepts a resource policy that names nobody: whom it is about is open.
            None if layer == Layer::Resource => naming.and(Truth::Unknown),
            // A Deny with NotPrincipal hits every user and role that has a boundary.
            Some(principals)
                if principals.negated
                    && self.boundary
                    && rule.effect == Effect::Deny
                    && matches!(self.request.caller, Caller::User(_) | Caller::Role { .. }) =>
            {
                Naming::OWN
            }
            _ => naming,
        }
    }

    /// Levels of an organization: each must allow. An absent or empty list does not limit.
    fn levels(&mut self, layer: Layer, levels: Option<&'a [std::sync::Arc<PolicySet>]>) -> Truth {
        let levels = levels.unwrap_or_default();
        levels.iter().fold(Truth::Yes, |all, level| all.and(self.set(layer, level).any()))
    }

    fn session(&mut self, layers: &'a Compiled) -> Truth {
        let federated = matches!(self.request.caller, Caller::FederatedUser { .. });
        match &layers.session {
            None if federated => Truth::Unknown,
            None => Truth::Yes,
            Some(set) if set.is_empty() && !federated => Truth::Yes,
            Some(set) => self.set(Layer::Session, set).any(),
        }
    }
}
