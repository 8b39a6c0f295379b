//! No circles: inside a room, the files need each other in one direction only.
//! A name that a doorway re-exports counts as coming from the file that defines it.

use std::collections::BTreeMap;

use super::breach::{Breach, assert_found, assert_none};
use super::cycle::{Graph, cycles};
use super::modules::{Module, modules};
use super::tree::{self, Text};

/// How many re-exports may stand one behind another before the search gives up.
const MAX_DOORS: usize = 8;

/// Every circle of imports inside a room.
fn breaches(files: &[Text]) -> Vec<Breach> {
    let modules = modules(files);
    let by_path: BTreeMap<&[String], &Module> = modules.iter().map(|module| (module.path.as_slice(), module)).collect();
    let mut graph = Graph::new();
    let mut lines = BTreeMap::new();
    for module in &modules {
        for (needed, line) in needs(module, &by_path) {
            let edge = (module.file.clone(), needed.clone());
            lines.entry(edge).or_insert(line);
            graph.entry(module.file.clone()).or_default().insert(needed);
        }
    }
    cycles(&graph).iter().map(|circle| breach(circle, &lines)).collect()
}

fn breach(circle: &[String], lines: &BTreeMap<(String, String), usize>) -> Breach {
    let line = |pair: &[String]| lines[&(pair[0].clone(), pair[1].clone())];
    let steps: Vec<String> =
        circle.windows(2).map(|pair| format!("{}:{} needs {}", pair[0], line(pair), pair[1])).collect();
    let fault = format!("files import each other in a circle ({})", steps.join(", "));
    let remedy = "move what both need into a file of its own below them";
    Breach::at(&circle[0], line(&circle[..2]), fault, remedy)
}

/// The files of the same room that a module needs, each with a line that shows it.
fn needs(module: &Module, by_path: &BTreeMap<&[String], &Module>) -> Vec<(String, usize)> {
    let mut found = Vec::new();
    for path in module.paths.iter().filter(|path| !module.is_doorway(path)) {
        let Some(full) = module.absolute(path) else {
            continue;
        };
        let Some(home) = home(&full, by_path, MAX_DOORS) else {
            continue;
        };
        if home.file != module.file && !module.path.is_empty() && home.room() == module.room() {
            found.push((home.file.clone(), path.line));
        }
    }
    found
}

/// The file that defines what a path names, looking through re-exports.
fn home<'a>(full: &[String], by_path: &BTreeMap<&[String], &'a Module>, doors: usize) -> Option<&'a Module> {
    let length = (0..=full.len()).rev().find(|length| by_path.contains_key(&full[..*length]))?;
    let module = *by_path.get(&full[..length])?;
    let (Some(name), true) = (full.get(length), doors > 0) else {
        return Some(module);
    };
    let door = module.paths.iter().find(|path| path.alias == *name && module.absolute(path).is_some());
    match door.and_then(|path| module.absolute(path)) {
        Some(mut behind) if behind != full => {
            behind.extend_from_slice(&full[length + 1..]);
            home(&behind, by_path, doors - 1)
        }
        _ => Some(module),
    }
}

#[test]
fn holds_for_this_tree() {
    assert_none(&breaches(&tree::sources()));
}

#[test]
fn fails_when_two_files_need_each_other() {
    let found = breaches(&[
        Text::new("src/fit/mod.rs", "mod a;\nmod b;\n"),
        Text::new("src/fit/a.rs", "//! a\nuse super::b::B;\n"),
        Text::new("src/fit/b.rs", "fn f() -> crate::fit::a::A { }\n"),
    ]);
    assert_found(&found, "src/fit/a.rs:2", "src/fit/b.rs:1 needs src/fit/a.rs");
}

#[test]
fn fails_when_the_circle_goes_through_the_doorway() {
    let found = breaches(&[
        Text::new("src/fit/mod.rs", "mod a;\nmod b;\npub use b::B;\n"),
        Text::new("src/fit/a.rs", "use super::B;\n"),
        Text::new("src/fit/b.rs", "use super::a::A;\n"),
    ]);
    assert_found(&found, "src/fit/a.rs:1", "needs src/fit/b.rs");
}

#[test]
fn fails_when_a_part_needs_the_whole_that_calls_it() {
    let found = breaches(&[
        Text::new("src/iam/ops/mod.rs", "mod date;\npub enum Op {}\nfn f() { date::g() }\n"),
        Text::new("src/iam/ops/date.rs", "use super::Op;\n"),
    ]);
    assert_found(&found, "src/iam/ops/date.rs:1", "needs src/iam/ops/mod.rs");
}

#[test]
fn allows_a_doorway_and_a_ladder() {
    assert_none(&breaches(&[
        Text::new("src/fit/mod.rs", "mod a;\nmod b;\npub use a::A;\npub use b::B;\n"),
        Text::new("src/fit/a.rs", "use super::B;\nuse crate::iam::Arn;\n"),
        Text::new("src/fit/b.rs", "#[cfg(test)]\nmod tests { use crate::fit::A; }\n"),
        Text::new("src/iam/mod.rs", "pub struct Arn;\n"),
    ]));
}
