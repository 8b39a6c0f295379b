//! Who assumed a role: uses of `sts:AssumeRole` and its kin → callers, as a trust policy names them.

use std::collections::BTreeSet;

use rustc_hash::FxHashMap;

use super::services::may_be_same;
use crate::fit::entities::Entities;
use crate::grants::{Bearer, Grants};
use crate::iam::{Caller, Context, ContextValue, Pattern, Policy, PrincipalList, Request, Resource};
use crate::trail::{Evidence, Level, Moment, Outcome, Principal, PrincipalKind, Use};

/// The events of a role's assumption.
const EVENTS: &str = "sts.amazonaws.com/AssumeRole";

/// One caller's assumption of roles.
pub(in crate::fit) struct Assumption<'e> {
    pub(super) seen: &'e Use,
    who: Who,
}

/// The caller, as far as the record tells.
enum Who {
    /// This one.
    Known(Caller),
    /// A principal of another account, by its account and unique id.
    Member(String, String),
    /// A service, by the name that records give it.
    Service(String),
    /// An identity provider, by the name that records give it.
    Federated(String),
    /// It cannot be told in words of a trust policy.
    Untold,
}

impl Assumption<'_> {
    /// Whom the trust policy of a role may see in the caller. More than one: it is one of them. None: nobody knows.
    pub(super) fn callers(&self, trust: &Policy, role: &str) -> Vec<Caller> {
        let named = |kind: &'static str| trust.statements.iter().flat_map(move |one| values(one, kind));
        let mut callers = match &self.who {
            Who::Known(caller) => vec![caller.clone()],
            Who::Untold => Vec::new(),
            Who::Service(name) => {
                let same = named("Service").filter(|value| may_be_same(value, name));
                same.chain([name.as_str()]).map(|name| Caller::Service(name.to_owned())).collect()
            }
            Who::Federated(name) => {
                let named: Vec<&str> = named("Federated").collect();
                // A record that does not name the provider by its ARN may mean any of them.
                let told = named.contains(&name.as_str()) || name.starts_with("arn:");
                let providers = if told { vec![name.as_str()] } else { named };
                providers.into_iter().map(|name| Caller::Federated(name.to_owned())).collect()
            }
            Who::Member(account, id) => {
                let theirs = named("AWS").filter(|value| value.split(':').nth(4) == Some(account));
                let partition = role.split(':').nth(1).unwrap_or("aws");
                let unnamed = format!("arn:{partition}:iam::{account}:role/{id}");
                theirs.chain([unnamed.as_str()]).filter_map(|arn| member(arn, id)).collect()
            }
        };
        callers.sort_unstable();
        callers.dedup();
        callers
    }

    /// What the caller asked of the trust policy of a role.
    pub(super) fn asked(&self, caller: Caller) -> AskedTrust<'_> {
        let context = context(&caller, self.is_named(), self.seen);
        AskedTrust { context, caller, action: &self.seen.key.action }
    }

    /// Whether the record names the caller.
    pub(super) fn is_named(&self) -> bool {
        matches!(self.who, Who::Known(_))
    }

    /// The value of a condition key; the inner `None`: it was not given.
    pub(super) fn told(&self, key: &str) -> Option<Option<&str>> {
        let mut context = self.seen.key.context.iter();
        context.find(|(known, _)| known.eq_ignore_ascii_case(key)).map(|(_, value)| value.as_deref())
    }

    /// How many roles the use is about.
    pub(super) fn roles(&self) -> usize {
        self.seen.footprint.patterns().count().max(1)
    }

    /// Whether it is the assumption itself, not what goes with it, as tags.
    pub(super) fn is_whole(&self) -> bool {
        self.seen.key.action.to_ascii_lowercase().starts_with("sts:assumerole")
    }
}

/// What somebody asked of a trust policy.
pub(super) struct AskedTrust<'e> {
    caller: Caller,
    action: &'e str,
    context: Context,
}

impl AskedTrust<'_> {
    /// The request about a role.
    pub(super) fn request<'r>(&'r self, role: &'r str) -> Request<'r> {
        let (caller, context, resource_account) = (&self.caller, &self.context, role.split(':').nth(4));
        Request { caller, action: self.action, resource: Resource::Exact(role), resource_account, context }
    }
}

