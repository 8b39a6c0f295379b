//! How single services shape their parameters and resources. Used by all chapters.

use serde_json::{Value, json};

use crate::sample::cast::{HOME, KEY, PRODUCTION, RoleCard, SECRET};
use crate::sample::moment::Moment;
use crate::sample::record::{Actor, Event, code, event, uuid};

/// An S3 object call as a data event.
pub(crate) fn object(who: &Actor, when: Moment, name: &str, bucket: &str, key: &str) -> Event {
    let reads = matches!(name, "GetObject" | "HeadObject");
    let moved = if reads { "bytesTransferredOut" } else { "bytesTransferredIn" };
    let told = event(who, when, "s3", name)
        .asks(json!({"bucketName": bucket, "Host": format!("{bucket}.s3.{HOME}.amazonaws.com"), "key": key}))
        .adds(json!({
            "SignatureVersion": "SigV4",
            "CipherSuite": "TLS_AES_128_GCM_SHA256",
            "AuthenticationMethod": "AuthHeader",
            "x-amz-id-2": code(key, 24),
            moved: 1_024 + key.len() * 613,
        }))
        .member(
            "resources",
            json!([
                {"type": "AWS::S3::Object", "ARN": format!("arn:aws:s3:::{bucket}/{key}")},
                {"accountId": PRODUCTION, "type": "AWS::S3::Bucket", "ARN": format!("arn:aws:s3:::{bucket}")},
            ]),
        )
        .data();
    if reads { told.reads() } else { told }
}

/// One page of `ListObjectsV2`, which CloudTrail calls `ListObjects`.
pub(crate) fn listing(who: &Actor, when: Moment, bucket: &str, prefix: &str) -> Event {
    let host = format!("{bucket}.s3.{HOME}.amazonaws.com");
    event(who, when, "s3", "ListObjects")
        .reads()
        .asks(json!({"list-type": "2", "bucketName": bucket, "encoding-type": "url", "prefix": prefix, "Host": host}))
        .adds(json!({"SignatureVersion": "SigV4", "AuthenticationMethod": "AuthHeader", "bytesTransferredOut": 2_211}))
        .member(
            "resources",
            json!([
                {"type": "AWS::S3::Object", "ARNPrefix": format!("arn:aws:s3:::{bucket}/{prefix}")},
                {"accountId": PRODUCTION, "type": "AWS::S3::Bucket", "ARN": format!("arn:aws:s3:::{bucket}")},
            ]),
        )
        .data()
}

/// A DynamoDB item call as a data event; `more` joins the table's name.
pub(crate) fn item(who: &Actor, when: Moment, name: &str, table: &str, more: Value) -> Event {
    let mut asked = json!({"tableName": table});
    for (key, value) in more.as_object().into_iter().flatten() {
        asked[key] = value.clone();
    }
    let told = event(who, when, "dynamodb", name)
        .asks(asked)
        .on("AWS::DynamoDB::Table", &format!("arn:aws:dynamodb:{HOME}:{PRODUCTION}:table/{table}"))
        .version("2012-08-10")
        .data();
    if matches!(name, "GetItem" | "Query" | "Scan" | "BatchGetItem") { told.reads() } else { told }
}

/// A service takes on a role for a workload.
pub(crate) fn assumed_by_service(who: &Actor, when: Moment, card: &RoleCard, session: &str) -> Event {
    event(who, when, "sts", "AssumeRole")
        .reads()
        .asks(json!({"roleArn": card.arn(), "roleSessionName": session}))
        .answers(session_answer(card, session, when))
        .on("AWS::IAM::Role", &card.arn())
        .shared(&uuid(&format!("{session}{when}"), 5))
}

/// What `AssumeRole` and its kin answer.
pub(crate) fn session_answer(card: &RoleCard, session: &str, when: Moment) -> Value {
    json!({
        "credentials": {
            "accessKeyId": card.session_key(session, when),
            "sessionToken": "HIDDEN_DUE_TO_SECURITY_REASONS",
            "expiration": when.plus(3_600).to_string(),
        },
        "assumedRoleUser": {
            "assumedRoleId": format!("{}:{session}", card.id),
            "arn": format!("arn:aws:sts::{}:assumed-role/{}/{session}", card.account, card.name),
        },
    })
}

/// The payment secret is read, and KMS is asked in the caller's name.
pub(crate) fn secret(who: &Actor, when: Moment) -> [Event; 2] {
    let read = event(who, when, "secretsmanager", "GetSecretValue").reads().asks(json!({"secretId": "shop/payment"}));
    let context = json!({"SecretARN": SECRET, "SecretVersionId": uuid("payment", 3)});
    let decrypt = event(who, when, "kms", "Decrypt")
        .reads()
        .forwarded_by("secretsmanager")
        .asks(json!({"encryptionAlgorithm": "SYMMETRIC_DEFAULT", "encryptionContext": context}))
        .on("AWS::KMS::Key", KEY);
    [read, decrypt]
}

/// A Lambda function opens its log stream.
pub(crate) fn log_stream(who: &Actor, when: Moment, group: &str) -> Event {
    let stream = format!("{}/[$LATEST]{}", when.folder(), code(group, 32).to_lowercase());
    event(who, when, "logs", "CreateLogStream")
        .asks(json!({"logGroupName": group, "logStreamName": stream}))
        .version("20140328")
}
