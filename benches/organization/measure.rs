//! What proposals take away and what they break, told by the truth of the organization and not by its log: a fixed
//! universe of requests for the excess, and the calls that were really needed later for the breakage.

use std::collections::{BTreeMap, BTreeSet};

use rayon::prelude::*;
use trailfit::catalog::Catalog;
use trailfit::fit::{Judgement, PolicyId, Stack, Verdict};
use trailfit::grants::{Bearer, Grants};
use trailfit::iam::{Caller, Compiled, Context, Outcome, Policy, Request, Resource};
use trailfit::trail::{Derivation, Evidence};

use super::calls::{CALLS, Shape};
use super::world::{ACCOUNTS, Deed, Ending, Principal, resource};
use super::written::leaves_record;

/// A principal of the organization and its snapshot.
pub(crate) struct Subject<'w> {
    pub(crate) principal: &'w Principal,
    bearer: Bearer<'w>,
    stack: Stack<'w>,
    before: Compiled,
    /// What it may ask: actions by their index in the catalog, each with its resources.
    probes: Vec<(&'w str, Vec<String>)>,
    /// How many requests its grants allow that it does not need.
    pub(crate) excess: u64,
}

/// What decides instead of the grants that stand.
pub(crate) enum Instead<'w> {
    /// The proven proposals, in the stack.
    Proven(Compiled),
    /// The actions that were seen, on `*`.
    Actions(BTreeSet<&'w str>),
    /// What stands, for services of which anything was seen.
    Services(BTreeSet<&'w str>),
}

impl<'w> Subject<'w> {
    /// Everyone, in the order of the principals.
    pub(crate) fn all(principals: &'w [Principal], grants: &'w Grants, catalog: &'w Catalog) -> Vec<Subject<'w>> {
        let bearers: BTreeMap<&str, Bearer<'w>> =
            grants.principals().map(|bearer| (bearer.owner().arn.as_str(), bearer)).collect();
        principals
            .par_iter()
            .map(|principal| Subject::of(principal, bearers[principal.arn().as_str()], grants, catalog))
            .collect()
    }

    fn of(principal: &'w Principal, bearer: Bearer<'w>, grants: &'w Grants, catalog: &'w Catalog) -> Subject<'w> {
        let stack = Stack::of(bearer, grants);
        assert!(stack.unfit.is_empty(), "{:?}", stack.unfit);
        let before = stack.compiled(&BTreeMap::new());
        let probes = probes(principal, catalog);
        let mut subject = Subject { principal, bearer, stack, before, probes, excess: 0 };
        subject.excess = subject.count(|action, on| subject.stands(action, on) && !subject.needs(action, on));
        subject
    }

    fn count(&self, counts: impl Fn(&str, &str) -> bool) -> u64 {
        let of =
            |(action, resources): &(&str, Vec<String>)| resources.iter().filter(|on| counts(action, on)).count() as u64;
        self.probes.iter().map(of).sum()
    }

    /// Whether the grants that stand allow it.
    fn stands(&self, action: &str, on: &str) -> bool {
        self.is_allowed(&self.before, action, on)
    }

    fn is_allowed(&self, layers: &Compiled, action: &str, on: &str) -> bool {
        let arn = self.bearer.owner().arn.clone();
        let caller = if self.principal.is_user { Caller::User(arn) } else { Caller::Role { role: arn, session: None } };
        let context = Context::closed();
        let resource = Resource::Exact(on);
        let request = Request {
            caller: &caller,
            action,
            resource,
            resource_account: Some(self.principal.account),
            context: &context,
        };
        layers.outcome(&request) == Outcome::Allowed
    }

    fn allows(&self, instead: &Instead<'_>, action: &str, on: &str) -> bool {
        match instead {
            Instead::Proven(layers) => self.is_allowed(layers, action, on),
            Instead::Actions(actions) => actions.contains(action),
            Instead::Services(services) => services.contains(service(action)) && self.stands(action, on),
        }
    }

    /// Whether it needs it on any of the days.
    fn needs(&self, action: &str, on: &str) -> bool {
        self.principal.needs.iter().any(|need| {
            let call = &CALLS[need.call];
            call.action == action && if call.shape == Shape::Object { on.starts_with(&need.on) } else { on == need.on }
        })
    }

    /// Requests that are allowed instead and not needed.
    pub(crate) fn excess_after(&self, instead: &Instead<'_>) -> u64 {
        self.count(|action, on| self.allows(instead, action, on) && !self.needs(action, on))
    }

    /// Requests that are allowed instead and were not before.
    pub(crate) fn wider(&self, instead: &Instead<'_>) -> u64 {
        self.count(|action, on| self.allows(instead, action, on) && !self.stands(action, on))
    }

    /// The proposals of a judgement in the place of the policies.
    pub(crate) fn proven(&self, judgement: &Judgement) -> Instead<'w> {
        let arn = &self.bearer.owner().arn;
        let mut instead: BTreeMap<&PolicyId, Vec<&Policy>> = BTreeMap::new();
        for policy in &judgement.policies {
            let is_ours = policy.owner.as_ref().is_none_or(|owner| owner == arn);
            if let (Verdict::Proven(proven), true) = (&policy.verdict, is_ours) {
                let documents = proven.proposal().documents.iter().map(|document| &document.policy);
                instead.insert(&policy.target, documents.collect());
            }
        }
        Instead::Proven(self.stack.compiled(&instead))
    }

    /// The actions, or their services, that the log shows as used.
    pub(crate) fn seen<'e>(&self, evidence: &'e Evidence) -> BTreeSet<&'e str> {
        let arn = self.principal.arn();
        let uses = evidence.uses.values().filter(|seen| seen.is_use() && seen.key.derivation != Derivation::Unmapped);
        uses.filter(|seen| seen.key.principal.arn == arn).map(|seen| seen.key.action.as_str()).collect()
    }
}

