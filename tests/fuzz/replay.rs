//! What the fuzzer kept, again, in every test run: a few seconds, no fuzzer needed.

use std::path::Path;

use super::{decide, decode, patterns, policy};

/// Every kept input of a target through its function.
fn replay(target: &str, check: fn(&[u8])) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fuzz/corpus").join(target);
    let mut files: Vec<_> = std::fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    assert!(!files.is_empty(), "{} holds nothing", folder.display());
    for file in &files {
        let bytes = std::fs::read(file).unwrap();
        let held = std::panic::catch_unwind(|| check(&bytes));
        assert!(held.is_ok(), "{} breaks a promise", file.display());
    }
    println!("{target}: {} inputs hold", files.len());
}

#[test]
fn policies() {
    replay("policy", policy::check);
}

#[test]
fn decisions() {
    replay("decide", decide::check);
}

#[test]
fn records() {
    replay("decode", decode::check);
}

#[test]
fn patterns_of_all_kinds() {
    replay("patterns", patterns::check);
}
