//! Policies and one question → the answer of the law.
//!
//! A principal of the grants has its own stack; policies that are given stand beside or instead of it.

use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};

use super::answer::Answer;
use super::asked::Asked;
use super::untold::missing;
use crate::catalog::{Action, Catalog};
use crate::fit::Stack;
use crate::grants::{Bearer, Document, Grants};
use crate::iam::{Caller, Compiled, Context, ContextValue, NamedPolicy, Policy, PolicySet, Request, Resource};

/// Who is taken to ask when nobody is named, as AWS's simulator of custom policies does.
const NOBODY: &str = "arn:aws:iam::123456789012:user/nobody";

/// What every question of a run has in common.
#[derive(Clone, Copy)]
pub struct Setting<'a> {
    /// The dictionary, which knows the multivalued keys.
    pub catalog: &'a Catalog,
    /// The accounts, if principals are asked about.
    pub grants: Option<&'a Grants>,
    /// Identity-based policies that are given, with their names.
    pub identity: &'a [(String, Policy)],
    /// A permissions boundary that stands instead of the principal's own.
    pub boundary: Option<&'a (String, Policy)>,
    /// The policy of the resource, whatever the resource.
    pub resource_policy: Option<&'a (String, Policy)>,
    /// The account that owns resources whose ARN does not tell.
    pub owner: Option<&'a str>,
    /// ARN or name of the principal of questions that name none.
    pub principal: Option<&'a str>,
    /// Who calls, if not the principal.
    pub caller: Option<&'a str>,
    /// Whether context keys that are not given are unknown instead of absent.
    pub unknown: bool,
}

/// Answers questions.
pub struct Simulator<'a> {
    setting: Setting<'a>,
    /// Every principal, its policies compiled when it is first asked about.
    stacks: Vec<(Stack<'a>, OnceLock<Compiled>)>,
    /// The policies that are given, where no principal of the grants asks.
    alone: OnceLock<Compiled>,
    /// ARN or name → places in `stacks`.
    index: BTreeMap<&'a str, Vec<usize>>,
}

/// Who asks, with what stands for it.
struct Asker<'s, 'a> {
    caller: Caller,
    arn: String,
    stack: Option<&'s (Stack<'a>, OnceLock<Compiled>)>,
}

