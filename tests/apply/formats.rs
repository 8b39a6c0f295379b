//! Terraform as an HCL parser reads it, CloudFormation as its linter sees it, scripts as shellcheck does; and every
//! document within the limits of AWS.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use hcl::eval::{Context, Evaluate};
use hcl::{Block, Body, Expression};
use serde_json::Value;

use super::{content, files};
use crate::commands::{GRANTS, LOGS, run, text};

/// The report of the sample.
pub(super) fn sample(folder: &Path) -> PathBuf {
    let out = folder.join("report");
    run(&["suggest", LOGS, "--grants", GRANTS, "--out", text(&out)], 0);
    out
}

fn json(path: &Path) -> Value {
    serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap()
}

/// The policies of a report that are changed.
fn proven(report: &Path) -> Vec<Value> {
    let all = json(&report.join("report.json"))["policies"].as_array().unwrap().clone();
    all.into_iter().filter(|policy| policy["verdict"] == "proven").collect()
}

/// The text of an expression without variables.
fn evaluated(expression: &Expression) -> Value {
    let value = expression.evaluate(&Context::new()).unwrap();
    serde_json::from_str(&serde_json::to_string(&value).unwrap()).unwrap()
}

/// The document of a resource.
fn document(block: &Block) -> Option<Value> {
    let policy = block.body.attributes().find(|attribute| attribute.key.as_str() == "policy")?;
    let Expression::FuncCall(call) = &policy.expr else { panic!("{policy:?} is no call") };
    assert_eq!(call.name.name.as_str(), "jsonencode");
    Some(evaluated(&call.args[0]))
}

fn labels(block: &Block) -> (String, String) {
    (block.labels[0].as_str().to_owned(), block.labels[1].as_str().to_owned())
}

/// Reads all Terraform of a report: it parses, names are legal and unique, every import has its resource, and the
/// documents are the proposed ones and, where something goes, those that stand. Gives the number of resources.
pub(crate) fn hcl_holds(report: &Path) -> usize {
    let mut count = 0;
    let mut found: Vec<String> = Vec::new();
    for path in files(report, "main.tf") {
        let body: Body = hcl::parse(&std::fs::read_to_string(&path).unwrap()).unwrap();
        let blocks = |kind: &str| body.blocks().filter(|block| block.identifier.as_str() == kind).collect::<Vec<_>>();
        let resources = blocks("resource");
        let names: BTreeSet<(String, String)> = resources.iter().map(|block| labels(block)).collect();
        assert_eq!(names.len(), resources.len(), "{} names a resource twice", path.display());
        for (_, name) in &names {
            let legal = name.chars().all(|letter| letter.is_ascii_alphanumeric() || "_-".contains(letter));
            assert!(legal && name.starts_with(|letter: char| letter.is_ascii_alphabetic()), "{name}");
        }
        for import in blocks("import") {
            let to = import.body.attributes().find(|attribute| attribute.key.as_str() == "to").unwrap();
            let to = hcl::format::to_string(&to.expr).unwrap();
            let (kind, name) = to.split(['[']).next().unwrap().split_once('.').unwrap();
            assert!(names.contains(&(kind.to_owned(), name.to_owned())), "{to} is imported and not there");
        }
        found.extend(resources.iter().filter_map(|block| document(block)).map(|json| json.to_string()));
        count += resources.len();
    }
    let mut expected: Vec<String> = Vec::new();
    for policy in proven(report) {
        let documents = policy["documents"].as_array().unwrap();
        expected.extend(documents.iter().map(|one| json(&report.join(one["file"].as_str().unwrap())).to_string()));
        if policy["kind"] == "inline" && !documents.iter().any(|one| one["placement"] == "inline") {
            expected.push(json(&report.join(policy["before"].as_str().unwrap())).to_string());
        }
    }
    expected.sort();
    found.sort();
    assert_eq!(found, expected, "{}", report.display());
    count
}

