//! Lint cases: a policy's text and the findings that it must have; and every policy of real snapshots.
//!
//! Other linters call their findings by other names, so what must agree is the substance: `NAMES` tells what a
//! finding of theirs is called here. Our own cases name the findings exactly, with their places.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use serde_json::Value;
use trailfit::catalog::Catalog;
use trailfit::iam::ActionPattern;
use trailfit::lint::{self, Finding, Kind, Severity, Subject};
use trailfit::pipeline;

use super::{cases, conformance, report};

/// parliament's name → ours; any of them will do.
const NAMES: &[(&str, &[&str])] = &[
    ("BAD_PATTERN_FOR_MFA", &["ALLOW_WITHOUT_MFA"]),
    ("DUPLICATE_SID", &["UNIQUE_SIDS_REQUIRED"]),
    ("INVALID_ARN", &["INVALID_ARN_PREFIX", "DATA_TYPE_MISMATCH"]),
    ("INVALID_SID", &["UNSUPPORTED_SID"]),
    ("MALFORMED", &["UNSUPPORTED_ELEMENT_COMBINATION", "MISSING_ACTION", "MISSING_STATEMENT"]),
    ("MALFORMED_JSON", &["JSON_SYNTAX_ERROR"]),
    ("MISMATCHED_TYPE", &["TYPE_MISMATCH", "TYPE_MISMATCH_DATE", "INVALID_CONDITION_OPERATOR"]),
    ("MISMATCHED_TYPE_BUT_USABLE", &["TYPE_MISMATCH_BUT_USABLE"]),
    ("NOTPRINCIPAL_WITH_ALLOW", &["ALLOW_WITH_NOT_PRINCIPAL", "JSON_SYNTAX_ERROR"]),
    ("NOTRESOURCE_WITH_ALLOW", &["ALLOW_WITH_NOT_RESOURCE"]),
    ("RESOURCE_EFFECTIVELY_STAR", &["RESOURCE_EFFECTIVELY_STAR"]),
    ("RESOURCE_STAR", &["RESOURCE_STAR"]),
    ("SINGLE_VALUE_CONDITION_TOO_PERMISSIVE", &["FORALLVALUES_WITH_SINGLE_VALUED_KEY"]),
    ("UNKNOWN_ACTION", &["INVALID_ACTION"]),
    (
        "UNKNOWN_CONDITION_FOR_ACTION",
        &["INVALID_CONDITION_KEY_FORMAT", "INVALID_SERVICE_CONDITION_KEY", "UNSUPPORTED_CONDITION_KEY_FOR_ACTION"],
    ),
    ("UNKNOWN_OPERATOR", &["INVALID_CONDITION_OPERATOR"]),
];

/// What parliament finds and a proofreader does not: judgements of risk, which are the audit's; what its
/// configuration calls sensitive; and that a wildcard of actions has some that no resource of the list fits,
/// as nearly every wildcard has.
const NOT_OURS: &[&str] = &[
    "CREDENTIALS_EXPOSURE",
    "PERMISSIONS_MANAGEMENT_ACTIONS",
    "PRIVILEGE_ESCALATION",
    "RESOURCE_MISMATCH",
    "RESOURCE_POLICY_PRIVILEGE_ESCALATION",
    "SENSITIVE_ACCESS",
];

fn catalog() -> &'static Catalog {
    static CATALOG: OnceLock<Catalog> = OnceLock::new();
    CATALOG.get_or_init(|| Catalog::embedded().unwrap())
}

fn lint_text(text: &str, kind: Option<Kind>) -> Vec<Finding> {
    let subject = Subject { name: "case".into(), text: text.into(), kind, account: None };
    lint::lint(&subject, catalog())
}

#[test]
fn suites_of_others() {
    let Some(folder) = conformance() else { return };
    let cases = cases(&folder.join("parliament-lint.json"));
    let failures: Vec<String> = cases.iter().filter_map(|case| disagreement(case).err()).collect();
    report("parliament-lint", cases.len(), &failures);
}

