//! Finds what looks like an account id or an IP address in any text. It judges nothing.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// How far before a number the word `account` may stand to name it.
const FIELD_REACH: usize = 48;

/// Every 12-digit run of a line that stands where account ids stand: in an ARN, in quotes of its
/// own, after a word like `accountId`, in a log path.
pub(crate) fn account_ids(line: &str) -> Vec<&str> {
    runs(line, |letter| letter.is_ascii_alphanumeric())
        .into_iter()
        .filter(|(_, run)| run.len() == 12 && run.bytes().all(|byte| byte.is_ascii_digit()))
        .filter(|(at, run)| is_account_place(&line[..*at], &line[at + run.len()..]))
        .map(|(_, run)| run)
        .collect()
}

fn is_account_place(before: &str, after: &str) -> bool {
    let token_start = before.rfind(|letter: char| letter.is_whitespace() || letter == '"');
    let in_arn = before[token_start.unwrap_or(0)..].contains("arn:");
    let quoted = before.ends_with(['"', '\'']) && after.starts_with(['"', '\'', '\\']);
    let reach = before.chars().rev().take(FIELD_REACH);
    let near: String = reach.collect::<Vec<char>>().into_iter().rev().collect();
    let named = near.to_ascii_lowercase().contains("account");
    let in_path = before.ends_with("AWSLogs/") || after.starts_with("_CloudTrail");
    let between_colons = before.ends_with(':') && after.starts_with(':');
    in_arn || quoted || named || in_path || between_colons
}

/// Every IP address literal of a line. Versions such as `Chrome/120.0.0.0` are none, nor is the
/// end of a region name in an ARN, as in `us-east-1::`.
pub(crate) fn addresses(line: &str) -> Vec<IpAddr> {
    let is_part = |letter: char| letter.is_alphanumeric() || matches!(letter, '_' | '.' | ':');
    let mut found = Vec::new();
    for (at, run) in runs(line, is_part) {
        let in_name = line[..at].ends_with('-');
        if let Some(address) = ipv6(run).filter(|_| !in_name) {
            found.push(IpAddr::V6(address));
        } else if !is_version(&line[..at]) {
            found.extend(run.split(':').filter_map(ipv4).map(IpAddr::V4));
        }
    }
    found
}

fn ipv4(text: &str) -> Option<Ipv4Addr> {
    text.trim_end_matches('.').parse().ok()
}

/// An IPv6 address has a digit; `a::b` in Rust and `::` alone are paths.
fn ipv6(run: &str) -> Option<Ipv6Addr> {
    let bare = run.trim_end_matches('.');
    let is_address = run.contains("::") || run.matches(':').count() == 7;
    let has_digit = run.bytes().any(|byte| byte.is_ascii_digit());
    if !is_address || !has_digit {
        return None;
    }
    let last = bare.strip_suffix(':').unwrap_or(bare);
    bare.parse().or_else(|_| last.parse()).ok()
}

/// A number after `name/` is a version; after `://` it is a host.
fn is_version(before: &str) -> bool {
    let name = before.strip_suffix('/').unwrap_or_default();
    name.ends_with(|letter: char| letter.is_ascii_alphabetic())
}

/// Longest runs of letters that satisfy a test, each with its place.
fn runs(line: &str, is_part: impl Fn(char) -> bool) -> Vec<(usize, &str)> {
    let mut found = Vec::new();
    let mut at = 0;
    for run in line.split(|letter| !is_part(letter)) {
        if !run.is_empty() {
            found.push((at, run));
        }
        at += run.len();
        at += line[at..].chars().next().map_or(0, char::len_utf8);
    }
    found
}

#[test]
fn account_ids_are_found_where_they_stand() {
    let case = |line: &str, expected: &[&str]| assert_eq!(account_ids(line), expected, "{line}");
    case("arn:aws:iam::111122223333:root", &["111122223333"]);
    case("arn:aws:s3:::logs-111122223333/x", &["111122223333"]);
    case(r#"{"recipientAccountId": 111122223333}"#, &["111122223333"]);
    case(r#"{"AWS": "111122223333"}"#, &["111122223333"]);
    case("AWSLogs/111122223333/CloudTrail", &["111122223333"]);
    case("1f2e3d4c-0000-4000-8000-111122223333", &[]);
    case("size = 111122223333;", &[]);
    case("arn:aws:iam::1111222233334:root", &[]);
}

#[test]
fn addresses_are_found_and_versions_are_not() {
    let case = |line: &str, expected: &[&str]| {
        let found: Vec<String> = addresses(line).iter().map(IpAddr::to_string).collect();
        assert_eq!(found, expected, "{line}");
    };
    case("from 192.0.2.1.", &["192.0.2.1"]);
    case("https://192.0.2.1:8080/x", &["192.0.2.1"]);
    case("Mozilla Chrome/120.0.0.0 v1.2.3", &[]);
    case("\"2001:db8::7\"", &["2001:db8::7"]);
    case("2001:db8::/32 and ::1", &["2001:db8::", "::1"]);
    case("a::b(c::d) e.0.0.0.1 10:20:30", &[]);
    case("arn:aws:iam::111122223333:root", &[]);
    case("arn:aws:apigateway:us-east-1::/apis", &[]);
}
