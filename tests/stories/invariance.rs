//! However the work is split, the evidence is the same: threads, order of files, halves kept in archives, and any
//! way to put three parts together.

use std::collections::BTreeMap;
use std::path::Path;

use trailfit::archive;
use trailfit::pipeline::{self, Input};
use trailfit::table::to_parquet;
use trailfit::trail::{Evidence, Gatherer, Scope};

use super::bench::{alike, catalog, files_below, gathered, sample};
use super::corpus::corpus;
use super::real_logs::DATASETS;

/// The archive as it would lie on disk, by table.
type Frozen = BTreeMap<String, Vec<u8>>;

fn frozen(evidence: &Evidence) -> Frozen {
    let tables = pipeline::freeze(evidence, catalog()).unwrap();
    tables.iter().map(|table| (table.name.to_owned(), to_parquet(table).unwrap())).collect()
}

/// Through an archive and back.
fn kept(evidence: &Evidence) -> Evidence {
    archive::thaw(frozen(evidence)).unwrap().evidence
}

/// Both are the same: as they would be archived, and once they are counted.
#[track_caller]
fn assert_same(one: &Evidence, other: &Evidence) {
    let (mut one, mut other) = (one.clone(), other.clone());
    let again = frozen(&other);
    for (table, bytes) in frozen(&one) {
        assert!(again[&table] == bytes, "table {table} differs");
    }
    one.settle().unwrap();
    other.settle().unwrap();
    assert_eq!(one.tally, other.tally);
    assert_eq!(one.sorted_uses(), other.sorted_uses());
    assert_eq!(one.sorted_sightings(), other.sorted_sightings());
    assert_eq!(one.coverage, other.coverage);
    assert_eq!(one.changes, other.changes);
    assert_eq!(one.traces, other.traces);
    assert_eq!(one.scope, other.scope);
    let counted: u64 = one.tally.used + one.tally.exempted() + one.tally.lost;
    assert_eq!(one.tally.read, counted);
}

fn threaded(folder: &Path, threads: usize) -> Evidence {
    let input = Input { logs: vec![folder.to_path_buf()], ..Input::default() };
    pipeline::with_threads(threads, || pipeline::gather(&input, catalog(), &|_| {}).unwrap()).unwrap()
}

/// By serde_json alone, nothing remembered.
fn plainly(files: &[(String, Vec<u8>)]) -> Evidence {
    let mut gatherer = Gatherer::plain(catalog(), &Scope::default());
    for (name, bytes) in files {
        gatherer.read(name, bytes);
    }
    gatherer.finish()
}

/// The files dealt out to so many hands.
fn dealt(files: &[(String, Vec<u8>)], hands: usize) -> Vec<Evidence> {
    let hand = |first| files.iter().skip(first).step_by(hands).map(|(name, bytes)| (name, bytes));
    (0..hands).map(|first| gathered(hand(first))).collect()
}

fn all_ways_agree(folder: &Path) {
    let mut files = files_below(folder);
    let name = |(name, bytes): (String, Vec<u8>)| (folder.join(name).to_string_lossy().into_owned(), bytes);
    files = files.into_iter().map(name).collect();
    let whole = gathered(files.iter().map(|(name, bytes)| (name, bytes)));
    assert!(alike(&whole, &plainly(&files)), "the quick way sees something else");
    assert_same(&whole, &threaded(folder, 1));
    assert_same(&whole, &threaded(folder, 2));
    assert_same(&whole, &gathered(files.iter().rev().map(|(name, bytes)| (name, bytes))));
    assert_same(&whole, &kept(&whole));
    let halves: Vec<Evidence> = dealt(&files, 2).iter().map(kept).collect();
    let [left, right] = <[Evidence; 2]>::try_from(halves).unwrap();
    assert_same(&whole, &left.clone().merge(right.clone()));
    assert_same(&whole, &right.merge(left));
    let [a, b, c] = <[Evidence; 3]>::try_from(dealt(&files, 3)).unwrap();
    assert_same(&whole, &a.clone().merge(b.clone()).merge(c.clone()));
    assert_same(&whole, &a.clone().merge(b.clone().merge(c.clone())));
    assert_same(&whole, &kept(&c.merge(kept(&a))).merge(b));
}

#[test]
fn of_the_sample() {
    all_ways_agree(&sample("AWSLogs"));
}

#[test]
fn of_real_logs() {
    let Some(corpus) = corpus() else { return };
    DATASETS.iter().for_each(|(dataset, ..)| all_ways_agree(&corpus.join(dataset)));
}

/// A record in two archives is one record: both together count it once.
#[test]
fn what_two_archives_hold_counts_once() {
    let files = files_below(&sample("AWSLogs"));
    let whole = gathered(files.iter().map(|(name, bytes)| (name, bytes)));
    let mut once = whole.clone();
    once.settle().unwrap();
    let mut twice = kept(&whole).merge(kept(&whole));
    twice.settle().unwrap();
    assert_eq!(twice.tally.used, once.tally.used);
    assert_eq!(twice.sorted_uses(), once.sorted_uses());
    assert_eq!(twice.tally.read, 2 * once.tally.read);
    assert!(twice.tally.exempt["duplicate delivery"] > once.tally.used);
}