impl<'a> Simulator<'a> {
    /// Puts together what stands for every principal of the grants.
    pub fn new(setting: Setting<'a>) -> Simulator<'a> {
        let mut stacks = Vec::new();
        let mut index: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
        for bearer in setting.grants.into_iter().flat_map(Grants::principals) {
            let owner = bearer.owner();
            index.entry(&owner.arn).or_default().push(stacks.len());
            index.entry(&owner.name).or_default().push(stacks.len());
            stacks.extend(setting.grants.map(|grants| (Stack::of(bearer, grants), OnceLock::new())));
        }
        Simulator { setting, stacks, alone: OnceLock::new(), index }
    }

    /// The answer to one question, or why there is none. An action without resource types is asked about `*`,
    /// as services ask, whatever resource is named.
    pub fn answer(&self, asked: &Asked) -> Result<Answer, String> {
        let known = self.setting.catalog.action(&asked.action);
        if known.is_some_and(Action::takes_no_resource) && asked.resource != "*" {
            return self.answer(&Asked { resource: "*".to_owned(), ..asked.clone() });
        }
        let asker = self.asker(asked.principal.as_deref().or(self.setting.principal))?;
        let context = self.context(&asker, asked);
        let owner = self.owner(&asker, &asked.resource);
        let (resource, rcps) = (self.resource_policy(asked)?, self.rcps(asked, owner.as_deref())?);
        let mut layers = self.layers(&asker);
        layers.resource = resource.as_ref().map(|policy| Arc::new(PolicySet::new(std::slice::from_ref(policy))));
        layers.rcps = rcps.as_ref().map(|levels| levels.iter().map(|level| Arc::new(PolicySet::new(level))).collect());
        let request = Request {
            caller: &asker.caller,
            action: &asked.action,
            resource: Resource::Exact(&asked.resource),
            resource_account: owner.as_deref(),
            context: &context,
        };
        let decision = layers.evaluate(&request);
        let theirs = resource.into_iter().chain(rcps.into_iter().flatten().flatten()).map(|named| named.policy);
        let missing = missing(self.policies(&asker).chain(theirs), &asked.action, &context);
        let (action, resource) = (asked.action.clone(), asked.resource.clone());
        Ok(Answer { principal: asker.arn, action, resource, decision, missing })
    }

    fn asker(&self, principal: Option<&str>) -> Result<Asker<'_, 'a>, String> {
        let stack = match (self.setting.grants, principal) {
            (None, _) => None,
            (Some(_), None) => return Err("no principal".to_owned()),
            (Some(_), Some(principal)) => Some(self.stack(principal)?),
        };
        if let Some((stack, _)) = stack.filter(|(stack, _)| !stack.unfit.is_empty()) {
            return Err(stack.unfit.join("; "));
        }
        let own = stack.map(|(stack, _)| stack.bearer.owner().arn.as_str());
        let session = principal.filter(|arn| own.is_none() || arn.contains(":assumed-role/"));
        let arn = self.setting.caller.or(session).or(own).unwrap_or(NOBODY);
        let mut caller = caller(arn).ok_or_else(|| format!("`{arn}` is not a principal: give an ARN"))?;
        if let (Caller::Role { role, .. }, Some(own), None) = (&mut caller, own, self.setting.caller) {
            own.clone_into(role);
        }
        Ok(Asker { caller, arn: arn.to_owned(), stack })
    }

    fn stack(&self, principal: &str) -> Result<&(Stack<'a>, OnceLock<Compiled>), String> {
        let by_session = || {
            let grants = self.setting.grants?;
            let (head, session) = principal.split_once(":assumed-role/")?;
            let account = head.rsplit(':').next()?;
            let role = grants.role_named(account, session.split('/').next()?)?;
            self.index.get(role.owner().arn.as_str())
        };
        let found = self.index.get(principal).or_else(by_session).map(Vec::as_slice).unwrap_or_default();
        match found {
            [] => Err(format!("no principal of the grants is `{principal}`")),
            [place] => self.stacks.get(*place).ok_or_else(|| format!("no policies of `{principal}`")),
            several => Err(format!("{} principals are called `{principal}`: give the ARN", several.len())),
        }
    }

    /// The principal's own policies, those of its organization, and those that are given.
    fn layers(&self, asker: &Asker<'_, 'a>) -> Compiled {
        let compile = || {
            let mut layers = asker.stack.map_or_else(Compiled::default, |(stack, _)| stack.compiled(&BTreeMap::new()));
            let own = asker.stack.into_iter().flat_map(|(stack, _)| &stack.policies);
            let own = own.map(|held| NamedPolicy { name: held.id.name(), policy: held.policy });
            let identity: Vec<NamedPolicy<'_>> = own.chain(self.setting.identity.iter().map(named)).collect();
            layers.identity = Arc::new(PolicySet::new(&identity));
            if let Some(boundary) = self.setting.boundary {
                layers.boundary = Some(Arc::new(PolicySet::new(&[named(boundary)])));
            }
            layers
        };
        asker.stack.map_or(&self.alone, |(_, compiled)| compiled).get_or_init(compile).clone()
    }

    /// The same policies as they are written.
    fn policies<'s>(&'s self, asker: &Asker<'s, 'a>) -> impl Iterator<Item = &'s Policy> {
        let own = asker.stack.into_iter().flat_map(|(stack, _)| stack.documents());
        let given = self.setting.boundary.map(|(_, policy)| policy);
        let boundary = given.or_else(|| asker.stack.and_then(|(stack, _)| stack.boundary()));
        own.chain(self.setting.identity.iter().map(|(_, policy)| policy)).chain(boundary)
    }

    /// The account of the resource. Nobody in particular asks about resources of its own account.
    fn owner(&self, asker: &Asker<'_, '_>, resource: &str) -> Option<String> {
        if asker.arn == NOBODY {
            return asker.caller.account().map(str::to_owned);
        }
        let told = resource.split(':').nth(4).filter(|account| !account.is_empty());
        told.or(self.setting.owner).map(str::to_owned)
    }

    /// The readable policy of the resource that is asked about.
    pub fn resource_document(&self, asked: &Asked) -> Option<&Policy> {
        self.resource_policy(asked).ok().flatten().map(|named| named.policy)
    }

    fn resource_policy(&self, asked: &Asked) -> Result<Option<NamedPolicy<'_>>, String> {
        if let Some(given) = self.setting.resource_policy {
            return Ok(Some(named(given)));
        }
        let Some(grants) = self.setting.grants else { return Ok(None) };
        let arn = asked.resource.as_str();
        let document = if asked.action.to_ascii_lowercase().starts_with("sts:assumerole") {
            match grants.principal(arn) {
                Some(Bearer::Role(_, role)) => role.trust.as_ref().map(|trust| (role.owner.arn.as_str(), trust)),
                _ => None,
            }
        } else {
            let bucket = arn.split('/').next().filter(|bucket| bucket.starts_with("arn:") && bucket.contains(":s3:"));
            let policies = &grants.resource_policies;
            let found = policies.get_key_value(arn).or_else(|| policies.get_key_value(bucket?));
            found.map(|(arn, document)| (arn.as_str(), document))
        };
        document.map(|(name, document)| readable(name, document)).transpose()
    }

    /// RCPs of the resource's account; a request on `*` has no resource for them to protect.
    fn rcps(&self, asked: &Asked, owner: Option<&str>) -> Result<Option<Vec<Vec<NamedPolicy<'_>>>>, String> {
        let guardrails = self.setting.grants.zip(owner).and_then(|(grants, owner)| grants.guardrails.get(owner));
        let Some(levels) = guardrails.filter(|rails| !rails.management_account).and_then(|rails| rails.rcps.as_ref())
        else {
            return Ok(None);
        };
        if asked.resource == "*" {
            return Ok(None);
        }
        let level = |level: &'a Vec<(String, Document)>| {
            level.iter().map(|(name, document)| readable(name, document)).collect::<Result<Vec<_>, String>>()
        };
        levels.iter().map(level).collect::<Result<Vec<_>, String>>().map(Some)
    }

    /// What follows from the principal, then what the question gives.
    fn context(&self, asker: &Asker<'_, '_>, asked: &Asked) -> Context {
        let mut context = if self.setting.unknown { Context::open() } else { Context::closed() };
        for (key, value) in of_principal(asker) {
            context.set(&key, ContextValue::One(value));
        }
        for (key, values) in &asked.context {
            let many = self.setting.catalog.condition_key(key).is_some_and(|key| key.multivalued);
            let value = match values.as_slice() {
                [value] if !many => ContextValue::One(value.clone()),
                values => ContextValue::Many(values.to_vec()),
            };
            context.set(key, value);
        }
        context
    }
}

