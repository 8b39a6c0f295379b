//! The archive and the report in a bucket: what a folder gives, whatever the faults, the interruptions and the overlaps.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Child;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

use hyper::Method;
use tempfile::TempDir;
use tokio::sync::Semaphore;
use trailfit::archive::TABLES;

use super::{GRANTS, LOGS, contents, text};
use crate::fakes::{Answer, KEPT, Program, Server, Store, Trouble};

/// Runs that are killed in a usual test run, at instants and at requests each; more by `TRAILFIT_KILLS`.
const KILLS: usize = 12;

/// The index of the archive of the tests, as requests name it.
const INDEX: &str = "/kept/evidence/archive.json";

/// The archive of the tests.
const ARCHIVE: &str = "s3://kept/evidence";

const DELIVERED: &str = "sample-logs/AWSLogs/o-exampleorg1";

/// A week of logs, and another.
const FIRST: &[&str] = &["sample-logs/AWSLogs/o-exampleorg1/444455556666"];
const BOTH: &[&str] = &[FIRST[0], "sample-logs/AWSLogs/o-exampleorg1/111122223333/CloudTrail/us-east-1"];

type Objects = BTreeMap<String, Vec<u8>>;

fn path(name: &str) -> String {
    format!("{}/{name}", env!("CARGO_MANIFEST_DIR"))
}

/// A server whose other bucket is of no matter.
fn store() -> Store {
    Store::of(Path::new(&path(GRANTS)))
}

fn program(store: &Store, arguments: &[&str]) -> Program {
    Program::of(arguments).signed(store.url())
}

/// Runs it; gives the exit code and all that it said.
fn ended(store: &Store, arguments: &[&str]) -> (i32, String) {
    let output = program(store, arguments).output();
    let told = [output.stdout, output.stderr].map(|bytes| String::from_utf8(bytes).unwrap()).concat();
    (output.status.code().unwrap_or(-1), told)
}

#[track_caller]
fn done(store: &Store, arguments: &[&str]) -> String {
    let (code, told) = ended(store, arguments);
    assert_eq!(code, 0, "{arguments:?}: {told}");
    told
}

fn adding(logs: &[&str]) -> Vec<String> {
    let logs: Vec<String> = logs.iter().copied().map(path).collect();
    let usual = ["archive", "add", "--archive", ARCHIVE, "--max-lost", "1", "--quiet"].map(str::to_owned);
    [&usual[..], &logs].concat()
}

fn words(words: &[String]) -> Vec<&str> {
    words.iter().map(String::as_str).collect()
}

#[track_caller]
fn add(store: &Store, logs: &[&str]) -> String {
    done(store, &words(&adding(logs)))
}

/// The report, in a folder, of what an archive or logs show.
fn report(store: &Store, source: &[&str]) -> Vec<(PathBuf, Vec<u8>)> {
    let home = tempfile::tempdir().unwrap();
    let out = home.path().join("report");
    done(
        store,
        &[&["suggest", "--grants", &path(GRANTS), "--out", text(&out), "--quiet", "--max-lost", "1"], source].concat(),
    );
    contents(&out)
}

/// The report of both weeks, read at once.
fn of_logs(store: &Store) -> Vec<(PathBuf, Vec<u8>)> {
    report(store, &words(&BOTH.iter().copied().map(path).collect::<Vec<_>>()))
}

fn as_objects(files: Vec<(PathBuf, Vec<u8>)>) -> Objects {
    files.into_iter().map(|(path, bytes)| (text(&path).to_owned(), bytes)).collect()
}

#[track_caller]
fn assert_same(one: &[(PathBuf, Vec<u8>)], other: &[(PathBuf, Vec<u8>)]) {
    let names = |files: &[(PathBuf, Vec<u8>)]| files.iter().map(|(path, _)| path.clone()).collect::<Vec<_>>();
    assert_eq!(names(one), names(other));
    for ((path, mine), (_, theirs)) in one.iter().zip(other) {
        assert!(mine == theirs, "{} differs", path.display());
    }
}