/// What they find we find; where they find nothing, we find no error.
fn disagreement(case: &Value) -> Result<(), String> {
    let findings = lint_text(case["policy_text"].as_str().unwrap(), None);
    let ids: BTreeSet<&str> = findings.iter().map(|finding| finding.check.id).collect();
    let expected = case["expected_findings"].as_array().unwrap().iter().map(|id| id.as_str().unwrap());
    let expected: Vec<&str> = expected.filter(|id| !NOT_OURS.contains(id)).collect();
    for theirs in &expected {
        let ours = NAMES.iter().find(|(name, _)| name == theirs).map(|(_, ours)| *ours).unwrap_or_default();
        if !ours.iter().any(|id| ids.contains(id)) && !ids.contains("JSON_SYNTAX_ERROR") {
            return Err(format!("{}: {theirs} is not among {ids:?}", case["id"]));
        }
    }
    let error = findings.iter().find(|finding| finding.check.severity == Severity::Error);
    match error {
        Some(error) if expected.is_empty() && error.check.id != "JSON_SYNTAX_ERROR" => {
            Err(format!("{}: {}", case["id"], lint::line(error)))
        }
        _ => Ok(()),
    }
}

#[test]
fn our_own() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases/own_lint");
    let mut files: Vec<PathBuf> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    let mut covered = BTreeSet::new();
    for file in &files {
        let cases = cases(file);
        let failures: Vec<String> = cases.iter().filter_map(|case| own_failure(case, &mut covered).err()).collect();
        report(&file.file_stem().unwrap().to_string_lossy(), cases.len(), &failures);
    }
    let absent: Vec<&str> = lint::checks().map(|check| check.id).filter(|id| !covered.contains(*id)).collect();
    assert!(absent.is_empty(), "checks that no case of ours fires: {absent:?}");
}

fn kind(name: Option<&str>) -> Option<Kind> {
    let kinds = [
        ("identity", Kind::Identity),
        ("resource", Kind::Resource),
        ("trust", Kind::Trust),
        ("scp", Kind::Scp),
        ("rcp", Kind::Rcp),
    ];
    kinds.iter().find(|(known, _)| Some(*known) == name).map(|(_, kind)| *kind)
}

/// The findings are given as `ID path`, all of them. `FILL` in a text stands for as many letters as `fill` says.
fn own_failure(case: &Value, covered: &mut BTreeSet<&'static str>) -> Result<(), String> {
    let fill = "k".repeat(case["fill"].as_u64().unwrap_or_default().try_into().unwrap());
    // A policy that is no JSON, or whose places matter, is given as text.
    let text =
        |policy: &Value| policy.as_str().map_or_else(|| policy.to_string(), str::to_owned).replace("FILL", &fill);
    let findings = match (&case["policy"], case["holder"].as_str()) {
        (Value::Array(inline), Some(holder)) => held(holder, inline.iter().map(text)),
        (policy, name) => {
            let name = name.unwrap_or("case").to_owned();
            let subject = Subject { name, text: text(policy), kind: kind(case["kind"].as_str()), account: None };
            lint::lint(&subject, catalog())
        }
    };
    let found: BTreeSet<String> =
        findings.iter().map(|one| format!("{} {}", one.check.id, one.path).trim().to_owned()).collect();
    covered.extend(findings.iter().map(|one| one.check.id));
    let expected = case["expected"].as_array().unwrap().iter().map(|one| one.as_str().unwrap().to_owned()).collect();
    if found == expected { Ok(()) } else { Err(format!("{}: found {found:#?}", case["id"])) }
}

/// Several inline policies of one holder.
fn held(holder: &str, policies: impl Iterator<Item = String>) -> Vec<Finding> {
    let name = |place: usize| format!("{holder}#{place}");
    let subjects = policies.enumerate().map(|(place, text)| Subject {
        name: name(place),
        text,
        kind: Some(Kind::Identity),
        account: None,
    });
    lint::lint_all(&subjects.collect::<Vec<_>>(), catalog())
}

