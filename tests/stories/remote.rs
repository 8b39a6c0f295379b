//! Logs that are not on this machine: a bucket and the event history give what the same records on disk give, and
//! what cannot be had is told.

use std::io::Read;
use std::path::{Path, PathBuf};
use std::time::Duration;

use serde_json::Value;
use trailfit::trail::{Evidence, Tally};

use crate::fakes::{Ended, History, Objects, Program, Store};

/// Longer than any of these refusals should let anybody wait.
const SOON: Duration = Duration::from_secs(20);

/// A file of the sample organization that the tests refuse to hand over.
const FILE: &str = "2026/09/09/";

fn logs() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("sample-logs/AWSLogs")
}

/// The tally of settled evidence, with file names from the root of the layout on.
fn tally(evidence: &Evidence) -> Tally {
    let mut tally = evidence.tally.clone();
    tally.losses = std::mem::take(&mut tally.losses)
        .into_iter()
        .map(|mut loss| {
            loss.file = loss.file.rsplit("AWSLogs/").next().unwrap().to_owned();
            loss
        })
        .collect();
    tally
}

/// Everything that the records showed, in one order.
pub(super) fn shown(evidence: &Evidence) -> Vec<String> {
    let mut shown: Vec<String> = evidence.uses.values().map(|seen| format!("{seen:?}")).collect();
    shown.extend(evidence.sightings.values().map(|sighting| format!("{sighting:?}")));
    shown.push(format!("{:?}", evidence.coverage));
    shown.sort();
    shown
}

pub(super) fn settled(program: Program) -> Evidence {
    let mut evidence = program.run().evidence();
    evidence.settle().unwrap();
    evidence
}

#[track_caller]
fn assert_refused(ended: &Ended, words: &[&str]) {
    assert_eq!(ended.code, 2, "{}", ended.errors);
    assert!(ended.evidence.is_none());
    assert!(ended.took < SOON, "it took {:?}", ended.took);
    for word in words {
        assert!(ended.errors.contains(word), "no `{word}` in: {}", ended.errors);
    }
}

#[test]
fn a_bucket_gives_what_the_folder_gives() {
    let store = Store::of(&logs());
    let folder = settled(Program::used(logs()));
    for place in ["s3://logs/AWSLogs", "s3://logs", "s3://logs/AWSLogs/o-exampleorg1/"] {
        let bucket = settled(Program::used(place).signed(store.url()));
        assert_eq!(tally(&bucket), tally(&folder), "{place}");
        assert_eq!(shown(&bucket), shown(&folder), "{place}");
    }
    assert!(folder.tally.files > 90 && folder.tally.used > 0);
}

#[test]
fn a_window_of_one_account_lists_only_its_days() {
    let store = Store::of(&logs());
    let window = ["--since", "2026-09-05", "--until", "2026-09-09", "--account", "111122223333"];
    let folder = settled(Program::used(logs()).with(&window));
    let bucket = settled(Program::used("s3://logs/AWSLogs").signed(store.url()).with(&window));
    assert_eq!(shown(&bucket), shown(&folder));
    // What is not listed cannot be counted as left out.
    assert_eq!(Tally { pruned: 0, ..tally(&bucket) }, Tally { pruned: 0, ..tally(&folder) });
    assert!(bucket.tally.used > 0 && bucket.tally.pruned < folder.tally.pruned);
    let asked = store.asked();
    assert!(asked.iter().any(|target| target.contains("start-after=")), "{asked:?}");
    let other = |target: &String| target.contains("444455556666");
    assert!(!asked.iter().any(other), "{asked:?}");
}

#[test]
fn an_object_that_cannot_be_read_is_a_counted_loss() {
    let store = Store::refusing(&logs(), Some(FILE));
    let folder = settled(Program::used(logs()));
    let bucket = settled(Program::used("s3://logs/AWSLogs").signed(store.url()));
    assert_eq!(bucket.tally.files, folder.tally.files - 1);
    assert_eq!(bucket.tally.lost, folder.tally.lost + 1);
    let loss = bucket.tally.losses.iter().find(|loss| loss.file.contains(FILE)).unwrap();
    assert!(loss.file.starts_with("s3://logs/AWSLogs/o-exampleorg1/"), "{}", loss.file);
    assert_eq!((loss.record, loss.reason.as_str()), (0, "AccessDenied: Access Denied"));
}