/// The objects of the archive that no night that counts has.
fn strays(store: &Store) -> Vec<String> {
    let objects = store.kept("evidence/");
    let index: serde_json::Value = serde_json::from_slice(&objects["archive.json"]).unwrap();
    let nights: Vec<String> = index["nights"]
        .as_array()
        .unwrap()
        .iter()
        .map(|night| format!("nights/{}/", night["name"].as_str().unwrap()))
        .collect();
    let counts = |key: &String| key == "archive.json" || nights.iter().any(|night| key.starts_with(night));
    objects.into_keys().filter(|key| !counts(key)).collect()
}

#[test]
fn a_bucket_gives_what_a_folder_gives() {
    let (store, home) = (store(), tempfile::tempdir().unwrap());
    let folder = home.path().join("folder");
    let accounts = ["111122223333", "444455556666"].map(|account| format!("{DELIVERED}/{account}"));
    for account in &accounts {
        let local = ["archive", "add", &path(account), "--archive", text(&folder), "--max-lost", "1", "--quiet"];
        assert_eq!(add(&store, &[account]), done(&store, &local));
        assert!(add(&store, &[account]).contains("added 0 files, 0 records"));
    }
    let expected = report(&store, &["--archive", text(&folder)]);
    assert_same(&report(&store, &["--archive", ARCHIVE]), &expected);
    assert_eq!(done(&store, &["archive", "status", ARCHIVE]), done(&store, &["archive", "status", text(&folder)]));
    // The layout is one, so an archive may be copied from one to the other.
    let copied = copied(&store, &home);
    assert_same(&report(&store, &["--archive", text(&copied)]), &expected);
    let window = ["--since", "2026-10-01", "--until", "2026-10-11"];
    assert_same(
        &report(&store, &[&["--archive", ARCHIVE], &window[..]].concat()),
        &report(&store, &[&["--archive", text(&folder)], &window[..]].concat()),
    );
    assert!(done(&store, &["archive", "compact", ARCHIVE]).starts_with("1 nights, "));
    assert_same(&report(&store, &["--archive", ARCHIVE]), &expected);
    assert_eq!(strays(&store), Vec::<String>::new());
    let forgotten = done(&store, &["archive", "forget", ARCHIVE, "--before", "2026-10-01"]);
    assert!(forgotten.contains("2026-10-01") && !forgotten.contains("2026-09-30"), "{forgotten}");
    assert!(add(&store, BOTH).contains("added 0 files"));
}

/// The archive of the bucket as a folder.
fn copied(store: &Store, home: &TempDir) -> PathBuf {
    let to = home.path().join("copied");
    for (key, bytes) in store.kept("evidence/") {
        let path = to.join(key);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
    }
    to
}

#[test]
fn evidence_goes_through_a_bucket() {
    let (store, home) = (store(), tempfile::tempdir().unwrap());
    let (place, folder) = ("s3://kept/used/here", home.path().join("used"));
    let used =
        |out: &str, more: &[&str]| ended(&store, &[&["used", &path(LOGS), "--out", out, "--quiet"], more].concat());
    for out in [place, text(&folder)] {
        assert_eq!(used(out, &[]).0, 0);
    }
    assert_eq!(store.kept("used/here/"), as_objects(contents(&folder)));
    assert_same(&report(&store, &["--evidence", place]), &report(&store, &["--evidence", text(&folder)]));
    let (code, told) = used(place, &[]);
    assert!(code == 2 && told.contains("`s3://kept/used/here/` exists already"), "{told}");
    assert_eq!(used(place, &["--force"]).0, 0);
    // What was not written to its end is not taken for all.
    store.put("used/here/.partial", b"another run");
    let (code, told) = ended(&store, &["used", "--evidence", place]);
    assert!(code == 2 && told.contains("was not written to its end"), "{told}");
    assert_eq!(used(place, &[]).0, 0, "and may be written over");
    assert_eq!(store.kept("used/here/"), as_objects(contents(&folder)));
}

/// The nightly job with nothing on disk but the grants.
fn job(out: &str) -> Vec<String> {
    let (logs, grants) = (path(LOGS), path(GRANTS));
    let job = ["run", &logs, "--grants", &grants, "--archive", ARCHIVE, "--out", out, "--window", "9999d", "--quiet"];
    job.map(str::to_owned).to_vec()
}

