//! `trailfit compare`: policies, folders and snapshots against what shall take their place.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use super::{GRANTS, run, text, trailfit};

const OLD: &str = r#"{
  "Version": "2012-10-17",
  "Statement": [
    {"Sid": "Read", "Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::data/*"},
    {"Effect": "Deny", "Action": "s3:*", "Resource": "arn:aws:s3:::data/secret/*"}
  ]
}"#;

/// Two folders with a document of each name, given as (name, old, new).
fn folders(documents: &[(&str, Option<&str>, Option<&str>)]) -> (tempfile::TempDir, PathBuf, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let (old, new) = (folder.path().join("old"), folder.path().join("new"));
    for (name, before, after) in documents {
        for (side, document) in [(&old, before), (&new, after)] {
            let path = side.join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            document.iter().for_each(|document| fs::write(&path, document).unwrap());
        }
    }
    (folder, old, new)
}

/// Standard output alone.
fn output(arguments: &[&str], exit: i32) -> String {
    let told = trailfit(arguments);
    assert_eq!(told.status.code(), Some(exit), "{}", String::from_utf8_lossy(&told.stderr));
    String::from_utf8(told.stdout).unwrap()
}

fn changes(arguments: &[&str], exit: i32) -> Vec<Value> {
    let told = output(&[&["compare", "--format", "json"], arguments].concat(), exit);
    told.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

#[test]
fn new_access_is_told_with_a_request_and_its_line() {
    let new = OLD.replace("secret", "secrets");
    let (_folder, old, new) = folders(&[("p.json", Some(OLD), Some(&new))]);
    let (old, new) = (old.join("p.json"), new.join("p.json"));
    let found = changes(&[text(&old), text(&new)], 1);
    assert_eq!(found[0]["relation"], "incomparable: some access new, some gone");
    let gained = &found[0]["newAccess"][0];
    assert_eq!(gained["actions"], json!(["s3:GetObject"]));
    assert!(gained["request"]["resource"].as_str().unwrap().starts_with("arn:aws:s3:::data/secret/"), "{gained}");
    assert_eq!(gained["allowedBy"][0]["line"], 4);
    let told = run(&["compare", text(&old), text(&new)], 1);
    assert!(told.contains("Statement[0] (Read), line 4"), "{told}");
    run(&["compare", text(&old), text(&old)], 0);
}

#[test]
fn folders_are_compared_by_name() {
    let narrower = OLD.replace("data/*", "data/a/*");
    let documents = [
        ("a/x.json", Some(OLD), Some(narrower.as_str())),
        ("gone.json", Some(OLD), None),
        ("same.json", Some(OLD), Some(OLD)),
    ];
    let (_folder, old, new) = folders(&documents);
    let relations = |found: &[Value]| -> Vec<(String, String)> {
        let word = |change: &Value, name: &str| change[name].as_str().unwrap().to_owned();
        found.iter().map(|change| (word(change, "name"), word(change, "relation"))).collect()
    };
    let expected = [("a/x", "narrower"), ("gone", "narrower")].map(|(a, b)| (a.to_owned(), b.to_owned()));
    assert_eq!(relations(&changes(&[text(&old), text(&new)], 0)), expected);
    fs::write(new.join("more.json"), OLD).unwrap();
    let found = changes(&[text(&old), text(&new)], 1);
    assert!(relations(&found).contains(&("more".to_owned(), "wider".to_owned())), "{found:?}");
    // Taken together it is what stood before.
    let found = changes(&["--together", text(&old), text(&new)], 0);
    assert_eq!(found[0]["relation"], "no difference");
}

#[test]
fn a_closed_catalog_makes_a_pattern_and_its_list_the_same() {
    let policy = |actions: Value| {
        json!({"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": actions, "Resource": "*"}})
            .to_string()
    };
    let listed = run(&["catalog", "action", "sqs:Tag*"], 0);
    assert!(listed.contains("sqs:TagQueue"), "{listed}");
    let (old, new) = (policy(json!(["sqs:TagQueue"])), policy(json!("sqs:Tag*")));
    let (_folder, old, new) = folders(&[("p.json", Some(&old), Some(&new))]);
    let found = changes(&[text(&old), text(&new)], 1);
    assert_eq!(found[0]["newAccess"][0]["actions"], json!([]));
    changes(&["--catalog-closed", text(&old), text(&new)], 0);
}

#[test]
fn sarif_points_at_the_statement() {
    let new = OLD.replace("s3:GetObject", "s3:PutObject");
    let (_folder, old, new) = folders(&[("p.json", Some(OLD), Some(&new))]);
    let told: Value =
        serde_json::from_str(&output(&["compare", "--format", "sarif", text(&old), text(&new)], 1)).unwrap();
    let result = &told["runs"][0]["results"][0];
    assert_eq!(result["ruleId"], "NEW_ACCESS");
    let place = &result["locations"][0]["physicalLocation"];
    assert_eq!(place["region"]["startLine"], 4);
    assert!(place["artifactLocation"]["uri"].as_str().unwrap().ends_with("new/p.json"), "{place}");
}

