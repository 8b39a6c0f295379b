//! `iam:PassRole`, which no event shows: recall on the operations of which the reference says that they pass a role,
//! and a sample of the others that was checked by hand.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use trailfit::catalog::{Call, Need, Provenance, Required};

use super::super::bench::catalog;
use super::records::share;

/// The machine-made table: `operation, documented|inferred, paths`.
const TABLE: &str = include_str!("../../../src/catalog/data/generated/passrole.tsv");
/// Rows for roles that stand otherwise: `operation, path, kind`.
const NAMES: &str = include_str!("../../../src/catalog/data/curated/passrole_names.tsv");
/// The sample: `operation, verdict, why`.
const SAMPLE: &str = include_str!("passrole_sample.tsv");

const ROLE: &str = "arn:aws:iam::111122223333:role/r";

fn rows(table: &'static str) -> impl Iterator<Item = Vec<&'static str>> {
    table.lines().filter(|line| !line.starts_with('#')).map(|line| line.split('\t').collect())
}

/// A request that holds a value at a path of the tables, as `a.b`, `list[].c` and `map{}.d`.
fn at(path: &str, value: &str) -> Value {
    path.rsplit('.').fold(json!(value), |inner, step| {
        let name = step.trim_end_matches(['[', ']', '{', '}']);
        let lists = step.matches("[]").count();
        let inner = if step.contains("{}") { json!({ "entry": inner }) } else { inner };
        json!({ name: (0..lists).fold(inner, |inner, _| json!([inner])) })
    })
}

/// The passed roles of a call.
fn passed(operation: &str, parameters: &Value) -> Vec<Need> {
    let (prefix, name) = operation.split_once(':').unwrap();
    let required = catalog().required(&Call {
        source: &format!("{prefix}.amazonaws.com"),
        name,
        region: "eu-west-1",
        partition: "aws",
        account: "111122223333",
        caller_account: "111122223333",
        caller_arn: None,
        parameters: &parameters.into(),
        response: None,
        resources: &[],
        failed: false,
    });
    let Required::Actions(needs) = required else { return Vec::new() };
    needs.into_iter().filter(|need| need.action == "iam:PassRole").collect()
}

#[test]
fn documented_operations_pass_the_role_that_they_name() {
    let names: BTreeMap<&str, Vec<Vec<&str>>> = rows(NAMES).fold(BTreeMap::new(), |mut all, row| {
        all.entry(row[0]).or_insert_with(Vec::new).push(row);
        all
    });
    let (mut whole, mut profile, mut hidden, mut missed) = (0, 0, Vec::new(), Vec::new());
    for row in rows(TABLE).filter(|row| row[1] == "documented") {
        let path = row[2].split(',').find(|path| *path != "-");
        let named = names.get(row[0]).and_then(|rows| rows.first());
        let needs = match (path, named) {
            (Some(path), _) => passed(row[0], &at(path, ROLE)),
            (None, Some(named)) if named[2] == "attribute" => {
                passed(row[0], &json!({"attributeName": named[1], "attributeValue": ROLE}))
            }
            (None, Some(named)) if named[2] == "profile" => passed(row[0], &at(named[1], "p")),
            (None, Some(named)) => passed(row[0], &at(named[1], ROLE)),
            (None, None) => passed(row[0], &json!({"name": "n"})),
        };
        match needs.first() {
            None => missed.push(row[0]),
            Some(need) if need.resources == [ROLE] => whole += 1,
            Some(need) if need.provenance == Provenance::Dependent => hidden.push(row[0]),
            Some(_) => profile += 1,
        }
    }
    let total = whole + profile + hidden.len() + missed.len();
    println!(
        "operations documented to pass a role: {total}; the role told {whole}, an instance profile {profile}, \
         said to depend on it although no member holds it {}, missed {}: recall {:.1} %, with the role or its profile {:.1} %",
        hidden.len(),
        missed.len(),
        share(total - missed.len(), total),
        share(whole + profile, total)
    );
    println!("  hidden: {hidden:?}\n  missed: {missed:?}");
    assert!(total >= 278 && share(total - missed.len(), total) >= 95.0, "{missed:?}");
}

#[test]
fn a_sample_of_the_inferred_ones_was_checked_by_hand() {
    let mut verdicts: BTreeMap<&str, usize> = BTreeMap::new();
    let paths: BTreeMap<&str, &str> = rows(TABLE).map(|row| (row[0], row[2].split(',').next().unwrap())).collect();
    for row in rows(SAMPLE) {
        *verdicts.entry(row[1]).or_default() += 1;
        assert!(row[2].len() > 5, "{} has no reason", row[0]);
        let needs = passed(row[0], &at(paths[row[0]], ROLE));
        match row[1] {
            "passed" => assert_eq!(needs[0].provenance, Provenance::Inferred, "{}", row[0]),
            "not" => assert!(needs.is_empty(), "{} still passes a role", row[0]),
            "no-role" | "unsure" => {}
            other => panic!("`{other}` is no verdict"),
        }
    }
    let of = |verdict| verdicts.get(verdict).copied().unwrap_or_default();
    let (right, wrong) = (of("passed"), of("not"));
    println!(
        "hand-checked: {verdicts:?}; precision before the exceptions {:.1} %, with the unsure ones as wrong {:.1} %",
        share(right, right + wrong),
        share(right, right + wrong + of("unsure"))
    );
    assert_eq!(verdicts.values().sum::<usize>(), 100);
}
