//! DuckDB for tests of `queries/`: runs SQL over files and gives rows of text.
//! DuckDB comes from a Python virtual environment.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::OnceLock;

use super::python::environment;

/// The pinned release, so that a test means the same tomorrow.
const PIN: &str = "duckdb==2.0.1";

/// Reads SQL from standard input and prints the rows of its last statement as JSON.
const RUNNER: &str = "\
import duckdb, json, sys
sql = sys.stdin.read()
rows = duckdb.connect().execute(sql).fetchall()
json.dump(rows, sys.stdout, default=str)
";

/// The rows of a query. `NULL` is the text `NULL`, booleans are `true` and `false`, lists and
/// structs are JSON. Paths in the SQL are relative to the top of the tree.
#[track_caller]
pub(crate) fn query(sql: &str) -> Vec<Vec<String>> {
    let mut child = Command::new(python())
        .args(["-c", RUNNER])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("python of the virtual environment starts");
    let mut input = child.stdin.take().expect("standard input is piped");
    input.write_all(sql.as_bytes()).expect("python reads SQL");
    drop(input);
    let output = child.wait_with_output().expect("python ends");
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "DuckDB refused\n{sql}\n\n{errors}");
    let rows: Vec<Vec<serde_json::Value>> = serde_json::from_slice(&output.stdout).expect("rows are JSON");
    rows.iter().map(|row| row.iter().map(cell).collect()).collect()
}

fn cell(value: &serde_json::Value) -> String {
    match value {
        serde_json::Value::Null => "NULL".to_owned(),
        serde_json::Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

/// The Python that has DuckDB, made on first use.
fn python() -> &'static Path {
    static PYTHON: OnceLock<PathBuf> = OnceLock::new();
    PYTHON.get_or_init(|| environment("duckdb-venv", &[PIN]).join("bin/python"))
}

#[test]
fn duckdb_answers() {
    let rows = query("select 1 + 1, 'a', null, true, [1, 2]");
    assert_eq!(rows, [["2", "a", "NULL", "true", "[1,2]"]]);
}
