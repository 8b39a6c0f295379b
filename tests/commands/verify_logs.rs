//! `trailfit verify-logs`: what was done to a bucket is found and named, and nothing else is.

use std::fs::{self, OpenOptions};
use std::io::Write;
use std::path::Path;
use std::process::Command;

use super::{run, text};
use crate::fakes::{KEY, SECRET, Sealed, Store, alter, pack};

fn name(path: &Path) -> &str {
    path.file_name().unwrap().to_str().unwrap()
}

/// Verifies a bucket; demands the exit code, and lines that begin so and name that file.
#[track_caller]
fn case(sealed: &Sealed, code: i32, expected: &[(&str, &Path)], counts: [&str; 2]) -> String {
    let told = run(&["verify-logs", text(&sealed.folder()), "--keys", text(&sealed.keys())], code);
    let mut lines: Vec<&str> = told.lines().collect();
    let last = lines.split_off(lines.len() - 2);
    assert_eq!(last, counts, "{told}");
    assert_eq!(lines.len(), expected.len(), "{told}");
    for (word, path) in expected {
        let named = |line: &&&str| line.starts_with(word) && line.contains(name(path));
        assert_eq!(lines.iter().filter(named).count(), 1, "{word} {}\n{told}", path.display());
    }
    told
}

const DIGESTS: &str = "4 digests: 4 valid";
const LOGS: &str = "6 logs: 6 valid";

#[test]
fn an_intact_chain_is_valid() {
    case(&Sealed::new(), 0, &[], [DIGESTS, LOGS]);
}

#[test]
fn what_is_packed_anew_is_the_same() {
    let sealed = Sealed::new();
    let log = sealed.log_path(13, 5);
    let packed = fs::read(&log).unwrap();
    alter(&log, |text| text);
    let mut inflated = String::new();
    std::io::Read::read_to_string(&mut flate2::read::GzDecoder::new(packed.as_slice()), &mut inflated).unwrap();
    fs::write(&log, pack(inflated.as_bytes(), 0)).unwrap();
    assert_ne!(fs::read(&log).unwrap(), packed);
    case(&sealed, 0, &[], [DIGESTS, LOGS]);
}

#[test]
fn an_altered_log_is_invalid() {
    let sealed = Sealed::new();
    let log = sealed.log_path(13, 5);
    alter(&log, |text| text.replace("13-5", "13-6"));
    case(&sealed, 1, &[("invalid", &log)], [DIGESTS, "6 logs: 5 valid, 1 invalid"]);
    let trailing = sealed.log_path(14, 5);
    OpenOptions::new().append(true).open(&trailing).unwrap().write_all(b"x").unwrap();
    let told = case(&sealed, 1, &[("invalid", &log), ("invalid", &trailing)], [DIGESTS, "6 logs: 4 valid, 2 invalid"]);
    assert!(told.contains("bytes after the end of the compressed stream"), "{told}");
}

#[test]
fn a_log_that_is_gone_is_missing() {
    let sealed = Sealed::new();
    let log = sealed.log_path(14, 35);
    fs::remove_file(&log).unwrap();
    case(&sealed, 1, &[("missing", &log)], [DIGESTS, "6 logs: 5 valid, 1 missing"]);
}

#[test]
fn an_altered_digest_is_invalid_and_its_logs_untold() {
    let sealed = Sealed::new();
    let digest = sealed.digest_path(14);
    // The same members in another order.
    alter(&digest, |text| {
        let account = "\"awsAccountId\":\"111122223333\"";
        text.replace(&format!("{account},"), "").replace("]}", &format!("],{account}}}"))
    });
    let logs = [sealed.log_path(13, 5), sealed.log_path(13, 35)];
    let expected = [("invalid", &*digest), ("untold", &*logs[0]), ("untold", &*logs[1])];
    let told = case(&sealed, 1, &expected, ["4 digests: 3 valid, 1 invalid", "6 logs: 4 valid, 2 untold"]);
    assert!(told.contains("signature does not fit"), "{told}");
}

#[test]
fn a_digest_that_is_gone_leaves_a_gap() {
    let sealed = Sealed::new();
    let digest = sealed.digest_path(14);
    fs::remove_file(&digest).unwrap();
    let told = run(&["verify-logs", text(&sealed.folder()), "--keys", text(&sealed.keys())], 1);
    let gap = "no digest covers the time from 2026-10-31T13:00:00Z to 2026-10-31T14:00:00Z: a digest is not there";
    assert!(told.contains(gap), "{told}");
    // The digest before it has no metadata on disk, and the one that told its signature is gone.
    let counts = ["4 digests: 2 valid, 1 untold, 1 missing", "6 logs: 2 valid, 4 untold"];
    assert!(counts.iter().all(|count| told.contains(count)), "{told}");
    assert!(told.lines().any(|line| line.starts_with("missing") && line.contains(name(&digest))), "{told}");
    let inside = sealed.log_path(13, 5);
    let line = told.lines().find(|line| line.contains(name(&inside))).unwrap();
    assert!(line.starts_with("untold") && line.contains("no digest covers the time"), "{line}");
}

