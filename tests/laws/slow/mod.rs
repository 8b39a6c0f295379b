//! A second evaluator, slow and obvious: straight from the JSON of policies and request, statement by
//! statement, written from the documents and sharing nothing with `iam`.
//!
//! It knows no third truth. Where a key is not told, or AWS leaves something open, it stops and names
//! what it needs; `completions` then tries every answer that could matter.

pub(crate) mod completions;
mod condition;
mod element;
mod principal;
mod value;
mod variable;
mod world;

use serde_json::Value;

pub(crate) use completions::outcomes;
use principal::Caller;
use world::{Need, World};

/// What AWS answers when everything is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Answer {
    Allowed,
    ExplicitDeny,
    ImplicitDeny,
}

/// What some policies say together: whether they deny, and how they name the caller they allow.
#[derive(Clone, Copy, Default)]
struct Said {
    denied: bool,
    /// As a member of its account.
    account: bool,
    /// As the role of the session, or the user of the federated session.
    entity: bool,
    /// As itself, or as anyone.
    itself: bool,
}

impl Said {
    fn allows(self) -> bool {
        self.account || self.entity || self.itself
    }
}

/// The policies of a layer: a document, a list of documents, or nothing.
fn documents(layer: &Value) -> Vec<&Value> {
    match layer {
        Value::Null => Vec::new(),
        Value::Array(documents) => documents.iter().collect(),
        document => vec![document],
    }
}

/// The statements of a document.
fn statements(document: &Value) -> Vec<&Value> {
    documents(&document["Statement"])
}

struct Court<'a> {
    request: &'a Value,
    policies: &'a Value,
    caller: Caller,
    action: String,
    resource: String,
    world: &'a World,
}

/// Decides a case in which everything is told.
fn decide(case: &Value, world: &World) -> Result<Answer, Need> {
    let request = &case["request"];
    let court = Court {
        request,
        policies: &case["policies"],
        caller: Caller::read(request),
        action: request["action"].as_str().unwrap_or_default().to_ascii_lowercase(),
        resource: world.resource(request)?,
        world,
    };
    court.decide()
}

impl Court<'_> {
    fn decide(&self) -> Result<Answer, Need> {
        if self.is_free() {
            return Ok(Answer::Allowed);
        }
        let has_account = self.caller.account().is_some();
        let linked = self.request["service_linked_role"] == true;
        let management = self.request["principal_in_management_account"] == true;
        let own = |layer: &str| if has_account { documents(&self.policies[layer]) } else { Vec::new() };

        let identity = self.ask("identity", &own("identity"))?;
        let boundary = self.ask("boundary", &own("boundary"))?;
        let session = self.ask("session", &documents(&self.policies["session"]))?;
        let resource = self.ask("resource", &documents(&self.policies["resource"]))?;
        let endpoint = self.ask("endpoint", &documents(&self.policies["endpoint"]))?;
        let (scp_denied, scp_allowed) = match has_account && !linked && !management {
            true => self.levels("scps")?,
            false => (false, true),
        };
        let (rcp_denied, rcp_allowed) = match !linked && self.resource != "*" && self.action != "kms:retiregrant" {
            true => self.levels("rcps")?,
            false => (false, true),
        };

        let said = [identity, boundary, session, resource, endpoint];
        if said.iter().any(|said| said.denied) || scp_denied || rcp_denied {
            return Ok(Answer::ExplicitDeny);
        }
        let endpoint = self.lacks("endpoint") || endpoint.allows();
        let outer = scp_allowed && rcp_allowed && endpoint;
        if outer && self.inner(identity, boundary, session, resource)? {
            Ok(Answer::Allowed)
        } else {
            Ok(Answer::ImplicitDeny)
        }
    }

    /// The caller's own policies and that of the resource.
    fn inner(&self, identity: Said, boundary: Said, session: Said, resource: Said) -> Result<bool, Need> {
        let Some(account) = self.caller.account() else {
            return Ok(resource.allows());
        };
        let root = matches!(self.caller, Caller::Root(_));
        let identity = root || identity.allows();
        let boundary = root || self.lacks("boundary") || boundary.allows();
        let federated = matches!(self.caller, Caller::FederatedUser { .. });
        let session = match &self.policies["session"] {
            Value::Null if federated => self.world.fact("session policies that are not told allow")?,
            Value::Null => true,
            Value::Array(none) if none.is_empty() => !federated,
            _ => session.allows(),
        };
        if self.owner().is_some_and(|owner| owner != account) {
            return Ok(identity && boundary && session && resource.allows());
        }
        let must_allow = self.action.starts_with("kms:")
            || self.action.starts_with("sts:assumerole")
            || ["sts:tagsession", "sts:setsourceidentity", "sts:setcontext"].contains(&self.action.as_str());
        if must_allow && !self.policies["resource"].is_null() && !resource.allows() {
            return Ok(false);
        }
        // The bypass table: the more directly the resource names the caller, the less limits it.
        if resource.itself {
            return Ok(true);
        }
        Ok((identity || resource.entity) && boundary && session)
    }

    /// Whether a layer has no document; the list that a minimized case is left with may be empty.
    fn lacks(&self, layer: &str) -> bool {
        documents(&self.policies[layer]).is_empty()
    }

    /// Calls that need no permission and that no policy can forbid.
    fn is_free(&self) -> bool {
        self.action == "sts:getcalleridentity"
            || (self.action == "sts:getsessiontoken" && matches!(self.caller, Caller::User(_) | Caller::Root(_)))
    }

    /// The account of the resource: as told, else from the ARN.
    fn owner(&self) -> Option<String> {
        let from_arn = || {
            let arn = self.request["resource"].as_str().or(self.request["resource_within"].as_str());
            arn.and_then(|arn| arn.split(':').nth(4))
        };
        let told = self.request["resource_account"].as_str().or_else(from_arn)?;
        let is_account = told.len() == 12 && told.chars().all(|digit| digit.is_ascii_digit());
        is_account.then(|| told.to_owned())
    }

    /// Levels of an organization: a Deny anywhere denies, an Allow must stand on each.
    fn levels(&self, layer: &str) -> Result<(bool, bool), Need> {
        let (mut denied, mut allowed) = (false, true);
        for level in documents(&self.policies[layer]) {
            let said = self.ask(layer, &documents(level))?;
            denied |= said.denied;
            allowed &= said.allows();
        }
        Ok((denied, allowed))
    }

    fn ask(&self, layer: &str, policies: &[&Value]) -> Result<Said, Need> {
        let mut all = Said::default();
        for policy in policies {
            let variables = policy["Version"] == "2012-10-17";
            for statement in statements(policy) {
                let said = self.named(layer, statement, variables)?;
                if !said.allows() {
                    continue;
                }
                if statement["Effect"] == "Deny" {
                    all.denied = true;
                    continue;
                }
                all.account |= said.account;
                all.entity |= said.entity;
                all.itself |= said.itself;
            }
        }
        Ok(all)
    }

    /// How a statement that matches names the caller; nothing if it does not match.
    fn named(&self, layer: &str, statement: &Value, variables: bool) -> Result<Said, Need> {
        let nothing = Said::default();
        if !element::takes_action(statement, &self.action)
            || !element::takes_resource(statement, &self.resource, variables, self.world)?
        {
            return Ok(nothing);
        }
        let bounded = !self.lacks("boundary");
        let named = principal::named(statement, &self.caller, layer == "resource", bounded, self.world)?;
        if !named.allows() || !condition::all_hold(&statement["Condition"], variables, self.world)? {
            return Ok(nothing);
        }
        Ok(named)
    }
}
