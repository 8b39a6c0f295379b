//! The sample organization, told as a story, and its delivery into `sample-logs/`; and real snapshots, when at hand.
//!
//! `TRAILFIT_BLESS=1 cargo test sample` writes `sample-logs/` anew; without it the committed files must agree.

mod agreement;
mod cast;
mod claims;
mod deliver;
mod moment;
mod record;
mod snapshots;
mod story;

use std::collections::{BTreeMap, BTreeSet};
use std::io::Read;
use std::path::{Path, PathBuf};

use deliver::Files;
use serde_json::Value;

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("sample-logs")
}

fn rendered() -> Files {
    let mut files = deliver::files(story::whole());
    files.append(&mut claims::files());
    files
}

/// What is committed, but for the README, which is written by hand.
fn committed() -> Files {
    let entries = walkdir::WalkDir::new(folder()).into_iter().filter_map(Result::ok);
    let mut files = Files::new();
    for entry in entries.filter(|entry| entry.file_type().is_file()) {
        let path = entry.path().strip_prefix(folder()).unwrap().to_str().unwrap().to_owned();
        if path != "README.md" {
            files.insert(path, std::fs::read(entry.path()).unwrap());
        }
    }
    files
}

/// What a file says, and whether it says it to the end. The compressed bytes may change with the compressor.
fn content(bytes: &[u8]) -> (String, bool) {
    let mut text = Vec::new();
    let whole = match bytes.starts_with(&[0x1f, 0x8b]) {
        true => flate2::read::GzDecoder::new(bytes).read_to_end(&mut text).is_ok(),
        false => {
            text.extend_from_slice(bytes);
            true
        }
    };
    // How far a cut file can be read also depends on the compressor.
    if !whole {
        text.clear();
    }
    (String::from_utf8(text).unwrap(), whole)
}

fn records(files: &Files) -> Vec<Value> {
    let logs = files.iter().filter(|(path, _)| path.contains("/CloudTrail/"));
    let texts = logs.map(|(_, bytes)| content(bytes)).filter(|(_, whole)| *whole);
    texts
        .flat_map(|(text, _)| {
            let log: Value = serde_json::from_str(&text).unwrap();
            log["Records"].as_array().unwrap().clone()
        })
        .collect()
}

#[test]
fn the_committed_files_are_the_story() {
    let rendered = rendered();
    if std::env::var_os("TRAILFIT_BLESS").is_some() {
        bless(&rendered);
    }
    let committed = committed();
    let names = |files: &Files| files.keys().cloned().collect::<Vec<_>>();
    assert_eq!(names(&rendered), names(&committed), "run with TRAILFIT_BLESS=1");
    for (path, bytes) in &rendered {
        assert_eq!(content(bytes), content(&committed[path]), "{path}: run with TRAILFIT_BLESS=1");
    }
}

/// Writes what differs and removes what is no longer told.
fn bless(rendered: &Files) {
    let old = committed();
    for path in old.keys().filter(|path| !rendered.contains_key(*path)) {
        std::fs::remove_file(folder().join(path)).unwrap();
    }
    for (path, bytes) in rendered {
        let same = old.get(path).is_some_and(|old| content(old) == content(bytes));
        if !same {
            let file = folder().join(path);
            std::fs::create_dir_all(file.parent().unwrap()).unwrap();
            std::fs::write(file, bytes).unwrap();
        }
    }
}

#[test]
fn the_story_has_its_promised_size_and_duplicate() {
    let files = rendered();
    let size: usize = files.values().map(Vec::len).sum();
    assert!(size < 300_000, "{size} bytes");
    let records = records(&files);
    assert!((300..=600).contains(&records.len()), "{} records", records.len());
    let mut seen: BTreeMap<String, usize> = BTreeMap::new();
    for record in &records {
        *seen.entry(record["eventID"].to_string()).or_default() += 1;
    }
    assert_eq!(seen.values().filter(|times| **times > 1).count(), 1);
    let whole = files.iter().filter(|(_, bytes)| !content(bytes).1);
    assert_eq!(whole.count(), 1, "exactly one file is damaged");
}

/// Only accounts, addresses and domains that are reserved for documentation.
#[test]
fn nothing_real_is_named() {
    let all: String = rendered().values().map(|bytes| content(bytes).0).collect();
    let accounts = ["111122223333", "444455556666"];
    let digits = all.split(|letter: char| !letter.is_ascii_alphanumeric());
    let found: BTreeSet<&str> = digits
        .filter(|word| word.len() == 12 && word.bytes().all(|byte| byte.is_ascii_digit()))
        .filter(|word| !accounts.contains(word))
        .collect();
    // The last group of a UUID may by chance have digits only.
    assert!(found.iter().all(|word| all.contains(&format!("-{word}"))), "{found:?}");
    for record in records(&rendered()) {
        let source = record["sourceIPAddress"].as_str().unwrap();
        if let Ok(address) = source.parse::<std::net::IpAddr>() {
            let kept = ["192.0.2.", "198.51.100.", "203.0.113.", "2001:db8:"];
            assert!(kept.iter().any(|prefix| address.to_string().starts_with(prefix)), "{address}");
        }
    }
}

#[test]
fn the_sample_grants_are_understood_wholly() {
    let files = claims::files().into_iter().collect();
    let grants = trailfit::grants::read(files);
    assert_eq!(grants.unreadable, []);
    assert_eq!(grants.accounts.len(), 2);
    assert_eq!(grants.principals().count(), 18);
    for bearer in grants.principals() {
        let lacking = bearer.held().iter().filter(|held| held.document().is_none()).count();
        assert_eq!(lacking, 0, "{}", bearer.owner().arn);
    }
    assert!(grants.guardrails[cast::TOOLS].management_account);
}
