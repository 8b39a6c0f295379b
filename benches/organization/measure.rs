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
use super::world::{ACCOUNTS, Deed, Ending, Need, Principal, resource};
use super::written::shows;

/// A principal of the organization and its snapshot.
pub(crate) struct Subject<'w> {
    pub(crate) principal: &'w Principal,
    bearer: Bearer<'w>,
    stack: Stack<'w>,
    before: Compiled,
    probes: Vec<Probe<'w>>,
}

/// A request that is put to every generator's policies.
struct Probe<'w> {
    action: &'w str,
    on: String,
    /// Whether the grants that stand allow it.
    stands: bool,
    /// Whether it is needed on any of the days.
    is_needed: bool,
    /// Whether the action is needed on anything.
    is_needed_action: bool,
}

/// Probes that are allowed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Excess {
    /// Of actions that are not needed.
    pub(crate) actions: u64,
    /// Of actions that are needed, on resources on which they are not.
    pub(crate) resources: u64,
    /// Not allowed by what stands.
    pub(crate) wider: u64,
}

impl Excess {
    pub(crate) fn plus(self, other: Excess) -> Excess {
        Excess {
            actions: self.actions + other.actions,
            resources: self.resources + other.resources,
            wider: self.wider + other.wider,
        }
    }
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
        let mut subject = Subject { principal, bearer, stack, before, probes: Vec::new() };
        let probe = |(action, on): (&'w str, String)| {
            let needs = || principal.needs.iter().filter(|need| CALLS[need.call].action == action);
            let is_on = |need: &Need| match CALLS[need.call].shape {
                Shape::Object => on.starts_with(&need.on),
                _ => on == need.on,
            };
            let (is_needed, is_needed_action) = (needs().any(is_on), needs().next().is_some());
            Probe { action, stands: subject.stands(action, &on), is_needed, is_needed_action, on }
        };
        subject.probes = probes(principal, catalog).into_iter().map(probe).collect();
        subject
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

    /// What is allowed and not needed under the grants that stand.
    pub(crate) fn excess(&self) -> Excess {
        self.excess_where(|probe| probe.stands)
    }

    /// The same under what decides instead.
    pub(crate) fn excess_after(&self, instead: &Instead<'_>) -> Excess {
        self.excess_where(|probe| match instead {
            Instead::Services(services) => probe.stands && services.contains(service(probe.action)),
            _ => self.allows(instead, probe.action, &probe.on),
        })
    }

    fn excess_where(&self, is_allowed: impl Fn(&Probe<'_>) -> bool) -> Excess {
        let allowed = self.probes.iter().filter(|probe| is_allowed(probe));
        allowed.fold(Excess::default(), |sum, probe| {
            sum.plus(Excess {
                actions: u64::from(!probe.is_needed_action),
                resources: u64::from(probe.is_needed_action && !probe.is_needed),
                wider: u64::from(!probe.stands),
            })
        })
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
fn probes<'c>(principal: &Principal, catalog: &'c Catalog) -> Vec<(&'c str, String)> {
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
            probes.extend(on.into_iter().map(|on| (&*action.name, on)));
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

/// What a thief did in some days.
pub(crate) fn stolen(deeds: &[Deed], days: std::ops::Range<u32>) -> Calls<'_> {
    calls(deeds, |deed| days.contains(&deed.day) && deed.ending == Ending::Stolen)
}

/// What the log of some days shows as done, the thief's calls too.
pub(crate) fn observed<'w>(principals: &[Principal], deeds: &'w [Deed], days: std::ops::Range<u32>) -> Calls<'w> {
    calls(deeds, |deed| days.contains(&deed.day) && deed.ending != Ending::Denied && shows(principals, deed))
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
