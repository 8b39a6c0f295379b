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
use trailfit::fit::Options;
use trailfit::pipeline::{self, Plan};

use trials::{AHEAD, Organization, Outcome, hold_to_promise, slices, slicing};

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
    told_by_ourselves(&organization);
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
    println!(
        "\n| policies from | learned | excess removed | new access | observed, denied | needed later, denied | principals hit |"
    );
    println!("|---|--:|--:|--:|--:|--:|--:|");
    for Outcome { name, learn, excess, wider, unlearned, needed, denied, hit } in outcomes {
        let removed = 100.0 * (1.0 - excess.1 as f64 / excess.0 as f64);
        let share = 100.0 * *denied as f64 / *needed as f64;
        println!(
            "| {name} | {learn} d | {removed:.2} % | {wider} | {unlearned} | {denied} of {needed} ({share:.3} %) | {hit} |"
        );
    }
}

/// What `trailfit backtest` says of the same windows, from the log alone.
fn told_by_ourselves(organization: &Organization<'_>) {
    let learn_days = LEARN.iter().map(|days| i64::from(*days)).collect();
    let plan = Plan { ahead_days: i64::from(AHEAD), learn_days, presets: Options::default().presets() };
    let Organization { grants, catalog, slices, .. } = organization;
    let mut backtest = pipeline::backtest(slices, slicing(), grants, catalog, &plan);
    backtest.trials.retain(|trial| CUTS.iter().any(|cut| written::moment(*cut) == trial.window.1));
    println!("\n| the backtest says | learned | cuts | denied, of requests in the log | could not be told |");
    println!("|---|--:|--:|--:|--:|");
    for point in backtest.curve() {
        let score = point.score();
        println!(
            "| --drop-unseen={} | {} d | {} | {} to {} of {} | {} |",
            point.preset,
            point.learn_days,
            point.trials.len(),
            score.denied.least,
            score.denied.most,
            score.requests,
            score.untold
        );
    }
}
