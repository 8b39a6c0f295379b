//! A bucket on disk with logs of four hours and the digests that seal them, by a key made for the test.

use std::fs;
use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use flate2::Compression;
use flate2::read::GzDecoder;
use flate2::write::GzEncoder;
use ring::digest::{SHA256, digest};
use ring::rand::SystemRandom;
use ring::signature::{RSA_PKCS1_SHA256, RsaKeyPair};
use rsa::RsaPrivateKey;
use rsa::pkcs1::{EncodeRsaPrivateKey, EncodeRsaPublicKey};
use rsa::rand_core::OsRng;
use serde_json::{Value, json};
use tempfile::TempDir;

use super::http::{Answer, Server};

const BUCKET: &str = "logs";
const ACCOUNT: &str = "111122223333";
const REGION: &str = "eu-west-1";
const FINGERPRINT: &str = "0a1b2c3d";

/// The bucket. Digests end at 13, 14, 15 and 16 o'clock; the last is empty.
pub(crate) struct Sealed {
    home: TempDir,
    last: Option<Last>,
}

/// What the next digest says of the one before.
struct Last {
    key: String,
    hash: String,
    signature: String,
}

/// One key for all tests, for it takes a while to find.
fn key() -> &'static RsaPrivateKey {
    static KEY: OnceLock<RsaPrivateKey> = OnceLock::new();
    KEY.get_or_init(|| RsaPrivateKey::new(&mut OsRng, 2048).unwrap())
}

fn hash(text: &[u8]) -> String {
    hex::encode(digest(&SHA256, text))
}

fn sign(text: &str) -> String {
    let pair = RsaKeyPair::from_der(key().to_pkcs1_der().unwrap().as_bytes()).unwrap();
    let mut signature = vec![0; pair.public().modulus_len()];
    pair.sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), text.as_bytes(), &mut signature).unwrap();
    hex::encode(signature)
}

pub(crate) fn pack(text: &[u8], level: u32) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::new(level));
    encoder.write_all(text).unwrap();
    encoder.finish().unwrap()
}

impl Sealed {
    /// Intact, with the signature of the last digest beside it.
    pub(crate) fn new() -> Sealed {
        let mut sealed = Sealed { home: tempfile::tempdir().unwrap(), last: None };
        for hour in 12..15 {
            let logs: Vec<Value> = [5, 35].map(|minute| sealed.log(hour, minute)).into();
            sealed.seal(hour, &logs);
        }
        sealed.seal(15, &[]);
        sealed.tell_signature();
        fs::write(sealed.keys(), keys(key())).unwrap();
        sealed
    }

    /// The bucket's folder.
    pub(crate) fn folder(&self) -> PathBuf {
        self.home.path().join("AWSLogs")
    }

    /// The public keys, as `aws cloudtrail list-public-keys` prints them.
    pub(crate) fn keys(&self) -> PathBuf {
        self.home.path().join("keys.json")
    }

    /// A CloudTrail endpoint that tells these keys.
    pub(crate) fn serve_keys(&self) -> Server {
        let answer = Answer::new("200 OK", "application/x-amz-json-1.1", fs::read(self.keys()).unwrap());
        Server::start(move |_| answer.clone())
    }

    /// Puts another key under the same fingerprint.
    pub(crate) fn change_key(&self) {
        fs::write(self.keys(), keys(&RsaPrivateKey::new(&mut OsRng, 2048).unwrap())).unwrap();
    }

    /// The path of a log, and of a digest by the hour at which it ends.
    pub(crate) fn log_path(&self, hour: u32, minute: u32) -> PathBuf {
        self.home.path().join(log_key(hour, minute))
    }

    pub(crate) fn digest_path(&self, end: u32) -> PathBuf {
        self.home.path().join(digest_key(end))
    }

    /// The key of the last digest in the bucket.
    pub(crate) fn last_key(&self) -> &str {
        &self.last.as_ref().unwrap().key
    }

    /// The signature of the last digest.
    pub(crate) fn signature(&self) -> &str {
        &self.last.as_ref().unwrap().signature
    }

    /// Where that signature lies.
    pub(crate) fn signature_path(&self) -> PathBuf {
        let mut path = self.home.path().join(&self.last.as_ref().unwrap().key).into_os_string();
        path.push(".metadata.json");
        path.into()
    }

