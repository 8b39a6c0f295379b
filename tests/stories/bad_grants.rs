//! Grants that cannot be understood: who holds such a policy is not judged, nor is any policy that it shares.

use serde_json::{Value, json};
use trailfit::fit::Verdict;

use super::altered::{entry, grants_with, web_document};
use super::bench::{Bench, Court};

fn judged(change: impl FnOnce(&mut Value)) -> Court {
    Bench::sample().judged_with(&grants_with(change))
}

/// The web servers are not judged; what they share with catalog-api is not either; the rest is as always.
#[track_caller]
fn assert_unfit(court: &Court) {
    let web = court.about("workshop-web");
    assert!(!web.unfit.is_empty() && web.granted.is_empty(), "{:?}", web.unfit);
    assert!(!web.uses.is_empty());
    for policy in ["parts-catalog-read", "private-network", "eu-only", "AmazonSSMManagedInstanceCore"] {
        let verdict = &court.policy("workshop-web", policy).verdict;
        assert!(
            matches!(verdict, Verdict::Unjudged(reason) if reason.contains("workshop-web")),
            "{policy}: {verdict:?}"
        );
    }
    assert!(court.about("catalog-api").unfit.is_empty());
    court.proven("order-intake", "orders");
}

#[test]
fn the_sample_itself_is_fit() {
    let court = judged(|_| {});
    assert!(court.judgement.unreadable.is_empty(), "{:?}", court.judgement.unreadable);
    assert!(court.judgement.fittings.iter().all(|fitting| fitting.unfit.is_empty()));
    let unjudged = |verdict: &&trailfit::fit::PolicyVerdict| matches!(verdict.verdict, Verdict::Unjudged(_));
    assert_eq!(court.judgement.policies.iter().filter(unjudged).count(), 0);
}

#[test]
fn a_document_that_is_no_policy() {
    let broken = [
        json!("%7Bnot json"),
        json!("{\"Version\":\"2012-10-17\",\"Statement\":["),
        json!({"Version": "2012-10-17", "Statement": [{"Effect": "Perhaps", "Action": "*", "Resource": "*"}]}),
        json!({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Resource": "*"}]}),
        json!({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": 7, "Resource": "*"}]}),
        json!({"Version": "2032-10-17", "Statement": []}),
        json!(null),
        json!(17),
    ];
    for text in broken {
        let court = judged(|snapshot| *web_document(snapshot) = text.clone());
        println!("{text}");
        assert_unfit(&court);
        assert!(!court.judgement.unreadable.is_empty(), "{text}");
    }
}

#[test]
fn an_operator_that_nobody_knows() {
    for operator in ["StringAlmostEquals", "ForMostValues:StringEquals", "stringequals-if-exists"] {
        let court = judged(|snapshot| {
            web_document(snapshot)["Statement"][0]["Condition"] = json!({operator: {"aws:SourceVpce": "x"}});
        });
        assert_unfit(&court);
    }
}

#[test]
fn a_document_that_is_missing() {
    assert_unfit(&judged(|snapshot| {
        let policies = snapshot["Policies"].as_array_mut().unwrap();
        policies.retain(|policy| policy["PolicyName"] != "workshop-web");
    }));
    let court = judged(|snapshot| snapshot["GroupDetailList"] = json!([]));
    assert!(court.about("label-printer").unfit[0].contains("group `label-printers`"));
}

#[test]
fn an_inline_list_that_is_no_list() {
    for odd in [json!("none"), json!(3), json!({"PolicyName": "x"}), json!([null]), json!([{"PolicyName": "x"}])] {
        let court = judged(|snapshot| {
            entry(snapshot, "RoleDetailList", ("RoleName", "workshop-web"))["RolePolicyList"] = odd.clone()
        });
        println!("{odd}");
        assert_unfit(&court);
    }
}
