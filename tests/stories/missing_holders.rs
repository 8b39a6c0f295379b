//! A snapshot that lacks holders of a shared policy: nothing may be taken from those who are missing.

use trailfit::catalog::Catalog;
use trailfit::fit::{Options, Verdict};
use trailfit::pipeline;

/// A permission that only a holder uses whom the snapshot lacks must not be taken from it.
#[test]
fn a_policy_with_missing_holders_is_not_judged() {
    let snapshot = std::fs::read_to_string("sample-logs/grants/111122223333.json").unwrap();
    let mut snapshot: serde_json::Value = serde_json::from_str(&snapshot).unwrap();
    let roles = snapshot["RoleDetailList"].as_array_mut().unwrap();
    roles.retain(|role| role["RoleName"] != "workshop-web");
    let grants = trailfit::grants::read(vec![("partial.json".to_owned(), snapshot.to_string().into_bytes())]);
    let catalog = Catalog::embedded().unwrap();
    let input = pipeline::Input { logs: vec!["sample-logs/AWSLogs".into()], ..pipeline::Input::default() };
    let mut evidence = pipeline::gather(&input, &catalog, &|_| {}).unwrap();
    evidence.settle().unwrap();
    let judgement = pipeline::judge(&evidence, &grants, &catalog, &Options::default());
    let shared =
        judgement.policies.iter().find(|policy| policy.target.name().ends_with("/parts-catalog-read")).unwrap();
    assert!(
        matches!(&shared.verdict, Verdict::Unjudged(reason) if reason.contains("attached to 2 entities")),
        "{:?}",
        shared.verdict
    );
}
