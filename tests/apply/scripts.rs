//! apply.sh brings an account to what is proposed, rollback.sh brings it back, and neither touches what stands
//! otherwise than it was judged.

use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use super::account::Account;
use super::formats::trust_as_code_holds;
use crate::commands::{GRANTS, LOGS, run, text};

const ACCOUNT: &str = "111122223333";
const WEB: &str = "arn:aws:iam::111122223333:policy/app/workshop-web";

/// Roles of the sample that stay in the snapshot; fewer policies make fewer calls.
const ROLES: [&str; 2] = ["workshop-web", "catalog-api"];

fn read(path: &Path) -> Value {
    serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap()
}

/// The sample's snapshot with fewer roles, a policy of which five versions stand, and a user who does nothing.
fn snapshot(home: &Path) -> PathBuf {
    let mut snapshot = read(Path::new(&format!("{GRANTS}/{ACCOUNT}.json")));
    let roles = snapshot["RoleDetailList"].as_array_mut().unwrap();
    roles.retain(|role| ROLES.contains(&role["RoleName"].as_str().unwrap()));
    let lambda = |one: &Value| one["PolicyName"] == "AWSLambdaBasicExecutionRole";
    roles
        .iter_mut()
        .for_each(|role| role["AttachedManagedPolicies"].as_array_mut().unwrap().retain(|one| !lambda(one)));
    let policies = snapshot["Policies"].as_array_mut().unwrap();
    let web = policies.iter_mut().find(|policy| policy["Arn"] == WEB).unwrap();
    let versions = web["PolicyVersionList"].as_array_mut().unwrap();
    let mut newest = versions.iter().find(|one| one["VersionId"] == "v3").unwrap().clone();
    for version in versions.iter_mut() {
        version["IsDefaultVersion"] = json!(false);
    }
    for id in ["v4", "v5"] {
        (newest["VersionId"], newest["IsDefaultVersion"]) = (json!(id), json!(id == "v5"));
        versions.push(newest.clone());
    }
    web["DefaultVersionId"] = json!("v5");
    let queues = "arn:aws:iam::111122223333:policy/team/queues";
    let document = |action: &str| json!({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": action, "Resource": "*"}]});
    policies.push(json!({
        "PolicyName": "queues", "PolicyId": "ANPAEXAMPLEQUEUES0001", "Arn": queues, "Path": "/team/",
        "DefaultVersionId": "v1", "AttachmentCount": 1, "CreateDate": "2020-01-01T00:00:00+00:00",
        "PolicyVersionList": [{"VersionId": "v1", "IsDefaultVersion": true, "Document": document("ec2:RunInstances"),
            "CreateDate": "2020-01-01T00:00:00+00:00"}],
    }));
    snapshot["UserDetailList"].as_array_mut().unwrap().push(json!({
        "Path": "/", "UserName": "idle+team=x", "UserId": "AIDAEXAMPLEIDLE000001", "CreateDate": "2020-01-01T00:00:00+00:00",
        "Arn": "arn:aws:iam::111122223333:user/idle+team=x", "GroupList": [],
        "UserPolicyList": [{"PolicyName": "left=over", "PolicyDocument": document("ec2:StartInstances")}],
        "AttachedManagedPolicies": [{"PolicyName": "queues", "PolicyArn": queues}],
    }));
    let folder = home.join("grants");
    std::fs::create_dir(&folder).unwrap();
    let path = folder.join("snapshot.json");
    std::fs::write(&path, snapshot.to_string()).unwrap();
    path
}

/// What should stand after all changes of a report, told from report.json and the files that it names.
fn expected(report: &Path, before: &Value, after: &Value) -> Value {
    let mut state = before.clone();
    let all = read(&report.join("report.json"))["policies"].as_array().unwrap().clone();
    let mine = all.iter().filter(|one| one["verdict"] == "proven" && one["account"] == ACCOUNT);
    for policy in mine {
        let name = policy["name"].as_str().unwrap();
        let documents = policy["documents"].as_array().unwrap();
        let stays = documents.iter().any(|one| one["placement"] != "new-policy");
        if policy["kind"] == "inline" && !stays {
            let inline = &mut state["holders"][policy["owner"].as_str().unwrap()]["inline"];
            inline.as_object_mut().unwrap().remove(name).unwrap();
        }
        for one in documents {
            let json = read(&report.join(one["file"].as_str().unwrap()));
            let arn = format!("arn:aws:iam::{ACCOUNT}:policy/{}", one["name"].as_str().unwrap());
            match one["placement"].as_str().unwrap() {
                "inline" => state["holders"][policy["owner"].as_str().unwrap()]["inline"][name] = json,
                "new-version" => {
                    let id = after["policies"][name]["default"].as_str().unwrap();
                    state["policies"][name]["default"] = json!(id);
                    state["policies"][name]["versions"][id] = json;
                }
                _ => {
                    state["policies"][&arn] = json!({"default": "v1", "versions": {"v1": json}});
                    attached(&mut state, policy, name, |all| all.push(json!(arn)));
                }
            }
        }
        if policy["kind"] != "inline" && !stays {
            attached(&mut state, policy, name, |all| all.retain(|one| one != name));
        }
    }
    state
}

/// Changes the attachments of those that a change is about.
fn attached(state: &mut Value, policy: &Value, arn: &str, change: impl Fn(&mut Vec<Value>)) {
    for (holder, held) in state["holders"].as_object_mut().unwrap() {
        let all = held["attached"].as_array_mut().unwrap();
        let is_meant = policy["attached_to"].as_array().unwrap().iter().any(|owner| owner == holder);
        if is_meant && all.iter().any(|one| one == arn) {
            change(all);
            all.sort_by_key(|one| one.as_str().unwrap().to_owned());
        }
    }
}

/// A report, and the account that its snapshot was taken of.
fn world(home: &Path) -> (PathBuf, Account) {
    let snapshot = snapshot(home);
    let report = home.join("the report");
    run(&["suggest", LOGS, "--grants", text(&snapshot), "--out", text(&report)], 0);
    (report, Account::open(ACCOUNT, &snapshot))
}

#[test]
fn an_account_is_changed_and_brought_back() {
    let home = tempfile::tempdir().unwrap();
    let (report, mut account) = world(home.path());
    let script = |name: &str| report.join(format!("apply/{ACCOUNT}/{name}"));
    let (apply, rollback) = (script("apply.sh"), script("rollback.sh"));
    let kinds = std::fs::read_to_string(&apply).unwrap();
    for verb in ["inline user", "new_version", "create", "attach role", "detach role", "detach user", "held_by"] {
        assert!(kinds.contains(&format!("\n  {verb} ")), "no change of the kind `{verb}`");
    }
    assert!(kinds.contains(".before none\n"), "no inline policy is deleted");

    let before = account.state();
    let (code, told) = account.run("bash", &[text(&apply)]);
    assert!(code == 1 && told.contains("5 versions") && told.contains("the oldest, v1"), "{code} {told}");
    assert_eq!(account.state(), before, "a refused script changes nothing");

    let (code, told) = account.run("bash", &[text(&apply), "--delete-oldest"]);
    assert_eq!(code, 0, "{told}");
    assert!(told.contains(&format!("+ aws iam delete-policy-version --policy-arn {WEB} --version-id v1\n")), "{told}");
    let after = account.state();
    let mut wanted = expected(&report, &before, &after);
    wanted["policies"][WEB]["versions"].as_object_mut().unwrap().remove("v1").unwrap();
    assert_eq!(after, wanted);

    let (code, told) = account.run("bash", &[text(&apply)]);
    assert!(code == 0 && !told.contains("\n+ "), "what was applied is applied again: {told}");

    let (code, told) = account.run("bash", &[text(&rollback)]);
    assert_eq!(code, 0, "{told}");
    let mut restored = before.clone();
    restored["policies"][WEB]["versions"].as_object_mut().unwrap().remove("v1").unwrap();
    assert_eq!(account.state(), restored);
}

/// Two roles get a policy each in the place of the one that they share, in two changes; the old one remains.
#[test]
fn a_split_is_made_and_taken_back() {
    let home = tempfile::tempdir().unwrap();
    let snapshot = snapshot(home.path());
    let report = home.path().join("report");
    run(&["suggest", LOGS, "--grants", text(&snapshot), "--split=clusters", "--out", text(&report)], 0);
    let mut account = Account::open(ACCOUNT, &snapshot);
    let script = |name: &str| text(&report.join("apply").join(ACCOUNT).join(name)).to_owned();
    let lines = std::fs::read_to_string(script("apply.sh")).unwrap();
    let numbers: Vec<&str> = lines
        .lines()
        .filter(|line| line.starts_with("  change ") && line.contains("parts-catalog-read"))
        .filter_map(|line| line.split_whitespace().nth(1))
        .collect();
    assert_eq!(numbers.len(), 2, "{lines}");
    let before = account.state();
    for number in &numbers {
        let (code, told) = account.run("bash", &[&script("apply.sh"), number]);
        assert_eq!(code, 0, "{told}");
    }
    let after = account.state();
    let shared = "arn:aws:iam::111122223333:policy/shared/parts-catalog-read";
    assert_eq!(after["policies"][shared], before["policies"][shared], "the old policy stays as it was");
    let of = |state: &Value| -> Vec<String> {
        let holders = state["holders"].as_object().unwrap().values();
        let mut all: Vec<String> = holders
            .flat_map(|held| held["attached"].as_array().unwrap())
            .filter_map(|arn| arn.as_str().filter(|arn| arn.contains("parts-catalog-read")).map(str::to_owned))
            .collect();
        all.sort();
        all
    };
    assert_eq!(of(&before), [shared, shared]);
    let made =
        ["catalog-api", "workshop-web"].map(|of| format!("arn:aws:iam::{ACCOUNT}:policy/{of}-parts-catalog-read-fit"));
    assert_eq!(of(&after), made);
    let (code, told) = account.run("bash", &[&script("rollback.sh"), numbers[0], numbers[1]]);
    assert_eq!(code, 0, "{told}");
    assert_eq!(account.state(), before);
}

#[test]
fn what_is_not_as_it_was_judged_is_refused() {
    let home = tempfile::tempdir().unwrap();
    let (report, mut account) = world(home.path());
    let script = |account: &str, name: &str| report.join(format!("apply/{account}/{name}"));
    let apply = script(ACCOUNT, "apply.sh");
    let number = |title: &str| {
        let text = std::fs::read_to_string(&apply).unwrap();
        let line = text.lines().find(|line| line.trim().starts_with("change ") && line.contains(title)).unwrap();
        line.split_whitespace().nth(1).unwrap().to_owned()
    };
    let (shared, inline) = (number("parts-catalog-read"), number("old-queues"));
    let catalog = "arn:aws:iam::111122223333:policy/shared/parts-catalog-read";
    let drifts: [&[&str]; 2] = [
        &["iam", "attach-user-policy", "--user-name", "idle+team=x", "--policy-arn", catalog],
        &[
            "iam",
            "put-user-policy",
            "--user-name",
            "label-printer",
            "--policy-name",
            "old-queues",
            "--policy-document",
            r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"sqs:*","Resource":"*"}]}"#,
        ],
    ];
    for drift in drifts {
        let (code, told) = account.run("aws", drift);
        assert_eq!(code, 0, "{told}");
    }
    let before = account.state();
    let (code, told) = account.run("bash", &[text(&apply), &shared, &inline]);
    assert_eq!(code, 1, "{told}");
    for words in [
        "is by now also attached to user/idle+team=x, which was not judged",
        "inline policy old-queues of user label-printer is not what this change was made from",
        "Nothing was changed: refused 2 times.",
    ] {
        assert!(told.contains(words), "`{words}` is missing in {told}");
    }
    let other = std::fs::read_to_string(&apply).unwrap().replace("main 111122223333", "main 444455556666");
    std::fs::write(&apply, other).unwrap();
    let (code, told) = account.run("bash", &[text(&apply)]);
    assert!(code == 2 && told.contains("these are credentials of account 111122223333"), "{code} {told}");
    assert_eq!(account.state(), before);
}