#[test]
fn a_log_in_no_digest_is_unattested_unless_it_is_new() {
    let mut sealed = Sealed::new();
    sealed.log(16, 20);
    let new = sealed.log_path(16, 20);
    case(&sealed, 0, &[("pending", &new)], [DIGESTS, "7 logs: 6 valid, 1 pending"]);
    sealed.log(13, 20);
    let slipped_in = sealed.log_path(13, 20);
    let both = [("pending", &*new), ("unattested", &*slipped_in)];
    case(&sealed, 1, &both, [DIGESTS, "8 logs: 6 valid, 1 pending, 1 unattested"]);
    // When logs go on for hours and digests do not, they are overdue.
    let logs = [sealed.log(20, 5)];
    let told = run(&["verify-logs", text(&sealed.folder()), "--keys", text(&sealed.keys())], 1);
    assert!(told.contains("9 logs: 6 valid, 1 pending, 2 unattested"), "{told}");
    // A new chain after a while in which validation was off.
    sealed.start_anew();
    sealed.seal(20, &logs);
    sealed.tell_signature();
    let told = run(&["verify-logs", text(&sealed.folder()), "--keys", text(&sealed.keys())], 1);
    assert!(
        told.contains("from 2026-10-31T16:00:00Z to 2026-10-31T20:00:00Z: validation or logging was off"),
        "{told}"
    );
    assert!(told.contains("9 logs: 7 valid, 1 untold, 1 unattested"), "{told}");
}

#[test]
fn what_cannot_be_told_is_said_to_be_so() {
    let sealed = Sealed::new();
    fs::remove_file(sealed.signature_path()).unwrap();
    let newest = sealed.digest_path(16);
    let told = case(&sealed, 3, &[("untold", &newest)], ["4 digests: 3 valid, 1 untold", LOGS]);
    assert!(told.contains("signature is not known"), "{told}");
    fs::write(sealed.keys(), "{\"PublicKeyList\":[]}").unwrap();
    let told = run(&["verify-logs", text(&sealed.folder()), "--keys", text(&sealed.keys())], 3);
    assert!(told.contains("no public key with the fingerprint") && told.contains("6 logs: 6 untold"), "{told}");
    fs::write(sealed.keys(), "[]").unwrap();
    let told = run(&["verify-logs", text(&sealed.folder()), "--keys", text(&sealed.keys())], 2);
    assert!(told.contains("list-public-keys"), "{told}");
}

#[test]
fn another_key_signs_nothing() {
    let sealed = Sealed::new();
    sealed.change_key();
    let told = run(&["verify-logs", text(&sealed.folder()), "--keys", text(&sealed.keys())], 1);
    assert!(told.contains("4 digests: 4 invalid") && told.contains("6 logs: 6 untold"), "{told}");
}

#[test]
fn a_digest_elsewhere_was_moved() {
    let sealed = Sealed::new();
    let digest = sealed.digest_path(13);
    let elsewhere = Path::new(&text(&digest).replace("/10/31/", "/10/30/")).to_owned();
    fs::create_dir_all(elsewhere.parent().unwrap()).unwrap();
    fs::rename(&digest, &elsewhere).unwrap();
    let told = run(&["verify-logs", text(&sealed.folder()), "--keys", text(&sealed.keys())], 1);
    assert!(told.contains("it was moved") && told.contains("5 digests: 3 valid, 1 missing, 1 invalid"), "{told}");
}

/// Runs it with this instead of AWS, and gives what it tells as JSON; everything must be valid.
fn against(endpoint: &str, arguments: &[&str]) -> serde_json::Value {
    let output = Command::new(env!("CARGO_BIN_EXE_trailfit"))
        .args(["verify-logs", "--format", "json"])
        .args(arguments)
        .env_clear()
        .env("AWS_ACCESS_KEY_ID", KEY)
        .env("AWS_SECRET_ACCESS_KEY", SECRET)
        .env("AWS_ENDPOINT_URL", endpoint)
        .env("AWS_REGION", "eu-central-1")
        .output()
        .unwrap();
    let told = String::from_utf8_lossy(&output.stdout);
    assert_eq!(output.status.code(), Some(0), "{told}{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_str(&told).unwrap()
}

#[test]
fn cloudtrail_is_asked_for_its_keys() {
    let sealed = Sealed::new();
    let cloudtrail = sealed.serve_keys();
    let told = against(&cloudtrail.url, &[text(&sealed.folder())]);
    assert_eq!(told["breached"], false);
    let [asked] = &cloudtrail.asked()[..] else {
        panic!("one request for one region");
    };
    assert!(
        asked.head.contains("cloudtrail_20131101.listpublickeys") && asked.head.contains("eu-west-1"),
        "{}",
        asked.head
    );
}

#[test]
fn a_bucket_tells_the_signature_itself() {
    let sealed = Sealed::new();
    fs::remove_file(sealed.signature_path()).unwrap();
    let store = Store::of(&sealed.folder());
    store.sign(sealed.last_key(), sealed.signature());
    let told = against(store.url(), &["s3://logs/AWSLogs", "--keys", text(&sealed.keys())]);
    let files = told["files"].as_array().unwrap();
    assert_eq!(files.len(), 10);
    assert!(files.iter().all(|file| file["verdict"] == "valid"), "{told}");
}

#[test]
fn a_folder_without_logs_is_refused() {
    let told = run(&["verify-logs", "src"], 2);
    assert!(told.contains("no log and no digest"), "{told}");
}

#[test]
fn evidence_with_holes_is_refused_on_demand() {
    let sealed = Sealed::new();
    let (folder, keys) = (sealed.folder(), sealed.keys());
    let used = ["used", text(&folder), "--require-validated", "--keys", text(&keys)];
    let told = run(&used, 0);
    assert!(told.contains("6 used"), "{told}");
    fs::remove_file(sealed.log_path(12, 5)).unwrap();
    let told = run(&used, 2);
    assert!(told.contains("6 logs: 5 valid, 1 missing") && told.contains("trailfit verify-logs"), "{told}");
    let told = run(&["used", "--evidence", text(&folder), "--require-validated"], 2);
    assert!(told.contains("--evidence"), "{told}");
}
