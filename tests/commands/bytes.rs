//! The same input gives the same report, byte for byte, however it is cut up.

use std::path::{Path, PathBuf};

use super::{GRANTS, LOGS, contents, run, text};

fn suggest(out: &Path, logs: &[&str]) -> Vec<(PathBuf, Vec<u8>)> {
    let mut arguments = vec!["suggest"];
    arguments.extend(logs);
    arguments.extend(["--grants", GRANTS, "--out", text(out)]);
    run(&arguments, 0);
    contents(out)
}

fn log_files() -> Vec<String> {
    let all = walkdir::WalkDir::new(LOGS).sort_by_file_name().into_iter().map(Result::unwrap);
    let files: Vec<String> =
        all.filter(|entry| entry.file_type().is_file()).map(|entry| text(entry.path()).to_owned()).collect();
    assert!(files.len() > 50, "the sample lies in the folder where tests run");
    files
}

fn assert_same(what: &str, left: &[(PathBuf, Vec<u8>)], right: &[(PathBuf, Vec<u8>)]) {
    let names = |files: &[(PathBuf, Vec<u8>)]| files.iter().map(|(path, _)| path.clone()).collect::<Vec<_>>();
    assert_eq!(names(left), names(right), "{what}");
    for ((path, left), (_, right)) in left.iter().zip(right) {
        assert!(left == right, "{what}: {} differs", path.display());
    }
}

#[test]
fn threads_and_order_do_not_show() {
    let folder = tempfile::tempdir().unwrap();
    let one = suggest(&folder.path().join("one"), &[LOGS, "--threads", "1"]);
    let two = suggest(&folder.path().join("two"), &[LOGS, "--threads", "2"]);
    assert_same("1 and 2 threads", &one, &two);
    let mut files = log_files();
    files.reverse();
    let reversed: Vec<&str> = files.iter().map(String::as_str).collect();
    assert_same("files in reverse order", &one, &suggest(&folder.path().join("reversed"), &reversed));
}

#[test]
fn halves_kept_as_evidence_add_up_to_the_whole() {
    let folder = tempfile::tempdir().unwrap();
    let whole = suggest(&folder.path().join("whole"), &[LOGS]);
    let files = log_files();
    let mut halves = Vec::new();
    for half in 0..2 {
        let out = folder.path().join(format!("half-{half}"));
        let mut arguments = vec!["used"];
        arguments.extend(files.iter().skip(half).step_by(2).map(String::as_str));
        arguments.extend(["--out", text(&out)]);
        run(&arguments, 0);
        halves.push(out);
    }
    let [first, second] = halves.as_slice() else { unreachable!() };
    let merged = suggest(&folder.path().join("merged"), &["--evidence", text(first), "--evidence", text(second)]);
    assert_same("two halves", &whole, &merged);
    let swapped = suggest(&folder.path().join("swapped"), &["--evidence", text(second), "--evidence", text(first)]);
    assert_same("two halves the other way round", &whole, &swapped);
}
