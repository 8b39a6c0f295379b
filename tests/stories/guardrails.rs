//! Organization policies in the judgement: an RCP that denies what was done makes a surprise of it, an
//! unreadable one makes the account's principals unfit.

use trailfit::catalog::Catalog;
use trailfit::fit::{Judgement, Options};
use trailfit::pipeline;

/// Judges the sample with these RCPs at the shop's account.
fn judged(content: &str) -> Judgement {
    let snapshot = std::fs::read("sample-logs/grants/111122223333.json").unwrap();
    let organization = format!(
        r#"{{"Policies": {{"p-1": {{"Name": "fence", "Type": "RESOURCE_CONTROL_POLICY", "Content": {content}}}}},
            "Accounts": {{"111122223333": {{"Levels": [["p-FullAWSAccess", "p-RCPFullAWSAccess", "p-1"]]}}}}}}"#
    );
    let documents = vec![("a.json".to_owned(), snapshot), ("o.json".to_owned(), organization.into_bytes())];
    let grants = trailfit::grants::read(documents);
    let catalog = Catalog::embedded().unwrap();
    let input = pipeline::Input { logs: vec!["sample-logs/AWSLogs".into()], ..pipeline::Input::default() };
    let mut evidence = pipeline::gather(&input, &catalog, &|_| {}).unwrap();
    evidence.settle().unwrap();
    pipeline::judge(&evidence, &grants, &catalog, &Options::default())
}

#[test]
fn an_rcp_takes_part() {
    let deny = r#"{"Version": "2012-10-17", "Statement": [{"Effect": "Deny", "Principal": "*",
        "Action": "secretsmanager:GetSecretValue", "Resource": "*"}]}"#;
    let judgement = judged(deny);
    let intake = judgement.fittings.iter().find(|fitting| fitting.name == "order-intake").unwrap();
    let blocked: Vec<&str> = intake.surprises.iter().map(|surprise| surprise.blocked_by.as_str()).collect();
    assert!(blocked.contains(&"denied by a resource control policy"), "{blocked:?}");
}

#[test]
fn an_rcp_that_cannot_be_read_leaves_nobody_judged() {
    let judgement = judged(r#"{"Version": "2012-10-17", "Statement": [{"Effect": "Perhaps"}]}"#);
    assert!(judgement.fittings.iter().all(|fitting| !fitting.unfit.is_empty()));
}