fn named((name, policy): &(String, Policy)) -> NamedPolicy<'_> {
    NamedPolicy { name, policy }
}

fn readable<'g>(name: &'g str, document: &'g Document) -> Result<NamedPolicy<'g>, String> {
    let policy = document.policy.as_ref().map_err(|error| format!("policy `{name}` cannot be read: {error}"))?;
    Ok(NamedPolicy { name, policy })
}

/// The keys that every request of a principal has.
fn of_principal(asker: &Asker<'_, '_>) -> Vec<(String, String)> {
    let mut keys = vec![("aws:PrincipalIsAWSService", matches!(asker.caller, Caller::Service(_)).to_string())];
    if let Some(account) = asker.caller.account() {
        keys.push(("aws:PrincipalAccount", account.to_owned()));
    }
    let owner = asker.stack.map(|(stack, _)| stack.bearer.owner());
    let id = owner.map(|owner| owner.id.as_str()).filter(|id| !id.is_empty());
    match &asker.caller {
        Caller::User(arn) => {
            keys.push(("aws:PrincipalArn", arn.clone()));
            keys.push(("aws:PrincipalType", "User".to_owned()));
            keys.push(("aws:username", arn.rsplit('/').next().unwrap_or(arn).to_owned()));
            keys.extend(id.map(|id| ("aws:userid", id.to_owned())));
        }
        Caller::Role { role, session } => {
            keys.push(("aws:PrincipalArn", role.clone()));
            keys.push(("aws:PrincipalType", "AssumedRole".to_owned()));
            let name = session.as_deref().and_then(|session| session.rsplit('/').next());
            keys.extend(id.zip(name).map(|(id, name)| ("aws:userid", format!("{id}:{name}"))));
        }
        Caller::FederatedUser { arn, .. } => keys.push(("aws:PrincipalArn", arn.clone())),
        Caller::Root(account) => {
            keys.push(("aws:PrincipalArn", format!("arn:aws:iam::{account}:root")));
            keys.push(("aws:PrincipalType", "Account".to_owned()));
        }
        Caller::Service(_) | Caller::Federated(_) | Caller::Anonymous => {}
    }
    let tags = owner.into_iter().flat_map(|owner| &owner.tags);
    let tags = tags.map(|(key, value)| (format!("aws:PrincipalTag/{key}"), value.clone()));
    keys.into_iter().map(|(key, value)| (key.to_owned(), value)).chain(tags).collect()
}

/// The caller that an ARN, a service name, `anonymous` or the host of an identity provider stands for.
pub fn caller(principal: &str) -> Option<Caller> {
    let parts: Vec<&str> = principal.splitn(6, ':').collect();
    let ["arn", partition, service, _, account, rest] = parts.as_slice() else {
        return match principal {
            "anonymous" => Some(Caller::Anonymous),
            name if name.ends_with(".amazonaws.com") => Some(Caller::Service(name.to_owned())),
            _ => None,
        };
    };
    match (*service, rest.split_once('/')) {
        ("iam", None) if *rest == "root" => Some(Caller::Root((*account).to_owned())),
        ("iam", Some(("user", _))) => Some(Caller::User(principal.to_owned())),
        ("iam", Some(("role", _))) => Some(Caller::Role { role: principal.to_owned(), session: None }),
        ("sts", Some(("assumed-role", path))) => {
            let role = format!("arn:{partition}:iam::{account}:role/{}", path.split('/').next()?);
            Some(Caller::Role { role, session: Some(principal.to_owned()) })
        }
        ("sts", Some(("federated-user", _))) => Some(Caller::FederatedUser { arn: principal.to_owned(), issuer: None }),
        ("iam", Some(("saml-provider" | "oidc-provider", _))) => Some(Caller::Federated(principal.to_owned())),
        _ => None,
    }
}
