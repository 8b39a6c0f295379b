//! Who may import whom among the rooms. The table is the rule; the functions only look it up.

use super::breach::{Breach, assert_found, assert_none};
use super::modules::{Module, modules};
use super::tree::{self, Text};

/// Each room and the rooms it may import, ground floor first.
const ROOMS: &[(&str, &[&str])] = &[
    ("iam", &[]),
    ("source", &[]),
    ("catalog", &["iam"]),
    ("grants", &["iam"]),
    ("trail", &["iam", "catalog"]),
    ("integrity", &["trail"]),
    ("table", &[]),
    ("archive", &["iam", "trail", "table"]),
    ("fit", &["iam", "catalog", "trail", "grants"]),
    ("audit", &["iam", "catalog", "trail", "grants"]),
    ("simulate", &["iam", "catalog", "grants", "fit"]),
    ("access", &["iam", "catalog", "grants", "fit", "simulate"]),
    ("lint", &["iam", "catalog", "table"]),
    ("report", &["iam", "grants", "trail", "table", "fit", "audit"]),
    ("error", ALL_ROOMS),
    ("pipeline", PIPELINE_SEES),
    // The door names what the user asked for in the words of the rooms; it reads and judges through the corridor.
    (
        "cli",
        &["pipeline", "error", "report", "simulate", "access", "lint", "integrity", "catalog", "iam", "trail", "fit"],
    ),
    ("main", &["cli", "error"]),
    ("lib", &[]),
];

const ALL_ROOMS: &[&str] = &[
    "table",
    "iam",
    "source",
    "catalog",
    "grants",
    "trail",
    "integrity",
    "archive",
    "fit",
    "audit",
    "simulate",
    "access",
    "lint",
    "report",
];

const PIPELINE_SEES: &[&str] = &[
    "table",
    "iam",
    "source",
    "catalog",
    "grants",
    "trail",
    "integrity",
    "archive",
    "fit",
    "audit",
    "simulate",
    "access",
    "lint",
    "report",
    "error",
];

/// Every import that the tables forbid.
fn breaches(files: &[Text]) -> Vec<Breach> {
    let modules = modules(files);
    let mut found = Vec::new();
    for module in &modules {
        if !ROOMS.iter().any(|(name, _)| *name == module.room()) {
            let fault = format!("`{}` is not a room of the house", module.room());
            let remedy = "move it into a room, or add a row to the table in tests/house/layers.rs";
            found.push(Breach::in_file(&module.file, fault, remedy));
            continue;
        }
        found.extend(room_breaches(module, &modules));
    }
    found
}

fn room_breaches(module: &Module, modules: &[Module]) -> Vec<Breach> {
    let room = module.room();
    let allowed = ROOMS.iter().find(|(name, _)| *name == room);
    let allowed = allowed.map_or(&[][..], |(_, rooms)| rooms);
    let is_room =
        |name: &str| ROOMS.iter().any(|(room, _)| *room == name) || modules.iter().any(|one| one.room() == name);
    let mut found = Vec::new();
    for path in &module.paths {
        let Some(target) = module.absolute(path).and_then(|full| full.first().cloned()) else {
            continue;
        };
        if room != "lib" && target != room && is_room(&target) && !allowed.contains(&&*target) {
            let fault = format!("`{room}` imports `{target}`");
            let may = if allowed.is_empty() { "nothing of ours".to_owned() } else { allowed.join(", ") };
            let remedy = format!("`{room}` may import {may}: move the code or pass the value in");
            found.push(Breach::at(&module.file, path.line, fault, remedy));
        }
    }
    found.dedup();
    found
}

#[test]
fn holds_for_this_tree() {
    assert_none(&breaches(&tree::sources()));
}

#[test]
fn the_table_itself_has_no_circle() {
    for (room, allowed) in ROOMS.iter().filter(|(room, _)| *room != "lib") {
        let place = |name: &str| ROOMS.iter().position(|(room, _)| *room == name);
        for other in *allowed {
            assert!(place(other) < place(room), "{room} stands below {other}");
        }
    }
}

#[test]
fn fails_when_a_room_imports_upwards() {
    let text = "//! x\nuse crate::{iam::Arn, grants::{Grants, User}};\n";
    let found = breaches(&[Text::new("src/trail/map.rs", text)]);
    assert_found(&found, "src/trail/map.rs:2", "`trail` imports `grants`");
    assert_eq!(found.len(), 1);
    let inline = "fn f() -> super::super::fit::Proven { }\n";
    let found = breaches(&[Text::new("src/iam/arn.rs", inline)]);
    assert_found(&found, "src/iam/arn.rs:1", "`iam` imports `fit`");
}

#[test]
fn fails_for_a_room_nobody_planned() {
    let found = breaches(&[Text::new("src/extras/mod.rs", "")]);
    assert_found(&found, "src/extras/mod.rs", "not a room");
}

#[test]
fn allows_what_the_table_allows() {
    let tested = "#[cfg(test)]\nmod tests { use crate::fit::x; }\n// use crate::fit;\n";
    assert_none(&breaches(&[
        Text::new("src/cli/mod.rs", "use crate::pipeline;"),
        Text::new("src/fit/mod.rs", "use crate::{iam, catalog::Catalog, trail, grants};"),
        Text::new("src/iam/arn.rs", tested),
    ]));
}
