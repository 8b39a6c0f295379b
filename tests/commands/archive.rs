//! `trailfit archive` and `run`: whatever the nights, the interruptions and the overlaps, the report is that of all
//! logs read at once.

use std::fs::{self, File, FileTimes};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant, SystemTime};

use tempfile::TempDir;

use super::{GRANTS, LOGS, contents, run, text};
use crate::fakes::{KEY, SECRET, Store};

/// Runs that are killed in a usual test run; more by `TRAILFIT_KILLS`.
const KILLS: u64 = 12;

struct Kept {
    home: TempDir,
}

impl Kept {
    fn new() -> Kept {
        Kept { home: tempfile::tempdir().unwrap() }
    }

    fn archive(&self) -> PathBuf {
        self.home.path().join("archive")
    }

    /// A copy of the sample's logs, so that files may be changed.
    fn logs(&self) -> PathBuf {
        let to = self.home.path().join("AWSLogs");
        for (path, bytes) in contents(Path::new(LOGS)) {
            let path = to.join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, bytes).unwrap();
        }
        to
    }

    #[track_caller]
    fn add(&self, logs: &str, code: i32) -> String {
        run(&["archive", "add", logs, "--archive", text(&self.archive()), "--max-lost", "1"], code)
    }

    /// The files that no night has that counts.
    fn strays(&self) -> Vec<PathBuf> {
        let index = fs::read_to_string(self.archive().join("archive.json")).unwrap();
        let counts = |path: &Path| {
            let mut parts = path.components().map(|part| part.as_os_str().to_str().unwrap());
            match parts.next() {
                Some("nights") => parts.next().is_some_and(|night| index.contains(night)),
                file => ["archive.json", "lock"].contains(&file.unwrap()),
            }
        };
        contents(&self.archive()).into_iter().map(|(path, _)| path).filter(|path| !counts(path)).collect()
    }

    /// The report from what is kept.
    fn report(&self, more: &[&str]) -> Vec<(PathBuf, Vec<u8>)> {
        let archive = self.archive();
        report(&[&["--archive", text(&archive)], more].concat())
    }
}

fn report(source: &[&str]) -> Vec<(PathBuf, Vec<u8>)> {
    let out = tempfile::tempdir().unwrap();
    let to = out.path().join("report");
    run(&[&["suggest", "--grants", GRANTS, "--out", text(&to)], source].concat(), 0);
    contents(&to)
}

#[track_caller]
fn assert_same(one: &[(PathBuf, Vec<u8>)], other: &[(PathBuf, Vec<u8>)]) {
    let names = |files: &[(PathBuf, Vec<u8>)]| files.iter().map(|(path, _)| path.clone()).collect::<Vec<_>>();
    assert_eq!(names(one), names(other));
    for ((path, mine), (_, theirs)) in one.iter().zip(other) {
        assert!(mine == theirs, "{} differs", path.display());
    }
}

#[test]
fn nights_add_up_to_the_whole() {
    let kept = Kept::new();
    let accounts = ["111122223333", "444455556666"].map(|account| format!("{LOGS}/o-exampleorg1/{account}"));
    for account in &accounts {
        assert!(!kept.add(account, 0).contains("added 0 files"));
        assert!(kept.add(account, 0).contains("added 0 files, 0 records"));
    }
    let whole = report(&[&accounts[0], &accounts[1]]);
    assert_same(&kept.report(&[]), &whole);
    let status = run(&["archive", "status", text(&kept.archive())], 0);
    assert!(status.starts_with("2 nights, "), "{status}");
    run(&["archive", "compact", text(&kept.archive())], 0);
    assert!(run(&["archive", "status", text(&kept.archive())], 0).starts_with("1 nights, "));
    assert_same(&kept.report(&[]), &whole);
    assert!(kept.add(&accounts[0], 0).contains("added 0 files"));
}

