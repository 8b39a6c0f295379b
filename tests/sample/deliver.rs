//! The story's records → files, as CloudTrail lays them down in a bucket, with what else lies there.

use std::collections::BTreeMap;
use std::io::Write;

use flate2::{Compression, GzBuilder};
use serde_json::{Value, json};

use super::cast::{HOME, ORGANIZATION, PRODUCTION};
use super::moment::{Moment, day};
use super::record::{code, uuid};
use super::story::{Delivery, Story};

/// The files by path below `sample-logs/`.
pub(crate) type Files = BTreeMap<String, Vec<u8>>;

/// All log files, and the digest, the Insight file and the damaged file beside them.
pub(crate) fn files(story: Story) -> Files {
    let mut batches: BTreeMap<(String, String, Moment), Vec<Value>> = BTreeMap::new();
    for Delivery { account, region, at, record } in story.deliveries {
        batches.entry((account, region, at)).or_default().push(record);
    }
    let mut files = Files::new();
    for ((account, region, at), mut records) in batches {
        // CloudTrail promises no order within a file.
        records.sort_by_key(|record| record["eventID"].to_string());
        let path = path(&account, "CloudTrail", &region, at);
        files.insert(path, gzip(&json!({ "Records": records })));
    }
    damaged(&mut files);
    digest(&mut files);
    insight(&mut files);
    files
}

fn path(account: &str, kind: &str, region: &str, at: Moment) -> String {
    let (folder, stamp) = (at.folder(), at.stamp());
    let unique = code(&format!("{account}{kind}{region}{stamp}"), 16);
    format!(
        "AWSLogs/{ORGANIZATION}/{account}/{kind}/{region}/{folder}/{account}_{kind}_{region}_{stamp}_{unique}.json.gz"
    )
}

/// No time, no name, no system in the header: the same bytes every time.
fn gzip(content: &Value) -> Vec<u8> {
    let mut out = GzBuilder::new().mtime(0).operating_system(255).write(Vec::new(), Compression::best());
    out.write_all(content.to_string().as_bytes()).unwrap();
    out.finish().unwrap()
}

/// A copy of another day's file whose second half was lost on the way.
fn damaged(files: &mut Files) {
    let longest = files.values().max_by_key(|bytes| bytes.len()).unwrap();
    let half = longest[..longest.len() / 2].to_vec();
    files.insert(path(PRODUCTION, "CloudTrail", HOME, day(33).at(7, 20)), half);
}

fn digest(files: &mut Files) {
    let (start, end) = (day(33).at(7, 0), day(33).at(8, 0));
    let content = json!({
        "awsAccountId": PRODUCTION,
        "digestStartTime": start.to_string(),
        "digestEndTime": end.to_string(),
        "digestS3Bucket": "pawl-trail",
        "digestS3Object": "AWSLogs/digest",
        "digestPublicKeyFingerprint": "31e8b5433410dfb61a9dc45cc65b22ff",
        "digestSignatureAlgorithm": "SHA256withRSA",
        "newestEventTime": start.to_string(),
        "oldestEventTime": start.to_string(),
        "previousDigestS3Bucket": null,
        "previousDigestS3Object": null,
        "previousDigestHashValue": null,
        "previousDigestHashAlgorithm": null,
        "previousDigestSignature": null,
        "logFiles": [],
    });
    files.insert(path(PRODUCTION, "CloudTrail-Digest", HOME, end), gzip(&content));
}

fn insight(files: &mut Files) {
    let when = day(70).at(12, 7);
    let record = json!({
        "eventVersion": "1.09",
        "eventTime": when.to_string(),
        "awsRegion": HOME,
        "eventID": uuid("insight", 2),
        "eventType": "AwsCloudTrailInsight",
        "recipientAccountId": PRODUCTION,
        "sharedEventID": uuid("insight", 3),
        "insightDetails": {
            "state": "Start",
            "eventSource": "ssm.amazonaws.com",
            "eventName": "UpdateInstanceInformation",
            "insightType": "ApiCallRateInsight",
            "insightContext": {"statistics": {"baseline": {"average": 0.002}, "insight": {"average": 3.4}}},
        },
        "eventCategory": "Insight",
    });
    let content = json!({ "Records": [record] });
    files.insert(path(PRODUCTION, "CloudTrail-Insight", HOME, when.delivery()), gzip(&content));
}
