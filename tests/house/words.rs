//! The tree speaks of nothing outside itself, so that a fresh clone is whole. The one exception:
//! tests and benches may read test data that lies beside the clone where it is present.

use super::breach::{Breach, assert_found, assert_none};
use super::tree::{self, Text};

/// The folder beside the clone; in halves, so that this file does not speak of it.
const BESIDE: &str = concat!("../sh", "ared");

/// The same folder where the machine happens to keep it.
const MACHINE: &str = concat!("/work/sh", "ared");

/// Parts of the folder that are test data.
const TEST_DATA: &[&str] = &["/data", "/cases"];

/// Every mention that is not a test-data path of a test or bench.
fn breaches(files: &[Text]) -> Vec<Breach> {
    let mut found = Vec::new();
    for file in files {
        let may = file.path.starts_with("tests/") || file.path.starts_with("benches/");
        for (number, line) in file.text.lines().enumerate() {
            if line.contains(MACHINE) || outside_mentions(line, may) {
                let fault = "speaks of a folder outside the tree";
                let remedy = "only tests and benches may name its /data and /cases, as a path";
                found.push(Breach::at(&file.path, number + 1, fault, remedy));
            }
        }
    }
    found
}

fn outside_mentions(line: &str, may_read_data: bool) -> bool {
    line.match_indices(BESIDE).any(|(at, _)| {
        let rest = &line[at + BESIDE.len()..];
        let is_data = TEST_DATA.iter().any(|part| rest.starts_with(part));
        let is_comment = line.trim_start().starts_with("//");
        !(may_read_data && is_data && !is_comment)
    })
}

#[test]
fn holds_for_this_tree() {
    assert_none(&breaches(&tree::all()));
}

#[test]
fn fails_when_broken_on_purpose() {
    let case = |file: &str, line: &str, fails: bool| {
        let found = breaches(&[Text::new(file, line)]);
        assert_eq!(!found.is_empty(), fails, "{file}: {line}");
    };
    let data = format!("let folder = root.join(\"{BESIDE}/data\");");
    case("tests/laws/mod.rs", &data, false);
    case("benches/read.rs", &data, false);
    case("src/iam/mod.rs", &data, true);
    case("tests/laws/mod.rs", &format!("// see {BESIDE}/data"), true);
    case("tests/laws/mod.rs", &format!("\"{BESIDE}/design\""), true);
    case("tests/laws/mod.rs", &format!("\"{MACHINE}/data\""), true);
    let found = breaches(&[Text::new("README.md", &format!("\nSee {BESIDE}."))]);
    assert_found(&found, "README.md:2", "outside the tree");
}