    /// Writes a log and gives the digest's line about it.
    pub(crate) fn log(&self, hour: u32, minute: u32) -> Value {
        let record = json!({
            "eventVersion": "1.11",
            "eventTime": format!("2026-10-31T{hour:02}:{minute:02}:00Z"),
            "eventSource": "ec2.amazonaws.com",
            "eventName": "DescribeInstances",
            "awsRegion": REGION,
            "userIdentity": { "type": "Root", "arn": format!("arn:aws:iam::{ACCOUNT}:root"), "accountId": ACCOUNT },
            "eventID": format!("{hour}-{minute}"),
            "recipientAccountId": ACCOUNT,
        });
        let text = json!({ "Records": [record] }).to_string();
        write(&self.log_path(hour, minute), &pack(text.as_bytes(), 6));
        json!({
            "s3Bucket": BUCKET, "s3Object": log_key(hour, minute),
            "hashValue": hash(text.as_bytes()), "hashAlgorithm": "SHA-256",
        })
    }

    /// Writes the digest of the hour that begins then.
    pub(crate) fn seal(&mut self, hour: u32, logs: &[Value]) {
        let last = self.last.take();
        let key = digest_key(hour + 1);
        let text = json!({
            "awsAccountId": ACCOUNT,
            "digestStartTime": time(hour),
            "digestEndTime": time(hour + 1),
            "digestS3Bucket": BUCKET,
            "digestS3Object": key,
            "digestPublicKeyFingerprint": FINGERPRINT,
            "digestSignatureAlgorithm": "SHA256withRSA",
            "previousDigestS3Bucket": last.as_ref().map(|_| BUCKET),
            "previousDigestS3Object": last.as_ref().map(|last| &last.key),
            "previousDigestHashValue": last.as_ref().map(|last| &last.hash),
            "previousDigestSignature": last.as_ref().map(|last| &last.signature),
            "logFiles": logs,
        });
        let text = text.to_string();
        let previous = last.map_or_else(|| "null".to_owned(), |last| last.signature);
        let hash = hash(text.as_bytes());
        let signature = sign(&format!("{}\n{BUCKET}/{key}\n{hash}\n{previous}", time(hour + 1)));
        write(&self.home.path().join(&key), &pack(text.as_bytes(), 6));
        self.last = Some(Last { key, hash, signature });
    }

    /// Begins a new chain, as when validation was switched off and on.
    pub(crate) fn start_anew(&mut self) {
        self.last = None;
    }

    /// Writes what `head-object` tells of the last digest beside it.
    pub(crate) fn tell_signature(&self) {
        let told = json!({ "Metadata": { "signature": self.signature(), "signature-algorithm": "SHA256withRSA" } });
        fs::write(self.signature_path(), told.to_string()).unwrap();
    }
}

/// Writes a file anew with its inflated text changed.
pub(crate) fn alter(path: &Path, change: impl FnOnce(String) -> String) {
    let mut text = String::new();
    GzDecoder::new(fs::File::open(path).unwrap()).read_to_string(&mut text).unwrap();
    fs::write(path, pack(change(text).as_bytes(), 6)).unwrap();
}

fn keys(key: &RsaPrivateKey) -> String {
    let value = STANDARD.encode(key.to_public_key().to_pkcs1_der().unwrap().as_bytes());
    json!({ "PublicKeyList": [{ "Value": value, "Fingerprint": FINGERPRINT }] }).to_string()
}

fn write(path: &Path, bytes: &[u8]) {
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, bytes).unwrap();
}

fn time(hour: u32) -> String {
    format!("2026-10-31T{hour:02}:00:00Z")
}

fn log_key(hour: u32, minute: u32) -> String {
    format!(
        "AWSLogs/{ACCOUNT}/CloudTrail/{REGION}/2026/10/31/{ACCOUNT}_CloudTrail_{REGION}_20261031T{hour:02}{minute:02}Z_x.json.gz"
    )
}

fn digest_key(end: u32) -> String {
    format!(
        "AWSLogs/{ACCOUNT}/CloudTrail-Digest/{REGION}/2026/10/31/{ACCOUNT}_CloudTrail-Digest_{REGION}_main_{REGION}_20261031T{end:02}0000Z.json.gz"
    )
}
