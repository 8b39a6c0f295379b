//! A statement, read once so that it can be asked often.

use super::super::condition::Clause;
use super::super::policy::{Effect, Principals, Statement, Version};
use super::super::principal::{self, Naming};
use super::super::request::{Caller, Context, Request, Resource};
use super::super::resource::Resources;
use super::super::truth::Truth;

/// A statement of a policy, but for its actions, which the index of its set knows.
#[derive(Clone, Debug)]
pub(in super::super) struct Rule {
    /// Which policy of its set.
    pub(in super::super) policy: usize,
    /// Its position in the document.
    pub(in super::super) index: usize,
    pub(in super::super) sid: Option<Box<str>>,
    pub(in super::super) effect: Effect,
    pub(in super::super) principals: Option<Principals>,
    resources: Option<Resources>,
    clauses: Vec<Clause>,
}

impl Rule {
    pub(in super::super) fn new(policy: usize, index: usize, statement: &Statement, version: Option<Version>) -> Rule {
        Rule {
            policy,
            index,
            sid: statement.sid.as_deref().map(Into::into),
            effect: statement.effect,
            principals: statement.principals.clone(),
            resources: statement.resources.as_ref().map(|list| Resources::new(list, version)),
            clauses: statement.conditions.iter().map(|condition| Clause::new(condition, version)).collect(),
        }
    }

    /// How the principal element names the caller; without one, the policy is the caller's own.
    pub(in super::super) fn named(&self, caller: &Caller) -> Naming {
        self.principals.as_ref().map_or(Naming::OWN, |principals| principal::naming(principals, self.effect, caller))
    }

    /// Every element but the action's.
    pub(in super::super) fn matches(&self, request: &Request<'_>) -> Truth {
        match self.named(request.caller).any() {
            Truth::No => Truth::No,
            named => named.and(self.elements(request.resource, request.context, &mut |_| {})),
        }
    }

    /// The resource and condition elements. `missing` hears of the unknown keys that they ask for.
    pub(in super::super) fn elements(
        &self,
        resource: Resource<'_>,
        context: &Context,
        missing: &mut dyn FnMut(&str),
    ) -> Truth {
        let mut all = match &self.resources {
            Some(resources) => resources.takes(resource, context, missing),
            None if self.principals.is_some() => Truth::Yes,
            None => Truth::Unknown,
        };
        for clause in &self.clauses {
            if all == Truth::No {
                break;
            }
            all = all.and(clause.holds(context, missing));
        }
        all
    }
}