#[test]
fn the_nightly_job_needs_no_disk() {
    let (store, out) = (store(), "s3://kept/evidence/report");
    assert!(done(&store, &words(&job(out))).starts_with("added 97 files"));
    let expected = as_objects(report(&store, &[&path(LOGS)]));
    assert_eq!(store.kept("evidence/report/"), expected);
    // Of what stands there the report's own is replaced, and nothing else is touched.
    for key in ["policies/111122223333/role/gone/gone.json", "nested/report.json"] {
        store.put(&format!("evidence/report/{key}"), b"{}");
    }
    assert!(done(&store, &words(&job(out))).starts_with("added 0 files"));
    let mut left = store.kept("evidence/report/");
    assert!(left.remove("nested/report.json").is_some());
    assert_eq!(left, expected);
    let mut puts = store.calls().into_iter().filter(|(method, target)| {
        *method == Method::PUT && target.contains("/report/") && !target.contains(".partial")
    });
    assert!(puts.next_back().unwrap().1.starts_with("/kept/evidence/report/report.json"));
    assert!(add(&store, &[LOGS]).contains("added 0 files"), "the archive around it is whole");
}

#[test]
fn what_is_not_ours_is_left_alone() {
    let store = store();
    store.put("theirs/report.json", br#"{"tool": "another"}"#);
    let (code, told) = ended(&store, &words(&job("s3://kept/theirs")));
    assert!(code == 2 && told.contains("`s3://kept/theirs/` is no report of trailfit"), "{told}");
    assert_eq!(store.kept("theirs/").len(), 1);
    let (code, told) = ended(&store, &words(&job("s3://nowhere/x")));
    assert!(code == 2 && told.contains("cannot list `s3://nowhere/x/`: NoSuchBucket"), "{told}");
    let (code, told) = ended(&store, &words(&job("lookup:")));
    assert!(code == 2 && told.contains("give a folder or `s3://bucket/prefix`"), "{told}");
}

/// A run that has written its night, held just before the index that names it; a permit lets it go on.
fn held_at_its_index(store: &Store) -> (Child, Arc<Semaphore>) {
    let (go, held) = (Arc::new(Semaphore::new(0)), mpsc::channel());
    let (permits, mut first) = (Arc::clone(&go), true);
    store.trouble(move |method, path| {
        let is_it = method == Method::PUT && path == INDEX && std::mem::take(&mut first);
        is_it.then(|| {
            held.0.send(()).unwrap();
            Trouble::Held(Arc::clone(&permits))
        })
    });
    let slow = program(store, &words(&adding(BOTH))).start();
    held.1.recv().unwrap();
    (slow, go)
}

/// One of two waits in the middle of its last step while the other does all of its work.
#[test]
fn of_two_runs_one_wins_and_the_other_says_so() {
    for is_first in [true, false] {
        let store = store();
        if !is_first {
            add(&store, FIRST);
        }
        let before = store.kept("evidence/");
        let (slow, go) = held_at_its_index(&store);
        assert_eq!(store.kept("evidence/").get("archive.json"), before.get("archive.json"));
        assert!(add(&store, BOTH).starts_with("added "));
        go.add_permits(1);
        let output = slow.wait_with_output().unwrap();
        let errors = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(2), "{errors}");
        assert_eq!(errors, "error: another run writes to `s3://kept/evidence/`: this one has changed nothing\n");
        assert!(add(&store, BOTH).contains("added 0 files"));
        assert_same(&report(&store, &["--archive", ARCHIVE]), &of_logs(&store));
        assert!(!strays(&store).is_empty(), "the loser's files do not count");
        done(&store, &["archive", "compact", ARCHIVE]);
        assert_eq!(strays(&store), Vec::<String>::new());
    }
}

/// A compaction goes by while a run has written its night and not yet said so.
#[test]
fn a_run_that_a_compaction_overtakes_says_so() {
    let store = store();
    add(&store, FIRST);
    let (slow, go) = held_at_its_index(&store);
    done(&store, &["archive", "compact", ARCHIVE]);
    assert_eq!(strays(&store), Vec::<String>::new(), "what was written before is swept");
    go.add_permits(1);
    assert_eq!(slow.wait_with_output().unwrap().status.code(), Some(2));
    add(&store, BOTH);
    assert_same(&report(&store, &["--archive", ARCHIVE]), &of_logs(&store));
}

