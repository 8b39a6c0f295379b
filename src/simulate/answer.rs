//! One answer, as AWS's simulator words it.

use serde_json::{Value, json};

use crate::iam::{Decision, Layer, Outcome, StatementRef, Truth};

/// What the law says of one request.
#[derive(Clone, Debug)]
pub struct Answer {
    /// Who asked: ARN of the principal or caller.
    pub principal: String,
    /// The action.
    pub action: String,
    /// The resource.
    pub resource: String,
    /// The decision.
    pub decision: Decision,
    /// Context keys that the statements on the action ask for and the request does not give.
    pub missing: Vec<String>,
}

impl Answer {
    /// `allowed`, `explicitDeny`, `implicitDeny` or `undetermined`.
    pub fn word(&self) -> &'static str {
        match self.decision.outcome {
            Outcome::Allowed => "allowed",
            Outcome::Denied => "explicitDeny",
            Outcome::NotAllowed => "implicitDeny",
            Outcome::Undetermined => "undetermined",
        }
    }

    /// The statements that match, or may match where that leaves it open.
    pub fn matched(&self) -> impl Iterator<Item = &StatementRef> {
        let open = self.decision.outcome == Outcome::Undetermined;
        self.decision.statements.iter().filter(move |statement| open || statement.matches == Truth::Yes)
    }

    /// The layer that denied or failed to allow.
    pub fn blocked_by(&self) -> Option<&'static str> {
        self.decision.blocked_by.map(layer)
    }

    /// One line of the table: decision, action, resource, and what decided it.
    pub fn line(&self) -> String {
        let statement = |one: &StatementRef| {
            let sid = one.sid.as_ref().map(|sid| format!(" ({sid})")).unwrap_or_default();
            format!("{} Statement[{}]{sid}", one.policy, one.index)
        };
        let deny = self.decision.outcome == Outcome::Denied;
        let by = self.matched().find(|one| one.deny == deny).map(statement);
        let why = match (by, self.blocked_by()) {
            (Some(by), _) if deny || self.decision.outcome == Outcome::Allowed => by,
            (_, Some(layer)) => format!("blocked by {layer}"),
            _ => "no permission needed".to_owned(),
        };
        let missing = match self.missing.join(", ") {
            keys if keys.is_empty() => keys,
            keys => format!("; not given: {keys}"),
        };
        format!("{:<12}  {:<32}  {}  {why}{missing}", self.word(), self.action, self.resource)
    }

    /// The answer as an entry of AWS's `EvaluationResults`.
    pub fn json(&self) -> Value {
        let matched = self.matched().map(|one| {
            json!({
                "SourcePolicyId": one.policy,
                "SourcePolicyType": layer(one.layer),
                "StatementIndex": one.index,
                "Sid": one.sid,
                "Effect": if one.deny { "Deny" } else { "Allow" },
            })
        });
        json!({
            "EvalPrincipal": self.principal,
            "EvalActionName": self.action,
            "EvalResourceName": self.resource,
            "EvalDecision": self.word(),
            "MatchedStatements": matched.collect::<Vec<_>>(),
            "MissingContextValues": self.missing,
            "BlockedBy": self.blocked_by(),
        })
    }
}

fn layer(layer: Layer) -> &'static str {
    match layer {
        Layer::Identity => "identity",
        Layer::Boundary => "boundary",
        Layer::Session => "session",
        Layer::Scp => "scp",
        Layer::Rcp => "rcp",
        Layer::Resource => "resource",
        Layer::Endpoint => "endpoint",
    }
}
