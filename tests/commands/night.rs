//! What `run` and `archive add` tell machines: JSON lines, metrics, and how they end when they are told to.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command};
use std::thread;
use std::time::Duration;

use serde_json::Value;
use tempfile::TempDir;

use super::{GRANTS, LOGS, contents, text, trailfit};
use crate::fakes::{Fate, Program, Shelf};

/// Where a run keeps and writes.
struct Home {
    home: TempDir,
}

impl Home {
    fn new() -> Home {
        Home { home: tempfile::tempdir().unwrap() }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.home.path().join(name)
    }

    /// The arguments of a run over all days of the sample.
    fn job(&self, logs: &str, more: &[&str]) -> Vec<String> {
        let (archive, out) = (self.path("evidence"), self.path("report"));
        let usual = ["run", logs, "--grants", GRANTS, "--archive", text(&archive), "--out", text(&out)];
        let all = [&usual[..], &["--window", "9999d"], more].concat();
        all.into_iter().map(str::to_owned).collect()
    }

    /// Runs it; gives the exit code, stdout and stderr.
    fn run(&self, logs: &str, more: &[&str]) -> (i32, String, String) {
        let job = self.job(logs, more);
        let output = trailfit(&job.iter().map(String::as_str).collect::<Vec<_>>());
        let [out, errors] = [output.stdout, output.stderr].map(|bytes| String::from_utf8(bytes).unwrap());
        (output.status.code().unwrap(), out, errors)
    }
}

/// Logs of which some cannot be understood.
fn broken(home: &Home) -> String {
    let logs = home.path("logs");
    fs::create_dir(&logs).unwrap();
    for (path, bytes) in contents(Path::new(LOGS)).into_iter().take(5) {
        fs::write(logs.join(path.file_name().unwrap()), bytes).unwrap();
    }
    for (name, bytes) in [("a.json", "no log"), ("b.json", "none either"), ("c.json", "")] {
        fs::write(logs.join(name), bytes).unwrap();
    }
    text(&logs).to_owned()
}

/// Each line is an object with a time, a level and an event.
#[track_caller]
fn lines(errors: &str) -> Vec<Value> {
    let lines: Vec<Value> = errors.lines().map(|line| serde_json::from_str(line).expect(line)).collect();
    for line in &lines {
        let members: Vec<&String> = line.as_object().unwrap().keys().take(3).collect();
        assert_eq!(members, ["time", "level", "event"], "{line}");
        let time = line["time"].as_str().unwrap();
        assert!(time.len() == 20 && time.ends_with('Z') && time.contains('T'), "{time}");
        assert!(["info", "warning", "error"].contains(&line["level"].as_str().unwrap()), "{line}");
    }
    lines
}

fn events(lines: &[Value]) -> Vec<&str> {
    lines.iter().map(|line| line["event"].as_str().unwrap()).collect()
}

fn of<'l>(lines: &'l [Value], event: &str) -> &'l Value {
    lines.iter().find(|line| line["event"] == event).unwrap_or_else(|| panic!("no `{event}` in {lines:?}"))
}

#[test]
fn each_step_is_a_line_of_json() {
    let home = Home::new();
    let logs = broken(&home);
    let (code, out, errors) = home.run(&logs, &["--log", "json", "--max-lost", "0"]);
    assert_eq!(code, 3, "{errors}");
    assert!(out.starts_with("added 8 files") && out.lines().count() == 1, "the one line for people stays: {out}");
    let lines = lines(&errors);
    let steps: Vec<&str> = events(&lines).into_iter().filter(|event| *event != "lost").collect();
    assert_eq!(steps, ["started", "read", "kept", "settled", "judged", "reported", "finished"]);
    assert_eq!(of(&lines, "started")["command"], "run");
    assert_eq!(of(&lines, "kept")["files"], 8);
    let settled = of(&lines, "settled");
    let count = |name: &str| settled[name].as_u64().unwrap();
    assert_eq!(count("records"), count("used") + count("exempt") + count("lost"));
    let lost: BTreeMap<&str, u64> = lines
        .iter()
        .filter(|line| line["event"] == "lost")
        .map(|line| (line["class"].as_str().unwrap(), line["count"].as_u64().unwrap()))
        .collect();
    assert_eq!(lost, BTreeMap::from([("empty file", 1), ("not JSON", 2)]));
    assert_eq!(lost.values().sum::<u64>(), count("lost"));
    let finished = of(&lines, "finished");
    assert_eq!((&finished["outcome"], finished["exit_code"].as_u64()), (&Value::from("holes"), Some(3)));
}