/// A service and a user who never came, in the trust policy of a role that Lambda assumes.
#[test]
fn trust_policies_are_changed_and_brought_back() {
    let home = tempfile::tempdir().unwrap();
    let path = snapshot(home.path());
    let mut grants = read(&path);
    let roles = grants["RoleDetailList"].as_array_mut().unwrap();
    let role = roles.iter_mut().find(|role| role["RoleName"] == "catalog-api").unwrap();
    let arn = role["Arn"].as_str().unwrap().to_owned();
    let principal = |services: Value| json!({"Service": services});
    let services = principal(json!(["lambda.amazonaws.com", "ecs-tasks.amazonaws.com"]));
    role["AssumeRolePolicyDocument"]["Statement"][0]["Principal"] = services;
    std::fs::write(&path, grants.to_string()).unwrap();
    let report = home.path().join("report");
    run(&["suggest", LOGS, "--grants", text(&path), "--out", text(&report)], 0);
    trust_as_code_holds(&report);
    let mut account = Account::open(ACCOUNT, &path);
    let before = account.state();
    let script = |name: &str| text(&report.join("apply").join(ACCOUNT).join(name)).to_owned();
    let (apply, rollback) = (script("trust-apply.sh"), script("trust-rollback.sh"));
    let (code, told) = account.run("bash", &[&apply, "--dry-run"]);
    assert!(code == 0 && told.contains("update-assume-role-policy"), "{told}");
    assert_eq!(account.state(), before);
    let (code, told) = account.run("bash", &[&apply]);
    assert_eq!(code, 0, "{told}");
    let after = account.state();
    let trust = &after["holders"][&arn]["trust"]["Statement"];
    let statement = if trust.is_array() { &trust[0] } else { trust };
    assert_eq!(statement["Principal"], principal(json!("lambda.amazonaws.com")));
    let (code, told) = account.run("bash", &[&rollback]);
    assert_eq!(code, 0, "{told}");
    assert_eq!(account.state(), before);
    // What stands otherwise than it was judged is refused.
    let statement =
        json!({"Effect": "Allow", "Principal": principal(json!("ec2.amazonaws.com")), "Action": "sts:AssumeRole"});
    let other = json!({"Version": "2012-10-17", "Statement": [statement]}).to_string();
    let name = ["iam", "update-assume-role-policy", "--role-name", "catalog-api", "--policy-document", &other];
    assert_eq!(account.run("aws", &name).0, 0);
    let (code, told) = account.run("bash", &[&apply]);
    assert!(code == 1 && told.contains("is not what this change was made from"), "{told}");
}
