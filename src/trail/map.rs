//! Event → what it shows: uses of actions, nothing (by a rule), or something not understood.
//! Asks the dictionary; sees no policy.

use std::sync::Arc;

use super::caller::Caller;
use super::denial::denial;
use super::event::Event;
use super::identify::{identify, partition_of_region};
use super::moment::Moment;
use super::outcome::{Outcome, outcome};
use super::principal::PrincipalKind;
use super::tally::DENIED;
use super::usage::Derivation;
use crate::catalog::{Call, Catalog, Need, Required, TouchedResource};

/// Which records count.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Scope {
    /// From this moment on.
    pub since: Option<Moment>,
    /// Before this moment.
    pub until: Option<Moment>,
    /// Only these accounts (as caller or recipient); empty: all.
    pub accounts: Vec<String>,
}

impl Scope {
    /// The scope that holds both: no bound or account where one of them has none.
    #[must_use]
    pub fn widen(self, other: Scope) -> Scope {
        let both = |a: Option<Moment>, b: Option<Moment>, pick: fn(Moment, Moment) -> Moment| Some(pick(a?, b?));
        let mut accounts = if self.accounts.is_empty() || other.accounts.is_empty() {
            Vec::new()
        } else {
            [self.accounts, other.accounts].concat()
        };
        accounts.sort_unstable();
        accounts.dedup();
        Scope {
            since: both(self.since, other.since, Moment::min),
            until: both(self.until, other.until, Moment::max),
            accounts,
        }
    }

    /// Whether the time is in the window.
    pub(crate) fn holds(&self, time: Moment) -> bool {
        self.since.is_none_or(|since| time >= since) && self.until.is_none_or(|until| time < until)
    }

    fn excludes(&self, event: &Event<'_>) -> Option<&'static str> {
        if !self.holds(event.time) {
            return Some("outside the window");
        }
        let wanted =
            |account: Option<&str>| account.is_some_and(|account| self.accounts.iter().any(|wanted| wanted == account));
        let ours = wanted(event.recipient.as_deref()) || wanted(event.identity.account.as_deref());
        (!self.accounts.is_empty() && !ours).then_some("other account")
    }
}

/// What a record shows.
pub(crate) enum Shown {
    /// Uses, or denied tries (then exempt by the rule `DENIED`, but kept as evidence).
    Acts(Box<Acts>),
    /// Nothing, by the rule named.
    Exempt(String),
}

/// The acts behind one record.
pub(crate) struct Acts {
    pub(crate) caller: Arc<Caller>,
    pub(crate) outcome: Outcome,
    pub(crate) owner_copy: bool,
    pub(crate) acts: Vec<Act>,
    /// Where a role is assumed: `sts:ExternalId`, if it was given.
    pub(crate) external_id: Option<Option<String>>,
}

/// One action on some resources.
pub(crate) struct Act {
    pub(crate) need: Need,
    pub(crate) derivation: Derivation,
}

impl Acts {
    pub(crate) fn exemption(&self) -> Option<&'static str> {
        (!self.outcome.is_use()).then_some(DENIED)
    }

    /// What was shown to the trust policy of a role that was assumed: the external id, what an identity token says.
    pub(crate) fn proofs(&self) -> impl Iterator<Item = (&str, Option<&str>)> {
        let external_id = self.external_id.iter().map(|id| ("sts:ExternalId", id.as_deref()));
        external_id.chain(self.caller.token.iter().map(|(key, value)| (key.as_str(), Some(value.as_str()))))
    }
}

/// Tells what one record shows.
pub(crate) fn map(event: &Event<'_>, scope: &Scope, catalog: &Catalog) -> Shown {
    if let Some(rule) = exempt_by_kind(event).or_else(|| scope.excludes(event)) {
        return Shown::Exempt(rule.to_owned());
    }
    let outcome = outcome(&event.source, event.error_code.as_deref(), event.error_message.as_deref());
    if outcome == Outcome::Unauthenticated {
        return Shown::Exempt("unauthenticated call".to_owned());
    }
    let caller = event.caller.clone().unwrap_or_else(|| Arc::new(identify(event)));
    let touched = touched(event);
    let call = call(event, &caller, &touched);
    let acts = match denied_act(event, outcome, (catalog, &call)) {
        Some(act) => vec![act],
        None => match acts(event, &call, catalog) {
            Ok(acts) => acts,
            Err(rule) => return Shown::Exempt(rule),
        },
    };
    let owner_copy = !caller.principal.account.is_empty()
        && event.recipient.as_deref().is_some_and(|recipient| recipient != caller.principal.account);
    let external_id = external_id(event);
    Shown::Acts(Box::new(Acts { caller, outcome, owner_copy, acts, external_id }))
}