/// Trust policies as Terraform and CloudFormation: each role is imported, its document is the proposed one and the
/// one that stands, and nothing else of it is named.
pub(crate) fn trust_as_code_holds(report: &Path) {
    hcl_holds(report);
    templates_hold(report);
    let all = json(&report.join("report.json"))["trusts"].as_array().unwrap().clone();
    let proven: Vec<&Value> = all.iter().filter(|trust| trust["verdict"] == "proven").collect();
    assert!(!proven.is_empty());
    let mut roles: BTreeMap<String, Value> = BTreeMap::new();
    for path in files(report, "trust-terraform/main.tf") {
        let body: Body = hcl::parse(&std::fs::read_to_string(&path).unwrap()).unwrap();
        for block in body.blocks().filter(|block| block.identifier.as_str() == "resource") {
            assert_eq!(labels(block).0, "aws_iam_role");
            let of = |key: &str| block.body.attributes().find(|one| one.key.as_str() == key).unwrap().expr.clone();
            let Expression::FuncCall(call) = of("assume_role_policy") else { panic!("no call") };
            assert_eq!(call.name.name.as_str(), "jsonencode");
            roles.insert(evaluated(&of("name")).as_str().unwrap().to_owned(), evaluated(&call.args[0]));
        }
    }
    assert_eq!(roles.len(), proven.len());
    let template = |name: &str| {
        let paths = files(report, name).into_iter().filter(|path| path.to_str().unwrap().contains("trust-cloud"));
        let resources = paths.flat_map(|path| json(&path)["Resources"].as_object().unwrap().clone());
        resources.map(|(_, one)| one["Properties"].clone()).collect::<Vec<Value>>()
    };
    for (name, file) in [("proposed.json", "document"), ("standing.json", "before")] {
        let properties = template(name);
        assert_eq!(properties.len(), proven.len());
        for trust in &proven {
            let role = trust["role"].as_str().unwrap().rsplit('/').next().unwrap();
            let document = json(&report.join(trust[file].as_str().unwrap()));
            let one = properties.iter().find(|one| one["RoleName"] == role).unwrap();
            assert_eq!(one["AssumeRolePolicyDocument"], document);
            assert_eq!(one.as_object().unwrap().len(), 3);
            assert!(file != "document" || roles[role] == document);
        }
    }
}

/// cfn-lint is content with all templates below a folder, and what is imported is in them.
pub(crate) fn templates_hold(folder: &Path) {
    let mut templates = files(folder, "proposed.json");
    templates.extend(files(folder, "standing.json"));
    // W3037 compares actions with the linter's own list, which is older than the catalog.
    content("cfn-lint", &["--ignore-checks", "W3037", "--template"], &templates);
    for path in files(folder, "import.json") {
        let standing = json(&path.with_file_name("standing.json"));
        for import in json(&path).as_array().unwrap() {
            let resource = &standing["Resources"][import["LogicalResourceId"].as_str().unwrap()];
            assert_eq!(resource["Type"], import["ResourceType"]);
        }
        assert_eq!(json(&path).as_array().unwrap().len(), standing["Resources"].as_object().unwrap().len());
    }
}

/// Characters of a document as IAM counts them: without white space between its parts.
fn characters(document: &Value) -> usize {
    document.to_string().chars().count()
}

/// Every document of a report is within the limit of where it is put.
fn within_limits(report: &Path) {
    let mut inline: BTreeMap<String, usize> = BTreeMap::new();
    for policy in proven(report) {
        for one in policy["documents"].as_array().unwrap() {
            let size = characters(&json(&report.join(one["file"].as_str().unwrap())));
            match one["placement"].as_str().unwrap() {
                "inline" => *inline.entry(policy["owner"].as_str().unwrap().to_owned()).or_default() += size,
                _ => assert!(size <= 6_144, "{one} has {size} characters"),
            }
        }
    }
    for (owner, size) in inline {
        let limit = if owner.contains(":user/") {
            2_048
        } else if owner.contains(":group/") {
            5_120
        } else {
            10_240
        };
        assert!(size <= limit, "{owner} has {size} characters");
    }
}

#[test]
fn the_sample_is_read_by_every_tool() {
    let home = tempfile::tempdir().unwrap();
    let report = sample(home.path());
    assert!(hcl_holds(&report) > 15);
    templates_hold(&report);
    content("shellcheck", &["--shell=bash"], &files(&report, ".sh"));
    within_limits(&report);
}