/// The service of an action.
pub(crate) fn service(action: &str) -> &str {
    action.split(':').next().unwrap_or_default()
}

/// Every action of the services that anyone uses, on resources of the principal's team, of three others and of
/// another account; on `*` where an action takes no resource.
fn probes<'c>(principal: &Principal, catalog: &'c Catalog) -> Vec<(&'c str, Vec<String>)> {
    let team = principal.name.rsplit('-').next().unwrap_or_default();
    let teams: BTreeSet<&str> = ["t0", "t1", "t2", team].into();
    let services: BTreeSet<&str> = CALLS.iter().map(|call| service(call.action)).collect();
    let mut probes = Vec::new();
    for prefix in services {
        let shapes: BTreeSet<Shape> =
            CALLS.iter().filter(|call| service(call.action) == prefix).map(|call| call.shape).collect();
        let mut resources = BTreeSet::new();
        for shape in shapes.into_iter().filter(|shape| *shape != Shape::Nothing) {
            let here = teams.iter().map(|team| (principal.account, *team));
            for (account, team) in here.chain([(other(principal.account), "t0")]) {
                let end = if shape == Shape::Object { "0001.json" } else { "" };
                resources.insert(resource(shape, account, team) + end);
            }
        }
        for action in catalog.service(prefix) {
            let alone = action.takes_no_resource() || resources.is_empty();
            let on = if alone { vec!["*".to_owned()] } else { resources.iter().cloned().collect() };
            probes.push((action.name.as_str(), on));
        }
    }
    probes
}

fn other(account: &str) -> &'static str {
    ACCOUNTS.into_iter().find(|other| *other != account).unwrap_or_default()
}

/// Distinct calls with how often each was made.
pub(crate) type Calls<'w> = BTreeMap<(usize, usize, &'w str), u64>;

/// What was really needed in some days.
pub(crate) fn needed<'w>(deeds: &'w [Deed], days: std::ops::Range<u32>) -> Calls<'w> {
    calls(deeds, |deed| days.contains(&deed.day) && deed.ending == Ending::Done)
}

/// What the log of some days shows as done, the thief's calls too.
pub(crate) fn observed<'w>(principals: &[Principal], deeds: &'w [Deed], days: std::ops::Range<u32>) -> Calls<'w> {
    calls(deeds, |deed| days.contains(&deed.day) && deed.ending != Ending::Denied && leaves_record(principals, deed))
}

fn calls<'w>(deeds: &'w [Deed], is_wanted: impl Fn(&Deed) -> bool) -> Calls<'w> {
    let mut calls = Calls::new();
    for deed in deeds.iter().filter(|deed| is_wanted(deed)) {
        *calls.entry((deed.who, deed.call, deed.on.as_str())).or_default() += 1;
    }
    calls
}

/// Calls that would be denied instead: how many, and of how many principals.
pub(crate) fn denied(subjects: &[Subject<'_>], instead: &[Instead<'_>], calls: &Calls<'_>) -> (u64, usize) {
    let lost: Vec<(usize, u64)> = calls
        .par_iter()
        .filter(|((who, call, on), _)| !subjects[*who].allows(&instead[*who], CALLS[*call].action, on))
        .map(|((who, ..), times)| (*who, *times))
        .collect();
    (lost.iter().map(|(_, times)| times).sum(), lost.iter().map(|(who, _)| who).collect::<BTreeSet<_>>().len())
}
