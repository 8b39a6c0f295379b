//! Exit codes, and the sentences that go with them.

use std::fs;

use super::{GRANTS, LOGS, contents, run, text};

#[test]
fn check_answers_by_its_exit_code() {
    let base = ["check", LOGS, "--grants", GRANTS];
    run(&[&base[..], &["--max-unused", "1"]].concat(), 0);
    let told = run(&[&base[..], &["--max-unused", "0.5"]].concat(), 1);
    assert!(told.contains("shop-ci"), "{told}");
    run(&[&base[..], &["--max-unused", "1", "--max-lost", "0"]].concat(), 3);
    run(&[&base[..], &["--max-unused", "0.5", "--principal", "shop-task-execution"]].concat(), 0);
}

#[test]
fn what_cannot_be_run_says_what_to_do() {
    let case = |arguments: &[&str], sentence: &str| {
        let told = run(arguments, 2);
        assert!(told.contains(sentence), "{arguments:?}: {told}");
    };
    case(&["suggest", LOGS, "--grants", "no/such/folder"], "no/such/folder");
    case(&["suggest", "no/such/logs", "--grants", GRANTS], "no/such/logs");
    case(&["suggest", "--grants", GRANTS], "--evidence");
    case(&["suggest", LOGS, "--grants", "queries"], "no account authorization details");
    case(&["used", LOGS, "--since", "soon"], "90d");
    case(&["used", LOGS, "--since", "2026-10-02", "--until", "2026-10-01"], "window is empty");
    case(&["used", LOGS, "--account", "12"], "12 digits");
    case(&["used", "--evidence", "sample-logs"], "used --out");
    case(&["used", "--evidence", "sample-logs", "--since", "90d"], "--evidence");
    case(&["used", LOGS, "--catalog", "queries"], "catalog");
    case(&["why", LOGS, "--grants", GRANTS, "--principal", "nobody", "--action", "s3:GetObject"], "nobody");
    case(&["used", LOGS, "--config", "no.toml"], "no.toml");
}

#[test]
fn nothing_that_stands_is_lost() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("report");
    let suggest = ["suggest", LOGS, "--grants", GRANTS, "--out", text(&out)];
    run(&suggest, 0);
    let before = contents(&out);
    let told = run(&suggest, 2);
    assert!(told.contains("--force"), "{told}");
    assert_eq!(before, contents(&out));
    run(&[&suggest[..], &["--force"]].concat(), 0);
    assert_eq!(before, contents(&out));
    // A folder that is not ours is not replaced even by force.
    let foreign = folder.path().join("foreign");
    fs::create_dir(&foreign).unwrap();
    fs::write(foreign.join("thesis.txt"), "years of work").unwrap();
    for command in [vec!["suggest", LOGS, "--grants", GRANTS], vec!["used", LOGS]] {
        run(&[&command[..], &["--force", "--out", text(&foreign)]].concat(), 2);
    }
    assert_eq!(fs::read_to_string(foreign.join("thesis.txt")).unwrap(), "years of work");
    let left: Vec<_> = fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(left.len(), 2, "no unfinished folder is left: {left:?}");
}

#[test]
fn settings_of_a_file_are_those_of_the_command_line() {
    let folder = tempfile::tempdir().unwrap();
    let config = folder.path().join("trailfit.toml");
    fs::write(&config, format!("logs = [\"{LOGS}\"]\ngrants = [\"{GRANTS}\"]\n[check]\nmax_unused = 0.5\n")).unwrap();
    run(&["check", "--config", text(&config)], 1);
    run(&["check", "--config", text(&config), "--max-unused", "1"], 0);
    fs::write(&config, "no_such_flag = 1\n").unwrap();
    assert!(run(&["used", LOGS, "--config", text(&config)], 2).contains("no-such-flag"));
}

#[test]
fn a_window_prunes_files_and_counts_what_lies_outside() {
    let all = run(&["used", LOGS], 0);
    let late = run(&["used", LOGS, "--since", "2026-10-01"], 0);
    assert!(late.contains("outside the window") || late.contains("left out"), "{late}");
    assert_ne!(all, late);
}

#[test]
fn why_shows_events_statements_and_the_proposal() {
    let base = ["why", LOGS, "--grants", GRANTS, "--principal", "order-intake", "--action"];
    let told = run(&[&base[..], &["kms:Decrypt"]].concat(), 0);
    assert!(told.contains("secretsmanager.amazonaws.com") && told.contains("PaymentKey"), "{told}");
}
