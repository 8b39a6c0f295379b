//! The papers of the house: the changelog knows the version, the licence is the one promised.

use super::breach::{Breach, assert_found, assert_none};
use super::tree;

/// What a reader is told in Cargo.toml, CHANGELOG.md and LICENSE, and where they disagree.
fn breaches(manifest: &str, changelog: &str, license: &str) -> Vec<Breach> {
    let mut found = Vec::new();
    let manifest: toml::Table = manifest.parse().expect("Cargo.toml is TOML");
    let package = |key: &str| {
        let value = manifest.get("package").and_then(|table| table.get(key));
        value.and_then(toml::Value::as_str).unwrap_or_default()
    };
    let version = package("version");
    let has_section = changelog.lines().any(|line| {
        let title = line.strip_prefix("## ").unwrap_or_default();
        let name = title.trim_start_matches('[').split([']', ' ']).next();
        name == Some(version) || name == Some("Unreleased")
    });
    if !has_section {
        let fault = format!("has no section `## [{version}]` or `## [Unreleased]`");
        found.push(Breach::in_file("CHANGELOG.md", fault, "add it"));
    }
    if package("license") != "Apache-2.0" {
        let fault = "does not say `license = \"Apache-2.0\"`";
        found.push(Breach::in_file("Cargo.toml", fault, "say it"));
    }
    let marks = ["Apache License", "Version 2.0, January 2004", "END OF TERMS"];
    if let Some(mark) = marks.iter().find(|mark| !license.contains(**mark)) {
        let fault = format!("is not the text of Apache-2.0: `{mark}` is missing");
        found.push(Breach::in_file("LICENSE", fault, "put the full text"));
    }
    found
}

#[test]
fn holds_for_this_tree() {
    let text = |path: &str| tree::file(path).unwrap_or_default();
    assert_none(&breaches(&text("Cargo.toml"), &text("CHANGELOG.md"), &text("LICENSE")));
}

#[test]
fn fails_when_broken_on_purpose() {
    let manifest = "[package]\nversion = \"0.2.0\"\nlicense = \"MIT\"\n";
    let found = breaches(manifest, "# Changelog\n\n## [0.1.0]\n", "MIT License");
    assert_found(&found, "CHANGELOG.md", "0.2.0");
    assert_found(&found, "Cargo.toml", "Apache-2.0");
    assert_found(&found, "LICENSE", "Apache License");
}
