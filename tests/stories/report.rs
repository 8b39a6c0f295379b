//! The report as a user gets it: the folder, the files in it, and the text at the terminal.

use std::fs;
use std::path::Path;

use serde_json::Value;
use trailfit::report::{self, Report, ReportError};
use trailfit::table::{Table, from_parquet};
use trailfit::trail::Moment;

use crate::apply::hcl_holds;

use super::report_sample::{BUILD, evidence, judgement};

fn with_report<T>(test: impl FnOnce(&Report<'_>) -> T) -> T {
    let evidence = evidence();
    let judgement = judgement(&evidence);
    test(&Report::new(&evidence, &judgement, "2026-10-15"))
}

/// Every file below, with its content, by relative path.
fn files(dir: &Path) -> Vec<(String, Vec<u8>)> {
    let entries = walkdir::WalkDir::new(dir).sort_by_file_name().into_iter().map(Result::unwrap);
    let files = entries.filter(|entry| entry.file_type().is_file());
    files
        .map(|entry| {
            let name = entry.path().strip_prefix(dir).unwrap().to_string_lossy().into_owned();
            (name, fs::read(entry.path()).unwrap())
        })
        .collect()
}

fn text(dir: &Path, name: &str) -> String {
    fs::read_to_string(dir.join(name)).unwrap()
}

#[test]
fn the_folder_holds_everything_and_two_runs_are_the_same_bytes() {
    let home = tempfile::tempdir().unwrap();
    let (one, two) = (home.path().join("one"), home.path().join("two"));
    with_report(|report| report::write(&one, false, report).unwrap());
    with_report(|report| report::write(&two, false, report).unwrap());
    assert_eq!(files(&one), files(&two));
    let names: Vec<String> = files(&one).into_iter().map(|(name, _)| name).collect();
    let role = "policies/111122223333/role/deploy";
    let apply = "apply/111122223333";
    let expected = [
        format!("{apply}/apply.sh"),
        format!("{apply}/cloudformation/import.json"),
        format!("{apply}/cloudformation/proposed.json"),
        format!("{apply}/cloudformation/standing.json"),
        format!("{apply}/role/deploy.md"),
        format!("{apply}/rollback.sh"),
        format!("{apply}/terraform/main.tf"),
        format!("{apply}/user/idle.md"),
        "apply/README.md".to_owned(),
        "findings.parquet".to_owned(),
        "grants.parquet".to_owned(),
        "losses.parquet".to_owned(),
        "policies/111122223333/policy/Build/Build-2.diff".to_owned(),
        "policies/111122223333/policy/Build/Build-2.json".to_owned(),
        "policies/111122223333/policy/Build/Build.before".to_owned(),
        "policies/111122223333/policy/Build/Build.diff".to_owned(),
        "policies/111122223333/policy/Build/Build.json".to_owned(),
        format!("{role}/ReadOnlyAccess.before"),
        format!("{role}/deploy%20inline.before"),
        format!("{role}/deploy%20inline.diff"),
        format!("{role}/deploy%20inline.json"),
        format!("{role}/deploy-ReadOnlyAccess-fit.diff"),
        format!("{role}/deploy-ReadOnlyAccess-fit.json"),
        "policies/111122223333/user/idle/leftover.before".to_owned(),
        "principals.parquet".to_owned(),
        "report.json".to_owned(),
        "uses.parquet".to_owned(),
    ];
    assert_eq!(names, expected);
    let beside: Vec<_> = fs::read_dir(home.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(beside.len(), 2, "nothing unfinished is left: {beside:?}");
}

#[test]
fn json_and_parquet_hold_the_same_rows() {
    let home = tempfile::tempdir().unwrap();
    let dir = home.path().join("report");
    with_report(|report| report::write(&dir, false, report).unwrap());
    let json: Value = serde_json::from_str(&text(&dir, "report.json")).unwrap();
    for table in report::schema() {
        let bytes = fs::read(dir.join(format!("{}.parquet", table.name))).unwrap();
        let name = table.name;
        let read: Table = from_parquet(table, bytes).unwrap();
        assert!(!read.rows.is_empty(), "{name}");
        assert_eq!(Value::from(read.to_json(|seconds| Moment(seconds).to_string())), json[name], "{name}");
    }
    assert_eq!(json["schema_version"], 1);
    assert_eq!(json["tally"]["balances"], true);
    assert_eq!(json["coverage"][0]["days_with_records"], 29);
    assert_eq!(json["losses"][2]["file"], "*");
    assert_eq!(json["policies"].as_array().unwrap().len(), 8);
    let verdicts: Vec<&str> =
        json["policies"].as_array().unwrap().iter().map(|one| one["verdict"].as_str().unwrap()).collect();
    assert_eq!(verdicts[4..], ["refuted", "fits", "not-editable", "unjudged"]);
    for one in &json["policies"].as_array().unwrap()[..4] {
        assert_eq!(one["verdict"], "proven");
        for document in one["documents"].as_array().unwrap() {
            let file: Value = serde_json::from_str(&text(&dir, document["file"].as_str().unwrap())).unwrap();
            assert!(file["Statement"].is_array(), "{file}");
        }
    }
}

#[test]
fn rows_say_what_is_known_and_leave_open_what_is_not() {
    with_report(|report| {
        let json: Value = serde_json::from_str(&report.json()).unwrap();
        let principals = json["principals"].as_array().unwrap();
        let by = |name: &str| principals.iter().find(|one| one["name"] == name).unwrap();
        assert_eq!(by("deploy")["excess"], 0.6);
        assert_eq!(by("deploy")["created"], "2025-01-01T00:00:00Z");
        assert_eq!(by("unfit")["granted"], Value::Null);
        assert_eq!(by("unfit")["status"], "unfit");
        assert_eq!(by("gone")["status"], "not-in-snapshot");
        assert_eq!(by("gone")["sessions"][0], "ci-1");
        let grants = json["grants"].as_array().unwrap();
        let s3 = grants.iter().find(|row| row["service"] == "s3" && row["standing"] == "unused").unwrap();
        assert_eq!(s3["actions"], serde_json::json!(["s3:DeleteObject", "s3:PutObject"]));
        let denied = json["uses"].as_array().unwrap().iter().find(|row| row["outcome"] == "denied").unwrap();
        assert_eq!(denied["decision"], Value::Null);
        assert_eq!(denied["context"], serde_json::json!(["aws:requestedregion=eu-west-1", "aws:sourcevpce absent"]));
        let ids: Vec<&str> =
            json["findings"].as_array().unwrap().iter().map(|row| row["id"].as_str().unwrap()).collect();
        let expected = [
            "over-privileged",
            "policy-trim",
            "policy-replace",
            "policy-detach",
            "policy-refuted",
            "policy-not-editable",
            "policy-unjudged",
            "surprise",
            "unmapped-event",
            "unused-principal",
            "unreadable-grants",
            "unfit-principal",
            "stranger",
            "denied",
            "evidence-losses",
            "short-window",
            "coverage-gap",
        ];
        expected.iter().for_each(|id| assert!(ids.contains(id), "{id} is missing in {ids:?}"));
    });
}

/// The lines of a script's list of changes.
fn changes(script: &str) -> Vec<&str> {
    let list = script.split("changes() {\n").nth(1).unwrap().split("\n}\n").next().unwrap();
    list.lines().map(str::trim).collect()
}

#[test]
fn scripts_list_the_steps_and_the_way_back() {
    let home = tempfile::tempdir().unwrap();
    let dir = home.path().join("report");
    with_report(|report| report::write(&dir, false, report).unwrap());
    let at = "policies/111122223333";
    let build = format!("{at}/policy/Build");
    let inline = format!("inline role deploy 'deploy inline' {at}/role/deploy/deploy%20inline.");
    let new = "arn:aws:iam::111122223333:policy/deploy-ReadOnlyAccess-fit";
    let forward = [
        "change 1 'Trim deploy inline at role/team/deploy'".to_owned(),
        format!("{inline}before {at}/role/deploy/deploy%20inline.json"),
        "change 2 'Delete leftover at user/idle'".to_owned(),
        format!("inline user idle leftover {at}/user/idle/leftover.before none"),
        "change 3 'Trim Build'".to_owned(),
        format!("held_by {BUILD} role/deploy"),
        format!("create arn:aws:iam::111122223333:policy/Build-2 Build-2 {build}/Build-2.json"),
        "attach role deploy arn:aws:iam::111122223333:policy/Build-2".to_owned(),
        format!("new_version {BUILD} v3 {build}/Build.before {build}/Build.json"),
        "change 4 'Replace ReadOnlyAccess at role/team/deploy'".to_owned(),
        format!("stands arn:aws:iam::aws:policy/ReadOnlyAccess v3 {at}/role/deploy/ReadOnlyAccess.before"),
        format!("create {new} deploy-ReadOnlyAccess-fit {at}/role/deploy/deploy-ReadOnlyAccess-fit.json"),
        format!("attach role deploy {new}"),
        "detach role deploy arn:aws:iam::aws:policy/ReadOnlyAccess".to_owned(),
    ];
    assert_eq!(changes(&text(&dir, "apply/111122223333/apply.sh")), forward);
    let back = [
        "change 4 'Replace ReadOnlyAccess at role/team/deploy'".to_owned(),
        "attach role deploy arn:aws:iam::aws:policy/ReadOnlyAccess".to_owned(),
        format!("detach role deploy {new}"),
        format!("delete {new} {at}/role/deploy/deploy-ReadOnlyAccess-fit.json"),
        "change 3 'Trim Build'".to_owned(),
        format!("old_version {BUILD} v3 {build}/Build.before {build}/Build.json"),
        "detach role deploy arn:aws:iam::111122223333:policy/Build-2".to_owned(),
        format!("delete arn:aws:iam::111122223333:policy/Build-2 {build}/Build-2.json"),
        "change 2 'Delete leftover at user/idle'".to_owned(),
        format!("inline user idle leftover none {at}/user/idle/leftover.before"),
        "change 1 'Trim deploy inline at role/team/deploy'".to_owned(),
        format!("{inline}json {at}/role/deploy/deploy%20inline.before"),
    ];
    assert_eq!(changes(&text(&dir, "apply/111122223333/rollback.sh")), back);
    let diff = text(&dir, &format!("{at}/role/deploy/deploy%20inline.diff"));
    assert!(diff.contains("-            \"Action\": \"*\",\n+            \"Action\": \"s3:GetObject\",\n"), "{diff}");
}

#[test]
fn odd_names_are_names_in_terraform_too() {
    let home = tempfile::tempdir().unwrap();
    let dir = home.path().join("report");
    with_report(|report| report::write(&dir, false, report).unwrap());
    // Four policies, one of them split in two; two attachments made, one that goes.
    assert_eq!(hcl_holds(&dir), 8);
}

#[test]
fn a_page_tells_what_goes_and_why() {
    let home = tempfile::tempdir().unwrap();
    let dir = home.path().join("report");
    with_report(|report| report::write(&dir, false, report).unwrap());
    let page = text(&dir, "apply/111122223333/role/deploy.md");
    for line in [
        "Seen from 2026-10-01 to 2026-10-30, 45 uses of its permissions in 30 days under watch.",
        "## What goes: 3 of 5",
        "| Write | 1 | `ec2:RunInstances` | low | 30 days watched; the service was never called |",
        "| Write | 2 | `s3:DeleteObject`, `s3:PutObject` | low | 30 days watched; others of the service are used, on 3 days |",
        "| `s3:GetObject` | 40 | 2026-10-01 | 2026-10-30 | `arn:aws:s3:::releases/a` |",
        "| 1 | `iam:PassRole` | no event ever shows it |",
    ] {
        assert!(page.lines().any(|found| found == line), "`{line}` is missing in\n{page}");
    }
    let index = text(&dir, "apply/README.md");
    assert!(index.contains("Decides the requests of [`role/team/deploy`](<111122223333/role/deploy.md>)."), "{index}");
}

#[test]
fn only_a_report_is_replaced_and_only_by_force() {
    let home = tempfile::tempdir().unwrap();
    let dir = home.path().join("report");
    let write = |dir: &Path, force| with_report(|report| report::write(dir, force, report));
    fs::create_dir(&dir).unwrap();
    write(&dir, false).expect("an empty folder is taken");
    assert!(matches!(write(&dir, false), Err(ReportError::Exists(_))));
    fs::write(dir.join("report.json"), text(&dir, "report.json") + " ").unwrap();
    write(&dir, true).unwrap();
    assert!(text(&dir, "report.json").ends_with("}\n"), "the old report is replaced");
    let other = home.path().join("other");
    fs::create_dir(&other).unwrap();
    fs::write(other.join("report.json"), "{\"tool\": \"another\"}").unwrap();
    let error = write(&other, true).unwrap_err();
    assert!(error.to_string().contains("is no report of trailfit"), "{error}");
    assert_eq!(text(&other, "report.json"), "{\"tool\": \"another\"}");
    assert!(matches!(write(&home.path().join("no/such"), false), Err(ReportError::NoParent(_))));
    let left: Vec<_> = fs::read_dir(home.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(left.len(), 2, "nothing unfinished is left: {left:?}");
}

#[test]
fn a_failure_leaves_no_trace() {
    let home = tempfile::tempdir().unwrap();
    let dir = home.path().join("report");
    fs::write(&dir, "a file").unwrap();
    assert!(with_report(|report| report::write(&dir, true, report)).is_err());
    assert_eq!(files(home.path()).len(), 1);
}

#[test]
fn the_summary_fits_a_screen() {
    with_report(|report| {
        let summary = report.summary(false);
        println!("{summary}");
        for line in summary.lines() {
            assert!(line.chars().count() <= 100, "{line}");
            assert!(!line.contains('\u{1b}'));
        }
        for words in [
            "12 files (34.6 kB), 1,060 records of 1 account on 29 days from 2026-10-01 to 2026-10-30",
            "52 used + 1,005 exempt + 3 lost = 1,060",
            "1 × no eventSource: b.json.gz",
            "111122223333 role/team/deploy",
            "Do first",
            "→ policies/111122223333/role/deploy/deploy%20inline.json",
            "spans 30 days",
            "no event ever shows it",
        ] {
            assert!(summary.contains(words), "`{words}` is missing");
        }
        assert!(report.summary(true).contains("\u{1b}[1mDo first\u{1b}[0m"));
    });
    let used = report::used_summary(&evidence(), "2026-05-01");
    println!("{used}");
    for words in ["111122223333 role/team/deploy", "observed", "younger than the catalog of 2026-05-01"] {
        assert!(used.contains(words), "`{words}` is missing");
    }
}

#[test]
fn check_counts_what_is_loose() {
    let evidence = evidence();
    let judgement = judgement(&evidence);
    let verdict = report::check(&evidence, &judgement, 0.5, "2026-10-15");
    println!("{}", verdict.text);
    assert_eq!((verdict.loose, verdict.unfit, verdict.surprises), (2, 1, 1));
    assert!(verdict.text.starts_with("LOOSE: 2 of 2 judged principals above 50.0 % unused\n"));
    assert!(verdict.text.contains("; inferred from the log itself\n"));
    assert_eq!(report::check(&evidence, &judgement, 1.0, "2026-10-15").loose, 0);
}

/// What `why` says of an unused action that only data events show.
const DATA_EVENTS: &str = "data events of s3.amazonaws.com are logged for its resources: inferred from such events";

#[test]
fn why_is_answered() {
    let evidence = evidence();
    let case = |principal: &str, action: &str, words: &[&str]| {
        let mut judgement = judgement(&evidence);
        judgement.fittings.retain(|fitting| fitting.name == principal);
        judgement.strangers.retain(|stranger| stranger.principal.short_name() == principal);
        let text = report::explain(&judgement, action, "2026-10-15");
        println!("{text}");
        assert!(text.lines().all(|line| line.chars().count() <= 100));
        words.iter().for_each(|words| assert!(text.contains(words), "`{words}` is missing in\n{text}"));
    };
    let used = ["granted by deploy inline#0", "used 40 times", "evaluates to allowed", "keeps it as used"];
    case("deploy", "S3:getobject", &used);
    case("deploy", "s3:PutObject", &["unused: a use would have been seen", DATA_EVENTS, "tried 5 times", "removes it"]);
    case("deploy", "iam:PassRole", &["unseen: no event ever shows it", "keeps it as unseen"]);
    case("deploy", "x:Y", &["never granted by its identity-based policies, never used"]);
    case("deploy", "*", &["used 40 times", "*, never tried", "2 actions unused: s3:DeleteObject, ec2:RunInstances"]);
    case("unfit", "x:Y", &["could not be judged"]);
    case("gone", "s3:List*", &["in no snapshot", "used 7 times"]);
}

#[test]
fn evidence_is_kept_and_replaced_like_a_report_but_not_by_one() {
    let home = tempfile::tempdir().unwrap();
    let dir = home.path().join("evidence");
    let tables = report::schema();
    report::ready(&dir, false).unwrap();
    report::write_tables(&dir, false, &tables).unwrap();
    assert_eq!(files(&dir).len(), tables.len());
    assert!(matches!(report::ready(&dir, false), Err(ReportError::Exists(_))));
    assert!(matches!(report::write_tables(&dir, false, &tables), Err(ReportError::Exists(_))));
    report::ready(&dir, true).unwrap();
    report::write_tables(&dir, true, &tables).unwrap();
    let error = with_report(|report| report::write(&dir, true, report)).unwrap_err();
    assert!(error.to_string().contains("is no report of trailfit"), "{error}");
    fs::write(dir.join("notes.txt"), "mine").unwrap();
    assert!(matches!(report::write_tables(&dir, true, &tables), Err(ReportError::NotOurs { .. })));
    assert!(matches!(report::ready(&dir, true), Err(ReportError::NotOurs { .. })));
    assert!(dir.join("notes.txt").exists());
}