/// Words in the code that look like checks.
const NO_CHECKS: &[&str] = &["SECURITY_WARNING", "CARGO_PKG_VERSION"];

/// Every check has a line in the table, and every line is used.
#[test]
fn the_table_and_the_code_agree() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/lint");
    let files = walkdir::WalkDir::new(folder).into_iter().map(Result::unwrap);
    let texts = files.filter(|file| file.path().extension().is_some_and(|end| end == "rs"));
    let texts: String = texts.map(|file| std::fs::read_to_string(file.path()).unwrap()).collect();
    let is_id =
        |word: &&str| word.contains('_') && word.chars().all(|letter| matches!(letter, 'A'..='Z' | '0'..='9' | '_'));
    let used: BTreeSet<&str> = texts.split('"').filter(is_id).filter(|word| !NO_CHECKS.contains(word)).collect();
    let listed: BTreeSet<&str> = lint::checks().map(|check| check.id).collect();
    assert_eq!(used, listed);
}

/// A table of `check, type, …`.
fn table(path: &str) -> BTreeMap<String, String> {
    let text = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(path)).unwrap();
    let rows = text.lines().filter(|line| !line.starts_with('#')).map(|line| line.split('\t').collect::<Vec<_>>());
    rows.map(|fields| (fields[0].to_owned(), fields[1].to_owned())).collect()
}

/// Every check of AWS's reference is done, under its name and with its type, or left out with a reason.
#[test]
fn the_reference_of_aws_is_accounted_for() {
    let (done, left_out) = (table("src/lint/checks.tsv"), table("src/lint/undecidable.tsv"));
    let both: Vec<&String> = left_out.keys().filter(|id| done.contains_key(*id)).collect();
    assert!(both.is_empty(), "done and left out: {both:?}");
    let reference = table("tests/cases/reference.tsv");
    for (id, kind) in &reference {
        let ours = done.get(id).or_else(|| left_out.get(id));
        assert_eq!(ours, Some(kind), "{id}");
    }
    let invented: Vec<&String> = left_out.keys().filter(|id| !reference.contains_key(*id)).collect();
    assert!(invented.is_empty(), "left out, but not in the reference: {invented:?}");
    println!(
        "{} checks of AWS: {} done, {} left out",
        reference.len(),
        reference.len() - left_out.len(),
        left_out.len()
    );
}

/// Real snapshots: every policy is read, and no action is called unknown that the catalog knows.
#[test]
fn real_policies() {
    let Some(corpus) = std::env::var_os("TRAILFIT_CORPUS").map(PathBuf::from).filter(|folder| folder.is_dir()) else {
        println!("skipped: no real snapshots on this machine");
        return;
    };
    let mut counts: BTreeMap<(Severity, &str), (usize, String)> = BTreeMap::new();
    let folders = std::fs::read_dir(corpus).unwrap().map(|entry| entry.unwrap().path());
    let folders: Vec<PathBuf> =
        folders.filter(|path| path.file_name().unwrap().to_string_lossy().starts_with("snap-")).collect();
    let subjects = pipeline::subjects(&folders, None).unwrap();
    let started = std::time::Instant::now();
    for finding in lint::lint_all(&subjects, catalog()) {
        if finding.check.id == "INVALID_ACTION" {
            let named = finding.sentence.split('`').nth(1).unwrap();
            assert!(catalog().expand(&ActionPattern::new(named)).is_empty(), "{}", lint::line(&finding));
        }
        let example = lint::line(&finding);
        counts.entry((finding.check.severity, finding.check.id)).or_insert((0, example)).0 += 1;
    }
    println!("{} documents in {:?}", subjects.len(), started.elapsed());
    for ((severity, id), (count, example)) in counts.iter().rev() {
        println!("{count:>6}  {:<16}  {id:<44}  {example}", severity.word());
    }
}
