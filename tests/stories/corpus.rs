//! Logs and snapshots of other people, where the machine has them: found, unpacked once, never copied elsewhere.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

/// The packed corpus that lies beside the clone.
const PACKED: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../shared/data/dev-corpus.tar.xz");

/// Where it is unpacked.
const TARGET: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/target");

/// The corpus: the folder in `TRAILFIT_CORPUS`, what was unpacked before, or what is unpacked now.
/// `None` after a line that says so: there is none, and the story is skipped.
pub(super) fn corpus() -> Option<&'static Path> {
    static CORPUS: OnceLock<Option<PathBuf>> = OnceLock::new();
    let found = CORPUS.get_or_init(find).as_deref();
    if found.is_none() {
        println!("skipped: no real logs on this machine");
    }
    found
}

fn find() -> Option<PathBuf> {
    if let Some(folder) = std::env::var_os("TRAILFIT_CORPUS") {
        return Some(PathBuf::from(folder)).filter(|folder| folder.is_dir());
    }
    let unpacked = Path::new(TARGET).join("dev-corpus");
    if !unpacked.is_dir() && Path::new(PACKED).is_file() {
        unpack(&unpacked);
    }
    Some(unpacked).filter(|folder| folder.is_dir())
}

/// Unpacks beside the goal and moves it there, so that a run that is killed leaves no half of it.
fn unpack(goal: &Path) {
    let half = Path::new(TARGET).join(format!("dev-corpus.{}", std::process::id()));
    std::fs::create_dir_all(&half).unwrap();
    let status = Command::new("tar").arg("xJf").arg(PACKED).arg("-C").arg(&half).status();
    if status.is_ok_and(|status| status.success()) {
        // Another run may have been faster; its folder is as good.
        let _ = std::fs::rename(half.join("dev-corpus"), goal);
    }
    std::fs::remove_dir_all(&half).unwrap();
}
