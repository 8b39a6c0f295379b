//! Any file of records: the quick way of reading sees what serde_json sees.
//!
//! The bytes are a file, if they begin as one; else they are changes to records that were read before unchanged, so
//! that what is remembered of the unchanged ones is held against the changed.

use std::sync::OnceLock;

use trailfit::catalog::Catalog;
use trailfit::trail::{Evidence, Gatherer, Scope};

/// Records of different callers and kinds, without the brace that closes them.
const RECORDS: [&str; 7] = [
    r#"{"eventVersion":"1.11","userIdentity":{"type":"AssumedRole","principalId":"AROAEXAMPLE:job","arn":"arn:aws:sts::111122223333:assumed-role/job/job","accountId":"111122223333","accessKeyId":"ASIAEXAMPLE","sessionContext":{"sessionIssuer":{"type":"Role","principalId":"AROAEXAMPLE","arn":"arn:aws:iam::111122223333:role/job","accountId":"111122223333","userName":"job"},"attributes":{"creationDate":"2026-08-23T16:00:00Z","mfaAuthenticated":"false"}}},"eventTime":"2026-08-23T16:17:37Z","eventSource":"s3.amazonaws.com","eventName":"GetObject","awsRegion":"eu-central-1","sourceIPAddress":"192.0.2.7","userAgent":"aws-sdk-rust/1.3.9","requestParameters":{"bucketName":"b","key":"k/1"},"responseElements":null,"additionalEventData":{"bytesTransferredOut":12},"requestID":"R1","eventID":"9358c946-02c6-4ec9-8387-38e001f78b18","readOnly":true,"resources":[{"type":"AWS::S3::Object","ARN":"arn:aws:s3:::b/k/1"}],"eventType":"AwsApiCall","managementEvent":false,"recipientAccountId":"111122223333","eventCategory":"Data""#,
    r#"{"eventVersion":"1.11","userIdentity":{"type":"AWSService","invokedBy":"lambda.amazonaws.com"},"eventTime":"2026-08-23T16:17:38Z","eventSource":"sts.amazonaws.com","eventName":"AssumeRole","awsRegion":"eu-central-1","sourceIPAddress":"lambda.amazonaws.com","userAgent":"lambda.amazonaws.com","requestParameters":{"roleArn":"arn:aws:iam::111122223333:role/job","roleSessionName":"job"},"responseElements":{"credentials":{"accessKeyId":"ASIAEXAMPLE","sessionToken":"a/b+c=","expiration":"Aug 23, 2026, 5:17:38 PM"},"n":[1,-2.5,true,null,{}]},"requestID":"R2","eventID":"0a58c946-02c6-4ec9-8387-38e001f78b18","readOnly":true,"eventType":"AwsApiCall","managementEvent":true,"recipientAccountId":"111122223333","eventCategory":"Management""#,
    r#"{"eventVersion":"1.08","userIdentity":{"type":"IAMUser","principalId":"AIDAEXAMPLE","arn":"arn:aws:iam::111122223333:user/alice","accountId":"111122223333","accessKeyId":"AKIAEXAMPLE","userName":"alice"},"eventTime":"2026-08-24T00:00:00Z","eventSource":"dynamodb.amazonaws.com","eventName":"Query","awsRegion":"eu-central-1","sourceIPAddress":"192.0.2.8","userAgent":"x \"y\" é","errorCode":"AccessDenied","errorMessage":"User: arn:aws:iam::111122223333:user/alice is not authorized to perform: dynamodb:Query on resource: arn:aws:dynamodb:eu-central-1:111122223333:table/t","requestParameters":null,"responseElements":null,"requestID":"R3","eventID":"1b58c946-02c6-4ec9-8387-38e001f78b18","readOnly":true,"eventType":"AwsApiCall","managementEvent":false,"recipientAccountId":"111122223333","eventCategory":"Data""#,
    r#"{"eventVersion":"1.08","userIdentity":{"type":"Root","principalId":"111122223333","arn":"arn:aws:iam::111122223333:root","accountId":"111122223333","accessKeyId":""},"eventTime":"2026-08-24T00:00:01Z","eventSource":"iam.amazonaws.com","eventName":"CreateRole","awsRegion":"us-east-1","sourceIPAddress":"192.0.2.9","userAgent":"console","requestParameters":{"roleName":"r","tags":[]},"responseElements":{"role":{"arn":"arn:aws:iam::111122223333:role/r"}},"requestID":"R4","eventID":"2c58c946-02c6-4ec9-8387-38e001f78b18","readOnly":false,"eventType":"AwsApiCall","managementEvent":true,"recipientAccountId":"111122223333","eventCategory":"Management""#,
    r#"{"eventVersion":"1.11","userIdentity":{"type":"AWSAccount","principalId":"AROAOTHER:x","accountId":"444455556666"},"eventTime":"2026-08-24T00:00:02Z","eventSource":"kms.amazonaws.com","eventName":"Decrypt","awsRegion":"eu-central-1","sourceIPAddress":"AWS Internal","userAgent":"AWS Internal","requestParameters":{"encryptionContext":{"a":"b"},"keyId":"arn:aws:kms:eu-central-1:111122223333:key/1"},"responseElements":null,"requestID":"R5","eventID":"3d58c946-02c6-4ec9-8387-38e001f78b18","readOnly":true,"resources":[{"accountId":"111122223333","type":"AWS::KMS::Key","ARN":"arn:aws:kms:eu-central-1:111122223333:key/1"}],"eventType":"AwsApiCall","managementEvent":true,"recipientAccountId":"111122223333","sharedEventID":"4e58c946-02c6-4ec9-8387-38e001f78b18","eventCategory":"Management","tlsDetails":{"tlsVersion":"TLSv1.3"}"#,
    r#"{"eventVersion":"1.11","userIdentity":{"type":"IAMUser","principalId":"AIDAEXAMPLE","arn":"arn:aws:iam::111122223333:user/bob","accountId":"111122223333","accessKeyId":"AKIAEXAMPLE","userName":"bob"},"eventTime":"2026-08-24T00:00:03Z","eventSource":"dynamodb.amazonaws.com","eventName":"GetItem","awsRegion":"eu-central-1","sourceIPAddress":"192.0.2.8","userAgent":"x","requestParameters":{"tableName":"t","key":{"id":"7"}},"responseElements":null,"requestID":"R7","eventID":"6058c946-02c6-4ec9-8387-38e001f78b18","readOnly":true,"resources":[{"accountId":"111122223333","type":"AWS::DynamoDB::Table","ARN":"arn:aws:dynamodb:eu-central-1:111122223333:table/t"}],"eventType":"AwsApiCall","managementEvent":false,"recipientAccountId":"111122223333","eventCategory":"Data""#,
    r#"{"eventVersion":"1.08","userIdentity":{"type":"SAMLUser","principalId":"EXAMPLEHASH=:ops","userName":"ops","identityProvider":"EXAMPLEHASH="},"eventTime":"2026-08-24T00:00:03Z","eventSource":"sts.amazonaws.com","eventName":"AssumeRoleWithSAML","awsRegion":"eu-central-1","sourceIPAddress":"192.0.2.10","userAgent":"aws-internal/3","requestParameters":{"sAMLAssertionID":"_1","roleSessionName":"ops","roleArn":"arn:aws:iam::111122223333:role/job","principalArn":"arn:aws:iam::111122223333:saml-provider/staff"},"responseElements":null,"requestID":"R6","eventID":"5f58c946-02c6-4ec9-8387-38e001f78b18","readOnly":true,"eventType":"AwsApiCall","managementEvent":true,"recipientAccountId":"111122223333","eventCategory":"Management""#,
];

