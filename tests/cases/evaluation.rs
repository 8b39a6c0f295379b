//! Evaluation cases: a request, a stack of policies, the outcome.
//!
//! Our own cases say more than the neutral format: `open_context` (keys not given are unknown, not
//! absent), `resource_within` (a footprint; without any resource it is unknown), `session` and `issuer`
//! (of a principal that does not show them), several session policies as a list, and beside the outcome
//! `missing_keys` and `blocked_by`.

use serde_json::Value;
use trailfit::iam::{
    self, Caller, Compiled, Context, ContextValue, Decision, Layers, NamedPolicy, Outcome, Pattern, Policy, Request,
    Resource,
};

use super::{cases, conformance, own, report};

#[test]
fn suites_of_others() {
    let Some(folder) = conformance() else { return };
    for suite in ["aws-docs", "iamspy", "moto-auth"] {
        run(suite, &cases(&folder.join(suite).with_extension("json")));
    }
}

#[test]
fn our_own() {
    let mut files: Vec<_> = std::fs::read_dir(own()).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    for file in files {
        run(&file.file_stem().unwrap().to_string_lossy(), &cases(&file));
    }
}

fn run(suite: &str, cases: &[Value]) {
    let failures: Vec<String> = cases.iter().filter_map(|case| failure(case).err()).collect();
    report(suite, cases.len(), &failures);
}

fn failure(case: &Value) -> Result<(), String> {
    let decision = decide(case);
    let expected = text(&case["expected"]);
    let as_expected = match decision.outcome {
        Outcome::Allowed => expected == "Allowed",
        Outcome::Denied => expected == "ExplicitDeny" || expected == "Deny",
        Outcome::NotAllowed => expected == "ImplicitDeny" || expected == "Deny",
        Outcome::Undetermined => expected == "Undetermined",
    };
    let keys_as_expected = match &case["missing_keys"] {
        Value::Null => true,
        keys => *keys == Value::from(decision.missing_keys.clone()),
    };
    let blocked_as_expected = match &case["blocked_by"] {
        Value::Null => true,
        layer => decision.blocked_by.is_some_and(|by| format!("{by:?}") == text(layer)),
    };
    if as_expected && keys_as_expected && blocked_as_expected {
        Ok(())
    } else {
        Err(format!("{} ({}): expected {expected}, found {decision:?}", text(&case["id"]), text(&case["name"])))
    }
}

/// What the evaluator says of a case.
pub(crate) fn decide(case: &Value) -> Decision {
    let (request, policies) = (&case["request"], &case["policies"]);
    let documents = Documents::read(policies);
    let layers = documents.layers(request);
    let caller = caller(request);
    let context = context(request);
    let within = request["resource_within"].as_str().map(Pattern::new);
    let resource = match (&within, request["resource"].as_str()) {
        (Some(pattern), _) => Resource::Within(pattern),
        (None, Some(arn)) => Resource::Exact(arn),
        (None, None) => Resource::Unknown,
    };
    let request = Request {
        caller: &caller,
        action: text(&request["action"]),
        resource,
        resource_account: request["resource_account"].as_str(),
        context: &context,
    };
    let (compiled, decision) = (Compiled::new(&layers), iam::evaluate(&layers, &request));
    assert_eq!(compiled.outcome(&request), decision.outcome, "the outcome alone is another: {case}");
    decision
}

/// The context is closed unless the case says `"open_context": true`.
pub(crate) fn context(request: &Value) -> Context {
    let open = request["open_context"] == true;
    let mut context = if open { Context::open() } else { Context::closed() };
    for (key, value) in request["context"].as_object().into_iter().flatten() {
        let value = match value {
            Value::Null => ContextValue::Absent,
            Value::Array(values) => ContextValue::Many(values.iter().map(|v| text(v).to_owned()).collect()),
            value => ContextValue::One(text(value).to_owned()),
        };
        context.set(key, value);
    }
    context
}

pub(crate) fn caller(request: &Value) -> Caller {
    let principal = text(&request["principal"]);
    let told = |name: &str| request[name].as_str().map(str::to_owned);
    let parts: Vec<&str> = principal.splitn(6, ':').collect();
    let &[_, partition, service, _, account, rest] = parts.as_slice() else {
        return match principal {
            "anonymous" => Caller::Anonymous,
            name if name.ends_with(".amazonaws.com") => Caller::Service(name.to_owned()),
            name => Caller::Federated(name.to_owned()),
        };
    };
    match (service, rest.split_once('/')) {
        (_, None) if rest == "root" => Caller::Root(account.to_owned()),
        ("iam", Some(("user", _))) => Caller::User(principal.to_owned()),
        ("iam", Some(("role", _))) => Caller::Role { role: principal.to_owned(), session: told("session") },
        ("sts", Some(("assumed-role", path))) => Caller::Role {
            role: format!("arn:{partition}:iam::{account}:role/{}", path.split('/').next().unwrap()),
            session: Some(principal.to_owned()),
        },
        ("sts", Some(("federated-user", _))) => {
            Caller::FederatedUser { arn: principal.to_owned(), issuer: told("issuer") }
        }
        _ => Caller::Federated(principal.to_owned()),
    }
}

/// The policies of a case, parsed.
struct Documents {
    identity: Vec<Policy>,
    boundary: Option<Policy>,
    session: Option<Vec<Policy>>,
    scps: Option<Vec<Vec<Policy>>>,
    rcps: Option<Vec<Vec<Policy>>>,
    resource: Option<Policy>,
    endpoint: Option<Policy>,
}

impl Documents {
    fn read(policies: &Value) -> Documents {
        let list = |value: &Value| match value {
            Value::Null => Vec::new(),
            Value::Array(documents) => documents.iter().map(policy).collect(),
            document => vec![policy(document)],
        };
        let one = |value: &Value| {
            let mut documents = list(value);
            assert!(documents.len() < 2, "one document at most: {value}");
            documents.pop()
        };
        let levels = |value: &Value| value.as_array().map(|levels| levels.iter().map(list).collect());
        Documents {
            identity: list(&policies["identity"]),
            boundary: one(&policies["boundary"]),
            session: (!policies["session"].is_null()).then(|| list(&policies["session"])),
            scps: levels(&policies["scps"]),
            rcps: levels(&policies["rcps"]),
            resource: one(&policies["resource"]),
            endpoint: one(&policies["endpoint"]),
        }
    }

    fn layers(&self, request: &Value) -> Layers<'_> {
        Layers {
            identity: name_all(&self.identity),
            boundary: self.boundary.as_ref().map(named),
            session: self.session.as_deref().map(name_all),
            scps: name_levels(&self.scps),
            rcps: name_levels(&self.rcps),
            resource: self.resource.as_ref().map(named),
            endpoint: self.endpoint.as_ref().map(named),
            management_account: request["principal_in_management_account"] == true,
            service_linked_role: request["service_linked_role"] == true,
        }
    }
}

fn named(policy: &Policy) -> NamedPolicy<'_> {
    NamedPolicy { name: "case", policy }
}

fn name_all(policies: &[Policy]) -> Vec<NamedPolicy<'_>> {
    policies.iter().map(named).collect()
}

fn name_levels(levels: &Option<Vec<Vec<Policy>>>) -> Option<Vec<Vec<NamedPolicy<'_>>>> {
    levels.as_ref().map(|levels| levels.iter().map(|level| name_all(level)).collect())
}

fn policy(document: &Value) -> Policy {
    iam::parse_value(document).unwrap_or_else(|error| panic!("{error}: {document}"))
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}
