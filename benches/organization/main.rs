//! An invented organization whose needs are known: how much of its excess do proposals remove, and what do they break?
//!
//! `cargo bench --bench organization -- [--seed 7] [--keep DIR]` writes its 180 days as CloudTrail files, judges, and
//! prints the table of the README; beside ours it measures what other ways of making policies would give.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

mod calls;
mod measure;
#[path = "../ingest/random.rs"]
mod random;
mod trials;
mod world;
mod written;

use std::path::PathBuf;

use trailfit::catalog::Catalog;
use trailfit::pipeline;

use trials::{Organization, Outcome, hold_to_promise, slices, told_alike};

const USAGE: &str = "usage: cargo bench --bench organization -- [--seed 7] [--keep DIR]";

/// Window lengths, and the days of the cuts.
const LEARN: [u32; 3] = [30, 60, 90];
const CUTS: [u32; 3] = [90, 120, 150];

fn main() {
    let Some((seed, keep)) = arguments(std::env::args().skip(1)) else {
        println!("{USAGE}");
        return;
    };
    let here = tempfile::tempdir().unwrap();
    let folder = keep.unwrap_or_else(|| here.path().to_path_buf());
    let catalog = Catalog::embedded().unwrap();
    let principals = world::principals();
    let deeds = world::deeds(&principals, seed);
    let records = written::write(&folder, &principals, &deeds);
    println!(
        "seed {seed}: {} principals, {} calls, {records} records on {} days",
        principals.len(),
        deeds.len(),
        world::DAYS
    );
    let grants = pipeline::read_grants(&[folder.join("grants")]).unwrap();
    let slices = slices(&folder, &catalog);
    let organization =
        Organization { principals: &principals, deeds: &deeds, grants: &grants, catalog: &catalog, slices };
    let outcomes = organization.run(&LEARN, &CUTS);
    table(&outcomes);
    hold_to_promise(&outcomes);
    println!("\nThe backtest tells the same from the log alone, of logged requests and with the thief's:");
    for (name, score) in told_alike(&organization, &outcomes, &CUTS) {
        let (least, most) = (score.denied.least, score.denied.most);
        println!("  {name}: {least} to {most} of {} denied, {} not told", score.requests, score.untold);
    }
}

fn arguments(args: impl Iterator<Item = String>) -> Option<(u64, Option<PathBuf>)> {
    // cargo adds its own flag.
    let mut args = args.filter(|arg| arg != "--bench");
    let (mut seed, mut keep) = (7, None);
    while let Some(flag) = args.next() {
        match flag.as_str() {
            "--seed" => seed = args.next()?.parse().ok()?,
            "--keep" => keep = Some(PathBuf::from(args.next()?)),
            _ => return None,
        }
    }
    Some((seed, keep))
}

fn table(outcomes: &[Outcome]) {
    let titles = [
        "policies from",
        "learned",
        "other actions removed",
        "other resources removed",
        "new access",
        "observed, denied",
        "needed later, denied",
        "principals hit",
        "theft denied",
    ];
    println!("\n| {} |\n|---|{}", titles.join(" | "), "--:|".repeat(titles.len() - 1));
    let removed = |before: u64, after: u64| format!("{:.1} %", 100.0 - 100.0 * after as f64 / before as f64);
    for Outcome { name, learn, excess: (before, after), unlearned, needed, denied, hit, stolen, .. } in outcomes {
        let actions = removed(before.actions, after.actions);
        let resources = removed(before.resources, after.resources);
        let share = 100.0 * *denied as f64 / *needed as f64;
        println!(
            "| {name} | {learn} d | {actions} | {resources} | {} | {unlearned} | {denied} ({share:.3} %) | {hit} | {} of {} |",
            after.wider, stolen.1, stolen.0
        );
    }
    if let Some(outcome) = outcomes.first() {
        println!("\n{} needed requests after the cuts on days {CUTS:?}", outcome.needed);
    }
}
