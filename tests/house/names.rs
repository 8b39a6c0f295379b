//! Names and headers: modules are called by what they do, each file says what it is, nothing is
//! left unfinished, and no file takes a whole parent as its prelude.

use super::breach::{Breach, assert_found, assert_none};
use super::modules::{Module, modules};
use super::paths;
use super::tree::{self, Text};

/// Names that say where a thing was left, not what it is.
const EMPTY_NAMES: &[&str] = &["utils", "util", "types", "common", "helpers", "misc", "shared"];

/// The lines of `//!` that a file begins with: at least, at most.
const HEADER_LINES: (usize, usize) = (1, 8);

/// A file this short is a placeholder and needs no header.
const PLACEHOLDER_LINES: usize = 5;

/// Macros and words of unfinished work; written in halves, so that this file does not name them.
const UNFINISHED_CODE: &[&str] = &[concat!("to", "do!"), concat!("unimple", "mented!")];
const UNFINISHED_WORDS: &[&str] = &[concat!("FIX", "ME"), concat!("X", "XX")];

/// Every empty name, missing header, unfinished place and whole-parent import.
fn breaches(files: &[Text]) -> Vec<Breach> {
    let mut found = Vec::new();
    for module in modules(files) {
        found.extend(empty_names(&module));
        found.extend(preludes(&module));
        found.extend(unfinished(&module.file, &module.code, UNFINISHED_CODE));
    }
    for file in files {
        found.extend(unfinished(&file.path, &file.text, UNFINISHED_WORDS));
        if file.path.starts_with("src/") {
            found.extend(header(file));
        }
    }
    found
}

fn empty_names(module: &Module) -> Vec<Breach> {
    let remedy = "call it by what it does, or put each part where it is needed";
    let own = module.path.last().map(|name| (name.clone(), 1));
    let declared = paths::declared_modules(&module.code);
    own.into_iter()
        .chain(declared)
        .filter(|(name, _)| EMPTY_NAMES.contains(&name.as_str()))
        .map(|(name, line)| {
            let fault = format!("a module is called `{name}`");
            Breach::at(&module.file, line, fault, remedy)
        })
        .collect()
}

fn preludes(module: &Module) -> Vec<Breach> {
    let remedy = "name what the file needs, so that its imports can be read";
    module
        .paths
        .iter()
        .filter(|path| path.segments.ends_with(&["super".to_owned(), "*".to_owned()]))
        .map(|path| Breach::at(&module.file, path.line, "`use super::*`", remedy))
        .collect()
}

fn unfinished(file: &str, text: &str, marks: &[&str]) -> Vec<Breach> {
    let mut found = Vec::new();
    for (number, line) in text.lines().enumerate() {
        for mark in marks.iter().filter(|mark| has_word(line, mark)) {
            let fault = format!("`{mark}` marks unfinished work");
            let remedy = "finish it, or return an error that says so";
            found.push(Breach::at(file, number + 1, fault, remedy));
        }
    }
    found
}

/// Whether `word` stands alone in `line`.
fn has_word(line: &str, word: &str) -> bool {
    let is_letter = |letter: char| letter.is_alphanumeric() || letter == '_';
    line.match_indices(word).any(|(at, _)| {
        let before = line[..at].chars().next_back();
        let after = line[at + word.len()..].chars().next();
        !before.is_some_and(is_letter) && !after.is_some_and(is_letter)
    })
}

fn header(file: &Text) -> Option<Breach> {
    let first = file.text.lines().next().unwrap_or_default();
    let includes = first.starts_with("#![doc = include_str!(");
    if file.text.lines().count() <= PLACEHOLDER_LINES || includes {
        return None;
    }
    let lines = file.text.lines();
    let count = lines.take_while(|line| line.starts_with("//!")).count();
    let (least, most) = HEADER_LINES;
    if (least..=most).contains(&count) {
        return None;
    }
    let fault = format!("begins with {count} lines of `//!`, {least} to {most} expected");
    let remedy = "say in a few lines what the file is and what it is not";
    Some(Breach::at(&file.path, 1, fault, remedy))
}

#[test]
fn holds_for_this_tree() {
    let mut files = tree::under(&["src/", "tests/", "benches/"]);
    files.retain(|file| file.path.ends_with(".rs"));
    assert_none(&breaches(&files));
}

#[test]
fn fails_when_broken_on_purpose() {
    let case = |file: &str, text: &str, place: &str, words: &str| {
        assert_found(&breaches(&[Text::new(file, text)]), place, words);
    };
    let file = "src/fit/a.rs";
    case("src/fit/utils.rs", "//! x", "src/fit/utils.rs:1", "`utils`");
    case(file, "//! x\nmod common { }", "src/fit/a.rs:2", "`common`");
    case(file, "use super::*;", "src/fit/a.rs:1", "super::*");
    case(file, "use super::{*, a};", "src/fit/a.rs:1", "super::*");
    let unfinished = format!("fn f() {{ {}() }}", UNFINISHED_CODE[0]);
    case(file, &unfinished, "src/fit/a.rs:1", "unfinished");
    let marked = format!("fn f() {{}} // {}: later", UNFINISHED_WORDS[0]);
    case(file, &marked, "src/fit/a.rs:1", "unfinished");
    case(file, &"fn f() {}\n".repeat(6), "src/fit/a.rs:1", "0 lines");
    case(file, &"//! x\n".repeat(9), "src/fit/a.rs:1", "9 lines");
}

#[test]
fn allows_tests_to_take_their_parent_and_the_tour_as_header() {
    let text =
        "#![doc = include_str!(\"README.md\")]\n\n\n\n\npub mod iam;\n#[cfg(test)]\nmod tests { use super::*; }\n";
    assert_none(&breaches(&[Text::new("src/lib.rs", text)]));
}
