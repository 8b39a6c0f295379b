//! The built program, called as a user calls it: what it prints, what it writes, how it exits.

mod archive;
mod backtest;
mod bucket;
mod bytes;
mod catalog;
mod compare;
mod exits;
mod keep;
mod lint;
mod night;
mod readme;
mod secrets;
mod simulate;
mod verify_logs;

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// Where the sample organization's logs and grants lie.
pub(crate) const LOGS: &str = "sample-logs/AWSLogs";
pub(crate) const GRANTS: &str = "sample-logs/grants";

/// Runs `trailfit` in the project's folder.
pub(crate) fn trailfit(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_trailfit"))
        .args(arguments)
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .unwrap()
}

/// Runs it and demands an exit code; gives what it printed.
pub(crate) fn run(arguments: &[&str], code: i32) -> String {
    let output = trailfit(arguments);
    let told = String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(code), "trailfit {arguments:?}\n{told}");
    told
}

/// Every file below a folder with its bytes, by relative path.
pub(crate) fn contents(folder: &Path) -> Vec<(PathBuf, Vec<u8>)> {
    let files = walkdir::WalkDir::new(folder).sort_by_file_name().into_iter().map(Result::unwrap);
    let files = files.filter(|entry| entry.file_type().is_file());
    files
        .map(|entry| (entry.path().strip_prefix(folder).unwrap().to_owned(), std::fs::read(entry.path()).unwrap()))
        .collect()
}

/// A path as an argument.
pub(crate) fn text(path: &Path) -> &str {
    path.to_str().unwrap()
}
