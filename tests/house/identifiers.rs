//! Only identifiers that are reserved for documentation: account ids and IP addresses that belong
//! to nobody, in samples, tests, queries, deployments, sources and README alike.

use std::net::IpAddr;
use std::ops::RangeInclusive;

use super::breach::{Breach, assert_found, assert_none};
use super::literals::{account_ids, addresses};
use super::scan;
use super::tree::{self, Text};

/// What the rule reads.
const READ: &[&str] = &["sample-logs/", "tests/", "queries/", "src/", "deploy/", "README.md"];

/// What a fuzzer made up, which belongs to nobody.
const MADE_UP: &str = "tests/fuzz/corpus/";

/// The account ids of AWS's own documentation.
const ACCOUNTS: &[&str] = &["111122223333", "123456789012", "444455556666"];

/// An id that stands for `no such account` in tests of refusals.
const NOBODY: &str = "000000000000";

/// Networks that documentation may use, and addresses that mean something by themselves.
const NETWORKS: &[(&str, u8)] = &[
    ("192.0.2.0", 24),
    ("198.51.100.0", 24),
    ("203.0.113.0", 24),
    ("2001:db8::", 32),
    ("127.0.0.0", 8),
    ("0.0.0.0", 32),
    ("::", 128),
    ("::1", 128),
];

/// Networks of the tests and code that judge address conditions: private, link-local, all ones.
const CONDITION_NETWORKS: &[(&str, u8)] = &[
    ("10.0.0.0", 8),
    ("172.16.0.0", 12),
    ("192.168.0.0", 16),
    ("169.254.0.0", 16),
    ("255.255.255.255", 32),
    ("fe80::", 10),
    ("fc00::", 7),
    ("::ffff:0.0.0.0", 96),
];

/// Where address conditions are judged: the law itself, and its cases.
const CONDITION_PLACES: &[&str] = &["src/iam/", "tests/cases/", "tests/laws/", "tests/house/"];

/// Tables of facts hold version-like numbers that are no addresses.
const FACT_TABLES: &str = "src/catalog/data/";

/// Every account id and address that may belong to somebody.
fn breaches(files: &[Text]) -> Vec<Breach> {
    let mut found = Vec::new();
    for file in files {
        let tests = test_lines(file);
        for (number, line) in file.text.lines().enumerate() {
            let in_test = tests.iter().any(|range| range.contains(&(number + 1)));
            found.extend(strange_accounts(&file.path, number + 1, line, in_test));
            if !file.path.starts_with(FACT_TABLES) {
                found.extend(strange_addresses(&file.path, number + 1, line));
            }
        }
    }
    found
}

/// The lines that only tests see.
fn test_lines(file: &Text) -> Vec<RangeInclusive<usize>> {
    if file.path.starts_with("tests/") {
        return vec![1..=usize::MAX];
    }
    if !file.path.ends_with(".rs") {
        return Vec::new();
    }
    let code = scan::code(&file.text);
    let line = |at| scan::line_of(&code, at);
    scan::test_items(&code).into_iter().map(|(start, end)| line(start)..=line(end)).collect()
}

fn strange_accounts(file: &str, number: usize, line: &str, in_test: bool) -> Vec<Breach> {
    let remedy = format!("use one of {}", ACCOUNTS.join(", "));
    account_ids(line)
        .into_iter()
        .filter(|id| !ACCOUNTS.contains(id) && (*id != NOBODY || !in_test))
        .map(|id| {
            let fault = format!("account id {id} is not reserved for documentation");
            Breach::at(file, number, fault, &remedy)
        })
        .collect()
}

fn strange_addresses(file: &str, number: usize, line: &str) -> Vec<Breach> {
    let judges = CONDITION_PLACES.iter().any(|place| file.starts_with(place));
    let more = if judges { CONDITION_NETWORKS } else { &[] };
    let remedy = "use 192.0.2.0/24, 198.51.100.0/24, 203.0.113.0/24 or 2001:db8::/32";
    addresses(line)
        .into_iter()
        .filter(|address| !NETWORKS.iter().chain(more).any(|(net, bits)| within(*address, net, *bits)))
        .map(|address| {
            let fault = format!("address {address} is not reserved for documentation");
            Breach::at(file, number, fault, remedy)
        })
        .collect()
}

fn within(address: IpAddr, network: &str, bits: u8) -> bool {
    let network: IpAddr = network.parse().expect("the table holds addresses");
    let (left, right, width) = match (address, network) {
        (IpAddr::V4(one), IpAddr::V4(two)) => (u128::from(one.to_bits()), u128::from(two.to_bits()), 32),
        (IpAddr::V6(one), IpAddr::V6(two)) => (one.to_bits(), two.to_bits(), 128),
        _ => return false,
    };
    let drop = width - u32::from(bits);
    left.checked_shr(drop) == right.checked_shr(drop)
}

#[test]
fn holds_for_this_tree() {
    let mut files = tree::under(READ);
    files.retain(|file| !file.path.starts_with(MADE_UP));
    assert_none(&breaches(&files));
}

#[test]
fn fails_for_an_account_of_somebody() {
    let other = ["9999", "8888", "7777"].concat();
    let line = format!("\n\"accountId\": \"{other}\"");
    let found = breaches(&[Text::new("sample-logs/a.json", &line)]);
    assert_found(&found, "sample-logs/a.json:2", &other);
    let nobody = format!("arn:aws:iam::{NOBODY}:root");
    assert_found(&breaches(&[Text::new("src/a.rs", &nobody)]), "src/a.rs:1", NOBODY);
    let inner = format!("#[cfg(test)]\nmod tests {{ // {nobody}\n}}\n");
    assert_none(&breaches(&[Text::new("tests/a.rs", &nobody), Text::new("src/a.rs", &inner)]));
}

#[test]
fn fails_for_an_address_of_somebody() {
    let case = |file: &str, parts: &[&str], fails: bool| {
        let found = breaches(&[Text::new(file, &parts.concat())]);
        assert_eq!(!found.is_empty(), fails, "{file} {parts:?}: {found:?}");
    };
    case("sample-logs/a.json", &["\"8.8", ".8.8\""], true);
    case("sample-logs/a.json", &["\"192.0.2.8\""], false);
    case("README.md", &["10.0", ".0.1"], true);
    case("src/iam/condition/network.rs", &["10.0", ".0.1"], false);
    case("queries/a.sql", &["2600:1f", "00::1"], true);
    case("queries/a.sql", &["2001:db8::1"], false);
    case("src/catalog/data/a.tsv", &["8.8", ".8.8"], false);
}