#[test]
fn many_runs_at_once_spoil_nothing() {
    let store = store();
    let runs: Vec<Child> = (0..4).map(|_| program(&store, &words(&adding(BOTH))).start()).collect();
    let mut won = 0;
    for run in runs {
        let output = run.wait_with_output().unwrap();
        let errors = String::from_utf8(output.stderr).unwrap();
        match output.status.code() {
            Some(0) => won += 1,
            _ => assert!(errors.contains("another run writes to"), "{errors}"),
        }
    }
    assert!(won > 0);
    assert!(add(&store, BOTH).contains("added 0 files"));
    assert_same(&report(&store, &["--archive", ARCHIVE]), &of_logs(&store));
}

/// A small generator.
fn random() -> impl FnMut(u64) -> u64 {
    let mut state = 2026_u64;
    move |below| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) % below
    }
}

fn kills() -> usize {
    std::env::var("TRAILFIT_KILLS").map_or(KILLS, |kills| kills.parse().unwrap())
}

/// Some of the logs are there already, and the run that adds the rest is killed as `kill` says; then one goes through.
#[track_caller]
fn killed(expected: &[(PathBuf, Vec<u8>)], kill: impl FnOnce(&Store, Child) -> bool) -> bool {
    let store = store();
    add(&store, FIRST);
    let cut = kill(&store, program(&store, &words(&adding(BOTH))).start());
    store.calm();
    add(&store, BOTH);
    assert_same(&report(&store, &["--archive", ARCHIVE]), expected);
    done(&store, &["archive", "compact", ARCHIVE]);
    assert_eq!(strays(&store), Vec::<String>::new());
    cut
}

#[test]
fn a_run_killed_at_an_instant_leaves_nothing_half() {
    let undisturbed = store();
    add(&undisturbed, FIRST);
    let started = Instant::now();
    add(&undisturbed, BOTH);
    let life = u64::try_from(started.elapsed().as_micros()).unwrap();
    let (expected, mut random, mut cut) = (of_logs(&undisturbed), random(), 0);
    for _ in 0..kills() {
        let instant = Duration::from_micros(random(life));
        cut += usize::from(killed(&expected, |_, mut child| {
            thread::sleep(instant);
            child.kill().unwrap();
            !child.wait().unwrap().success()
        }));
    }
    println!("{cut} of {} runs were killed before their end", kills());
    assert!(cut > 0);
}

/// The last writes are a small part of a run's life, so some kills are aimed at them.
#[test]
fn a_run_killed_at_a_request_leaves_nothing_half() {
    let undisturbed = store();
    add(&undisturbed, FIRST);
    let puts = |store: &Store| store.calls().iter().filter(|(method, _)| *method == Method::PUT).count();
    let before = puts(&undisturbed);
    add(&undisturbed, BOTH);
    let writes = puts(&undisturbed) - before;
    let (expected, mut random) = (of_logs(&undisturbed), random());
    let last = [writes - 1, writes - 2];
    let at = (2..kills()).map(|_| usize::try_from(random(writes as u64)).unwrap()).chain(last);
    for (at, is_done) in at.zip([false, true].into_iter().cycle()) {
        assert!(killed(&expected, |store, mut child| {
            let (reached, held) = mpsc::channel();
            let count = AtomicUsize::new(0);
            store.trouble(move |method, _| {
                let is_it = method == Method::PUT && count.fetch_add(1, Ordering::Relaxed) == at;
                // One that is done and not answered, or one that is never done.
                let trouble = if is_done { Trouble::Mute } else { Trouble::Held(Arc::new(Semaphore::new(0))) };
                is_it.then(|| reached.send(()).map(|()| trouble).unwrap())
            });
            held.recv().unwrap();
            if is_done {
                thread::sleep(Duration::from_millis(50));
            }
            child.kill().unwrap();
            !child.wait().unwrap().success()
        }));
    }
}

#[test]
fn writes_that_fail_for_a_while_are_tried_again() {
    let store = store();
    let mut tries: BTreeMap<String, usize> = BTreeMap::new();
    store.trouble(move |method, path| {
        if *method != Method::PUT {
            return None;
        }
        let tries = tries.entry(path.to_owned()).or_default();
        *tries += 1;
        // Some are busy twice, some answer only the second time what they have done the first.
        match (path.len() % 5, *tries) {
            _ if path == INDEX && *tries == 1 => Some(Trouble::Deaf),
            (0, 1 | 2) => Some(Trouble::Busy),
            (1, 1) => Some(Trouble::Deaf),
            _ => None,
        }
    });
    assert!(add(&store, BOTH).starts_with("added "));
    assert!(add(&store, BOTH).starts_with("added 0 files"));
    let (grants, out) = (path(GRANTS), "s3://kept/report");
    done(&store, &["suggest", "--archive", ARCHIVE, "--grants", &grants, "--out", out, "--max-lost", "1"]);
    assert_eq!(store.kept("report/"), as_objects(of_logs(&store)));
}

