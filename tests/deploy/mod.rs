//! What schedulers are told about the program is true of it: its policies, its flags, its settings.

mod calls;
mod ecs;
mod kubernetes;
mod policies;

use std::path::{Path, PathBuf};

/// A file below `deploy/`.
fn path(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("deploy").join(name)
}

/// Its text.
fn file(name: &str) -> String {
    std::fs::read_to_string(path(name)).unwrap()
}
