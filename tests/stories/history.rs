//! Grants over time: what IAM's own calls in the log tell of what was granted when. A history of our own making, in
//! any order of its files, and the log of one busy hour.

use serde_json::{Value, json};
use trailfit::fit::{DropUnseen, Judgement, Options, Verdict};
use trailfit::grants::{Grants, read_upon, rebuild};
use trailfit::pipeline;
use trailfit::trail::Evidence;

use super::bench::{Court, actions, catalog, files_below, gathered, settled};
use super::corpus::corpus;

const ACCOUNT: &str = "111122223333";
const APP: &str = "arn:aws:iam::111122223333:policy/app";
const ADMINISTRATOR: &str = "arn:aws:iam::aws:policy/AdministratorAccess";

/// A call of the user who makes everything else.
fn iam(day: u32, call: &str, parameters: Value, response: Value) -> Value {
    let identity = json!({"type": "IAMUser", "principalId": "AIDAEXAMPLEINES", "accountId": ACCOUNT,
        "arn": format!("arn:aws:iam::{ACCOUNT}:user/ines"), "userName": "ines"});
    record(day, ("iam.amazonaws.com", call), identity, parameters, response)
}

fn record(day: u32, (source, call): (&str, &str), identity: Value, parameters: Value, response: Value) -> Value {
    json!({"eventVersion": "1.11", "userIdentity": identity, "eventTime": format!("2026-10-{day:02}T09:00:00Z"),
        "eventSource": source, "eventName": call, "awsRegion": "us-east-1", "sourceIPAddress": "192.0.2.7",
        "userAgent": "aws-cli", "requestParameters": parameters, "responseElements": response,
        "eventID": format!("{day:02}-{call}-{}", parameters.to_string().len()), "readOnly": call.starts_with("Describe"),
        "eventType": "AwsApiCall", "managementEvent": true, "recipientAccountId": ACCOUNT, "eventCategory": "Management"})
}

/// A use by a session of a role.
fn by_role(day: u32, role: &str, source: &str, call: &str) -> Value {
    let name = role.rsplit('/').next().unwrap();
    let id = format!("AROAEXAMPLE{}", name.to_uppercase());
    let identity = json!({"type": "AssumedRole", "principalId": format!("{id}:s"), "accountId": ACCOUNT,
        "arn": format!("arn:aws:sts::{ACCOUNT}:assumed-role/{name}/s"),
        "sessionContext": {"sessionIssuer": {"type": "Role", "principalId": id, "accountId": ACCOUNT,
            "arn": format!("arn:aws:iam::{ACCOUNT}:role/{role}"), "userName": name}}});
    record(day, (source, call), identity, json!({"queueName": "q", "name": "t"}), Value::Null)
}

fn allow(actions: &[&str]) -> String {
    json!({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": actions, "Resource": "*"}]}).to_string()
}

fn make_role(day: u32, path: &str, name: &str) -> Value {
    let id = format!("AROAEXAMPLE{}", name.to_uppercase());
    let trust = json!({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "sts:AssumeRole",
        "Principal": {"Service": "ec2.amazonaws.com"}}]});
    let role = json!({"role": {"arn": format!("arn:aws:iam::{ACCOUNT}:role{path}{name}"), "path": path, "roleId": id,
        "roleName": name}});
    let parameters = json!({"roleName": name, "path": path, "assumeRolePolicyDocument": trust.to_string()});
    iam(day, "CreateRole", parameters, role)
}

fn put(day: u32, role: &str, policy: &str, document: &str) -> Value {
    let parameters = json!({"roleName": role, "policyName": policy, "policyDocument": document});
    iam(day, "PutRolePolicy", parameters, Value::Null)
}

fn of_role(day: u32, call: &str, role: &str, member: &str, value: &str) -> Value {
    iam(day, call, json!({"roleName": role, member: value}), Value::Null)
}

