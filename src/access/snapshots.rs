//! Two snapshots of accounts: which principals gained what, and which resources were opened.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::json;

use super::change::{Change, Part, Side};
use super::world::World;
use crate::fit::Stack;
use crate::grants::{Document, Grants, Guardrails};
use crate::iam::{Policy, parse_value};

/// Two snapshots, and everything in them that can be compared.
pub struct Snapshots<'g> {
    old: &'g Grants,
    new: &'g Grants,
    /// Resource-based policies by the resource's ARN, trust policies by the role's with `#trust`.
    documents: [BTreeMap<String, &'g Document>; 2],
}

/// What is compared by itself.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Subject {
    /// A user or role with all policies that decide its requests, by ARN.
    Principal(String),
    /// A resource-based policy, or a trust policy.
    Document(String),
    /// The RCPs of an account, level by level.
    Rcps(String),
}

impl<'g> Snapshots<'g> {
    /// Puts two snapshots side by side.
    pub fn new(old: &'g Grants, new: &'g Grants) -> Snapshots<'g> {
        Snapshots { old, new, documents: [documents(old), documents(new)] }
    }

    /// All subjects, sorted.
    pub fn subjects(&self) -> Vec<Subject> {
        let mut subjects = BTreeSet::new();
        for grants in [self.old, self.new] {
            subjects.extend(grants.principals().map(|bearer| Subject::Principal(bearer.owner().arn.clone())));
            subjects.extend(grants.guardrails.keys().cloned().map(Subject::Rcps));
        }
        subjects.extend(self.documents.iter().flat_map(BTreeMap::keys).cloned().map(Subject::Document));
        subjects.into_iter().collect()
    }

    /// What the change between the snapshots gives to the subject.
    pub fn change(&self, subject: &Subject, world: &World<'_>) -> Change {
        let change = match subject {
            Subject::Principal(arn) => self.of_principal(arn, world),
            Subject::Document(name) => self.of_document(name, world),
            Subject::Rcps(account) => self.of_rcps(account, world),
        };
        let (Subject::Principal(name) | Subject::Document(name) | Subject::Rcps(name)) = subject;
        change.unwrap_or_else(|reason| Change::unknown(name, reason))
    }

    fn of_principal(&self, arn: &str, world: &World<'_>) -> Result<Change, String> {
        let stack = |grants: &'g Grants| grants.principal(arn).map(|bearer| Stack::of(bearer, grants));
        let (old, new) = (stack(self.old), stack(self.new));
        let (old, new) = (side(old.as_ref())?, side(new.as_ref())?);
        if old.says_the_same(&new) {
            return Ok(Change::none(arn));
        }
        let pin = pin(arn)?;
        if old.policies().chain(new.policies()).any(asks_who) {
            return Ok(Change::between(arn, &old.with(&pin), &new.with(&pin), world));
        }
        Ok(Change::between(arn, &old, &new, world))
    }

    fn of_document(&self, name: &str, world: &World<'_>) -> Result<Change, String> {
        let [old, new] = &self.documents;
        let side = |document: Option<&&'g Document>| {
            let unreadable = |error| format!("the policy cannot be read: {error}");
            let read = |document: &&'g Document| document.policy.as_ref().map_err(unreadable);
            let policy = document.map(read).transpose()?;
            Ok::<_, String>(Side(vec![policy.into_iter().map(|policy| Part { name, policy, text: None }).collect()]))
        };
        let (old, new) = (side(old.get(name))?, side(new.get(name))?);
        Ok(if old.says_the_same(&new) { Change::none(name) } else { Change::between(name, &old, &new, world) })
    }

    fn of_rcps(&self, account: &str, world: &World<'_>) -> Result<Change, String> {
        let name = format!("resource control policies of {account}");
        let (old, new) = (rcps(self.old.guardrails.get(account))?, rcps(self.new.guardrails.get(account))?);
        Ok(if old.says_the_same(&new) { Change::none(&name) } else { Change::between(&name, &old, &new, world) })
    }
}

fn documents(grants: &Grants) -> BTreeMap<String, &Document> {
    let roles = grants.accounts.values().flat_map(|account| account.roles.values());
    let trust = roles.filter_map(|role| Some((format!("{}#trust", role.owner.arn), role.trust.as_ref()?)));
    grants.resource_policies.iter().map(|(arn, document)| (arn.clone(), document)).chain(trust).collect()
}

/// The policies of a principal; without one nothing is allowed.
fn side<'s>(stack: Option<&'s Stack<'_>>) -> Result<Side<'s>, String> {
    let Some(stack) = stack else {
        return Ok(Side::nothing());
    };
    if !stack.unfit.is_empty() {
        return Err(stack.unfit.join("; "));
    }
    Ok(Side::of(stack))
}

/// Where no RCP is known to apply everything is allowed.
fn rcps(guardrails: Option<&Guardrails>) -> Result<Side<'_>, String> {
    let levels = guardrails.filter(|rails| !rails.management_account).and_then(|rails| rails.rcps.as_ref());
    let levels = levels.into_iter().flatten();
    Ok(Side(levels.map(|level| level.iter().map(part).collect()).collect::<Result<_, String>>()?))
}

fn part((name, document): &(String, Document)) -> Result<Part<'_>, String> {
    let policy = document.policy.as_ref().map_err(|error| format!("policy `{name}` cannot be read: {error}"))?;
    Ok(Part { name, policy, text: None })
}

/// Conditions on the caller's own keys are judged for this caller alone.
fn pin(arn: &str) -> Result<Policy, String> {
    let condition = json!({"ArnEquals": {"aws:PrincipalArn": arn}});
    let document = json!({"Version": "2012-10-17", "Statement":
        {"Effect": "Allow", "Action": "*", "Resource": "*", "Condition": condition}});
    parse_value(&document).map_err(|error| error.to_string())
}

/// Whether a condition or a variable asks for the caller.
fn asks_who(policy: &Policy) -> bool {
    let is_caller = |text: &str| {
        let text = text.to_ascii_lowercase();
        text.contains("aws:principal") || text.contains("aws:username")
    };
    policy.statements.iter().any(|statement| {
        let resources = statement.resources.iter().flat_map(|list| &list.patterns);
        let conditions = statement.conditions.iter();
        let texts = conditions.flat_map(|condition| condition.values.iter().chain([&condition.key]));
        texts.chain(resources).any(|text| is_caller(text))
    })
}
