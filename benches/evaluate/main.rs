//! How fast the evaluator decides, on one thread. Baselines run beside it: the slow evaluator of
//! `tests/laws` everywhere, the `iam-rs` crate where identity-based policies are all there is.
//!
//! `cargo bench --bench evaluate`

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

mod examples;
mod rival;
#[path = "../../tests/laws/slow/mod.rs"]
mod slow;
mod snapshot;

use std::hint::black_box;
use std::time::{Duration, Instant};

use examples::Asked;
use rival::Rival;
use serde_json::{Value, json};
use snapshot::Scene;
use trailfit::iam::{self, Caller, Compiled, Context, Layers, NamedPolicy, Outcome, Policy, Request, Resource};

/// How long each figure is measured.
const LONG_ENOUGH: Duration = Duration::from_secs(2);

fn main() {
    let administrator = snapshot::administrator();
    figure("(a) AdministratorAccess and ten large policies", &[administrator], 20);
    figure("(b) 1,000 principals, 1,000 requests each, SCPs and boundaries", &snapshot::organization(1_000), 200);
    let (policies, requests) = (examples::policies(), examples::requests());
    against_rival("(W1) example policies", &policies, &requests);
    against_rival("(W3) those that only allow", &examples::allowing(51), &requests);
}

/// Our figure for a snapshot, outcome alone and with every statement named, and the slow one on a sample.
fn figure(name: &str, scenes: &[Scene], sample: usize) {
    let start = Instant::now();
    let compiled = snapshot::compile(scenes);
    println!("{name}: compiled in {:.0} ms", start.elapsed().as_secs_f64() * 1e3);
    let mut each = Vec::new();
    for (scene, layers) in scenes.iter().zip(&compiled) {
        let start = Instant::now();
        let asked = outcomes(scene, layers);
        each.push(start.elapsed().as_secs_f64() * 1e6 / asked as f64);
    }
    each.sort_by(f64::total_cmp);
    let at = |share: usize| each[(each.len() * share / 100).min(each.len() - 1)];
    println!("  microseconds a decision, principal by principal: median {:.3}, 99th {:.3}", at(50), at(99));
    let both = || scenes.iter().zip(&compiled);
    let fast = per_second(|| both().map(|(scene, layers)| outcomes(scene, layers)).sum());
    let full = per_second(|| both().take(50).map(|(scene, layers)| decisions(scene, layers)).sum());
    let cases: Vec<Value> = scenes.iter().take(20).flat_map(cases).collect();
    let step = (cases.len() / sample).max(1);
    let slow = per_second(|| cases.iter().step_by(step).map(|case| black_box(slow::outcomes(case)).count).sum());
    println!("  outcomes {fast:.0}/s, decisions {full:.0}/s, slow evaluator {slow:.0}/s ({:.0} times)", fast / slow);
}

/// Both engines on the same questions, round about.
fn against_rival(name: &str, policies: &[Value], asked: &[Asked]) {
    let statements: usize = policies.iter().map(|policy| policy["Statement"].as_array().unwrap().len()).sum();
    println!("{name}: {} policies, {statements} statements, {} requests", policies.len(), asked.len());
    let read: Vec<Policy> = policies.iter().map(|policy| iam::parse_value(policy).unwrap()).collect();
    let identity = read.iter().map(|policy| NamedPolicy { name: "example", policy }).collect();
    let layers = Compiled::new(&Layers { identity, ..Layers::default() });
    let contexts: Vec<Context> = asked.iter().map(context).collect();
    let caller = Caller::User("arn:aws:iam::111122223333:user/ann".into());
    let request = |at: usize| Request {
        caller: &caller,
        action: &asked[at].action,
        resource: Resource::Exact(&asked[at].resource),
        resource_account: Some("111122223333"),
        context: &contexts[at],
    };
    let rival = Rival::new(policies, asked);
    let ours = (0..asked.len()).map(|at| layers.outcome(&request(at)) == Outcome::Allowed);
    let theirs = rival.answers();
    let same = ours.zip(&theirs).filter(|(ours, theirs)| **theirs == Some(*ours)).count();
    let allowed = theirs.iter().filter(|answer| **answer == Some(true)).count();
    let outcomes = |_: usize| {
        for at in 0..asked.len() {
            black_box(layers.outcome(&request(at)));
        }
        asked.len()
    };
    let (mut fast, mut other) = (0.0, 0.0);
    for round in 0..2 {
        fast = f64::max(fast, per_second(|| outcomes(round)));
        other = f64::max(other, per_second(|| rival.round()));
    }
    println!("  both agree on {same} of {}; iam-rs allows {allowed}", asked.len());
    println!("  outcomes {fast:.0}/s, iam-rs {other:.0}/s ({:.1} times)", fast / other);
}

fn context(asked: &Asked) -> Context {
    asked.context.iter().fold(Context::closed(), |context, (key, value)| context.with(key, value.as_str()))
}

/// Runs rounds until the time is up; a round gives how many decisions it made.
fn per_second(mut round: impl FnMut() -> usize) -> f64 {
    round();
    let (start, mut decisions) = (Instant::now(), 0);
    while start.elapsed() < LONG_ENOUGH {
        decisions += round();
    }
    decisions as f64 / start.elapsed().as_secs_f64()
}

fn outcomes(scene: &Scene, layers: &Compiled) -> usize {
    ask(scene, |request| {
        black_box(layers.outcome(request));
    })
}

fn decisions(scene: &Scene, layers: &Compiled) -> usize {
    ask(scene, |request| {
        black_box(layers.evaluate(request));
    })
}

fn ask(scene: &Scene, decide: impl Fn(&Request<'_>)) -> usize {
    let (context, caller) = (scene.context(), Caller::User(scene.principal.clone()));
    for (action, arn) in scene.requests.iter() {
        decide(&Request {
            caller: &caller,
            action,
            resource: Resource::Exact(arn),
            resource_account: None,
            context: &context,
        });
    }
    scene.requests.len()
}

/// The same questions in the neutral format of `tests/cases`.
fn cases(scene: &Scene) -> Vec<Value> {
    let context: serde_json::Map<String, Value> =
        scene.keys().into_iter().map(|(key, value)| (key.to_owned(), value.into())).collect();
    let case = |(action, arn): &(String, String)| {
        json!({
            "request": {"principal": scene.principal, "action": action, "resource": arn, "context": context},
            "policies": scene.policies,
        })
    };
    scene.requests.iter().map(case).collect()
}
