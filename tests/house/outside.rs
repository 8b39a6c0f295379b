//! What may be named of the world outside: crates that belong to one room, and the parts of `std`
//! that reach out of the program. The tables are the rule; the functions only look them up.

use super::breach::{Breach, assert_found, assert_none};
use super::modules::{Module, modules};
use super::paths::Named;
use super::tree::{self, Text};

/// Rooms that take values and give values: no file, network, clock, thread, environment, chance.
const PURE: &[&str] = &["iam", "catalog", "trail", "grants", "fit", "audit", "simulate", "access", "lint", "integrity"];

/// Outside crates that only some places may name. A place is a room, or a file or folder of it.
const CRATES: &[(&str, &[&str])] = &[
    ("aws_*", &["source"]),
    ("tokio", &["source"]),
    ("clap", &["cli", "main"]),
    ("indicatif", &["cli"]),
    ("signal_hook", &["cli"]),
    ("arrow", &["table"]),
    ("arrow_*", &["table"]),
    ("parquet", &["table"]),
    ("rayon", &["pipeline"]),
    ("serde_json", JSON_IN),
    ("flate2", &["trail", "integrity", "catalog/build"]),
    ("libdeflater", &["trail", "catalog/build"]),
    ("zip", &["catalog"]),
    ("tar", &["catalog"]),
    ("sha2", &["catalog", "archive"]),
    ("ring", &["integrity"]),
    ("walkdir", FILES_IN),
    ("rand", &[]),
    ("fastrand", &[]),
    ("getrandom", &[]),
];

/// The law speaks JSON only where it reads and writes; the other rooms may.
const JSON_IN: &[&str] = &[
    "iam/json",
    "iam/parse",
    "iam/write",
    "table",
    "source",
    "catalog",
    "grants",
    "trail",
    "archive",
    "fit",
    "audit",
    "simulate",
    "access",
    "lint",
    "integrity",
    "report",
    "error",
    "pipeline",
    "cli",
];

/// Where files are read and written.
const FILES_IN: &[&str] = &["source", "report", "archive", "pipeline", "cli", "main"];

/// Everything but the pure rooms.
const NOT_PURE: &[&str] = &["source", "table", "archive", "report", "pipeline", "error", "cli", "main"];

/// Parts of outside libraries that reach out of the program, and where they may be named.
/// `std::net`'s addresses are values, so only its sockets are listed.
const REACHES_OUT: &[(&str, &[&str])] = &[
    ("std::fs", FILES_IN),
    ("std::net::TcpStream", NOT_PURE),
    ("std::net::TcpListener", NOT_PURE),
    ("std::net::UdpSocket", NOT_PURE),
    ("std::net::ToSocketAddrs", NOT_PURE),
    ("std::env", NOT_PURE),
    ("std::process", NOT_PURE),
    ("std::thread", NOT_PURE),
    ("std::time::Instant", NOT_PURE),
    ("std::time::SystemTime", NOT_PURE),
    ("std::io::stdin", NOT_PURE),
    ("std::io::stdout", NOT_PURE),
    ("std::io::stderr", NOT_PURE),
    ("std::hash::RandomState", NOT_PURE),
];

/// Names that read the clock wherever they stand, because methods have no path.
const CLOCK_CALLS: &[&str] = &["now_utc(", "now_local("];

/// Every outside name that the tables forbid.
fn breaches(files: &[Text]) -> Vec<Breach> {
    let mut found = Vec::new();
    for module in modules(files) {
        found.extend(outside_breaches(&module));
        found.extend(clock_breaches(&module));
    }
    found
}

