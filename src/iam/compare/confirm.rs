//! A side of the comparison, as the evaluator reads it.

use super::super::compiled::PolicySet;
use super::super::layers::NamedPolicy;
use super::super::policy::{Effect, Policy};
use super::super::request::Request;
use super::super::truth::Truth;
use super::{Access, Place};

/// Policies that act together, compiled.
pub(super) struct Judge {
    layers: Vec<PolicySet>,
}

impl Judge {
    pub(super) fn new(access: &Access<'_>) -> Judge {
        let set = |policies: &Vec<&Policy>| {
            let named: Vec<NamedPolicy<'_>> = policies.iter().map(|policy| NamedPolicy { name: "", policy }).collect();
            PolicySet::new(&named)
        };
        Judge { layers: access.layers.iter().map(set).collect() }
    }

    /// Whether every layer allows the request and none denies it.
    pub(super) fn allows(&self, request: &Request<'_>) -> Truth {
        let action = request.action.to_ascii_lowercase();
        self.layers.iter().fold(Truth::Yes, |all, layer| {
            let matching = |effect| {
                let rules = layer.in_order(&action).filter(move |rule| rule.effect == effect);
                rules.fold(Truth::No, |any, rule| any.or(rule.matches(request)))
            };
            all.and(matching(Effect::Allow)).and(!matching(Effect::Deny))
        })
    }

    /// The statements that allow the request, whatever denies it.
    pub(super) fn allowing(&self, request: &Request<'_>) -> Vec<Place> {
        let of_layer = |(layer, set): (usize, &PolicySet)| {
            let found = set.allowing(request).into_iter().filter(|(.., matches)| *matches == Truth::Yes);
            found.map(move |(policy, statement, _)| Place { layer, policy, statement }).collect::<Vec<_>>()
        };
        self.layers.iter().enumerate().flat_map(of_layer).collect()
    }
}
