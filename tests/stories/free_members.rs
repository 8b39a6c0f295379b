//! Records that differ in what does not tell what they need: the quick way, which works them out once, sees in each
//! what the plain way sees.

use serde_json::{Value, json};

use super::bench::settled;

const KEYS: [&str; 15] = [
    "k",
    "a/b/c/d/e",
    "a/b/c/d/f",
    "folder/",
    "",
    "quoted \"x\"",
    "back\\slash",
    "é",
    "*?${aws:username}",
    "arn:aws:s3:::other/k",
    "arn:aws:dynamodb:eu-west-1:111122223333:table/other",
    "{\"a\":[{\"ARN\":\"b\"}]}",
    "x:accesspoint/y/object/z",
    "b",
    "/",
];

fn record(number: usize, event: (&str, &str), parameters: &Value, resources: &Value) -> Value {
    json!({
        "eventVersion": "1.11",
        "userIdentity": {"type": "IAMUser", "principalId": "AIDAEXAMPLE", "accountId": "111122223333",
            "arn": "arn:aws:iam::111122223333:user/alice", "accessKeyId": "AKIAEXAMPLE", "userName": "alice"},
        "eventTime": "2026-10-01T10:00:00Z",
        "eventSource": event.0,
        "eventName": event.1,
        "awsRegion": "eu-west-1",
        "sourceIPAddress": "192.0.2.7",
        "userAgent": "x",
        "requestParameters": parameters,
        "responseElements": null,
        "eventID": format!("{number:08}-0000-4000-8000-000000000000"),
        "readOnly": true,
        "resources": resources,
        "eventType": "AwsApiCall",
        "managementEvent": false,
        "recipientAccountId": "111122223333",
        "eventCategory": "Data",
    })
}

/// What a record may list for an object: as AWS writes it, and as it never does.
fn listings(key: &str) -> Vec<Value> {
    let arn = format!("arn:aws:s3:::b/{key}");
    let bucket = json!({"accountId": "111122223333", "type": "AWS::S3::Bucket", "ARN": "arn:aws:s3:::b"});
    vec![
        json!([{"type": "AWS::S3::Object", "ARN": arn}, bucket]),
        json!([{"type": "AWS::S3::Object", "ARN": arn}]),
        json!([bucket, {"arn": arn}]),
        json!([{"ARN": arn, "arn": "arn:aws:s3:::b/first"}]),
        json!([{"arn": "arn:aws:s3:::b/first", "ARN": arn}]),
        json!([{"ARN": arn}, {"ARN": "arn:aws:s3:::b/second"}]),
        json!([{"ARN": arn}, {"ARN": arn}]),
        json!([{"more": {"ARN": arn}}]),
        json!([[{"ARN": arn}]]),
        json!([{"ARN": format!("arn:aws-cn:s3:::b/{key}")}]),
        json!([{"ARN": format!("arn:aws:s3:::c/{key}")}]),
        json!([{"ARN": format!("arn:aws:s3:eu-west-1:111122223333:accesspoint/b/object/{key}")}]),
        json!([]),
        Value::Null,
    ]
}

/// One file of records with such parameters, each kind of listing beside each key.
fn file(event: (&str, &str), parameters: impl Fn(&str) -> Value) -> Vec<u8> {
    let pairs = KEYS.iter().flat_map(|key| listings(key).into_iter().map(move |listing| (key, listing)));
    // In both orders, so that each is once the first of its kind.
    let pairs: Vec<(&&str, Value)> = pairs.collect();
    let both = pairs.iter().chain(pairs.iter().rev()).enumerate();
    let records: Vec<Value> =
        both.map(|(number, (key, listing))| record(number, event, &parameters(key), listing)).collect();
    json!({"Records": records}).to_string().into_bytes()
}

#[test]
fn objects_are_all_noted() {
    for name in ["GetObject", "PutObject", "HeadObject", "UploadPart", "DeleteObject", "CopyObject"] {
        let of = |parameters: fn(&str) -> Value| settled(&file(("s3.amazonaws.com", name), parameters));
        let seen = of(|key| json!({"bucketName": "b", "Host": "b.s3.amazonaws.com", "key": key}));
        assert!(
            seen.sorted_uses().iter().any(|one| one.footprint.patterns().any(|arn| arn == "arn:aws:s3:::b/a/b/c/d/f"))
        );
        of(|key| json!({"bucketName": "b", "key": key, "versionId": "v", "x-amz-acl": "private"}));
        of(|key| json!({"key": key, "bucketName": "arn:aws:s3:eu-west-1:111122223333:accesspoint/b"}));
        of(|key| json!({"key": key, "uploadId": key, "bucketname": "b"}));
        of(|key| json!({"bucketName": key, "key": "b"}));
    }
}

#[test]
fn items_of_a_table_are_one_kind() {
    for name in ["GetItem", "PutItem", "Query"] {
        let of = |parameters: fn(&str) -> Value| settled(&file(("dynamodb.amazonaws.com", name), parameters));
        of(|key| json!({"tableName": "t", "key": {"id": key}}));
        of(|key| json!({"tableName": "t", "key": key, "select": "COUNT"}));
        of(|key| json!({"tableName": key, "key": "b"}));
        of(|key| json!({"key": {"tableName": key}}));
    }
}
