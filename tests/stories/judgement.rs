//! What the sample's own README promises of its cast, one expectation after the other.

use std::collections::BTreeSet;
use std::sync::OnceLock;

use serde_json::{Value, json};
use trailfit::fit::{Change, Counterexample, DropUnseen, Placement, Verdict};
use trailfit::iam::{Effect, Outcome, compact, size};
use trailfit::trail::{DENIED, DUPLICATE};

use super::altered::{entry, grants_with, web_document};
use super::bench::{Bench, Court, actions};

/// The sample as it is judged when nothing else is said.
fn sample() -> &'static Court {
    static COURT: OnceLock<Court> = OnceLock::new();
    COURT.get_or_init(|| Bench::sample().judged())
}

/// The same, with unseen actions of untouched services dropped.
fn untouched() -> &'static Court {
    static COURT: OnceLock<Court> = OnceLock::new();
    COURT.get_or_init(|| Bench::sample().dropping(DropUnseen::Untouched).judged())
}

/// The actions of quarter-close's one night, ninety days before the end.
const QUARTER: [&str; 10] = [
    "athena:GetQueryExecution",
    "athena:GetQueryResults",
    "athena:StartQueryExecution",
    "glue:GetTable",
    "iam:PassRole",
    "rds:CreateDBSnapshot",
    "rds:DescribeDBSnapshots",
    "rds:StartExportTask",
    "s3:GetObject",
    "s3:PutObject",
];

#[test]
fn the_quarter_is_closed_once_and_that_is_enough() {
    let proposal = sample().proven("quarter-close", "quarter-close");
    for action in QUARTER {
        assert_eq!(sample().standing("quarter-close", action), "used", "{action}");
        assert!(proposal.used.iter().any(|used| used == action), "{action}");
    }
    assert_eq!(proposal.used.len(), QUARTER.len());
    let short = Bench::sample().since("2026-08-15").judged();
    assert_eq!(short.about("quarter-close").count("used"), 0);
    for action in QUARTER.iter().filter(|action| **action != "iam:PassRole" && !action.starts_with("s3:")) {
        assert_eq!(short.standing("quarter-close", action), "unused", "{action}");
    }
}

#[test]
fn who_never_came_is_let_go() {
    assert!(sample().about("returns-portal").seen.is_none());
    assert_eq!(untouched().proven("returns-portal", "returns-portal").change, Change::Detach);
    assert_eq!(untouched().proven("old-backup", "AdministratorAccess").change, Change::Detach);
}

#[test]
fn denies_of_the_workshop_stay_byte_for_byte() {
    for court in [sample(), untouched()] {
        for policy in ["private-network", "eu-only"] {
            let verdict = court.policy("workshop-web", policy);
            assert!(matches!(verdict.verdict, Verdict::Fits), "{policy}: {:?}", verdict.verdict);
            assert!(verdict.before.contains("aws:SourceVpce") || verdict.before.contains("aws:RequestedRegion"));
        }
    }
    // The group's Deny is the only statement of its policy.
    assert!(matches!(sample().policy("label-printer", "only-from-the-warehouse").verdict, Verdict::Fits));
}