#[test]
fn an_answer_that_is_cut_short_is_asked_for_again() {
    let (key, bytes) = a_file();
    let case = |cuts: usize, gets: usize| {
        let objects = Objects::cutting(&key, bytes.clone(), cuts);
        let evidence = settled(Program::used("s3://cut").signed(objects.url()));
        assert_eq!(objects.gets(), gets);
        evidence.tally
    };
    let whole = case(0, 1);
    assert_eq!(whole.lost, 0);
    assert_eq!(case(1, 2), whole);
    let lost = case(4, 4);
    assert_eq!((lost.read, lost.lost), (1, 1));
    let loss = lost.losses.first().unwrap();
    assert_eq!(loss.file, format!("s3://cut/{key}"));
    assert!(loss.reason.starts_with("the answer was cut short"), "{}", loss.reason);
}

#[test]
fn a_bucket_that_cannot_be_listed_ends_the_run() {
    let store = Store::of(&logs());
    let ended = Program::used("s3://nowhere/AWSLogs").signed(store.url()).run();
    assert_refused(&ended, &["cannot list `s3://nowhere/AWSLogs`", "NoSuchBucket", "s3:ListBucket"]);
    // The folder comes too late to hide it.
    let place = logs();
    let both = Program::used("s3://nowhere").signed(store.url()).with(&[place.to_str().unwrap()]).run();
    assert_refused(&both, &["cannot list `s3://nowhere/`"]);
}

#[test]
fn nobody_asking_or_nowhere_to_ask_is_told_at_once() {
    for place in ["s3://logs/AWSLogs", "lookup:"] {
        assert_refused(
            &Program::used(place).region().run(),
            &["no AWS credentials: set AWS_PROFILE", "export-credentials"],
        );
        assert_refused(&Program::used(place).run(), &["no AWS region", "AWS_REGION"]);
    }
    assert_refused(&Program::used("lookup:eu-west-1").run(), &["no AWS credentials"]);
    assert_refused(&Program::used("s3://").run(), &["`s3://` is no place to read from", "write `s3://bucket/prefix`"]);
}

#[test]
fn the_event_history_gives_what_the_same_records_on_disk_give() {
    let records = records();
    assert!(records.len() > 1);
    let history = History::of(&records, records.len().div_ceil(2));
    let looked_up = Program::used("lookup:").signed(history.url()).with(&["--since", "2026-01-01"]).run();
    // Two pages are two requests, half a second apart.
    assert!(looked_up.took >= Duration::from_millis(500), "it took {:?}", looked_up.took);
    let mut looked_up = looked_up.evidence();
    looked_up.settle().unwrap();
    let home = tempfile::tempdir().unwrap();
    let file = home.path().join("records.json");
    std::fs::write(&file, serde_json::json!({ "Records": records }).to_string()).unwrap();
    let folder = settled(Program::used(file).with(&["--since", "2026-01-01"]));
    assert_eq!(shown(&looked_up), shown(&folder));
    let counts = |tally: &Tally| (tally.read, tally.used, tally.exempt.clone(), tally.lost);
    assert_eq!(counts(&looked_up.tally), counts(&folder.tally));
    assert_eq!(looked_up.tally.files, 2);
    let asked = history.asked();
    assert_eq!(asked.len(), 2);
    assert_eq!((&asked[0]["MaxResults"], &asked[1]["NextToken"]), (&50.into(), &"1".into()));
    // 2026-01-01T00:00:00Z.
    assert!(asked.iter().all(|asked| asked["StartTime"] == 1_767_225_600 && asked["EndTime"].is_null()), "{asked:?}");
}

#[test]
fn an_event_history_that_nobody_may_read_ends_the_run() {
    let history = History::refusing();
    let ended = Program::used("lookup:eu-west-1").signed(history.url()).run();
    let words = ["cannot look up the events of `eu-west-1`", "AccessDeniedException: not authorized"];
    assert_refused(&ended, &words);
}

/// The largest file of the sample organization that is whole: its key and bytes.
fn a_file() -> (String, Vec<u8>) {
    let entries = walkdir::WalkDir::new(logs()).sort_by_file_name().into_iter().map(Result::unwrap);
    let files = entries.filter(|entry| entry.path().to_string_lossy().contains("/CloudTrail/eu-central-1/"));
    let whole = files.filter(|entry| entry.file_type().is_file() && inflated(entry.path()).is_some());
    let largest = whole.max_by_key(|entry| entry.metadata().unwrap().len()).unwrap();
    let key = largest.path().strip_prefix(logs().parent().unwrap()).unwrap().to_str().unwrap().to_owned();
    (key, std::fs::read(largest.path()).unwrap())
}

fn inflated(path: &Path) -> Option<Value> {
    let mut text = String::new();
    let file = std::fs::File::open(path).unwrap();
    flate2::read::GzDecoder::new(file).read_to_string(&mut text).ok()?;
    serde_json::from_str(&text).ok()
}

pub(super) fn records() -> Vec<Value> {
    let path = logs().parent().unwrap().join(a_file().0);
    inflated(&path).unwrap()["Records"].as_array().unwrap().clone()
}