/// From then on every write of an object whose path holds this is refused.
fn refuse(store: &Store, part: &'static str) {
    store.trouble(move |method, path| (*method == Method::PUT && path.contains(part)).then_some(Trouble::Denied));
}

#[test]
fn an_archive_that_cannot_be_written_is_as_it_was() {
    let store = store();
    add(&store, FIRST);
    let (index, before) = (store.kept(INDEX), report(&store, &["--archive", ARCHIVE]));
    let of_all = format!("1 of {} files", TABLES.len());
    for (part, told_part) in
        [("uses.parquet", of_all.as_str()), ("contents.json", "contents.json"), (INDEX, "archive.json")]
    {
        refuse(&store, part);
        let (code, told) = ended(&store, &words(&adding(BOTH)));
        assert!(code == 2 && told.contains(told_part) && told.contains("AccessDenied: Access Denied"), "{told}");
        store.calm();
        assert_eq!(store.kept(INDEX), index);
        assert_same(&report(&store, &["--archive", ARCHIVE]), &before);
    }
    add(&store, BOTH);
    assert_same(&report(&store, &["--archive", ARCHIVE]), &of_logs(&store));
}

#[test]
fn a_report_that_is_not_whole_is_an_error_that_names_what_is_missing() {
    let store = store();
    let out = "s3://kept/report";
    done(&store, &words(&job(out)));
    let whole = store.kept("report/");
    refuse(&store, "losses.parquet");
    let (code, told) = ended(&store, &words(&job(out)));
    let expected =
        format!("1 of {} files could not be written to `s3://kept/report/`: losses.parquet: ", whole.len() - 1);
    assert!(code == 2 && told.contains(&expected), "{told}");
    assert!(store.kept("report/").contains_key(".partial"));
    store.calm();
    done(&store, &words(&job(out)));
    assert_eq!(store.kept("report/"), whole);
}

#[test]
fn what_changed_behind_our_back_is_found() {
    let store = store();
    add(&store, BOTH);
    let objects = store.kept("");
    let named = |end: &str| objects.keys().find(|key| key.ends_with(end)).unwrap().clone();
    let cases = [
        ("traces.parquet", &b"shorter"[..], "7 bytes long, and "),
        ("contents.json", b"{}", "2 bytes long, and "),
        ("archive.json", b"{", "does not make sense"),
        ("archive.json", br#"{"format": 9, "generation": 1, "nights": []}"#, "layout 9"),
    ];
    for (end, bytes, words) in cases {
        let key = named(end);
        store.put(&key, bytes);
        let (code, told) = ended(&store, &["used", "--archive", ARCHIVE]);
        assert!(code == 2 && told.contains(&format!("`s3://{KEPT}/{key}`")) && told.contains(words), "{told}");
        store.put(&key, &objects[&key]);
    }
    let key = named("traces.parquet");
    let mut bytes = objects[&key].clone();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    store.put(&key, &bytes);
    let (code, told) = ended(&store, &["used", "--archive", ARCHIVE]);
    assert!(code == 2 && told.contains("SHA-256"), "{told}");
    store.put(&key, &objects[&key]);
    assert_eq!(ended(&store, &["used", "--archive", ARCHIVE]).0, 0);
}

/// Two runs could not be kept apart there.
#[test]
fn a_server_that_knows_no_conditions_is_refused() {
    let server = Server::start(|request| {
        if request.line.starts_with("GET") {
            return Answer::new("404 Not Found", "application/xml", "<Error><Code>NoSuchKey</Code></Error>");
        }
        Answer::new("200 OK", "application/xml", "")
    });
    let output = Program::of(&words(&adding(BOTH))).signed(&server.url).output();
    let errors = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(2), "{errors}");
    assert!(errors.contains("`s3://kept/evidence/` does not honour `If-None-Match`"), "{errors}");
}