/// October: a role whose shared policy was narrowed, one that came and went, a user in a group, one from before,
/// an administrator; and a change that failed.
fn history() -> Vec<Value> {
    let version = json!({"policyVersion": {"versionId": "v2", "isDefaultVersion": true}});
    let made = json!({"policy": {"arn": APP, "defaultVersionId": "v1", "path": "/"}});
    let wide = allow(&["sns:CreateTopic", "sns:DeleteTopic", "ec2:DescribeVpcs"]);
    let narrow = allow(&["sns:CreateTopic", "sns:DeleteTopic"]);
    let nora = json!({"type": "IAMUser", "principalId": "AIDAEXAMPLENORA", "accountId": ACCOUNT,
        "arn": format!("arn:aws:iam::{ACCOUNT}:user/nora"), "userName": "nora"});
    let group =
        |actions: &[&str]| json!({"groupName": "Buyers", "policyName": "buy", "policyDocument": allow(actions)});
    let mut failed = put(9, "web", "own", &allow(&["*"]));
    failed["errorCode"] = json!("AccessDenied");
    vec![
        make_role(1, "/app/", "web"),
        put(2, "web", "own", &allow(&["sqs:CreateQueue", "sqs:DeleteQueue"])),
        iam(2, "CreatePolicy", json!({"policyName": "app", "policyDocument": wide}), made),
        of_role(3, "AttachRolePolicy", "Web", "policyArn", APP),
        by_role(4, "app/web", "ec2.amazonaws.com", "DescribeVpcs"),
        iam(
            5,
            "CreatePolicyVersion",
            json!({"policyArn": APP, "policyDocument": narrow, "setAsDefault": true}),
            version,
        ),
        failed,
        by_role(10, "app/web", "sqs.amazonaws.com", "CreateQueue"),
        by_role(11, "app/web", "sns.amazonaws.com", "CreateTopic"),
        make_role(2, "/", "gone"),
        put(3, "gone", "own", &allow(&["sqs:CreateQueue", "sqs:DeleteQueue"])),
        by_role(4, "gone", "sqs.amazonaws.com", "CreateQueue"),
        of_role(6, "DeleteRolePolicy", "gone", "policyName", "own"),
        iam(7, "DeleteRole", json!({"roleName": "gone"}), Value::Null),
        iam(
            1,
            "CreateGroup",
            json!({"groupName": "Buyers"}),
            json!({"group": {"groupName": "Buyers",
            "arn": format!("arn:aws:iam::{ACCOUNT}:group/Buyers"), "path": "/", "groupId": "AGPAEXAMPLEBUYERS"}}),
        ),
        iam(2, "PutGroupPolicy", group(&["sns:CreateTopic", "sns:DeleteTopic"]), Value::Null),
        iam(
            2,
            "CreateUser",
            json!({"userName": "nora"}),
            json!({"user": {"userName": "nora", "path": "/",
            "arn": format!("arn:aws:iam::{ACCOUNT}:user/nora"), "userId": "AIDAEXAMPLENORA"}}),
        ),
        iam(3, "AddUserToGroup", json!({"userName": "nora", "groupName": "buyers"}), Value::Null),
        record(8, ("sns.amazonaws.com", "CreateTopic"), nora, json!({"name": "t"}), Value::Null),
        put(8, "old", "own", &allow(&["sqs:CreateQueue"])),
        make_role(5, "/", "admin"),
        of_role(6, "AttachRolePolicy", "admin", "policyArn", ADMINISTRATOR),
        by_role(30, "app/web", "sqs.amazonaws.com", "CreateQueue"),
    ]
}

/// The records, each in a file of its own, and one of them twice.
fn evidence(records: impl IntoIterator<Item = Value>) -> Evidence {
    let files = records.into_iter().enumerate();
    gathered(files.map(|(at, record)| (format!("{at}.json"), json!({"Records": [record]}).to_string())))
}

fn rebuilt(evidence: &Evidence) -> Grants {
    rebuild(evidence.changes.iter(), None, |_| true)
}

fn judged(evidence: &Evidence, grants: &Grants, protect_days: u32) -> Court {
    let mut evidence = evidence.clone();
    evidence.settle().unwrap();
    let options = Options { protect_days, drop_unseen: DropUnseen::All, ..Options::default() };
    Court { judgement: pipeline::judge(&evidence, grants, catalog(), &options) }
}

