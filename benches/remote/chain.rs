//! Digests over the files of a layout, one for each hour of each day, signed by a key made for the run.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use ring::digest::{SHA256, digest};
use ring::rand::SystemRandom;
use ring::signature::{RSA_PKCS1_SHA256, RsaKeyPair};
use rsa::RsaPrivateKey;
use rsa::pkcs1::{EncodeRsaPrivateKey, EncodeRsaPublicKey};
use rsa::rand_core::OsRng;
use serde_json::{Value, json};
use time::format_description::well_known::Rfc3339;
use time::macros::format_description;
use time::{Duration, OffsetDateTime};

const BUCKET: &str = "logs";
const FINGERPRINT: &str = "0a1b2c3d";

pub(crate) fn sha256(bytes: &[u8]) -> String {
    hex::encode(digest(&SHA256, bytes))
}

/// What the next digest says of the one before.
struct Last {
    key: String,
    hash: String,
    signature: String,
}

/// Seals all logs below `root/AWSLogs`; gives the file with the public key and the number of digests.
pub(crate) fn seal(root: &Path, logs: &[PathBuf], account: &str, region: &str) -> (PathBuf, usize) {
    let private = RsaPrivateKey::new(&mut OsRng, 2048).unwrap();
    let pair = RsaKeyPair::from_der(private.to_pkcs1_der().unwrap().as_bytes()).unwrap();
    let mut by_hour: BTreeMap<OffsetDateTime, Vec<Value>> = BTreeMap::new();
    for path in logs {
        let key = path.strip_prefix(root).unwrap().to_str().unwrap().to_owned();
        let text = super::inflate(&std::fs::read(path).unwrap());
        let line =
            json!({ "s3Bucket": BUCKET, "s3Object": key, "hashValue": sha256(&text), "hashAlgorithm": "SHA-256" });
        by_hour.entry(hour(&key)).or_default().push(line);
    }
    let (first, end) = (*by_hour.keys().next().unwrap(), *by_hour.keys().last().unwrap() + Duration::HOUR);
    let (mut start, mut last, mut count) = (first, None::<Last>, 0);
    while start < end {
        let until = start + Duration::HOUR;
        let key = key(&logs[0], root, until, account, region);
        let text = json!({
            "awsAccountId": account, "digestStartTime": told(start), "digestEndTime": told(until),
            "digestS3Bucket": BUCKET, "digestS3Object": key,
            "digestPublicKeyFingerprint": FINGERPRINT, "digestSignatureAlgorithm": "SHA256withRSA",
            "previousDigestS3Bucket": last.as_ref().map(|_| BUCKET),
            "previousDigestS3Object": last.as_ref().map(|last| &last.key),
            "previousDigestHashValue": last.as_ref().map(|last| &last.hash),
            "previousDigestSignature": last.as_ref().map(|last| &last.signature),
            "logFiles": by_hour.get(&start).cloned().unwrap_or_default(),
        });
        let text = text.to_string();
        let previous = last.map_or_else(|| "null".to_owned(), |last| last.signature);
        let hash = sha256(text.as_bytes());
        let mut signature = vec![0; pair.public().modulus_len()];
        let signed = format!("{}\n{BUCKET}/{key}\n{hash}\n{previous}", told(until));
        pair.sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), signed.as_bytes(), &mut signature).unwrap();
        let path = root.join(&key);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, super::pack(text.as_bytes())).unwrap();
        last = Some(Last { key, hash, signature: hex::encode(signature) });
        (start, count) = (until, count + 1);
    }
    let last = last.unwrap();
    let metadata = json!({ "Metadata": { "signature": last.signature, "signature-algorithm": "SHA256withRSA" } });
    std::fs::write(root.join(format!("{}.metadata.json", last.key)), metadata.to_string()).unwrap();
    let keys = root.join("keys.json");
    let public = STANDARD.encode(private.to_public_key().to_pkcs1_der().unwrap().as_bytes());
    let list = json!({ "PublicKeyList": [{ "Value": public, "Fingerprint": FINGERPRINT }] });
    std::fs::write(&keys, list.to_string()).unwrap();
    (keys, count)
}

/// The hour in which a log was delivered, by its name: `…_20261031T1005Z_….json.gz`.
fn hour(key: &str) -> OffsetDateTime {
    let stamp = key.rsplit('/').next().unwrap().split('_').nth(3).unwrap();
    let format = format_description!("[year][month][day]T[hour][minute]Z");
    let time = time::PrimitiveDateTime::parse(stamp, format).unwrap();
    time.replace_minute(0).unwrap().assume_utc()
}

/// The key of the digest that ends then, beside the logs of its account.
fn key(log: &Path, root: &Path, until: OffsetDateTime, account: &str, region: &str) -> String {
    let above = log.strip_prefix(root).unwrap().to_str().unwrap().split("/CloudTrail/").next().unwrap().to_owned();
    let day = until.format(format_description!("[year]/[month]/[day]")).unwrap();
    let stamp = until.format(format_description!("[year][month][day]T[hour][minute][second]Z")).unwrap();
    format!(
        "{above}/CloudTrail-Digest/{region}/{day}/{account}_CloudTrail-Digest_{region}_main_{region}_{stamp}.json.gz"
    )
}

fn told(time: OffsetDateTime) -> String {
    time.format(&Rfc3339).unwrap()
}
