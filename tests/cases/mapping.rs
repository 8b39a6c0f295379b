//! Events and what they took, as JSON in `map/`: one file a theme, one case an event. To add a case takes no code.
//!
//! A case gives `source`, `name` and, where it matters, `parameters`, `response`, `resources`, `caller`; then what is
//! expected: `needs` (action, resources, and `context` or `provenance` where the case is about them), `exempt` (the
//! rule), or `unmapped` (the service).

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};
use trailfit::catalog::{Call, Catalog, Late, Need, Required, TouchedResource};

use super::cases;

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases/map")
}

/// All cases, with the theme before the name.
fn all() -> Vec<Value> {
    let mut files: Vec<PathBuf> = std::fs::read_dir(folder()).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    files.iter().flat_map(|file| cases(file)).collect()
}

fn strings(value: &Value) -> Vec<String> {
    value.as_array().into_iter().flatten().filter_map(Value::as_str).map(str::to_owned).collect()
}

/// What the dictionary says, in the words of a case; of each need only what the case asks about.
fn answer(catalog: &Catalog, case: &Value) -> Value {
    let listed = strings(&case["resources"]);
    let resources: Vec<TouchedResource<'_>> =
        listed.iter().map(|arn| TouchedResource { arn: Some(arn), kind: None, account: None }).collect();
    let source = case["source"].as_str().unwrap();
    let source = if source.contains('.') { source.to_owned() } else { format!("{source}.amazonaws.com") };
    let response = Late::from(case["response"].clone());
    let required = catalog.required(&Call {
        source: &source,
        name: case["name"].as_str().unwrap(),
        region: "eu-west-1",
        partition: "aws",
        account: "111122223333",
        caller_account: "111122223333",
        caller_arn: case["caller"].as_str(),
        parameters: &(&case["parameters"]).into(),
        response: Some(&response),
        resources: &resources,
        failed: false,
    });
    match required {
        Required::Exempt(rule) => json!({ "exempt": rule }),
        Required::Unmapped { prefix } => json!({ "unmapped": prefix }),
        Required::Actions(needs) => {
            let asked = case["needs"].as_array().map(Vec::as_slice).unwrap_or_default();
            let told = |(place, need): (usize, Need)| {
                let asks = |what: &str| asked.get(place).is_some_and(|asked| asked.get(what).is_some());
                let mut told = json!({"action": need.action, "resources": need.resources});
                if asks("context") {
                    let context: BTreeMap<String, Vec<String>> =
                        need.context.into_iter().fold(BTreeMap::new(), |mut all, (key, value)| {
                            all.entry(key).or_insert_with(Vec::new).push(value);
                            all
                        });
                    told["context"] = json!(context);
                }
                if asks("provenance") {
                    told["provenance"] = json!(format!("{:?}", need.provenance).to_lowercase());
                }
                told
            };
            json!({ "needs": needs.into_iter().enumerate().map(told).collect::<Vec<_>>() })
        }
    }
}

/// The cases whose answer is another one than expected.
fn failures(catalog: &Catalog, cases: &[Value]) -> Vec<String> {
    let mut failures = Vec::new();
    for case in cases {
        let expected = ["needs", "exempt", "unmapped"].into_iter().find_map(|key| Some(json!({ key: case.get(key)? })));
        let found = answer(catalog, case);
        if expected.as_ref() != Some(&found) {
            failures.push(format!("{} {} {}: {found}", case["source"], case["name"], case["parameters"]));
        }
    }
    failures
}

#[test]
fn every_case_is_answered() {
    let cases = all();
    let catalog = Catalog::embedded().unwrap();
    super::report("mapping", cases.len(), &failures(&catalog, &cases));
    assert!(cases.len() >= 1_400);
}

/// The curated tables that decide what an event takes.
const TABLES: [&str; 14] = [
    "additions",
    "alternatives",
    "context",
    "ec2_ids",
    "event_sources",
    "events",
    "exempt",
    "passrole_names",
    "passrole_not",
    "passrole_services",
    "readers",
    "roots",
    "selves",
    "templates",
];

/// A table of the tree.
fn table(name: &str) -> String {
    let path = format!("src/catalog/data/curated/{name}.tsv");
    std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(path)).unwrap()
}

/// The catalog with one table replaced.
fn with(name: &str, text: String) -> Catalog {
    Catalog::from_tables(&BTreeMap::from([(format!("curated/{name}.tsv"), text)])).unwrap()
}

#[test]
fn a_table_that_is_lost_is_noticed() {
    let cases = all();
    for name in TABLES {
        let caught = failures(&with(name, String::new()), &cases).len();
        println!("without {name}: {caught} cases fail");
        assert!(caught > 0, "no case needs the table {name}");
    }
}

