//! Policies of the size and shape that accounts hold, made here.

use serde_json::{Value, json};
use trailfit::iam::{self, Layers, NamedPolicy, Policy};

use crate::Scene;

const SERVICES: [&str; 12] =
    ["s3", "sqs", "sns", "dynamodb", "lambda", "ec2", "logs", "kms", "iam", "ecs", "rds", "events"];
const VERBS: [&str; 8] = ["Get", "List", "Describe", "Put", "Create", "Delete", "Update", "Tag"];
const NOUNS: [&str; 10] =
    ["Item", "Object", "Policy", "Queue", "Topic", "Table", "Function", "Stream", "Alias", "Version"];

fn action(service: usize, at: usize) -> String {
    let (verb, noun) = (VERBS[at % VERBS.len()], NOUNS[at / VERBS.len() % NOUNS.len()]);
    format!("{}:{verb}{noun}", SERVICES[service % SERVICES.len()])
}

fn arn(service: usize, at: usize) -> String {
    format!("arn:aws:{}:eu-west-1:111122223333:thing/team-{}/{at}", SERVICES[service % SERVICES.len()], at % 7)
}

fn policy(statements: Vec<Value>) -> Value {
    json!({"Version": "2012-10-17", "Statement": statements})
}

/// Some 40 statements of some 10 actions, as large AWS managed policies have.
fn large(number: usize) -> Value {
    let statement = |at: usize| {
        let service = number + at;
        let mut actions: Vec<String> = (0..8).map(|i| action(service, at + i)).collect();
        actions.push(format!("{}:Describe*", SERVICES[service % SERVICES.len()]));
        actions.push(format!("{}:List*", SERVICES[(service + 1) % SERVICES.len()]));
        let mut statement = json!({"Effect": "Allow", "Action": actions, "Resource": "*"});
        if at.is_multiple_of(3) {
            let service = SERVICES[service % SERVICES.len()];
            statement["Resource"] = format!("arn:aws:{service}:*:*:thing/team-{}/*", at % 7).into();
        }
        if at.is_multiple_of(4) {
            statement["Condition"] = json!({"StringEquals": {"aws:RequestedRegion": ["eu-west-1", "eu-central-1"]}});
        }
        statement
    };
    policy((0..40).map(statement).collect())
}

fn requests(from: usize) -> Vec<(String, String)> {
    (from..from + 200).map(|at| (action(at, at / 3), arn(at, at))).collect()
}

/// One principal with everything and ten large policies beside it.
pub(crate) fn administrator() -> Vec<Scene> {
    let mut identity = vec![policy(vec![json!({"Effect": "Allow", "Action": "*", "Resource": "*"})])];
    identity.extend((0..10).map(large));
    let principal = "arn:aws:iam::111122223333:user/admin".to_owned();
    vec![Scene { principal, policies: json!({ "identity": identity }), requests: requests(0) }]
}

/// Fifty principals below three levels of SCPs, each with a boundary and policies of its own.
pub(crate) fn organization() -> Vec<Scene> {
    let all = json!({"Effect": "Allow", "Action": "*", "Resource": "*"});
    let regions = json!({
        "Effect": "Deny", "NotAction": ["iam:*", "sts:*", "support:*"], "Resource": "*",
        "Condition": {"StringNotEquals": {"aws:RequestedRegion": ["eu-west-1", "eu-central-1"]}},
    });
    let guard = json!({
        "Effect": "Deny", "Action": ["logs:Delete*", "kms:DeleteAlias"], "Resource": "*",
        "Condition": {"ArnNotLike": {"aws:PrincipalArn": "arn:aws:iam::*:role/audit/*"}},
    });
    let scps = json!([[policy(vec![all.clone()])], [policy(vec![all.clone(), regions])], [policy(vec![all, guard])]]);
    let scene = |number: usize| {
        let boundary: Vec<String> =
            (0..8).map(|at| format!("{}:*", SERVICES[(number + at) % SERVICES.len()])).collect();
        let own = json!({
            "Effect": "Allow", "Action": "s3:*", "Resource": ["arn:aws:s3:::team-${aws:username}/*"],
        });
        Scene {
            principal: format!("arn:aws:iam::111122223333:user/u{number}"),
            policies: json!({
                "identity": [large(number), policy(vec![own])],
                "boundary": policy(vec![json!({"Effect": "Allow", "Action": boundary, "Resource": "*"})]),
                "scps": scps,
            }),
            requests: requests(number * 13),
        }
    };
    (0..50).map(scene).collect()
}

/// The policies of a scene, read once.
pub(crate) struct Parsed {
    identity: Vec<Policy>,
    boundary: Option<Policy>,
    scps: Option<Vec<Vec<Policy>>>,
}

impl Parsed {
    pub(crate) fn of(policies: &Value) -> Parsed {
        let one = |value: &Value| iam::parse_value(value).unwrap();
        let list = |value: &Value| value.as_array().unwrap().iter().map(one).collect();
        Parsed {
            identity: list(&policies["identity"]),
            boundary: policies.get("boundary").map(one),
            scps: policies.get("scps").map(|levels| levels.as_array().unwrap().iter().map(list).collect()),
        }
    }

    pub(crate) fn layers(&self) -> Layers<'_> {
        let named = |policy| NamedPolicy { name: "policy", policy };
        Layers {
            identity: self.identity.iter().map(named).collect(),
            boundary: self.boundary.as_ref().map(named),
            scps: self
                .scps
                .as_ref()
                .map(|levels| levels.iter().map(|level| level.iter().map(named).collect()).collect()),
            ..Layers::default()
        }
    }
}