#[test]
fn what_cannot_be_compared_is_told() {
    let (_folder, old, new) =
        folders(&[("p.json", Some(OLD), Some("{\"Statement\": [{}]}")), ("q.json", Some("[]"), None)]);
    let found = changes(&[text(&old), text(&new)], 3);
    assert!(found[0]["notDecided"][0].as_str().unwrap().contains("cannot be read"), "{found:?}");
    run(&["compare", text(&old), text(&new.join("p.json"))], 2);
    run(&["compare", text(&old)], 2);
    run(&["compare", text(&old), "no/such/file"], 2);
}

/// The sample's snapshots with one policy changed.
fn changed_grants(folder: &Path, change: impl Fn(String) -> String) {
    for entry in fs::read_dir(GRANTS).unwrap() {
        let path = entry.unwrap().path();
        fs::write(folder.join(path.file_name().unwrap()), change(fs::read_to_string(&path).unwrap())).unwrap();
    }
}

#[test]
fn snapshots_tell_which_principals_gained_what() {
    let folder = tempfile::tempdir().unwrap();
    changed_grants(folder.path(), |text| text.replace("kms:Decrypt", "kms:CreateGrant"));
    let sides = |old: &str, new: &str, exit| changes(&["--grants-old", old, "--grants-new", new], exit);
    assert!(sides(GRANTS, GRANTS, 0).is_empty());
    let found = sides(GRANTS, text(folder.path()), 1);
    let gained = |change: &Value| change["newAccess"].to_string().contains("kms:CreateGrant");
    assert!(
        found.iter().any(|change| gained(change) && change["name"].as_str().unwrap().contains(":role/")),
        "{found:#?}"
    );
    assert!(found.iter().all(|change| !change["newAccess"].to_string().contains("s3:")), "{found:#?}");
}

#[test]
fn what_a_principal_may_do_is_told_by_service_and_level() {
    let told = run(&["grants", "order-intake", "--grants", GRANTS], 0);
    assert!(told.contains("order-intake") && told.contains("\ndynamodb\n"), "{told}");
    let holding: Value =
        serde_json::from_str(&output(&["grants", "order-intake", "--grants", GRANTS, "--format", "json"], 0)).unwrap();
    // Whatever is listed the simulator allows on some condition, and nothing else of the service.
    let of_kms: Vec<&str> = holding["access"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|row| row["service"] == "kms")
        .flat_map(|row| row["actions"].as_array().unwrap().iter().map(|action| action.as_str().unwrap()))
        .collect();
    assert!(of_kms.contains(&"kms:Decrypt") && !of_kms.contains(&"kms:CreateGrant"), "{of_kms:?}");
    run(&["grants", "nobody-of-this-name", "--grants", GRANTS], 2);
}

#[test]
fn who_can_agrees_with_the_simulator() {
    let table = "arn:aws:dynamodb:eu-central-1:111122223333:table/orders";
    let ask = ["who-can", "dynamodb:GetItem", table, "--grants", GRANTS];
    let told = run(&ask, 0);
    // The organization's guardrail asks for the region.
    assert!(
        told.lines().any(|line| line.starts_with("under conditions") && line.contains("role/order-intake")),
        "{told}"
    );
    let known = run(&[&ask[..], &["--context", "aws:RequestedRegion=eu-central-1"]].concat(), 0);
    assert!(
        known.lines().any(|line| line.starts_with("yes") && line.contains("role/service-role/order-intake")),
        "{known}"
    );
    let found: Value = serde_json::from_str(&output(&[&ask[..], &["--format", "json"]].concat(), 0)).unwrap();
    let names: Vec<&str> =
        found["Principals"].as_array().unwrap().iter().map(|one| one["EvalPrincipal"].as_str().unwrap()).collect();
    assert!(names.len() < usize::try_from(found["AskedAbout"].as_u64().unwrap()).unwrap());
    for name in names {
        let simulated = trailfit(&[
            "simulate",
            "--grants",
            GRANTS,
            "--principal",
            name,
            "--action",
            "dynamodb:GetItem",
            "--resource",
            table,
            "--context-unknown",
        ]);
        let line = String::from_utf8(simulated.stdout).unwrap();
        assert!(line.starts_with("allowed") || line.starts_with("undetermined"), "{name}: {line}");
    }
    run(&["who-can", "dynamodb:*", table, "--grants", GRANTS], 2);
}