/// The values of one kind that a statement names.
fn values<'s>(statement: &'s crate::iam::Statement, kind: &'static str) -> impl Iterator<Item = &'s str> {
    let list = match statement.principals.as_ref().map(|principals| &principals.list) {
        Some(PrincipalList::Named(list)) => list.as_slice(),
        _ => &[],
    };
    list.iter().filter(move |(known, _)| known == kind).flat_map(|(_, values)| values).map(String::as_str)
}

/// The user or role of an ARN that a unique id may stand for.
fn member(arn: &str, id: &str) -> Option<Caller> {
    let rest = arn.splitn(6, ':').nth(5)?;
    let is_account = id.len() == 12 && id.bytes().all(|byte| byte.is_ascii_digit());
    if is_account {
        return Some(Caller::Root(id.to_owned()));
    }
    if rest.starts_with("user/") && !id.starts_with("AROA") {
        return Some(Caller::User(arn.to_owned()));
    }
    let session = rest.starts_with("assumed-role/").then(|| arn.to_owned());
    let is_role = (rest.starts_with("role/") || session.is_some()) && !id.starts_with("AIDA");
    let user = || rest.starts_with("role/").then(|| Caller::User(arn.replacen(":role/", ":user/", 1)));
    is_role.then(|| Caller::Role { role: arn.to_owned(), session }).or_else(user)
}

/// What follows from the record for certain; the rest is unknown.
fn context(caller: &Caller, is_named: bool, seen: &Use) -> Context {
    let mut context = Context::open();
    let mut set = |key: &str, value: Option<&str>| {
        context.set(key, value.map_or(ContextValue::Absent, |value| ContextValue::One(value.to_owned())));
    };
    let is_service = matches!(caller, Caller::Service(_));
    set("aws:PrincipalIsAWSService", Some(if is_service { "true" } else { "false" }));
    if let Some(account) = caller.account() {
        set("aws:PrincipalAccount", Some(account));
    }
    match caller {
        Caller::User(arn) | Caller::Role { role: arn, .. } if is_named && arn.contains(":iam:") => {
            set("aws:PrincipalArn", Some(arn));
        }
        _ => {}
    }
    if !seen.key.region.is_empty() {
        set("aws:RequestedRegion", Some(&seen.key.region));
    }
    seen.key.context.iter().for_each(|(key, value)| set(key, value.as_deref()));
    context
}

/// All assumptions of the log.
#[derive(Default)]
pub(in crate::fit) struct Assumptions<'e> {
    all: Vec<Assumption<'e>>,
    /// By the ARN of the role.
    roles: FxHashMap<String, Vec<usize>>,
    /// Those whose footprint forgot which roles they were.
    vague: Vec<(usize, Vec<Pattern>)>,
    /// Account and name of services that were seen to assume a role.
    services: BTreeSet<(String, String)>,
    /// Trust policies that were written in the window: the roles, and when last.
    written: Vec<(Pattern, Moment)>,
}

impl<'e> Assumptions<'e> {
    pub(in crate::fit) fn of(evidence: &'e Evidence, grants: &Grants, entities: &Entities<'_>) -> Assumptions<'e> {
        let ids = ids(evidence, grants);
        let mut found = Assumptions { written: written(evidence, entities), ..Assumptions::default() };
        let mut uses: Vec<&Use> = evidence.uses.values().filter(|seen| seen.key.event.starts_with(EVENTS)).collect();
        uses.sort_unstable_by(|a, b| a.key.cmp(&b.key));
        for seen in uses.into_iter().filter(|seen| seen.is_use()) {
            let at = found.all.len();
            found.all.push(Assumption { seen, who: who(&seen.key.principal, &ids) });
            let exact = seen.footprint.level() == Level::Exact;
            let mut patterns = Vec::new();
            for text in seen.footprint.patterns() {
                if !exact || text.contains(['*', '?']) {
                    patterns.push(Pattern::new(text));
                    continue;
                }
                let role = entities.with_path(text).unwrap_or(text);
                found.roles.entry(role.to_owned()).or_default().push(at);
                if seen.key.principal.kind == PrincipalKind::Service {
                    let account = role.split(':').nth(4).unwrap_or_default().to_owned();
                    found.services.insert((account, seen.key.principal.arn.clone()));
                }
            }
            // A call that failed assumed nothing, whatever it was about.
            if seen.footprint.has_untold() && seen.key.outcome == Outcome::Allowed {
                patterns.push(Pattern::new("*"));
            }
            if !patterns.is_empty() {
                found.vague.push((at, patterns));
            }
        }
        found
    }

    /// The assumptions of a role, and those that may be.
    pub(super) fn of_role(&self, role: &str) -> Vec<&Assumption<'e>> {
        let sure = self.roles.get(role).into_iter().flatten().copied();
        let vague = self.vague.iter().filter(|(_, patterns)| patterns.iter().any(|one| one.matches(role)));
        let places: BTreeSet<usize> = sure.chain(vague.map(|(at, _)| *at)).collect();
        places.into_iter().filter_map(|at| self.all.get(at)).collect()
    }

    /// When the trust policy of a role was last written, as far as the log shows it.
    pub(super) fn written(&self, role: &str) -> Option<Moment> {
        self.written.iter().filter(|(roles, _)| roles.matches(role)).map(|(_, last)| *last).max()
    }

    /// Whether the account's log shows that the service assumes roles.
    pub(super) fn shows(&self, account: &str, service: &str) -> bool {
        self.services.iter().any(|(owner, seen)| owner == account && may_be_same(seen, service))
    }
}

