//! How fast the evaluator decides, on one thread, told against the slow one of `tests/laws`.
//!
//! `cargo bench --bench evaluate`

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

#[path = "../../tests/laws/slow/mod.rs"]
mod slow;
mod snapshot;

use std::hint::black_box;
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use snapshot::Parsed;
use trailfit::iam::{Caller, Context, Request, Resource, evaluate};

/// How long each figure is measured.
const LONG_ENOUGH: Duration = Duration::from_secs(2);

fn main() {
    let administrator = snapshot::administrator();
    figure("administrator and ten large policies", &administrator, 20);
    let organization = snapshot::organization();
    figure("many principals, SCPs and boundaries", &organization, 200);
}

/// One principal and what it asks for.
struct Scene {
    principal: String,
    /// The policies in the neutral format of `tests/cases`.
    policies: Value,
    /// Action and resource.
    requests: Vec<(String, String)>,
}

fn figure(name: &str, scenes: &[Scene], sample: usize) {
    // Reading the policies is no part of a decision.
    let read: Vec<_> = scenes.iter().map(|scene| (scene, Parsed::of(&scene.policies))).collect();
    let fast = per_second(|| read.iter().map(decide_all).sum());
    let cases: Vec<Value> = scenes.iter().flat_map(cases).collect();
    let step = (cases.len() / sample).max(1);
    let slow = per_second(|| {
        let some = cases.iter().step_by(step);
        some.map(|case| black_box(slow::outcomes(case)).count).sum()
    });
    println!("{name}: {fast:.0} decisions/s; the slow evaluator {slow:.0}/s ({:.0} times)", fast / slow);
}

/// Runs rounds until the time is up; a round gives how many decisions it made.
fn per_second(mut round: impl FnMut() -> usize) -> f64 {
    round();
    let (start, mut decisions) = (Instant::now(), 0);
    while start.elapsed() < LONG_ENOUGH {
        decisions += round();
    }
    f64::from(u32::try_from(decisions).unwrap()) / start.elapsed().as_secs_f64()
}

fn context(scene: &Scene) -> Context {
    Context::closed()
        .with("aws:SourceIp", "203.0.113.7")
        .with("aws:PrincipalArn", scene.principal.as_str())
        .with("aws:RequestedRegion", "eu-west-1")
        .with("aws:SecureTransport", "true")
}

fn decide_all((scene, parsed): &(&Scene, Parsed)) -> usize {
    let layers = parsed.layers();
    let (context, caller) = (context(scene), Caller::User(scene.principal.clone()));
    for (action, arn) in &scene.requests {
        let request = Request {
            caller: &caller,
            action,
            resource: Resource::Exact(arn),
            resource_account: None,
            context: &context,
        };
        black_box(evaluate(&layers, &request));
    }
    scene.requests.len()
}

fn cases(scene: &Scene) -> Vec<Value> {
    let case = |(action, arn): &(String, String)| {
        json!({
            "request": {
                "principal": scene.principal, "action": action, "resource": arn,
                "context": {
                    "aws:SourceIp": "203.0.113.7", "aws:PrincipalArn": scene.principal,
                    "aws:RequestedRegion": "eu-west-1", "aws:SecureTransport": "true",
                },
            },
            "policies": scene.policies,
        })
    };
    scene.requests.iter().map(case).collect()
}
