//! The organization as AWS would write it: delivered CloudTrail files and account authorization details.

use std::collections::BTreeMap;
use std::fs;
use std::io::Write;
use std::path::Path;

use flate2::Compression;
use flate2::write::GzEncoder;
use serde_json::{Value, json};
use trailfit::trail::Moment;

use super::calls::{CALLS, Call, Shape, Shown};
use super::random::Random;
use super::world::{ACCOUNTS, Deed, Ending, MANAGED, Principal, REGION, resource};

/// The day of the first record.
pub(crate) fn moment(day: u32) -> Moment {
    let first = Moment::parse("2026-01-01").unwrap();
    Moment(first.0 + i64::from(day) * 86_400)
}

/// Writes the logs below `folder/AWSLogs` and the snapshots below `folder/grants`; gives the number of records.
pub(crate) fn write(folder: &Path, principals: &[Principal], deeds: &[Deed]) -> usize {
    let mut files: BTreeMap<(&str, u32), Vec<(usize, &Deed)>> = BTreeMap::new();
    for (number, deed) in deeds.iter().enumerate().filter(|(_, deed)| leaves_record(principals, deed)) {
        files.entry((principals[deed.who].account, deed.day)).or_default().push((number, deed));
    }
    let mut records = 0;
    for ((account, day), deeds) in files {
        let date = moment(day).date();
        let dir = folder.join(format!("AWSLogs/{account}/CloudTrail/{REGION}/{}", date.replace('-', "/")));
        fs::create_dir_all(&dir).unwrap();
        let mut name = format!("{account}_CloudTrail_{REGION}_{}T2355Z_", date.replace('-', ""));
        let mut random = Random::new(u64::from(day), account.parse().unwrap());
        random.letters(b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", 16, &mut name);
        name += ".json.gz";
        let mut out = GzEncoder::new(Vec::new(), Compression::fast());
        out.write_all(b"{\"Records\":[").unwrap();
        for (at, (number, deed)) in deeds.iter().enumerate() {
            let record = record(&principals[deed.who], deed, *number, at);
            out.write_all(if at == 0 { "" } else { "," }.as_bytes()).unwrap();
            out.write_all(record.to_string().as_bytes()).unwrap();
            records += 1;
        }
        out.write_all(b"]}").unwrap();
        fs::write(dir.join(name), out.finish().unwrap()).unwrap();
    }
    fs::create_dir_all(folder.join("grants")).unwrap();
    for account in ACCOUNTS {
        let path = folder.join(format!("grants/{account}.json"));
        fs::write(path, snapshot(account, principals).to_string()).unwrap();
    }
    records
}

/// Whether the deed has a record of its own: the last account logs no data events.
fn leaves_record(principals: &[Principal], deed: &Deed) -> bool {
    match CALLS[deed.call].shown {
        Shown::Management => true,
        Shown::Data => principals[deed.who].account != ACCOUNTS[2],
        Shown::Beside | Shown::Never => false,
    }
}

/// Whether a trail shows the deed at all.
pub(crate) fn shows(principals: &[Principal], deed: &Deed) -> bool {
    CALLS[deed.call].shown == Shown::Beside || leaves_record(principals, deed)
}

fn record(principal: &Principal, deed: &Deed, number: usize, at: usize) -> Value {
    let call = &CALLS[deed.call];
    let time = Moment(moment(deed.day).0 + 21_600 + (at as i64 * 7) % 60_000);
    let (parameters, resources) = told(call, &deed.on, principal.account);
    let is_data = call.shown == Shown::Data;
    let address =
        if deed.ending == Ending::Stolen { "192.0.2.66".to_owned() } else { format!("192.0.2.{}", deed.who % 50) };
    let mut record = json!({
        "eventVersion": "1.11",
        "userIdentity": identity(principal),
        "eventTime": time.to_string(),
        "eventSource": format!("{}.amazonaws.com", call.event.0),
        "eventName": call.event.1,
        "awsRegion": REGION,
        "sourceIPAddress": address,
        "userAgent": "aws-sdk-java/2.29",
        "requestParameters": parameters,
        "responseElements": null,
        "eventID": format!("00000000-0000-4000-8000-{number:012x}"),
        "readOnly": call.is_read,
        "eventType": "AwsApiCall",
        "managementEvent": !is_data,
        "recipientAccountId": principal.account,
        "eventCategory": if is_data { "Data" } else { "Management" },
    });
    if !resources.is_empty() {
        record["resources"] = resources.into();
    }
    if deed.ending == Ending::Denied {
        record["errorCode"] = "AccessDenied".into();
        record["errorMessage"] = format!(
            "User: {} is not authorized to perform: {} on resource: {} because no identity-based policy allows the {} action",
            principal.arn(), call.action, deed.on, call.action
        ).into();
    }
    record
}

fn identity(principal: &Principal) -> Value {
    let (account, name, arn, id) = (principal.account, &principal.name, principal.arn(), principal.id());
    if principal.is_user {
        return json!({"type": "IAMUser", "principalId": id, "arn": arn, "accountId": account, "userName": name});
    }
    json!({
        "type": "AssumedRole", "principalId": format!("{id}:work"), "accountId": account,
        "arn": format!("arn:aws:sts::{account}:assumed-role/{name}/work"),
        "sessionContext": {"sessionIssuer": {
            "type": "Role", "principalId": id, "arn": arn, "accountId": account, "userName": name,
        }},
    })
}

/// Request parameters and resources as the service's records have them.
fn told(call: &Call, on: &str, account: &str) -> (Value, Vec<Value>) {
    let tail = on.splitn(6, ':').nth(5).unwrap_or_default();
    let last = tail.rsplit('/').next().unwrap_or_default();
    let listed = |kind: &str| vec![json!({"accountId": account, "type": kind, "ARN": on})];
    match call.shape {
        Shape::Nothing => (Value::Null, Vec::new()),
        Shape::Object => {
            let (bucket, key) = tail.split_once('/').unwrap_or((tail, ""));
            let resources = vec![
                json!({"type": "AWS::S3::Object", "ARN": on}),
                json!({"accountId": account, "type": "AWS::S3::Bucket", "ARN": format!("arn:aws:s3:::{bucket}")}),
            ];
            (json!({"bucketName": bucket, "key": key}), resources)
        }
        Shape::Bucket => (json!({"bucketName": tail}), listed("AWS::S3::Bucket")),
        Shape::Table => (json!({"tableName": last}), listed("AWS::DynamoDB::Table")),
        Shape::Queue => (
            json!({"queueUrl": format!("https://sqs.{REGION}.amazonaws.com/{account}/{tail}")}),
            listed("AWS::SQS::Queue"),
        ),
        Shape::Topic => (json!({"topicArn": on}), listed("AWS::SNS::Topic")),
        Shape::Key => (json!({"keyId": on}), listed("AWS::KMS::Key")),
        Shape::Secret => (json!({"secretId": on}), Vec::new()),
        Shape::Parameter => (json!({"name": tail.trim_start_matches("parameter")}), listed("AWS::SSM::Parameter")),
        Shape::Function => (json!({"functionName": on}), listed("AWS::Lambda::Function")),
        Shape::Repository => {
            (json!({"repositoryName": tail.trim_start_matches("repository/")}), listed("AWS::ECR::Repository"))
        }
        Shape::Service if call.is_read => (json!({"cluster": "main", "services": [on]}), Vec::new()),
        Shape::Service => (json!({"cluster": "main", "service": last}), Vec::new()),
        Shape::TaskDefinition => {
            let family = last.trim_end_matches(":7");
            let role = resource(Shape::Role, account, family.trim_end_matches("-web"));
            (json!({"family": family, "taskRoleArn": role}), Vec::new())
        }
        Shape::Volume => (json!({"volumeId": last}), Vec::new()),
        Shape::Database => (json!({"dBInstanceIdentifier": tail.trim_start_matches("db:")}), Vec::new()),
        Shape::Stack => (json!({"stackName": on}), Vec::new()),
        Shape::Training => (json!({"trainingJobName": last}), Vec::new()),
        Shape::Job => (json!({"jobName": last}), Vec::new()),
        Shape::Role => (json!({"roleName": last}), Vec::new()),
        Shape::Stream => {
            let group = tail.split(':').nth(1).unwrap_or_default();
            (json!({"logGroupName": group, "logStreamName": "main"}), Vec::new())
        }
    }
}

/// `get-account-authorization-details` of one account.
fn snapshot(account: &str, principals: &[Principal]) -> Value {
    let ours = |is_user: bool| principals.iter().filter(move |one| one.account == account && one.is_user == is_user);
    json!({
        "UserDetailList": ours(true).map(detail).collect::<Vec<_>>(),
        "GroupDetailList": [],
        "RoleDetailList": ours(false).map(detail).collect::<Vec<_>>(),
        "Policies": MANAGED.iter().map(|policy| managed(account, policy)).collect::<Vec<_>>(),
    })
}

fn detail(principal: &Principal) -> Value {
    let statement = |(number, (actions, resources)): (usize, &(Vec<&str>, Vec<String>))| json!({"Sid": format!("S{number}"), "Effect": "Allow", "Action": actions, "Resource": resources});
    let statements: Vec<Value> = principal.granted.iter().enumerate().map(statement).collect();
    let document = json!({"PolicyName": "own", "PolicyDocument": {"Version": "2012-10-17", "Statement": statements}});
    let inline = if statements.is_empty() { json!([]) } else { json!([document]) };
    let attached = principal
        .attached
        .iter()
        .map(|name| json!({"PolicyName": name, "PolicyArn": managed_arn(principal.account, name)}));
    let attached: Vec<Value> = attached.collect();
    let (arn, id, created) = (principal.arn(), principal.id(), "2024-05-01T00:00:00Z");
    if principal.is_user {
        return json!({
            "Path": "/", "UserName": principal.name, "UserId": id, "Arn": arn, "CreateDate": created,
            "UserPolicyList": inline, "GroupList": [], "AttachedManagedPolicies": attached, "Tags": [],
        });
    }
    json!({
        "Path": "/", "RoleName": principal.name, "RoleId": id, "Arn": arn, "CreateDate": created,
        "AssumeRolePolicyDocument": {"Version": "2012-10-17", "Statement": []},
        "RolePolicyList": inline, "AttachedManagedPolicies": attached, "InstanceProfileList": [], "Tags": [],
    })
}

fn managed_arn(account: &str, name: &str) -> String {
    let is_aws = MANAGED.iter().any(|(known, is_aws, _)| *known == name && *is_aws);
    format!("arn:aws:iam::{}:policy/{name}", if is_aws { "aws" } else { account })
}

fn managed(account: &str, (name, _, actions): &(&str, bool, &[&str])) -> Value {
    let document =
        json!({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": actions, "Resource": "*"}]});
    json!({
        "PolicyName": name, "PolicyId": format!("ANPAEXAMPLE{}", name.len()), "Arn": managed_arn(account, name), "Path": "/",
        "DefaultVersionId": "v1", "AttachmentCount": 1, "IsAttachable": true, "CreateDate": "2024-01-01T00:00:00Z",
        "UpdateDate": "2024-01-01T00:00:00Z",
        "PolicyVersionList": [{"VersionId": "v1", "IsDefaultVersion": true, "CreateDate": "2024-01-01T00:00:00Z", "Document": document}],
    })
}