fn outside_breaches(module: &Module) -> Vec<Breach> {
    let mut found = Vec::new();
    for path in &module.paths {
        if module.absolute(path).is_some() {
            continue;
        }
        let whole = path.segments.join("::");
        let name = &path.segments[0];
        let hit = CRATES.iter().find(|(pattern, _)| crate_matches(pattern, name)).or_else(|| {
            let is_use = path.named != Named::Inline;
            REACHES_OUT.iter().find(|(part, places)| reaches(part, &whole, is_use) && !allows(places, module))
        });
        if let Some((part, places)) = hit.filter(|(_, places)| !allows(places, module)) {
            let fault = format!("`{whole}` is named in `{}`", module.room());
            let remedy = match places {
                [] => format!("`{part}` belongs nowhere: results must not depend on chance"),
                _ => format!("`{part}` belongs only in {}", places.join(", ")),
            };
            found.push(Breach::at(&module.file, path.line, fault, remedy));
        }
    }
    found
}

fn clock_breaches(module: &Module) -> Vec<Breach> {
    let mut found = Vec::new();
    if !PURE.contains(&module.room()) {
        return found;
    }
    for (number, line) in module.code.lines().enumerate() {
        if let Some(call) = CLOCK_CALLS.iter().find(|call| line.contains(**call)) {
            let fault = format!("`{call})` reads the clock in the pure room `{}`", module.room());
            let remedy = "take the time as a value from the caller";
            found.push(Breach::at(&module.file, number + 1, fault, remedy));
        }
    }
    found
}

fn crate_matches(pattern: &str, name: &str) -> bool {
    match pattern.strip_suffix('*') {
        Some(start) => name.starts_with(start),
        None => name == pattern,
    }
}

/// Whether naming `whole` reaches `part`. An import of a parent module hides what is used of it.
fn reaches(part: &str, whole: &str, is_use: bool) -> bool {
    let whole = whole.trim_end_matches("::*");
    let inside = |outer: &str, inner: &str| {
        inner.strip_prefix(outer).is_some_and(|rest| rest.is_empty() || rest.starts_with("::"))
    };
    let names_parent = is_use && whole.starts_with("std") && inside(whole, part);
    inside(part, whole) || (names_parent && !matches!(whole, "std::io" | "std::hash"))
}

/// Whether a module stands in one of the places.
fn allows(places: &[&str], module: &Module) -> bool {
    let path = module.path.join("/");
    places.iter().any(|place| path.strip_prefix(place).is_some_and(|rest| rest.is_empty() || rest.starts_with('/')))
}

#[test]
fn holds_for_this_tree() {
    assert_none(&breaches(&tree::sources()));
}

#[test]
fn fails_when_an_outside_crate_is_in_the_wrong_room() {
    let case = |file: &str, text: &str, words: &str| {
        let found = breaches(&[Text::new(file, text)]);
        assert_found(&found, &format!("{file}:1"), words);
    };
    case("src/trail/read.rs", "use aws_sdk_s3::Client;", "aws_sdk_s3");
    case("src/fit/mod.rs", "use rayon::prelude::*;", "rayon");
    case("src/report/text.rs", "use clap::Parser;", "clap");
    case("src/catalog/load.rs", "use flate2::read::GzDecoder;", "flate2");
    case("src/iam/mod.rs", "use std::{fmt, fs};", "std::fs");
    case("src/fit/a.rs", "fn f() { std::env::var(\"X\"); }", "std::env::var");
    case("src/audit/a.rs", "use std::time;", "std::time");
    case("src/trail/a.rs", "fn f() { OffsetDateTime::now_utc() }", "now_utc");
    case("src/error.rs", "use std::fs::File;", "std::fs::File");
    case("src/source/a.rs", "fn f() { fastrand::u8(..) }", "fastrand");
}

#[test]
fn allows_what_the_tables_allow() {
    let files = [
        Text::new("src/catalog/build/zip.rs", "use flate2::read::GzDecoder;"),
        Text::new("src/source/bucket.rs", "use aws_sdk_s3::Client;\nuse tokio::runtime;"),
        Text::new("src/iam/net.rs", "use std::net::IpAddr;\nuse std::time::Duration;"),
        Text::new("src/cli/mod.rs", "use std::{env, fs};"),
    ];
    assert_none(&breaches(&files));
}
