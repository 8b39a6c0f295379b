//! How long whole snapshots take to be judged, right-sized and proven, and how that grows.
//!
//! `cargo bench --bench judge -- [SNAPSHOT…]`: the principals of these account details (those of the sample without
//! any) over and over, each with its own trail, on one thread.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

#[allow(dead_code)]
#[path = "../compare/organization.rs"]
mod organization;
#[allow(dead_code)]
#[path = "../../tests/stories/synthesis.rs"]
mod synthesis;

use std::path::PathBuf;
use std::time::Instant;

use serde_json::Value;
use trailfit::fit::{Options, Verdict};
use trailfit::grants::Grants;
use trailfit::pipeline;
use trailfit::trail::{Evidence, Gatherer, Scope};

use bench::catalog;

/// So many principals.
const COUNTS: [usize; 4] = [500, 1_000, 2_000, 4_000];

/// Each uses every so manieth of its visible actions.
const STRIDE: usize = 100;

/// What the synthesis asks of whoever uses it.
mod bench {
    use std::sync::OnceLock;

    use trailfit::catalog::Catalog;

    pub(crate) fn catalog() -> &'static Catalog {
        static CATALOG: OnceLock<Catalog> = OnceLock::new();
        CATALOG.get_or_init(|| Catalog::embedded().unwrap())
    }
}

fn main() {
    let given: Vec<PathBuf> = std::env::args().skip(1).filter(|word| !word.starts_with("--")).map(Into::into).collect();
    let paths = if given.is_empty() { vec![PathBuf::from("sample-logs/grants")] } else { given };
    let account = organization::account(&documents(&paths));
    println!("principals  records  uses  judged and proven  each  proven  fits  other");
    for count in COUNTS {
        let grants = organization::read(&organization::enlarged(&account, count));
        let evidence = evidence(&grants);
        let started = Instant::now();
        let judge = || pipeline::judge(&evidence, &grants, catalog(), &Options::default());
        let judgement = pipeline::with_threads(1, judge).unwrap();
        let took = started.elapsed();
        let is = |wanted: fn(&Verdict) -> bool| judgement.policies.iter().filter(|one| wanted(&one.verdict)).count();
        let (proven, fits) =
            (is(|verdict| matches!(verdict, Verdict::Proven(_))), is(|verdict| matches!(verdict, Verdict::Fits)));
        println!(
            "{count}  {}  {}  {took:.2?}  {:.2?}  {proven}  {fits}  {}",
            evidence.tally.read,
            evidence.uses.len(),
            took / u32::try_from(judgement.fittings.len().max(1)).unwrap(),
            judgement.policies.len() - proven - fits
        );
    }
}

/// The JSON files among the paths and below them.
fn documents(paths: &[PathBuf]) -> Vec<Value> {
    let files = paths.iter().flat_map(|path| walkdir::WalkDir::new(path).sort_by_file_name());
    let files = files.filter_map(Result::ok).filter(|entry| entry.file_type().is_file());
    files.filter_map(|entry| serde_json::from_slice(&std::fs::read(entry.path()).ok()?).ok()).collect()
}

fn evidence(grants: &Grants) -> Evidence {
    let mut gatherer = Gatherer::new(catalog(), &Scope::default());
    gatherer.read("trail.json", &synthesis::trail(grants, STRIDE));
    let mut evidence = gatherer.finish();
    evidence.settle().unwrap();
    evidence
}
