//! What the user says is never touched stays, and the report says by which rule.

use super::{GRANTS, LOGS, run};

fn suggest(more: &[&str]) -> String {
    let usual = ["suggest", LOGS, "--grants", GRANTS, "--principal", "workshop-web"];
    run(&[&usual, more].concat(), 0)
}

fn why(more: &[&str]) -> String {
    let usual = ["why", LOGS, "--grants", GRANTS, "--principal", "workshop-web", "--action", "s3:DeleteBucket"];
    run(&[&usual, more].concat(), 0)
}

#[test]
fn without_a_rule_it_goes() {
    assert!(suggest(&[]).contains("Trim `workshop-web`"));
}

#[test]
fn principals_are_kept_by_name_path_and_tag() {
    for rule in ["workshop-*", "/app/", "arn:aws:iam::111122223333:role/app/workshop-web"] {
        let told = suggest(&["--keep-principal", rule, "--drop-unseen"]);
        assert!(!told.contains("Trim `workshop-web`"), "{rule}: {told}");
        let told = why(&["--keep-principal", rule]);
        assert!(told.contains(&format!("a rule keeps principals like {rule}")), "{told}");
    }
    assert!(suggest(&["--keep-principal", "workshop"]).contains("Trim `workshop-web`"));
}

#[test]
fn actions_are_kept() {
    let told = why(&["--keep-action", "s3:delete*"]);
    assert!(told.contains("a rule keeps actions like s3:delete*"), "{told}");
    assert!(!why(&["--keep-action", "s3:Get*"]).contains("a rule keeps"));
}

#[test]
fn short_logs_remove_nothing_on_demand() {
    let told = suggest(&["--min-days", "365"]);
    assert!(!told.contains("Trim"), "{told}");
    assert!(why(&["--min-days", "365"]).contains("days of the account's log were read"));
    assert!(suggest(&["--min-days", "30"]).contains("Trim `workshop-web`"));
}

#[test]
fn rules_that_name_nothing_are_refused() {
    for wrong in [["--keep-tag", "team"], ["--keep-action", "s3"]] {
        run(&["suggest", LOGS, "--grants", GRANTS, wrong[0], wrong[1]], 2);
    }
}
