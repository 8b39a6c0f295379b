//! A use from the trail → the requests that the evaluator is asked. What the record does not tell stays unknown.

use super::entities::Entities;
use crate::grants::Bearer;
use crate::iam::{Caller, Context, ContextValue, Pattern, Request, Resource};
use crate::trail::{Level, Origin, Use};

/// The address of a call that came through no VPC endpoint.
pub(super) const SOURCE_IP: &str = "aws:SourceIp";

/// The VPC endpoint that a call came through.
pub(super) const SOURCE_VPCE: &str = "aws:SourceVpce";

/// The requests that one use stands for: one per resource of its footprint.
pub struct Asked {
    caller: Caller,
    action: String,
    context: Context,
    resources: Vec<Touched>,
}

/// A resource as far as the footprint remembers it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Touched {
    /// One ARN, or `*`.
    Exact(String),
    /// Something among these.
    Within(Pattern),
    /// The record does not tell.
    Untold,
}

impl Touched {
    /// For findings: the ARN, the pattern, or `unknown`.
    pub fn as_str(&self) -> &str {
        match self {
            Touched::Exact(arn) => arn,
            Touched::Within(pattern) => pattern.as_str(),
            Touched::Untold => "unknown",
        }
    }
}

impl Asked {
    /// What a use by this principal asks.
    pub fn of(bearer: Bearer<'_>, entities: &Entities<'_>, seen: &Use) -> Asked {
        Asked {
            caller: caller(bearer),
            action: seen.key.action.clone(),
            context: context(bearer, seen),
            resources: touched(entities, seen),
        }
    }

    /// The same, once for each origin of the use if these matter and are known.
    pub(super) fn each(bearer: Bearer<'_>, entities: &Entities<'_>, seen: &Use, by_origin: bool) -> Vec<Asked> {
        let origins = if by_origin { seen.origins.samples() } else { Vec::new() };
        if origins.is_empty() {
            return vec![Asked::of(bearer, entities, seen)];
        }
        origins.iter().map(|origin| Asked::of(bearer, entities, seen).coming_from(origin)).collect()
    }

    /// The same requests as made from there.
    fn coming_from(mut self, origin: &Origin) -> Asked {
        let (address, endpoint) = match origin {
            Origin::Address(address) => (ContextValue::One(address.to_string()), ContextValue::Absent),
            Origin::Endpoint(id) => (ContextValue::Absent, ContextValue::One(id.clone())),
        };
        self.context.set(SOURCE_IP, address);
        self.context.set(SOURCE_VPCE, endpoint);
        self
    }

    /// The resources, in the order of `requests`.
    pub fn resources(&self) -> &[Touched] {
        &self.resources
    }

    /// The requests.
    pub fn requests(&self) -> impl Iterator<Item = Request<'_>> {
        self.resources.iter().map(|touched| {
            let resource = match touched {
                Touched::Exact(arn) => Resource::Exact(arn),
                Touched::Within(pattern) => Resource::Within(pattern),
                Touched::Untold => Resource::Unknown,
            };
            let resource_account =
                touched.as_str().split(':').nth(4).filter(|account| !account.is_empty() && *account != "*");
            Request { caller: &self.caller, action: &self.action, resource, resource_account, context: &self.context }
        })
    }
}

fn touched(entities: &Entities<'_>, seen: &Use) -> Vec<Touched> {
    let exact = seen.footprint.level() == Level::Exact;
    let one = |pattern: &str| match pattern {
        "*" if exact => Touched::Exact("*".to_owned()),
        pattern if pattern.contains(['*', '?']) => Touched::Within(Pattern::new(pattern)),
        arn => Touched::Exact(entities.with_path(arn).unwrap_or(arn).to_owned()),
    };
    let mut touched: Vec<Touched> = seen.footprint.patterns().map(one).collect();
    if seen.footprint.has_untold() || touched.is_empty() {
        touched.push(Touched::Untold);
    }
    touched
}

fn caller(bearer: Bearer<'_>) -> Caller {
    let arn = bearer.owner().arn.clone();
    match bearer {
        Bearer::User(..) => Caller::User(arn),
        Bearer::Role(..) => Caller::Role { role: arn, session: None },
    }
}

/// Only what follows from the record for certain; the rest of an open context is unknown.
fn context(bearer: Bearer<'_>, seen: &Use) -> Context {
    let owner = bearer.owner();
    let mut context = Context::open();
    let mut set = |key: &str, value: Option<&str>| {
        context.set(key, value.map_or(ContextValue::Absent, |value| ContextValue::One(value.to_owned())));
    };
    set("aws:PrincipalArn", Some(&owner.arn));
    set("aws:PrincipalAccount", Some(&bearer.account().id));
    set("aws:PrincipalIsAWSService", Some("false"));
    match bearer {
        Bearer::User(..) => {
            set("aws:PrincipalType", Some("User"));
            set("aws:username", Some(&owner.name));
            set("aws:userid", Some(&owner.id).filter(|id| !id.is_empty()).map(String::as_str));
        }
        Bearer::Role(..) => {
            set("aws:PrincipalType", Some("AssumedRole"));
            set("aws:username", None);
        }
    }
    if !seen.key.region.is_empty() {
        set("aws:RequestedRegion", Some(&seen.key.region));
    }
    forwarding(seen, &mut set);
    for (key, value) in &seen.key.context {
        set(key, value.as_deref());
    }
    context
}

/// The record shows the last forwarding service only; the chain before it stays unknown.
fn forwarding(seen: &Use, set: &mut impl FnMut(&str, Option<&str>)) {
    let Some(via) = &seen.key.via else {
        set("aws:ViaAWSService", Some("false"));
        set("aws:CalledVia", None);
        set("aws:CalledViaFirst", None);
        set("aws:CalledViaLast", None);
        if seen.service() == "kms" {
            set("kms:ViaService", None);
        }
        return;
    };
    set("aws:ViaAWSService", Some("true"));
    if seen.service() == "kms"
        && let Some((service, domain)) = via.split_once('.')
    {
        set("kms:ViaService", Some(&format!("{service}.{}.{domain}", seen.key.region)));
    }
}