#[test]
fn text_stays_as_it_is() {
    let home = Home::new();
    let (code, out, errors) = home.run(LOGS, &[]);
    assert_eq!((code, errors.as_str()), (0, ""), "{out}");
    let (code, out, errors) = home.run(LOGS, &["--log", "text"]);
    assert_eq!((code, errors.as_str()), (0, ""), "{out}");
}

#[test]
fn what_cannot_be_run_is_a_line_of_json_too() {
    let case = |arguments: &[&str], words: &str| {
        let output = trailfit(&[arguments, &["--log", "json"]].concat());
        assert_eq!(output.status.code(), Some(2));
        let errors = String::from_utf8(output.stderr).unwrap();
        let lines = lines(&errors);
        let failed = of(&lines, "failed");
        assert_eq!((&failed["level"], failed["exit_code"].as_u64()), (&Value::from("error"), Some(2)));
        assert!(failed["reason"].as_str().unwrap().contains(words), "{failed}");
    };
    case(&["used", "no/such/logs"], "no/such/logs");
    case(&["archive", "add", LOGS], "--archive");
    case(&["used", LOGS, "--config", "no.toml"], "no.toml");
}

/// The samples of a text file of Prometheus by name and label, read as strictly as its format says.
#[track_caller]
fn samples(text: &str) -> BTreeMap<(String, String), f64> {
    let is_name = |name: &str| {
        let is_letter = |letter: char| letter.is_ascii_lowercase() || letter == '_';
        name.starts_with("trailfit_") && name.chars().all(is_letter)
    };
    assert!(text.ends_with('\n'));
    let (mut samples, mut helped, mut typed) = (BTreeMap::new(), BTreeSet::new(), BTreeSet::new());
    for line in text.lines() {
        if let Some((name, help)) = line.strip_prefix("# HELP ").and_then(|rest| rest.split_once(' ')) {
            assert!(is_name(name) && !help.is_empty() && helped.insert(name), "{line}");
        } else if let Some((name, kind)) = line.strip_prefix("# TYPE ").and_then(|rest| rest.split_once(' ')) {
            assert!(helped.contains(name) && kind == "gauge" && typed.insert(name), "{line}");
        } else {
            let (series, value) = line.rsplit_once(' ').unwrap();
            let (name, label) = match series.split_once('{') {
                None => (series, ""),
                Some((name, label)) => {
                    let label = label.strip_suffix("\"}").unwrap();
                    let (key, value) = label.split_once("=\"").unwrap();
                    assert!(key.chars().all(|letter| letter.is_ascii_lowercase()), "{line}");
                    assert!(!value.replace("\\\\", "").replace("\\\"", "").contains('"'), "{line}");
                    (name, value)
                }
            };
            assert!(typed.contains(name), "{line}");
            let value: f64 = value.parse().unwrap();
            assert!(samples.insert((name.to_owned(), label.to_owned()), value).is_none(), "{line}");
        }
    }
    samples
}

