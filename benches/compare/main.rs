//! How fast policies are compared, on one thread, and how many comparisons are decided.
//!
//! `cargo bench --bench compare -- [SNAPSHOT…]`: the policies of these files and folders (those of the sample
//! without any), each with edits made of what stands in the others; then policies that are made to be hard.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

mod edit;
mod hard;
mod organization;
#[allow(dead_code)]
#[path = "../../tests/laws/random.rs"]
mod random;

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::Instant;

use serde_json::Value;
use trailfit::access::{self, World};
use trailfit::catalog::Catalog;
use trailfit::iam::compare::{Access, NewAccess, Universe, new_access};
use trailfit::iam::{self, Policy};
use trailfit::simulate::Asked;

use edit::Pool;
use random::Random;

/// Edits of every policy.
const EDITS: u64 = 20;

fn main() {
    let given: Vec<PathBuf> = std::env::args().skip(1).filter(|word| !word.starts_with("--")).map(Into::into).collect();
    let paths = if given.is_empty() { vec![PathBuf::from("sample-logs")] } else { given };
    let mut documents: Vec<Value> = trailfit::pipeline::subjects(&paths, None)
        .unwrap()
        .iter()
        .filter_map(|subject| serde_json::from_str(&subject.text).ok())
        .filter(|document| iam::parse_value(document).is_ok())
        .collect();
    documents.sort_by_key(Value::to_string);
    documents.dedup();
    let catalog = Catalog::embedded().unwrap();
    let actions: Vec<String> = catalog.actions().iter().map(|action| action.name.to_string()).collect();
    let multivalued = |key: &str| catalog.condition_key(key).map(|key| key.multivalued);
    let universe = Universe { actions: &actions, multivalued: &multivalued, ..Universe::default() };
    edits(&documents, &universe);
    snapshots(&paths, &documents, &catalog);
    adversaries(&universe);
}

/// Every policy against each of its edits, both ways.
fn edits(documents: &[Value], universe: &Universe<'_>) {
    let pool = Pool::of(documents);
    let mut told = Told::default();
    for (number, document) in (0..).zip(documents) {
        let old = iam::parse_value(document).unwrap();
        for edit in 0..EDITS {
            let edited = pool.edit(&mut Random::new(number, edit), document);
            let Ok(new) = iam::parse_value(&edited) else {
                continue;
            };
            told.ask(&old, &new, universe, || format!("{document}\n  {edited}"));
            told.ask(&new, &old, universe, || format!("{edited}\n  {document}"));
        }
    }
    println!("{} policies, {EDITS} edits each, both ways", documents.len());
    told.print();
}

/// What came of questions.
#[derive(Default)]
struct Told {
    micros: Vec<f64>,
    slowest: (f64, String),
    some: usize,
    undecided: BTreeMap<String, (usize, String)>,
}

impl Told {
    fn ask(&mut self, old: &Policy, new: &Policy, universe: &Universe<'_>, pair: impl Fn() -> String) {
        let start = Instant::now();
        let answer = new_access(&Access::of(old), &Access::of(new), universe);
        let micros = start.elapsed().as_secs_f64() * 1e6;
        self.micros.push(micros);
        if micros > self.slowest.0 {
            self.slowest = (micros, pair());
        }
        match answer {
            NewAccess::None => {}
            NewAccess::Some(_) => self.some += 1,
            NewAccess::Undecided(reason) => {
                self.undecided.entry(reason.to_string()).or_insert_with(|| (0, pair())).0 += 1;
            }
        }
    }

    fn print(mut self) {
        self.micros.sort_by(f64::total_cmp);
        let at = |share: f64| self.micros[((self.micros.len() - 1) as f64 * share) as usize];
        println!("  microseconds: median {:.1}, 99th {:.0}, longest {:.0}", at(0.5), at(0.99), at(1.0));
        let open: usize = self.undecided.values().map(|(count, _)| count).sum();
        let all = self.micros.len();
        let share = 100.0 * (all - open) as f64 / all as f64;
        println!("  {all} questions, {} with new access, {open} undecided: {share:.2} % decided", self.some);
        let verbose = std::env::var_os("TRAILFIT_COMPARE_SHOW").is_some();
        for (reason, (count, pair)) in &self.undecided {
            println!("  {count}: {reason}");
            if verbose {
                println!("  {pair}");
            }
        }
        if verbose {
            println!("  slowest: {}", self.slowest.1);
        }
    }
}

/// `who-can` and `compare` over snapshots of 2,000 principals.
fn snapshots(paths: &[PathBuf], documents: &[Value], catalog: &Catalog) {
    let files: Vec<Value> = trailfit::source::find(paths)
        .unwrap()
        .iter()
        .filter_map(|found| serde_json::from_slice(&std::fs::read(&found.path).ok()?).ok())
        .filter(|file: &Value| file["RoleDetailList"].is_array() || file["UserDetailList"].is_array())
        .collect();
    let large = organization::enlarged(&organization::account(&files), 2_000);
    let policies: Vec<Value> =
        documents.iter().filter(|document| !document.to_string().contains("Principal")).cloned().collect();
    let changed = organization::changed(&large, &policies);
    let start = Instant::now();
    let (old, new) = (organization::read(&large), organization::read(&changed));
    let seconds = |start: Instant| start.elapsed().as_secs_f64();
    println!(
        "{} principals: two snapshots of {} bytes read in {:.2} s",
        old.principals().count(),
        large.to_string().len(),
        seconds(start)
    );
    let asked =
        Asked { action: "s3:GetObject".into(), resource: "arn:aws:s3:::example-bucket/key".into(), ..Asked::default() };
    let start = Instant::now();
    let who = access::who_can(&old, catalog, &asked);
    println!("  who-can: {:.3} s, {} may, {} not known", seconds(start), who.may.len(), who.untold.len());
    let start = Instant::now();
    let changes =
        trailfit::pipeline::with_threads(1, || trailfit::pipeline::changes(&old, &new, &World::new(catalog, false)))
            .unwrap();
    let count = |is: &dyn Fn(&access::Change) -> bool| changes.iter().filter(|change| is(change)).count();
    let (gained, open) = (count(&|one| !one.gained.is_empty()), count(&|one| !one.undecided.is_empty()));
    println!(
        "  compare: {:.2} s on one thread, {} subjects, {gained} with new access, {open} not decided",
        seconds(start),
        changes.len()
    );
}

fn adversaries(universe: &Universe<'_>) {
    for (name, old, new) in hard::pairs() {
        let (old, new) = (iam::parse_value(&old).unwrap(), iam::parse_value(&new).unwrap());
        let start = Instant::now();
        let answer = match new_access(&Access::of(&old), &Access::of(&new), universe) {
            NewAccess::None => "no new access".to_owned(),
            NewAccess::Some(_) => "new access".to_owned(),
            NewAccess::Undecided(reason) => reason.to_string(),
        };
        println!("  {name}: {:.1} ms, {answer}", start.elapsed().as_secs_f64() * 1e3);
    }
}
