//! Two random policies, mostly near misses of each other, and requests to put to both.

use std::fmt;

use serde_json::{Value, json};
use trailfit::iam::compare::Example;
use trailfit::iam::{
    self, Caller, Compiled, Context, ContextValue, Layers, NamedPolicy, Outcome, Policy, Request, Resource,
};

use super::edit;
use crate::cases::evaluation;
use crate::laws::generate;
use crate::laws::random::Random;

/// The kind of both policies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Identity,
    Resource,
}

/// Two policies of a kind.
pub(super) struct Pair {
    pub(super) kind: Kind,
    pub(super) old: Policy,
    pub(super) new: Policy,
    documents: [Value; 2],
}

impl Pair {
    pub(super) fn new(random: &mut Random) -> Pair {
        let kind = if random.percent(65) { Kind::Identity } else { Kind::Resource };
        loop {
            let old = generate::policy(random, kind.layer());
            let new = match random.below(3) {
                0 => generate::policy(random, kind.layer()),
                1 => edit::edited(random, &old, kind.layer()),
                _ => {
                    let once = edit::edited(random, &old, kind.layer());
                    edit::edited(random, &once, kind.layer())
                }
            };
            if let Some(pair) = Pair::of(kind, old, new) {
                return pair;
            }
        }
    }

    /// The evaluator with the old policy, and with the new one.
    pub(super) fn courts(&self) -> [Court; 2] {
        [&self.old, &self.new].map(|policy| Court::new(policy, self.kind))
    }

    /// `None`: one of them does not parse.
    pub(super) fn of(kind: Kind, old: Value, new: Value) -> Option<Pair> {
        // A statement of a resource-based policy that names nobody has no settled meaning.
        let fits = |policy: &Policy| kind == Kind::Identity || policy.statements.iter().all(|s| s.principals.is_some());
        let read = |document: &Value| iam::parse_value(document).ok().filter(fits);
        Some(Pair { kind, old: read(&old)?, new: read(&new)?, documents: [old, new] })
    }

    /// A random request that tells everything.
    pub(super) fn request(&self, random: &mut Random) -> Asked {
        loop {
            let mut request = generate::request(random);
            if request["resource"].is_string() && request["open_context"] != true {
                request["resource_account"] = Value::Null;
                let asked = Asked::read(&request);
                // A root user needs no policy of its own.
                if self.kind == Kind::Resource || !matches!(asked.caller, Caller::Root(_)) {
                    return asked;
                }
            }
        }
    }
}

impl fmt::Display for Pair {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "old {}\nnew {}", self.documents[0], self.documents[1])
    }
}

impl Kind {
    pub(super) fn layer(self) -> &'static str {
        match self {
            Kind::Identity => "identity",
            Kind::Resource => "resource",
        }
    }
}

/// A request.
#[derive(Clone, Debug)]
pub(super) struct Asked {
    pub(super) caller: Caller,
    pub(super) action: String,
    pub(super) resource: String,
    context: Context,
}

impl Asked {
    fn read(request: &Value) -> Asked {
        let text = |name: &str| request[name].as_str().unwrap().to_owned();
        let (caller, mut context) = (evaluation::caller(request), evaluation::context(request));
        of_caller(&caller, &mut context);
        Asked { context, caller, action: text("action"), resource: text("resource") }
    }

    /// An account that is not the caller's.
    fn other_account(&self) -> &'static str {
        if self.caller.account() == Some("123456789012") { "444455556666" } else { "123456789012" }
    }

    /// What the evaluator says.
    pub(super) fn outcome(&self, court: &Court) -> Outcome {
        // Without session policies that are known, a federated user's own permissions are not.
        let federated = matches!(self.caller, Caller::FederatedUser { .. });
        let layers = if federated { &court.federated } else { &court.plain };
        layers.outcome(&Request {
            caller: &self.caller,
            action: &self.action,
            resource: Resource::Exact(&self.resource),
            resource_account: if court.kind == Kind::Resource {
                Some(self.other_account())
            } else {
                self.caller.account()
            },
            context: &self.context,
        })
    }
}

/// One policy that decides alone: the caller's own, or, asked by another account that allows everything, the
/// resource's.
pub(super) struct Court {
    kind: Kind,
    plain: Compiled,
    federated: Compiled,
}

impl Court {
    fn new(policy: &Policy, kind: Kind) -> Court {
        let everything = json!({"Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}});
        let everything = iam::parse_value(&everything).unwrap();
        let named = |policy| NamedPolicy { name: "p", policy };
        let layers = match kind {
            Kind::Identity => Layers { identity: vec![named(policy)], ..Layers::default() },
            Kind::Resource => {
                Layers { identity: vec![named(&everything)], resource: Some(named(policy)), ..Layers::default() }
            }
        };
        let plain = Compiled::new(&layers);
        let federated = Compiled::new(&Layers { session: Some(vec![named(&everything)]), ..layers });
        Court { kind, plain, federated }
    }
}

/// The keys that AWS fills in from the caller, whatever the random context says.
fn of_caller(caller: &Caller, context: &mut Context) {
    let root = caller.account().map(|account| format!("arn:aws:iam::{account}:root"));
    let (arn, kind, name) = match caller {
        Caller::User(arn) => (Some(arn), Some("User"), arn.rsplit('/').next()),
        Caller::Role { role, .. } => (Some(role), Some("AssumedRole"), None),
        Caller::FederatedUser { arn, .. } => (Some(arn), Some("FederatedUser"), None),
        Caller::Root(_) => (root.as_ref(), Some("Account"), None),
        Caller::Anonymous => (None, Some("Anonymous"), None),
        Caller::Service(_) | Caller::Federated(_) => (None, None, None),
    };
    let mut set = |key: &str, value: Option<&str>| {
        context.set(key, value.map_or(ContextValue::Absent, |value| ContextValue::One(value.to_owned())));
    };
    set("aws:PrincipalArn", arn.map(String::as_str));
    set("aws:PrincipalAccount", caller.account());
    set("aws:PrincipalType", kind);
    set("aws:username", name);
}

impl From<Example> for Asked {
    fn from(example: Example) -> Asked {
        let mut context = Context::closed();
        example.context.into_iter().for_each(|(key, value): (String, ContextValue)| context.set(&key, value));
        Asked { caller: example.caller, action: example.action, resource: example.resource, context }
    }
}