/// The roles whose trust policies were written, and when.
fn written(evidence: &Evidence, entities: &Entities<'_>) -> Vec<(Pattern, Moment)> {
    const ACTION: &str = "iam:UpdateAssumeRolePolicy";
    let writes = evidence.uses.values().filter(|seen| seen.is_use() && seen.key.action == ACTION);
    let roles = writes.flat_map(|seen| seen.footprint.patterns().map(|text| (text, seen.last)));
    roles.map(|(text, last)| (Pattern::new(entities.with_path(text).unwrap_or(text)), last)).collect()
}

/// Users and roles by unique id: of the snapshots, and of the log.
fn ids(evidence: &Evidence, grants: &Grants) -> FxHashMap<String, Caller> {
    let mut ids = FxHashMap::default();
    for sighting in evidence.sorted_sightings() {
        let principal = &sighting.principal;
        if !principal.unique_id.is_empty() && principal.arn.contains(":iam:") {
            match principal.kind {
                PrincipalKind::User => drop(ids.insert(principal.unique_id.clone(), user(&principal.arn))),
                PrincipalKind::Role => drop(ids.insert(principal.unique_id.clone(), role(&principal.arn))),
                _ => {}
            }
        }
    }
    for bearer in grants.principals().filter(|bearer| !bearer.owner().id.is_empty()) {
        let arn = &bearer.owner().arn;
        let caller = if matches!(bearer, Bearer::User(..)) { user(arn) } else { role(arn) };
        ids.insert(bearer.owner().id.clone(), caller);
    }
    ids
}

fn user(arn: &str) -> Caller {
    Caller::User(arn.to_owned())
}

fn role(arn: &str) -> Caller {
    Caller::Role { role: arn.to_owned(), session: None }
}

fn who(principal: &Principal, ids: &FxHashMap<String, Caller>) -> Who {
    let known = || ids.get(&principal.unique_id).cloned().map(Who::Known);
    let has_path = principal.arn.contains(":iam:");
    match principal.kind {
        PrincipalKind::User => Who::Known(user(&principal.arn)),
        PrincipalKind::Role if has_path => Who::Known(role(&principal.arn)),
        PrincipalKind::Role => known().unwrap_or_else(|| Who::Known(role(&principal.arn))),
        PrincipalKind::Root => Who::Known(Caller::Root(principal.account.clone())),
        PrincipalKind::External => {
            known().unwrap_or_else(|| Who::Member(principal.account.clone(), principal.unique_id.clone()))
        }
        PrincipalKind::Service => Who::Service(principal.arn.clone()),
        PrincipalKind::Saml | PrincipalKind::WebIdentity => Who::Federated(principal.arn.clone()),
        PrincipalKind::FederatedUser => Who::Known(Caller::FederatedUser { arn: principal.arn.clone(), issuer: None }),
        PrincipalKind::IdentityCenter | PrincipalKind::Anonymous | PrincipalKind::Unknown => Who::Untold,
    }
}
