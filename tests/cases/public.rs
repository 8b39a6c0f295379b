//! Public-access cases: whether a policy lets everyone in, and to which actions.

use std::collections::BTreeSet;

use serde_json::Value;
use trailfit::catalog::Catalog;
use trailfit::lint::{self, Kind, Subject};

use super::{cases, conformance, report};

#[test]
fn suites_of_others() {
    let Some(folder) = conformance() else { return };
    let catalog = Catalog::embedded().unwrap();
    let cases = cases(&folder.join("policyuniverse-public.json"));
    let failures: Vec<String> = cases.iter().filter_map(|case| failure(&catalog, case).err()).collect();
    report("policyuniverse-public", cases.len(), &failures);
}

fn failure(catalog: &Catalog, case: &Value) -> Result<(), String> {
    let policy = &case["policy"];
    let subject = Subject { name: "case".into(), text: policy.to_string(), kind: Some(Kind::Resource), account: None };
    let findings = lint::lint(&subject, catalog);
    let open = findings.iter().filter(|finding| finding.check.id == "PUBLIC_ACCESS");
    let statements: Vec<&Value> = open.map(|finding| statement(policy, &finding.path)).collect();
    let found = match case["question"].as_str() {
        Some("is_internet_accessible") => Value::from(!statements.is_empty()),
        Some("internet_accessible_actions") => {
            let actions: BTreeSet<&str> = statements
                .iter()
                .flat_map(|one| one["Action"].as_array().unwrap())
                .map(|text| text.as_str().unwrap())
                .collect();
            actions.into_iter().collect::<Vec<_>>().into()
        }
        question => return Err(format!("{}: unknown question {question:?}", case["id"])),
    };
    if found == case["expected"] { Ok(()) } else { Err(format!("{}: found {found} for {policy}", case["id"])) }
}

/// The statement that a path as `Statement[1].Principal` leads to.
fn statement<'a>(policy: &'a Value, path: &str) -> &'a Value {
    let statements = &policy["Statement"];
    let index = path.split(['[', ']']).nth(1).and_then(|index| index.parse::<usize>().ok());
    index.map_or(statements, |index| &statements[index])
}
