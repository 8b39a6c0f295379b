//! The visible top level is the layout that was agreed: nothing more, and nothing less once the
//! README invites readers in. Tool settings hide as dotfiles.

use std::fs;

use super::breach::{Breach, assert_found, assert_none};
use super::tree;

/// Entries that must be there from the first day.
const ALWAYS: &[&str] = &["CHANGELOG.md", "Cargo.lock", "Cargo.toml", "LICENSE", "src", "tests"];

/// Entries that must be there as soon as there is a README.
const WHEN_OPEN: &[&str] = &["README.md", "benches", "queries", "sample-logs"];

/// Entries that may be there.
const MAY: &[&str] = &["deploy", "target"];

/// Every entry that is too much or missing.
fn breaches(entries: &[&str]) -> Vec<Breach> {
    let mut found = Vec::new();
    for entry in entries.iter().filter(|entry| !entry.starts_with('.')) {
        if ![ALWAYS, WHEN_OPEN, MAY].concat().contains(entry) {
            let remedy = "move it into one of the folders of the layout, or make it a dotfile";
            found.push(Breach::in_file(entry, "is not part of the top level", remedy));
        }
    }
    let open = entries.contains(&"README.md");
    let later = if open { WHEN_OPEN } else { &[] };
    for entry in ALWAYS.iter().chain(later) {
        if !entries.contains(entry) {
            found.push(Breach::in_file(entry, "is missing", "add it"));
        }
    }
    found
}

#[test]
fn holds_for_this_tree() {
    let entries = fs::read_dir(tree::root()).unwrap();
    let names: Vec<String> = entries.map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned()).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    assert_none(&breaches(&names));
}

#[test]
fn fails_when_broken_on_purpose() {
    let stray = [ALWAYS, &["notes.txt", ".ci"]].concat();
    let found = breaches(&stray);
    assert_found(&found, "notes.txt", "not part");
    assert_eq!(found.len(), 1);
    assert_found(&breaches(&["src"]), "LICENSE", "missing");
    let open = [ALWAYS, &["README.md"]].concat();
    assert_found(&breaches(&open), "sample-logs", "missing");
}
