//! Policies of the size and shape that accounts hold, made here.

use std::sync::Arc;

use serde_json::{Value, json};
use trailfit::iam::{self, Compiled, Context, NamedPolicy, Policy, PolicySet};

/// One principal and what it asks for.
pub(crate) struct Scene {
    pub(crate) principal: String,
    /// The policies in the neutral format of `tests/cases`.
    pub(crate) policies: Value,
    /// Action and resource.
    pub(crate) requests: Arc<[(String, String)]>,
}

impl Scene {
    /// The condition keys of its requests.
    pub(crate) fn keys(&self) -> [(&'static str, &str); 4] {
        [
            ("aws:SourceIp", "203.0.113.7"),
            ("aws:PrincipalArn", &self.principal),
            ("aws:RequestedRegion", "eu-west-1"),
            ("aws:SecureTransport", "true"),
        ]
    }

    pub(crate) fn context(&self) -> Context {
        self.keys().into_iter().fold(Context::closed(), |context, (key, value)| context.with(key, value))
    }
}

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

fn requests(from: usize, count: usize) -> Arc<[(String, String)]> {
    (from..from + count).map(|at| (action(at, at / 3), arn(at, at))).collect()
}

/// One principal with everything and ten large policies beside it.
pub(crate) fn administrator() -> Scene {
    let mut identity = vec![policy(vec![json!({"Effect": "Allow", "Action": "*", "Resource": "*"})])];
    identity.extend((0..10).map(large));
    let principal = "arn:aws:iam::111122223333:user/admin".to_owned();
    Scene { principal, policies: json!({ "identity": identity }), requests: requests(0, 1_000) }
}

/// So many principals below three levels of SCPs, each with a boundary and policies of its own.
pub(crate) fn organization(count: usize) -> Vec<Scene> {
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
            requests: requests(number * 13, 1_000),
        }
    };
    (0..count).map(scene).collect()
}

/// Every scene's policies; those of the organization once for all.
pub(crate) fn compile(scenes: &[Scene]) -> Vec<Compiled> {
    let scps = &scenes[0].policies["scps"];
    let levels: Option<Arc<[_]>> = scps.as_array().map(|levels| levels.iter().map(set).collect());
    let one = |scene: &Scene| Compiled {
        identity: set(&scene.policies["identity"]),
        boundary: scene.policies.get("boundary").map(|policy| set(&json!([policy]))),
        scps: levels.clone(),
        ..Compiled::default()
    };
    scenes.iter().map(one).collect()
}

fn set(policies: &Value) -> Arc<PolicySet> {
    let read: Vec<Policy> =
        policies.as_array().unwrap().iter().map(|policy| iam::parse_value(policy).unwrap()).collect();
    let named: Vec<NamedPolicy<'_>> = read.iter().map(|policy| NamedPolicy { name: "policy", policy }).collect();
    Arc::new(PolicySet::new(&named))
}
