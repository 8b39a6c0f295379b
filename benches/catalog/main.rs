//! How long the built-in dictionary takes to load, and how many calls it answers in a second on one thread.
//!
//! `cargo bench --bench catalog`

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

use std::hint::black_box;
use std::time::{Duration, Instant};

use serde_json::json;
use serde_json_borrow::Value;
use trailfit::catalog::{Call, Catalog};

/// How often the dictionary is loaded.
const LOADS: usize = 50;
/// How long each call is asked.
const LONG_ENOUGH: Duration = Duration::from_millis(500);

fn main() {
    let first = load().0;
    let mut times: Vec<Duration> = (0..LOADS).map(|_| load().0).collect();
    times.sort_unstable();
    println!("load: first {first:.1?}, median of {LOADS} {:.2?}, fastest {:.2?}", times[LOADS / 2], times[0]);
    let catalog = load().1;
    let start = Instant::now();
    let count = catalog.actions().len();
    println!("reading the actions of all services: {count} in {:.1?}", start.elapsed());
    let names: Vec<&str> = catalog.actions().iter().map(|action| &*action.name).collect();
    let found = per_second(|| names.iter().filter(|name| catalog.action(black_box(name)).is_some()).count());
    println!("names found: {found:.0}/s");
    let (object, role) = (json!({"bucketName": "b", "key": "k"}), json!({"roleName": "r"}));
    let (object, role) = (Value::from(&object), Value::from(&role));
    let calls = [
        ("s3", "GetObject", &object),
        ("ec2", "DescribeInstances", &Value::Null),
        ("iam", "GetRole", &role),
        ("lambda", "ListFunctions20150331", &Value::Null),
        ("sts", "GetCallerIdentity", &Value::Null),
        ("nothing", "Unknown", &Value::Null),
    ];
    for (source, name, parameters) in calls {
        let source = format!("{source}.amazonaws.com");
        let call = call(&source, name, parameters);
        let asked = per_second(|| {
            black_box(catalog.required(black_box(&call)));
            1
        });
        println!("{source} {name}: {asked:.0}/s, {:.0} ns each", 1e9 / asked);
    }
}

fn load() -> (Duration, Catalog) {
    let start = Instant::now();
    let catalog = Catalog::embedded().unwrap();
    (start.elapsed(), black_box(catalog))
}

fn per_second(mut ask: impl FnMut() -> usize) -> f64 {
    ask();
    let (start, mut done) = (Instant::now(), 0);
    while start.elapsed() < LONG_ENOUGH {
        done += (0..100).map(|_| ask()).sum::<usize>();
    }
    done as f64 / start.elapsed().as_secs_f64()
}

fn call<'a>(source: &'a str, name: &'a str, parameters: &'a Value<'a>) -> Call<'a> {
    Call {
        source,
        name,
        region: "us-east-1",
        partition: "aws",
        account: "111122223333",
        caller_account: "111122223333",
        caller_arn: None,
        parameters,
        response: None,
        resources: &[],
        failed: false,
    }
}