#[test]
fn a_compaction_changes_no_word() {
    let kept = Kept::new();
    let archive = kept.archive();
    let add = ["archive", "add", LOGS, "--archive", text(&archive), "--max-lost", "1", "--account", "111122223333"];
    run(&add, 0);
    let before = kept.report(&[]);
    run(&["archive", "compact", text(&archive)], 0);
    assert_same(&kept.report(&[]), &before);
    assert_eq!(kept.strays(), Vec::<PathBuf>::new());
}

#[test]
fn what_changed_behind_our_back_is_found() {
    let kept = Kept::new();
    kept.add(LOGS, 0);
    let (path, mut bytes) =
        contents(&kept.archive()).into_iter().find(|(path, _)| path.ends_with("traces.parquet")).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    fs::write(kept.archive().join(&path), bytes).unwrap();
    let told = run(&["used", "--archive", text(&kept.archive())], 2);
    assert!(told.contains(text(&path)) && told.contains("SHA-256"), "{told}");
    fs::remove_file(kept.archive().join(&path)).unwrap();
    let told = run(&["used", "--archive", text(&kept.archive())], 2);
    assert!(told.contains(text(&path)) && told.contains("is not there"), "{told}");
}

#[test]
fn a_file_that_changed_is_read_again_and_counts_once() {
    let kept = Kept::new();
    let logs = kept.logs();
    kept.add(text(&logs), 0);
    let used = || run(&["used", "--archive", text(&kept.archive())], 0);
    let before = used();
    let (file, _) = contents(&logs).into_iter().find(|(path, _)| text(path).contains("111122223333")).unwrap();
    let later = SystemTime::now() + Duration::from_secs(60);
    File::options()
        .append(true)
        .open(logs.join(file))
        .unwrap()
        .set_times(FileTimes::new().set_modified(later))
        .unwrap();
    assert!(kept.add(text(&logs), 0).contains("added 1 files"));
    let uses = |told: &str| {
        told.lines().skip_while(|line| !line.contains("principals")).map(str::to_owned).collect::<Vec<_>>()
    };
    assert_eq!(uses(&used()), uses(&before));
    assert!(uses(&before).len() > 5, "{before}");
}

#[test]
fn days_outside_the_window_are_left_out() {
    let kept = Kept::new();
    kept.add(LOGS, 0);
    let told = run(&["used", "--archive", text(&kept.archive()), "--since", "2026-10-01", "--until", "2026-10-11"], 0);
    assert!(told.contains("from 2026-10-01 to 2026-10-10"), "{told}");
    let forgotten = run(&["archive", "forget", text(&kept.archive()), "--before", "2026-10-01"], 0);
    assert!(forgotten.contains("2026-10-01") && !forgotten.contains("2026-09-30"), "{forgotten}");
    assert!(kept.add(LOGS, 0).contains("added 0 files"));
    let told = run(&["used", "--archive", text(&kept.archive()), "--account", "111122223333"], 2);
    assert!(told.contains("archive add"), "{told}");
}

/// Kills runs at instants that a small generator chooses.
#[test]
fn a_killed_run_leaves_nothing_half() {
    let kills = std::env::var("TRAILFIT_KILLS").map_or(KILLS, |kills| kills.parse().unwrap());
    let undisturbed = Kept::new();
    let started = Instant::now();
    undisturbed.add(LOGS, 0);
    // Kills fall into the whole of a run, its last writes and its rename as well.
    let life = u64::try_from(started.elapsed().as_micros()).unwrap();
    let expected = undisturbed.report(&[]);
    let mut state = 2026_u64;
    let mut random = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) % life
    };
    let (mut cut, mut whole) = (0, 0);
    for _ in 0..kills {
        let kept = Kept::new();
        // Some of the logs are there already, and the run is killed while it adds the rest.
        kept.add(&format!("{LOGS}/o-exampleorg1/444455556666"), 0);
        let mut child = Command::new(env!("CARGO_BIN_EXE_trailfit"))
            .args(["archive", "add", LOGS, "--archive", text(&kept.archive()), "--max-lost", "1"])
            .current_dir(env!("CARGO_MANIFEST_DIR"))
            .stdout(Stdio::null())
            .spawn()
            .unwrap();
        thread::sleep(Duration::from_micros(random()));
        child.kill().unwrap();
        let ended = child.wait().unwrap();
        if ended.success() {
            whole += 1
        } else {
            cut += 1
        }
        kept.add(LOGS, 0);
        assert_same(&kept.report(&[]), &expected);
        assert_eq!(kept.strays(), Vec::<PathBuf>::new());
    }
    println!("{cut} of {kills} runs were killed before their end, {whole} were not");
    assert!(cut > 0);
}

