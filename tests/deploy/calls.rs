//! Every call of the program in `deploy/`, in whatever syntax, is one that it understands.

use std::collections::{BTreeMap, BTreeSet};

use super::file;
use crate::commands::trailfit;

/// The files that call it.
const CALLERS: &[&str] = &["README.md", "systemd/trailfit.service", "kubernetes/trailfit.yaml", "ecs/main.tf"];

/// Other programs with flags of their own, whose lines are no calls of ours but for what comes after our name.
const OTHERS: &[&str] = &["docker", "kubectl", "terraform", "systemctl", "install", "useradd"];

fn help(command: &str) -> BTreeSet<String> {
    let output = trailfit(&[command, "--help"]);
    assert!(output.status.success(), "{command} is no command");
    words(&String::from_utf8(output.stdout).unwrap()).map(str::to_owned).collect()
}

fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|letter: char| !letter.is_ascii_alphanumeric() && !"-_./:".contains(letter))
        .filter(|word| !word.is_empty())
}

/// Commands with the flags that come after them on their lines.
fn calls(text: &str) -> Vec<(String, Vec<String>)> {
    let mut found = Vec::new();
    for line in text.lines() {
        let line = line.trim_start_matches([' ', '#']);
        let is_other = OTHERS.iter().any(|other| line.starts_with(other));
        // Of `docker run … trailfit run …`, what comes after the image.
        let own = if is_other { line.rsplit_once(" trailfit ").map_or("", |(_, own)| own) } else { line };
        let own: Vec<&str> = words(own).collect();
        let Some(at) = own.iter().position(|word| ["collect", "run", "archive"].contains(word)) else { continue };
        let flags = own[at..].iter().filter(|word| word.starts_with("--"));
        let flags: Vec<String> = flags.map(|flag| (*flag).to_owned()).collect();
        if !flags.is_empty() {
            found.push((own[at].to_owned(), flags));
        }
    }
    found
}

#[test]
fn every_flag_is_there() {
    let mut known: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for caller in CALLERS {
        let calls = calls(&file(caller));
        let commands: BTreeSet<&str> = calls.iter().map(|(command, _)| command.as_str()).collect();
        assert_eq!(commands, BTreeSet::from(["collect", "run"]), "{caller}");
        for (command, flags) in &calls {
            let known = known.entry(command.clone()).or_insert_with(|| help(command));
            for flag in flags {
                assert!(known.contains(flag), "{caller}: `trailfit {command}` has no `{flag}`");
            }
        }
    }
}

#[test]
fn a_flag_that_is_not_there_would_be_found() {
    assert!(!help("run").contains("--no-such-flag"));
    let found = calls(
        "ExecStart=/usr/bin/trailfit run --no-such-flag x\ndocker run --rm a\ncommand = [\"collect\", \"--out\"]",
    );
    let expected = [("run", "--no-such-flag"), ("collect", "--out")];
    assert_eq!(found, expected.map(|(command, flag)| (command.to_owned(), vec![flag.to_owned()])));
}

/// Settings are flags of `run`, and the program takes them.
#[test]
fn every_setting_is_a_flag() {
    let settings: toml::Table = file("trailfit.toml").parse().unwrap();
    let known = help("run");
    let own = settings["run"].as_table().unwrap().keys();
    let names = settings.keys().filter(|name| *name != "run" && *name != "logs").chain(own);
    for name in names {
        assert!(known.contains(&format!("--{}", name.replace('_', "-"))), "`{name}` is no flag of `trailfit run`");
    }
}

/// The image is built with the compiler that the manifest demands.
#[test]
fn the_image_has_the_compiler() {
    let manifest = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml")).unwrap();
    let manifest: toml::Table = manifest.parse().unwrap();
    let version = manifest["package"]["rust-version"].as_str().unwrap();
    let container = file("container/Containerfile");
    assert!(container.contains(&format!("library/rust:{version}-")), "{version}");
    let user = container.lines().rfind(|line| line.starts_with("USER ")).unwrap();
    assert_eq!(user, "USER 65532:65532");
}
