//! What the cast may do: account snapshots, the organization's policies, resource policies.

mod documents;
mod policies;
mod production;
mod tools;

use serde_json::{Value, json};

use super::cast::{KEY, PRODUCTION, RoleCard, TOOLS};
use super::deliver::Files;
use documents::{allow, deny_unless, document};

/// The files below `sample-logs/`.
pub(crate) fn files() -> Files {
    let mut files = Files::new();
    let mut add = |name: &str, content: Value| {
        let text = serde_json::to_string_pretty(&content).unwrap() + "\n";
        files.insert(format!("grants/{name}.json"), text.into_bytes());
    };
    add(PRODUCTION, production::snapshot());
    add(TOOLS, tools::snapshot());
    add("organization", organization());
    add("resources", resources());
    files
}

/// Root, then the unit `shops`, then the account. The small company uses its tools account as management account.
fn organization() -> Value {
    let elsewhere = json!({
        "Sid": "OnlyOurRegions",
        "Effect": "Deny",
        "NotAction": ["iam:*", "sts:*", "cloudfront:*", "organizations:*", "route53:*", "support:*"],
        "Resource": "*",
        "Condition": {"StringNotEquals": {"aws:RequestedRegion": ["eu-central-1", "us-east-1"]}},
    });
    let trail = json!({
        "Sid": "KeepTheTrail",
        "Effect": "Deny",
        "Action": ["cloudtrail:DeleteTrail", "cloudtrail:StopLogging", "organizations:LeaveOrganization"],
        "Resource": "*",
    });
    let scp = |name: &str, statement: Value| json!({"Name": name, "Type": "SERVICE_CONTROL_POLICY", "Content": document([statement])});
    json!({
        "ManagementAccountId": TOOLS,
        "Policies": {"p-shopregions": scp("shop-regions", elsewhere), "p-keeptrail": scp("keep-the-trail", trail)},
        "Accounts": {
            PRODUCTION: {"Levels": [["p-FullAWSAccess", "p-keeptrail"], ["p-FullAWSAccess", "p-shopregions"], ["p-FullAWSAccess"]]},
            TOOLS: {"Levels": [["p-FullAWSAccess", "p-keeptrail"], ["p-FullAWSAccess"]]},
        },
    })
}

fn resources() -> Value {
    let key = json!({
        "Sid": "Enable IAM User Permissions",
        "Effect": "Allow",
        "Principal": {"AWS": format!("arn:aws:iam::{PRODUCTION}:root")},
        "Action": "kms:*",
        "Resource": "*",
    });
    let encrypted = json!({
        "Sid": "OnlyEncrypted",
        "Effect": "Deny",
        "Principal": "*",
        "Action": "s3:*",
        "Resource": ["arn:aws:s3:::pawl-quarter-reports", "arn:aws:s3:::pawl-quarter-reports/*"],
        "Condition": {"Bool": {"aws:SecureTransport": "false"}},
    });
    json!({"ResourcePolicies": {
        KEY: document([key]),
        "arn:aws:s3:::pawl-quarter-reports": {"Policy": document([encrypted]).to_string()},
    }})
}

/// A role of the snapshot: what all have, and what `more` adds.
fn role(card: &RoleCard, trust: Value, more: Value) -> Value {
    let mut role = json!({
        "Path": card.path,
        "RoleName": card.name,
        "RoleId": card.id,
        "Arn": card.arn(),
        "CreateDate": "2025-03-11T08:30:00+00:00",
        "AssumeRolePolicyDocument": document([trust]),
        "InstanceProfileList": [],
        "RolePolicyList": [],
        "AttachedManagedPolicies": [],
        "Tags": [],
        "RoleLastUsed": {"LastUsedDate": "2026-10-26T00:00:00+00:00", "Region": "eu-central-1"},
    });
    for (key, value) in more.as_object().unwrap() {
        role[key] = value.clone();
    }
    role
}

fn trusts(service: &str) -> Value {
    json!({"Effect": "Allow", "Principal": {"Service": service}, "Action": "sts:AssumeRole"})
}

fn inline(name: &str, document: Value) -> Value {
    json!({"PolicyName": name, "PolicyDocument": document})
}

fn attach(arns: &[&str]) -> Value {
    let entry = |arn: &&str| json!({"PolicyName": arn.rsplit('/').next(), "PolicyArn": arn});
    arns.iter().map(entry).collect()
}

/// Writes into each managed policy of a snapshot to how many users, groups and roles it is attached.
fn count_attachments(snapshot: &mut Value) {
    let entities = ["UserDetailList", "GroupDetailList", "RoleDetailList"].map(|list| snapshot[list].clone());
    let attached: Vec<String> = entities
        .iter()
        .flat_map(|list| list.as_array().unwrap())
        .flat_map(|entity| entity["AttachedManagedPolicies"].as_array().cloned().unwrap_or_default())
        .map(|policy| policy["PolicyArn"].as_str().unwrap().to_owned())
        .collect();
    for policy in snapshot["Policies"].as_array_mut().unwrap() {
        let count = attached.iter().filter(|arn| policy["Arn"] == arn.as_str()).count();
        policy["AttachmentCount"] = json!(count);
    }
}

/// A managed policy with its versions, oldest first; the last is the default.
fn managed(arn: &str, versions: &[Value]) -> Value {
    let (name, rest) = (arn.rsplit('/').next().unwrap(), arn.split_once(":policy/").unwrap().1);
    let path = format!("/{}", rest.strip_suffix(name).unwrap());
    let default = format!("v{}", versions.len());
    let mut list = Vec::new();
    for (index, document) in versions.iter().enumerate().rev() {
        let id = format!("v{}", index + 1);
        list.push(json!({
            "Document": document,
            "IsDefaultVersion": id == default,
            "VersionId": id,
            "CreateDate": format!("2025-0{}-14T10:00:00+00:00", index + 4),
        }));
    }
    json!({
        "PolicyName": name,
        "PolicyId": format!("ANPAEXAMPLE{}", super::record::code(arn, 10)),
        "Arn": arn,
        "Path": path,
        "DefaultVersionId": default,
        "IsAttachable": true,
        "CreateDate": "2025-04-14T10:00:00+00:00",
        "PolicyVersionList": list,
    })
}