#[test]
fn metrics_are_a_text_file_of_prometheus() {
    let home = Home::new();
    let logs = broken(&home);
    let place = home.path("trailfit.prom");
    let metrics = ["--metrics", text(&place)];
    let read = || samples(&fs::read_to_string(&place).unwrap());
    let (code, ..) = home.run(&logs, &[&metrics[..], &["--max-lost", "1"]].concat());
    assert_eq!(code, 0);
    let first = read();
    let value = |samples: &BTreeMap<(String, String), f64>, name: &str, label: &str| {
        samples.get(&(format!("trailfit_{name}"), label.to_owned())).copied()
    };
    assert_eq!(value(&first, "added_files", ""), Some(8.0));
    assert_eq!(value(&first, "unread_files", ""), Some(0.0));
    assert_eq!(value(&first, "lost_records", "not JSON"), Some(2.0));
    assert_eq!(value(&first, "exit_code", ""), Some(0.0));
    for phase in ["read", "gather", "judge", "report"] {
        assert!(value(&first, "phase_seconds", phase).is_some(), "{phase}: {first:?}");
    }
    let report: Value = serde_json::from_slice(&fs::read(home.path("report/report.json")).unwrap()).unwrap();
    for outcome in ["used", "lost"] {
        assert_eq!(value(&first, "records", outcome), report["tally"][outcome].as_f64(), "{outcome}");
    }
    let mut verdicts: BTreeMap<&str, f64> = BTreeMap::new();
    for policy in report["policies"].as_array().unwrap() {
        *verdicts.entry(policy["verdict"].as_str().unwrap()).or_default() += 1.0;
    }
    assert!(verdicts.len() > 1, "{verdicts:?}");
    for (verdict, count) in verdicts {
        assert_eq!(value(&first, "policies", verdict), Some(count), "{verdict}");
    }
    let success = value(&first, "last_success_timestamp_seconds", "");
    assert_eq!(success, value(&first, "last_run_timestamp_seconds", ""));
    // A run with holes and one that cannot be run say so, and still know of the one that was well.
    for (more, code) in [(["--max-lost", "0"], 3), (["--since", "90d"], 2)] {
        assert_eq!(home.run(&logs, &[&metrics[..], &more].concat()).0, code);
        let later = read();
        assert_eq!(value(&later, "exit_code", ""), Some(f64::from(code)));
        assert_eq!(value(&later, "last_success_timestamp_seconds", ""), success);
        assert_eq!(value(&later, "added_files", ""), (code == 3).then_some(0.0));
    }
    let left: Vec<_> = fs::read_dir(home.home.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert!(left.iter().all(|name| !name.to_string_lossy().contains("partial")), "{left:?}");
}

#[test]
fn metrics_are_one_line_of_the_embedded_format() {
    let home = Home::new();
    let logs = broken(&home);
    let (code, out, _) = home.run(&logs, &["--metrics", "-", "--metrics-format", "emf", "--max-lost", "1"]);
    assert_eq!(code, 0);
    let (line, rest) = (out.lines().last().unwrap(), out.lines().count());
    assert_eq!(rest, 2, "the outcome and the metrics: {out}");
    let line: Value = serde_json::from_str(line).unwrap();
    assert!(line["_aws"]["Timestamp"].as_u64().unwrap() > 1_000_000_000_000, "milliseconds");
    let directives = line["_aws"]["CloudWatchMetrics"].as_array().unwrap();
    let metrics = directives[0]["Metrics"].as_array().unwrap();
    assert_eq!((directives.len(), &directives[0]["Namespace"]), (1, &Value::from("trailfit")));
    assert!(metrics.len() > 10 && metrics.len() <= 100, "what one directive takes");
    for metric in metrics {
        let name = metric["Name"].as_str().unwrap();
        assert!(line[name].is_number(), "{name} has no value in {line}");
        assert!(["Count", "Seconds", "None"].contains(&metric["Unit"].as_str().unwrap()), "{metric}");
        assert!(name.chars().all(|letter| letter.is_ascii_lowercase() || letter == '_'), "{name}");
    }
    assert_eq!((line["added_files"].as_u64(), line["exit_code"].as_u64()), (Some(8), Some(0)));
    assert_eq!(line["lost_records"]["not JSON"], 2);
}

#[test]
fn metrics_that_cannot_be_written_are_a_failure() {
    let home = Home::new();
    let (code, _, errors) = home.run(LOGS, &["--metrics", text(&home.path("no/such/folder/x.prom"))]);
    assert!(code == 2 && errors.contains("no/such/folder"), "{errors}");
}

#[test]
fn what_could_not_be_had_is_a_line_of_json() {
    let objects = Shelf::files(&Path::new(env!("CARGO_MANIFEST_DIR")).join(LOGS));
    let refused = objects.keys().next().unwrap().clone();
    let fate = Fate::Refused("403 Forbidden", "AccessDenied");
    let shelf = Shelf::of(objects, BTreeMap::from([(refused.clone(), fate)]));
    let home = Home::new();
    let archive = home.path("evidence");
    let add = ["archive", "add", "s3://logs/AWSLogs", "--archive", text(&archive), "--log", "json"];
    let output = Program::of(&add).signed(shelf.url()).output();
    assert_eq!(output.status.code(), Some(3));
    let lines = lines(&String::from_utf8(output.stderr).unwrap());
    assert_eq!(events(&lines), ["started", "read", "unread", "kept", "finished"]);
    let unread = of(&lines, "unread");
    assert_eq!(unread["level"], "warning");
    assert!(unread["file"].as_str().unwrap().ends_with(&refused), "{unread}");
    assert_eq!(of(&lines, "kept")["unread"], 1);
}

/// Sends a signal as an operator does.
fn signal(child: &Child, name: &str) {
    let sent = Command::new("kill").args(["-s", name, &child.id().to_string()]).status().unwrap();
    assert!(sent.success());
}

/// The bucket answers one object with half of its body and silence, again and again: left alone, a run would go on
/// until its timeouts and end with 3.
#[test]
fn a_signal_ends_a_run_that_waits_for_a_bucket() {
    let objects = Shelf::files(&Path::new(env!("CARGO_MANIFEST_DIR")).join(LOGS));
    let silent = objects.keys().next_back().unwrap().clone();
    let calm = Shelf::of(objects.clone(), BTreeMap::new());
    let undisturbed = Home::new();
    let place = "s3://logs/AWSLogs";
    let finished = |home: &Home| {
        let job = home.job(place, &[]);
        let output = Program::of(&job.iter().map(String::as_str).collect::<Vec<_>>()).signed(calm.url()).output();
        assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
        contents(&home.path("report"))
    };
    let expected = finished(&undisturbed);
    for (command, name) in [("run", "TERM"), ("run", "INT"), ("archive", "TERM")] {
        let home = Home::new();
        let shelf = Shelf::of(objects.clone(), BTreeMap::from([(silent.clone(), Fate::Silent(usize::MAX))]));
        let archive = home.path("evidence");
        let job = match command {
            "run" => home.job(place, &[]),
            _ => ["archive", "add", place, "--archive", text(&archive)].map(str::to_owned).to_vec(),
        };
        let program = Program::of(&job.iter().map(String::as_str).collect::<Vec<_>>()).signed(shelf.url());
        let mut child = program.start();
        while !shelf.tries().contains_key(&silent) {
            assert!(child.try_wait().unwrap().is_none(), "the run ended before it asked for the silent object");
            thread::sleep(Duration::from_millis(20));
        }
        signal(&child, name);
        let output = child.wait_with_output().unwrap();
        let errors = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(4), "{command}: {errors}");
        assert!(errors.starts_with(&format!("error: stopped by SIG{name}")), "{errors}");
        // Nothing counts of what was begun, and nothing is in the way.
        assert!(!home.path("report").exists() && !archive.join("nights").exists());
        let left: Vec<_> = fs::read_dir(home.home.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
        assert_eq!(left, ["evidence"]);
        assert!(finished(&home) == expected, "{command}: the next run's report differs");
    }
}