#[test]
fn of_two_runs_one_says_so() {
    let kept = Kept::new();
    kept.add(LOGS, 0);
    let lock = File::options().append(true).open(kept.archive().join("lock")).unwrap();
    lock.lock().unwrap();
    assert!(kept.add(LOGS, 2).contains("another run writes to"));
    drop(lock);
    kept.add(LOGS, 0);
}

#[test]
fn what_cannot_be_had_is_tried_again() {
    let kept = Kept::new();
    let add = |store: &Store| {
        let output = Command::new(env!("CARGO_BIN_EXE_trailfit"))
            .args(["archive", "add", "s3://logs/AWSLogs", "--max-lost", "1", "--archive", text(&kept.archive())])
            .env_clear()
            .env("AWS_ACCESS_KEY_ID", KEY)
            .env("AWS_SECRET_ACCESS_KEY", SECRET)
            .env("AWS_ENDPOINT_URL", store.url())
            .env("AWS_REGION", "eu-central-1")
            .output()
            .unwrap();
        let told = [output.stdout, output.stderr].map(|bytes| String::from_utf8(bytes).unwrap()).concat();
        (output.status.code().unwrap(), told)
    };
    let logs = Path::new(env!("CARGO_MANIFEST_DIR")).join(LOGS);
    let (code, told) = add(&Store::refusing(&logs, Some("2026/09/09/")));
    assert!(code == 3 && told.contains("the next run tries again") && told.contains("1 files not read"), "{told}");
    let (code, told) = add(&Store::of(&logs));
    assert!(code == 0 && told.contains("added 1 files"), "{told}");
    let store = Store::of(&logs);
    let (_, told) = add(&store);
    assert!(told.contains("added 0 files"), "{told}");
    assert!(store.asked().iter().all(|asked| asked.contains("list-type=2")), "{:?}", store.asked());
}

#[test]
fn the_nightly_job_reads_each_log_once() {
    let kept = Kept::new();
    let (archive, out) = (kept.archive(), kept.home.path().join("report"));
    let job = ["run", LOGS, "--grants", GRANTS, "--archive", text(&archive), "--out", text(&out), "--window", "9999d"];
    let first = run(&job, 0);
    assert_eq!(first.lines().count(), 1, "{first}");
    assert!(first.starts_with("added 97 files"), "{first}");
    let report = contents(&out);
    let second = run(&job, 0);
    assert!(second.starts_with("added 0 files"), "{second}");
    assert_same(&contents(&out), &report);
    assert_same(&report, &super::archive::report(&[LOGS]));
    // As the scheduler calls it.
    let config = kept.home.path().join("trailfit.toml");
    let settings = format!(
        "logs = [{LOGS:?}]\ngrants = [{GRANTS:?}]\narchive = {:?}\n[run]\nwindow = \"9999d\"\nout = {:?}\n",
        text(&archive),
        text(&out)
    );
    fs::write(&config, settings).unwrap();
    assert!(run(&["run", "--config", text(&config)], 0).starts_with("added 0 files"));
    assert_same(&contents(&out), &report);
}