/// The same Denies in the policy that is trimmed: what is around them goes, they stay.
#[test]
fn denies_between_trimmed_statements_stay() {
    let inside = r#"{"Sid":"Inside","Effect":"Deny","Action":["s3:Put*","s3:GetObject"],"NotResource":"arn:aws:s3:::pawl-catalog-images/*","Condition":{"StringNotEquals":{"aws:SourceVpce":"vpce-0a1b2c3d4e5f67890"}}}"#;
    let home = r#"{"Effect":"Deny","NotAction":"iam:*","Resource":"*","Condition":{"StringNotEqualsIfExists":{"aws:RequestedRegion":["eu-central-1","us-east-1"]}}}"#;
    let grants = grants_with(|snapshot| {
        let statements = web_document(snapshot)["Statement"].as_array_mut().unwrap();
        statements.insert(1, serde_json::from_str(inside).unwrap());
        statements.push(serde_json::from_str(home).unwrap());
    });
    for drop_unseen in [DropUnseen::Never, DropUnseen::Untouched, DropUnseen::All] {
        let court = Bench::sample().dropping(drop_unseen).judged_with(&grants);
        let text = compact(&court.proven("workshop-web", "workshop-web").documents[0].policy);
        assert!(text.contains(inside) && text.contains(home), "{text}");
        assert!(!text.contains(r#""s3:*""#), "{text}");
    }
}

#[test]
fn the_build_gets_a_policy_of_its_own() {
    let proposal = untouched().proven("shop-ci", "PowerUserAccess");
    assert_eq!(proposal.change, Change::Replace);
    for document in &proposal.documents {
        assert_eq!(document.placement, Placement::NewPolicy);
        assert!(size(&document.policy) <= 6_144, "{}", size(&document.policy));
        assert!(document.policy.statements.iter().all(|statement| statement.effect == Effect::Allow));
    }
    // With what is unseen it takes several policies of wildcards.
    let with_unseen = sample().proven("shop-ci", "PowerUserAccess");
    assert!(with_unseen.documents.len() > 1 && with_unseen.size_after() > proposal.size_after());
}

#[test]
fn without_room_for_more_policies_the_build_keeps_what_it_has() {
    let crowded = grants_with(|snapshot| {
        let others: Vec<Value> = snapshot["Policies"].as_array().unwrap().iter().map(attachment).collect();
        assert!(others.len() > 8);
        let role = entry(snapshot, "RoleDetailList", ("RoleName", "shop-ci"));
        role["AttachedManagedPolicies"].as_array_mut().unwrap().extend(others);
    });
    let court = Bench::sample().judged_with(&crowded);
    let verdict = &court.policy("shop-ci", "PowerUserAccess").verdict;
    let Verdict::Refuted(_, Counterexample::TooLarge { size, limit: 6_144, untouched_dropped, .. }) = verdict else {
        panic!("{verdict:?}")
    };
    assert!(*size > 6_144 && untouched_dropped.is_some_and(|left| left.size < 6_144));
}

fn attachment(policy: &Value) -> Value {
    json!({"PolicyName": policy["PolicyName"], "PolicyArn": policy["Arn"]})
}

#[test]
fn a_key_behind_a_secret_keeps_its_condition() {
    let [used] = sample().uses("order-intake", "kms:Decrypt")[..] else { panic!("one use of the key") };
    assert_eq!(used.seen.key.via.as_deref(), Some("secretsmanager.amazonaws.com"));
    assert_eq!(
        (used.outcome, used.allowed_by.as_slice()),
        (Some(Outcome::Allowed), &["orders#PaymentKey".to_owned()][..])
    );
    let proposal = sample().proven("order-intake", "orders");
    let statements = &proposal.documents[0].policy.statements;
    let key = statements.iter().find(|statement| statement.sid.as_deref() == Some("PaymentKey")).unwrap();
    assert_eq!(key.conditions[0].key, "kms:ViaService");
}

#[test]
fn all_that_lies_in_the_bucket_is_accounted_for() {
    let tally = Bench::sample().evidence().tally;
    let count = |rule: &str| tally.exempt.get(rule).copied().unwrap_or_default();
    assert_eq!([DUPLICATE, "digest file", "insight event", "service event"].map(count), [1; 4]);
    assert_eq!([DENIED, "sign-in"].map(count), [4, 9]);
    let losses: Vec<_> = tally.losses.iter().map(|loss| (loss.file.contains("20260826T0720Z"), &loss.reason)).collect();
    assert!(matches!(losses[..], [(true, reason)] if reason.starts_with("gzip stream is damaged")), "{losses:?}");
}

/// Both copies of a call across accounts are the runner's; nobody of the snapshots is a stranger.
#[test]
fn everyone_is_known() {
    let copies: BTreeSet<bool> =
        sample().uses("catalog-runner", "sts:AssumeRole").iter().map(|used| used.seen.key.owner_copy).collect();
    assert_eq!(copies, BTreeSet::from([false, true]));
    let kinds: BTreeSet<&str> =
        sample().judgement.strangers.iter().map(|stranger| stranger.principal.kind.name()).collect();
    assert_eq!(kinds, BTreeSet::from(["saml-user", "service", "web-identity-user"]));
}

#[test]
fn a_denied_call_is_no_use() {
    for (who, action) in [
        ("AWSReservedSSO_ShopSupport", "dynamodb:DeleteTable"),
        ("AWSReservedSSO_PlatformAdmin", "ec2:RunInstances"),
        ("label-printer", "s3:GetObject"),
    ] {
        let denied = sample().uses(who, action).into_iter().filter(|explained| !explained.seen.is_use()).count();
        assert_eq!(denied, 1, "{who} {action}");
    }
    let printer = sample().uses("label-printer", "s3:GetObject");
    let denied = printer.iter().find(|explained| !explained.seen.is_use()).unwrap();
    assert!(denied.outcome.is_none() && denied.allowed_by.is_empty());
    assert!(
        sample()
            .about("AWSReservedSSO_ShopSupport")
            .granted
            .iter()
            .all(|granted| granted.action != "dynamodb:DeleteTable")
    );
    assert_ne!(sample().standing("AWSReservedSSO_PlatformAdmin", "ec2:RunInstances"), "used");
}

#[test]
fn an_operation_that_nobody_knows_protects_its_service() {
    let support = sample().about("AWSReservedSSO_ShopSupport");
    let of_ecs = || support.granted.iter().filter(|granted| granted.action.starts_with("ecs:"));
    assert!(of_ecs().count() > 5);
    assert!(of_ecs().all(|granted| granted.standing != "unused"));
    let kept = sample().granted("AWSReservedSSO_ShopSupport", "ecs:DescribeClusters");
    assert_eq!(kept.standing, "unseen");
    assert!(kept.reason.as_ref().unwrap().contains("DescribeTaskFreewheels"), "{:?}", kept.reason);
}

#[test]
fn one_call_surprises() {
    let surprises: Vec<&str> = sample().about("catalog-api").surprises.iter().map(|one| one.action.as_str()).collect();
    assert_eq!(surprises, ["ssm:GetParametersByPath"]);
    let surprise = &sample().about("catalog-api").surprises[0];
    assert_eq!(surprise.blocked_by, "not allowed by identity-based policies");
    assert_eq!(surprise.last.date(), "2026-08-10");
    assert!(!surprise.samples.is_empty());
}

#[test]
fn nothing_else_surprises() {
    let surprised = sample().judgement.fittings.iter().filter(|fitting| !fitting.surprises.is_empty());
    assert_eq!(surprised.map(|fitting| fitting.name.as_str()).collect::<Vec<_>>(), ["catalog-api"]);
}

#[test]
fn handing_over_a_role_is_a_use() {
    assert_eq!(sample().standing("shop-ci", "iam:PassRole"), "used");
    let passed: BTreeSet<String> = sample()
        .uses("shop-ci", "iam:PassRole")
        .iter()
        .flat_map(|explained| explained.seen.footprint.patterns().map(str::to_owned).collect::<Vec<_>>())
        .collect();
    let roles = ["shop-task", "shop-task-execution"].map(|name| format!("arn:aws:iam::111122223333:role/app/{name}"));
    assert_eq!(passed, BTreeSet::from(roles));
    let kept = actions(sample().proven("shop-ci", "ci-pass-role"));
    assert!(kept.contains(&"iam:PassRole") && !kept.contains(&"iam:ListRolePolicies"), "{kept:?}");
}

#[test]
fn a_queue_that_cannot_be_seen_stays() {
    for who in ["shop-task", "workshop-web", "order-intake"] {
        let granted = sample().granted(who, "sqs:SendMessage");
        assert_eq!(granted.standing, "unseen", "{who}");
        assert!(granted.reason.as_ref().unwrap().contains("sqs"), "{:?}", granted.reason);
    }
    for (who, policy) in [("shop-task", "shop"), ("order-intake", "orders"), ("workshop-web", "workshop-web")] {
        let proposal = sample().proven(who, policy);
        assert!(proposal.unseen.contains_key("sqs:SendMessage"), "{who}");
        assert!(actions(proposal).contains(&"sqs:SendMessage"), "{who}");
    }
}

#[test]
fn what_aws_owns_is_left_with_advice() {
    let advice = |who: &str, policy: &str| match &sample().policy(who, policy).verdict {
        Verdict::NotEditable(advice) => advice.clone(),
        other => panic!("{who} {policy}: {other:?}"),
    };
    for policy in ["ViewOnlyAccess", "AwsSSOInlinePolicy"] {
        assert!(advice("AWSReservedSSO_ShopSupport", policy).contains("permission set `ShopSupport`"));
    }
    assert!(advice("AWSReservedSSO_PlatformAdmin", "AdministratorAccess").contains("permission set `PlatformAdmin`"));
    assert!(advice("AWSServiceRoleForECS", "AmazonECSServiceRolePolicy").contains("service-linked role"));
    assert!(sample().about("AWSServiceRoleForECS").not_editable.is_some());
}

#[test]
fn data_events_are_promised_or_are_not() {
    let promised = Bench::sample().with_data_events(&["sqs"]).judged();
    for who in ["shop-task", "workshop-web", "order-intake"] {
        assert_eq!(promised.standing(who, "sqs:SendMessage"), "unused", "{who}");
    }
    assert!(!actions(promised.proven("shop-task", "shop")).contains(&"sqs:SendMessage"));
    // The labels' bucket has data events, so silence about it speaks; nobody looked at the returns table.
    assert_eq!(sample().standing("label-printer", "s3:DeleteObject"), "unused");
    assert_eq!(sample().standing("returns-portal", "dynamodb:GetItem"), "unseen");
    let returns = Bench::sample().with_data_events(&["dynamodb"]).judged();
    assert_eq!(returns.standing("returns-portal", "dynamodb:GetItem"), "unused");
}