/// Whether a case may be about a row, by the row's first column: `prefix:Name`, `prefix:*`, or a word.
fn is_about(case: &Value, key: &str) -> bool {
    let text = case.to_string().to_lowercase();
    match key.to_lowercase().split_once(':') {
        Some((prefix, "*")) => prefix == "*" || text.contains(prefix),
        Some((_, name)) => text.contains(name),
        None => text.contains(&key.to_lowercase()),
    }
}

/// A table with so few rows is left without one row after the other.
const FEW: usize = 20;

/// The rows of a table without which every case is answered as before.
///
/// Many rows are left out at once, but of each key one: a case that fails then is held by the row that it is about.
fn unheld(name: &str, cases: &[Value]) -> (usize, Vec<String>) {
    let text = table(name);
    let mut rounds: Vec<BTreeMap<&str, &str>> = Vec::new();
    let mut seen: BTreeMap<&str, usize> = BTreeMap::new();
    let rows: Vec<&str> = text.lines().filter(|line| !line.starts_with('#')).collect();
    let few = rows.len() <= FEW;
    for row in &rows {
        let key = row.split('\t').next().unwrap();
        let round = seen.entry(if few { "" } else { key }).or_default();
        rounds.resize_with(rounds.len().max(*round + 1), BTreeMap::new);
        rounds[*round].insert(key, row);
        *round += 1;
    }
    let mut unheld = Vec::new();
    for round in rounds {
        let left: std::collections::BTreeSet<&str> = round.values().copied().collect();
        let without = text.lines().filter(|line| !left.contains(line)).flat_map(|line| [line, "\n"]).collect();
        let catalog = with(name, without);
        let failing: Vec<&Value> =
            cases.iter().filter(|case| !failures(&catalog, std::slice::from_ref(case)).is_empty()).collect();
        let idle = round.iter().filter(|(key, _)| !failing.iter().any(|case| few || is_about(case, key)));
        unheld.extend(idle.map(|(_, row)| (*row).to_owned()));
    }
    (rows.len(), unheld)
}

#[test]
fn a_row_that_is_lost_is_noticed() {
    let cases = all();
    for name in TABLES {
        let (count, unheld) = unheld(name, &cases);
        println!("{name}: of {count} rows {} are held by no case", unheld.len());
        unheld.iter().for_each(|row| println!("  {name}\t{row}"));
        assert!(unheld.is_empty(), "no case in `map/` needs these rows of {name}: {unheld:#?}");
    }
}

/// Rows changed on purpose: table, row, the row instead.
const MUTATIONS: [(&str, &str, &str); 13] = [
    ("additions", "item:tagSpecificationSet", "item:nothing"),
    ("context", "iam:AttachRolePolicy\tiam:PolicyARN\tpolicyArn", "iam:AttachRolePolicy\tiam:PolicyARN\tpolicy"),
    ("ec2_ids", "vol\tvolume", "vol\tsnapshot"),
    ("event_sources", "monitoring\tcloudwatch", "monitoring\tcloudtrail"),
    ("events", "s3:HeadBucket\ts3:ListBucket", "s3:HeadBucket\ts3:GetBucketLocation"),
    ("exempt", "sts:GetCallerIdentity\talways allowed", "sts:GetCallerIdentity\tsometimes allowed"),
    ("passrole_names", "iam:AddRoleToInstanceProfile\troleName", "iam:AddRoleToInstanceProfile\trole"),
    ("passrole_not", "neptune-db:*", "neptune-db:Nothing"),
    ("passrole_services", "ecs:*\t*\tecs-tasks", "ecs:*\t*\tecs"),
    ("readers", "kms:KeyId\tkey", "kms:KeyName\tkey"),
    ("roots", "glue:catalog/${Account}\tcatalog", "glue:catalog/${Account}\tcatalogue"),
    ("selves", "iam:GetUser\tuserName", "iam:GetUsers\tuserName"),
    ("templates", "kms:CreateAlias\tkey\tKeyId=targetKeyId", "kms:CreateAlias\tkey\tKeyId=keyId"),
];

#[test]
fn a_changed_row_is_noticed() {
    let cases = all();
    for (name, row, instead) in MUTATIONS {
        let text = table(name);
        assert!(text.contains(row), "the table {name} has no row `{row}` any more");
        let caught = failures(&with(name, text.replace(row, instead)), &cases);
        assert!(!caught.is_empty(), "no case notices that `{row}` became `{instead}`");
    }
}
