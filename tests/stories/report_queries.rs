//! The queries answer on a written report, with the numbers of its report.json; their README knows every column.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;
use trailfit::report::{self, Report};
use trailfit::table::ColumnKind;

use super::report_sample::{ACCOUNT, DEPLOY, IDLE, evidence, judgement};
use crate::duckdb;

fn queries() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("queries")
}

/// Runs a query of the folder in a report's folder.
fn run(report: &Path, query: &str) -> Vec<Vec<String>> {
    let sql = fs::read_to_string(queries().join(query)).unwrap();
    duckdb::query(&format!("SET file_search_path = '{}';\n{sql}", report.display()))
}

fn kind(kind: ColumnKind) -> &'static str {
    match kind {
        ColumnKind::Text => "text",
        ColumnKind::Int => "int",
        ColumnKind::Float => "float",
        ColumnKind::Bool => "bool",
        ColumnKind::Time => "time",
        ColumnKind::Texts => "texts",
        ColumnKind::Ints => "ints",
    }
}

/// The `column | type` pairs of the table under a heading.
fn documented(readme: &str, heading: &str) -> Vec<(String, String)> {
    let section = readme.split("\n## ").find(|section| section.lines().next() == Some(heading)).unwrap_or_default();
    let rows = section.lines().filter(|line| line.starts_with("| `"));
    let cells = |line: &str| line.split('|').map(|cell| cell.trim().trim_matches('`').to_owned()).collect::<Vec<_>>();
    rows.map(cells).map(|cells| (cells[1].clone(), cells[2].clone())).collect()
}

#[test]
fn the_readme_knows_every_column() {
    let readme = fs::read_to_string(queries().join("README.md")).unwrap();
    for table in report::schema() {
        let columns: Vec<(String, String)> =
            table.columns.iter().map(|column| (column.name.to_owned(), kind(column.kind).to_owned())).collect();
        assert_eq!(documented(&readme, table.name), columns, "{}", table.name);
    }
}

#[test]
fn the_readme_knows_every_query_and_finding() {
    let readme = fs::read_to_string(queries().join("README.md")).unwrap();
    let files = fs::read_dir(queries()).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let sql: Vec<String> = files.filter(|name| name.ends_with(".sql")).collect();
    assert_eq!(sql.len(), 3);
    for name in sql {
        assert!(readme.contains(&format!("| `{name}` |")), "{name}");
    }
    let evidence = evidence();
    let judgement = judgement(&evidence);
    let report = Report::new(&evidence, &judgement, "2026-10-15");
    let json: Value = serde_json::from_str(&report.json()).unwrap();
    let ids: BTreeSet<&str> =
        json["findings"].as_array().unwrap().iter().map(|row| row["id"].as_str().unwrap()).collect();
    for id in ids {
        assert!(readme.contains(&format!("`{id}`")), "{id}");
    }
}

#[test]
fn the_queries_answer_as_report_json_does() {
    let home = tempfile::tempdir().unwrap();
    let dir = home.path().join("report");
    let evidence = evidence();
    let judgement = judgement(&evidence);
    report::write(&dir, false, &Report::new(&evidence, &judgement, "2026-10-15")).unwrap();
    let json: Value = serde_json::from_str(&fs::read_to_string(dir.join("report.json")).unwrap()).unwrap();
    over_privileged(&run(&dir, "over_privileged.sql"), &json);
    let unused = run(&dir, "unused_services.sql");
    let expected =
        [[ACCOUNT, DEPLOY, "ec2", "1", "[\"deploy inline#0\"]"], [ACCOUNT, IDLE, "s3", "1", "[\"deploy inline#0\"]"]];
    assert_eq!(unused, expected);
    let disagreements = run(&dir, "denied_and_surprising.sql");
    assert_eq!(disagreements.len(), 1);
    assert_eq!(disagreements[0][..6], [ACCOUNT, DEPLOY, "role", "s3:PutObject", "denied", "5"]);
}

fn over_privileged(rows: &[Vec<String>], json: &Value) {
    let principals = json["principals"].as_array().unwrap();
    let judged: Vec<&Value> = principals.iter().filter(|row| row["unused"].as_i64() > Some(0)).collect();
    assert_eq!(rows.len(), judged.len());
    for row in rows {
        let same = judged.iter().find(|one| one["arn"] == row[2].as_str()).unwrap();
        for (at, column) in [(3, "granted"), (4, "used"), (5, "unused"), (6, "unseen")] {
            assert_eq!(row[at], same[column].to_string(), "{column}");
        }
    }
    let findings = json["findings"].as_array().unwrap();
    let of_role = findings.iter().filter(|row| row["subject"] == DEPLOY);
    let removed: i64 = of_role.filter_map(|row| row["removed_actions"].as_i64()).sum();
    assert_eq!(rows[0][2], DEPLOY);
    assert_eq!(rows[0][9], "[\"s3\",\"ec2\"]");
    assert_eq!(rows[0][10], removed.to_string());
}
