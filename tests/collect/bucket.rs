//! A bucket of moto as a second opinion: the report is that from the same files on disk.

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::apply::tools;
use crate::commands::{GRANTS, LOGS, contents, text};
use crate::fakes::Program;

/// Every file of a report, with the names of logs as on disk.
fn report(out: &Path) -> Vec<(PathBuf, Vec<u8>)> {
    let folder = text(Path::new(LOGS).parent().unwrap()).to_owned();
    let as_on_disk = |(path, bytes): (PathBuf, Vec<u8>)| match String::from_utf8(bytes) {
        Ok(told) => (path, told.replace("s3://logs/", &format!("{folder}/")).into_bytes()),
        Err(parquet) => (path, parquet.into_bytes()),
    };
    // Tables hold the names of logs as well, compressed.
    let is_of_losses = |path: &Path| matches!(text(path), "losses.parquet" | "findings.parquet");
    contents(out).into_iter().filter(|(path, _)| !is_of_losses(path)).map(as_on_disk).collect()
}

#[test]
fn the_report_is_that_from_the_files_on_disk() {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/collect/bucket.py");
    let mut bucket = Command::new(tools().join("python"))
        .args([script.as_path(), &Path::new(env!("CARGO_MANIFEST_DIR")).join(LOGS)])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut endpoint = String::new();
    BufReader::new(bucket.stdout.take().unwrap()).read_line(&mut endpoint).unwrap();
    let home = tempfile::tempdir().unwrap();
    let suggest = |logs: &str, out: &str, more: &[&str]| {
        let out = home.path().join(out);
        let arguments = [&["suggest", logs, "--grants", GRANTS, "--out", text(&out)], more].concat();
        let run = Program::of(&arguments).signed(endpoint.trim()).output();
        assert_eq!(run.status.code(), Some(0), "{}", String::from_utf8_lossy(&run.stderr));
        report(&out)
    };
    let from = |logs: &str, more: &[&str]| suggest(logs, &format!("{}-{}", logs.len(), more.len()), more);
    let on_disk = from(LOGS, &[]);
    assert!(on_disk.len() > 20 && on_disk.iter().any(|(path, _)| path.starts_with("policies")));
    for (found, wanted) in from("s3://logs/AWSLogs", &[]).into_iter().zip(&on_disk) {
        assert_eq!(found.0, wanted.0);
        assert!(
            found == *wanted,
            "{:?}\n{}\n{}",
            found.0,
            String::from_utf8_lossy(&found.1),
            String::from_utf8_lossy(&wanted.1)
        );
    }
    assert_eq!(from("s3://logs", &[]).len(), on_disk.len());
    // Of a window of one account the listing is pruned, and what is not listed is not counted as left out.
    let window = ["--since", "2026-09-05", "--until", "2026-09-09", "--account", "111122223333"];
    let policies = |report: Vec<(PathBuf, Vec<u8>)>| -> Vec<_> {
        report.into_iter().filter(|(path, _)| path.starts_with("policies")).collect()
    };
    assert_eq!(policies(from("s3://logs/AWSLogs", &window)), policies(from(LOGS, &window)));
    bucket.kill().unwrap();
    bucket.wait().unwrap();
}