fn reasons(court: &Court, name: &str) -> String {
    court.about(name).unfit.join("; ")
}

#[test]
fn a_known_history_is_rebuilt_judged_and_proven() {
    let evidence = evidence(history());
    let court = judged(&evidence, &rebuilt(&evidence), 0);
    assert_eq!(actions(court.proven("web", "own")), ["sqs:CreateQueue"]);
    assert_eq!(actions(court.proven("web", "app")), ["sns:CreateTopic"]);
    assert_eq!(actions(court.proven("gone", "own")), ["sqs:CreateQueue"]);
    assert_eq!(actions(court.proven("nora", "buy")), ["sns:CreateTopic"]);
    assert!(reasons(&court, "old").contains("before the log begins"));
    assert!(reasons(&court, "admin").contains(ADMINISTRATOR));
    let gone = court.about("gone");
    assert_eq!(gone.made.as_ref().unwrap().told(), "CreateRole on 2026-10-02");
    assert_eq!(gone.deleted.as_ref().unwrap().told(), "DeleteRole on 2026-10-07");
}

#[test]
fn neither_order_nor_repetition_nor_split_changes_the_history() {
    let one = evidence(history());
    let expected = format!("{:?}", judged(&one, &rebuilt(&one), 0).judgement.policies);
    let twice: Vec<Value> = history().into_iter().rev().chain(history()).collect();
    let mut mixed = history();
    mixed.sort_by_key(|record| record.to_string().bytes().map(u64::from).sum::<u64>() % 97);
    let (left, right) = mixed.split_at(9);
    let split = evidence(right.to_vec()).merge(evidence(left.to_vec()));
    for other in [evidence(twice), split] {
        assert_eq!(one.changes, other.changes);
        assert_eq!(rebuilt(&one), rebuilt(&other));
        assert_eq!(format!("{:?}", judged(&other, &rebuilt(&other), 0).judgement.policies), expected);
    }
}

#[test]
fn records_that_are_alike_are_changes_each_for_itself() {
    let puts = (1..=28).map(|day| put(day, "web", "own", &allow(&["sqs:CreateQueue"])));
    let file = json!({"Records": puts.collect::<Vec<Value>>()}).to_string();
    assert_eq!(settled(file.as_bytes()).changes.iter().count(), 28);
}

#[test]
fn what_aws_manages_is_whole_once_its_document_is_given() {
    let evidence = evidence(history());
    let document = json!({"Policies": [{"PolicyName": "AdministratorAccess", "Arn": ADMINISTRATOR,
        "DefaultVersionId": "v1", "PolicyVersionList": [{"VersionId": "v1", "IsDefaultVersion": true,
            "Document": {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}}]}]});
    let given = vec![("aws.json".to_owned(), document.to_string().into_bytes())];
    let grants = read_upon(rebuilt(&evidence), given);
    assert_eq!(grants.unreadable, []);
    assert_eq!(reasons(&judged(&evidence, &grants, 0), "admin"), "");
}

/// The same grants, from before the log.
fn snapshot(evidence: &Evidence) -> Grants {
    let mut grants = rebuilt(evidence);
    let account = grants.accounts.get_mut(ACCOUNT).unwrap();
    account.roles.retain(|_, role| role.owner.name == "web");
    for role in account.roles.values_mut() {
        role.owner.created = Some("2025-01-01T00:00:00Z".to_owned());
    }
    for policy in account.policies.values_mut() {
        policy.created = Some("2025-01-01T00:00:00Z".to_owned());
    }
    grants.rebuilt.clear();
    grants
}

#[test]
fn what_was_changed_of_late_is_left_alone_and_says_why() {
    let mut records = history();
    records.push(put(29, "web", "own", &allow(&["sqs:CreateQueue", "sqs:DeleteQueue"])));
    let evidence = evidence(records);
    let court = judged(&evidence, &snapshot(&evidence), 14);
    let kept = court.granted("web", "sqs:DeleteQueue");
    assert_eq!(kept.standing, "unseen");
    assert_eq!(kept.reason.as_deref(), Some("the policy was given or changed by PutRolePolicy on 2026-10-29"));
    assert_eq!(court.standing("web", "sns:DeleteTopic"), "unused");
    assert_eq!(judged(&evidence, &snapshot(&evidence), 0).standing("web", "sqs:DeleteQueue"), "unused");
}