/// What may be put into a record.
const PIECES: [&[u8]; 20] = [
    b"\"",
    b"\\",
    b",",
    b"{}",
    b"[]",
    b"null",
    b"\"x\":1,",
    b"\\u00e9",
    b"\xc3\xa9",
    b"\xff",
    b"\n",
    b" ",
    b"0",
    b"-1.5",
    b"\"eventName\":\"ListBuckets\",",
    b"\"arn\":\"arn:aws:s3:::b/k/2\",",
    b"\"key\":\"k/3\",",
    b"/k/1",
    b"\"bucketName\":\"arn:aws:s3:::c\",",
    b"}",
];

fn catalog() -> &'static Catalog {
    static CATALOG: OnceLock<Catalog> = OnceLock::new();
    CATALOG.get_or_init(|| Catalog::embedded().unwrap())
}

/// Panics when both ways see different things.
pub(crate) fn check(bytes: &[u8]) {
    let file = if bytes.first() == Some(&b'{') { bytes.to_vec() } else { changed(bytes) };
    let quick = read(Gatherer::new(catalog(), &Scope::default()), &file);
    let plain = read(Gatherer::plain(catalog(), &Scope::default()), &file);
    let text = String::from_utf8_lossy(&file);
    assert_eq!(quick.tally, plain.tally, "{text}");
    assert_eq!(quick.sorted_uses(), plain.sorted_uses(), "{text}");
    assert_eq!(quick.sorted_sightings(), plain.sorted_sightings(), "{text}");
    assert_eq!(quick.coverage, plain.coverage, "{text}");
    assert_eq!(quick.traces, plain.traces, "{text}");
}

fn read(mut gatherer: Gatherer<'_>, file: &[u8]) -> Evidence {
    gatherer.read("the file", file);
    let mut evidence = gatherer.finish();
    evidence.settle().unwrap();
    evidence
}

/// All records twice, then those that are changed: five bytes for a change.
fn changed(bytes: &[u8]) -> Vec<u8> {
    let mut records: Vec<Vec<u8>> = RECORDS.iter().chain(&RECORDS).map(|record| format!("{record}}}").into()).collect();
    for change in bytes.chunks_exact(5) {
        let &[which, high, low, what, byte] = change else { unreachable!("chunks of five") };
        // A change to the record that was changed last, or to another.
        if which & 1 == 0 || records.len() == 2 * RECORDS.len() {
            let record = RECORDS[usize::from(which >> 1) % RECORDS.len()];
            records.push(format!("{record}}}").into());
        }
        let Some(record) = records.last_mut() else { continue };
        let at = (usize::from(high) << 8 | usize::from(low)) % (record.len() + 1);
        let piece = PIECES[usize::from(byte) % PIECES.len()];
        match what % 5 {
            0 if at < record.len() => record[at] = byte,
            1 if at < record.len() => drop(record.remove(at)),
            2 => drop(record.splice(at..at, piece.iter().copied())),
            3 => {
                let end = (at + usize::from(byte)).min(record.len());
                record.splice(at..end, piece.iter().copied());
            }
            _ => {
                let end = (at + usize::from(byte)).min(record.len());
                let doubled = record[at..end].to_vec();
                record.splice(at..at, doubled);
            }
        }
    }
    [b"{\"Records\":[".as_slice(), &records.join(&b','), b"]}"].concat()
}