/// The external id of a role's assumption; the inner `None`: none was given. Where a record has no parameters, as
/// that of a denied call, it does not tell.
fn external_id(event: &Event<'_>) -> Option<Option<String>> {
    let assumes = event.source == "sts.amazonaws.com" && event.name.starts_with("AssumeRole");
    let parameters = event.parameters.as_object().filter(|_| assumes)?;
    Some(parameters.get("externalId").and_then(|id| id.as_str()).map(str::to_owned))
}

/// Kinds of events that are no use of a caller's permission.
fn exempt_by_kind(event: &Event<'_>) -> Option<&'static str> {
    match (event.kind.as_deref(), event.category.as_deref()) {
        (Some("AwsServiceEvent"), _) => Some("service event"),
        (Some("AwsConsoleSignIn"), _) => Some("sign-in"),
        (Some("AwsCloudTrailInsight"), _) | (_, Some("Insight")) => Some("insight event"),
        (Some("AwsVpceEvent" | "AwsVpceEvents"), _) | (_, Some("NetworkActivity")) => Some("network activity event"),
        (Some("AwsAggregatedEvent"), _) | (_, Some("Aggregated")) => Some("aggregated event"),
        _ if event.correction => Some("correction of an earlier record"),
        _ => None,
    }
}

/// A denial's own words go before the event's name: `CreateFunction` may have been denied for `iam:PassRole`.
fn denied_act(event: &Event<'_>, outcome: Outcome, (catalog, call): (&Catalog, &Call<'_>)) -> Option<Act> {
    let told = denial(event.error_message.as_deref().filter(|_| outcome == Outcome::Denied)?)?;
    let action = catalog.action(&told.action).map_or_else(|| told.action.clone().into(), |action| action.name.clone());
    let in_words = || catalog.in_words(&action, told.words.as_deref()?, call);
    let resources = told.resource.or_else(in_words).into_iter().collect();
    let need = Need { action, resources, context: Vec::new(), provenance: crate::catalog::Provenance::Mapped };
    Some(Act { need, derivation: Derivation::Message })
}

/// The question that the record puts to the dictionary.
fn call<'e>(event: &'e Event<'_>, caller: &'e Caller, resources: &'e [TouchedResource<'e>]) -> Call<'e> {
    let account = event.recipient.as_deref().or(event.identity.account.as_deref()).unwrap_or_default();
    let principal = &caller.principal;
    let bears_arn = matches!(principal.kind, PrincipalKind::User | PrincipalKind::Role);
    Call {
        source: &event.source,
        name: &event.name,
        region: &event.region,
        partition: partition_of_region(&event.region),
        account,
        caller_account: &principal.account,
        caller_arn: bears_arn.then_some(principal.arn.as_str()),
        parameters: &event.parameters,
        response: Some(&event.response),
        resources,
        failed: event.error_code.is_some(),
    }
}

/// Asks the dictionary; the error is the rule that exempts the event.
fn acts(event: &Event<'_>, call: &Call<'_>, catalog: &Catalog) -> Result<Vec<Act>, String> {
    match catalog.required(call) {
        Required::Actions(needs) => {
            Ok(needs.into_iter().map(|need| Act { derivation: Derivation::Known(need.provenance), need }).collect())
        }
        Required::Exempt(rule) => Err(rule.to_owned()),
        Required::Unmapped { .. } if event.kind.as_deref() == Some("AwsConsoleAction") => {
            Err("console action".to_owned())
        }
        Required::Unmapped { prefix } => Ok(vec![unmapped(&prefix, &event.name)]),
    }
}

fn unmapped(prefix: &str, name: &str) -> Act {
    let need = Need {
        action: format!("{prefix}:{name}").into(),
        resources: Vec::new(),
        context: Vec::new(),
        provenance: crate::catalog::Provenance::Inferred,
    };
    Act { need, derivation: Derivation::Unmapped }
}

fn touched<'e>(event: &'e Event<'_>) -> Vec<TouchedResource<'e>> {
    let touched = |resource: &'e super::event::EventResource<'_>| TouchedResource {
        arn: resource.arn.as_deref(),
        kind: resource.kind.as_deref(),
        account: resource.account.as_deref(),
    };
    event.resources.iter().map(touched).collect()
}