#[test]
fn a_use_of_what_was_taken_away_since_is_explained() {
    let evidence = evidence(history());
    let court = judged(&evidence, &snapshot(&evidence), 0);
    let surprise = &court.about("web").surprises[0];
    assert_eq!(surprise.action, "ec2:DescribeVpcs");
    assert_eq!(surprise.changed.as_ref().unwrap().told(), "CreatePolicyVersion on 2026-10-05");
    // What was never granted is a surprise, whatever was changed since.
    let mut records = history();
    records.push(by_role(4, "app/web", "ec2.amazonaws.com", "DescribeSubnets"));
    let evidence = self::evidence(records);
    let court = judged(&evidence, &snapshot(&evidence), 0);
    let plain = court.about("web").surprises.iter().find(|one| one.action == "ec2:DescribeSubnets").unwrap();
    assert_eq!(plain.changed, None);
}

#[test]
fn who_was_deleted_is_told_from_who_is_unknown() {
    let mut records = history();
    records.push(by_role(12, "unknown", "sqs.amazonaws.com", "CreateQueue"));
    let evidence = evidence(records);
    let Judgement { strangers, .. } = judged(&evidence, &snapshot(&evidence), 0).judgement;
    let about = |name: &str| strangers.iter().find(|one| one.principal.short_name() == name).unwrap();
    assert_eq!(about("gone").deleted.as_ref().unwrap().told(), "DeleteRole on 2026-10-07");
    assert_eq!((&about("unknown").made, &about("unknown").deleted), (&None, &None));
}

/// Thirteen roles and four users came and went within the hour. Five held what AWS manages, whose documents are in no
/// log; all others are whole, and each of their policies is proven smaller.
#[test]
fn the_log_of_one_busy_hour_is_rebuilt() {
    let Some(corpus) = corpus() else { return };
    let files = files_below(&corpus.join("invictus-ir-aws_dataset"));
    let one = gathered(files.iter().map(|(name, bytes)| (name, bytes)));
    let other = gathered(files.iter().rev().map(|(name, bytes)| (name, bytes)));
    assert_eq!(rebuilt(&one), rebuilt(&other));
    let Court { judgement } = judged(&one, &rebuilt(&one), 0);
    let whole = judgement.fittings.iter().filter(|fitting| fitting.unfit.is_empty()).count();
    assert_eq!((judgement.fittings.len(), whole), (17, 12));
    assert!(judgement.fittings.iter().all(|fitting| fitting.made.is_some() && fitting.deleted.is_some()));
    let unfit = judgement.fittings.iter().flat_map(|fitting| &fitting.unfit);
    assert!(unfit.clone().all(|reason| reason.contains("arn:aws:iam::aws:policy/")), "{:?}", unfit.collect::<Vec<_>>());
    let proven = judgement.policies.iter().filter(|one| matches!(one.verdict, Verdict::Proven(_))).count();
    let unjudged = judgement.policies.iter().filter(|one| matches!(one.verdict, Verdict::Unjudged(_))).count();
    assert_eq!((proven, unjudged), (6, 1));
    // The grants of the time did not allow RunInstances either: EC2 looked at the vCPU limit before the policies, so
    // that is no proof of a permission.
    assert!(judgement.fittings.iter().all(|fitting| fitting.surprises.is_empty()));
    let uses = judgement.fittings.iter().flat_map(|fitting| &fitting.uses);
    let open: Vec<_> = uses.filter(|one| one.outcome == Some(trailfit::iam::Outcome::NotAllowed)).collect();
    assert!(!open.is_empty());
    assert!(open.iter().all(|one| one.seen.key.action == "ec2:RunInstances" && !one.seen.key.outcome.is_proof()));
}
