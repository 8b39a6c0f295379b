//! The text of a digest file.

use serde::{Deserialize, Deserializer};

/// A digest file: which logs were delivered in an hour, and how the digest before it is signed.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Digest {
    /// RFC 3339, in UTC.
    pub(super) digest_start_time: String,
    pub(super) digest_end_time: String,
    pub(super) digest_s3_bucket: String,
    pub(super) digest_s3_object: String,
    /// Hex; chooses the key.
    pub(super) digest_public_key_fingerprint: String,
    pub(super) previous_digest_s3_object: Option<String>,
    /// Hex SHA-256 of the digest before, inflated.
    pub(super) previous_digest_hash_value: Option<String>,
    /// Hex; `null` in the first of a chain, but never left out.
    #[serde(deserialize_with = "stated")]
    pub(super) previous_digest_signature: Option<String>,
    pub(super) log_files: Vec<LogFile>,
}

/// A log file as its digest names it.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct LogFile {
    pub(super) s3_bucket: String,
    pub(super) s3_object: String,
    /// Hex SHA-256 of the inflated file.
    pub(super) hash_value: String,
}

/// A member that may be `null` and must not be absent.
fn stated<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    Option::deserialize(deserializer)
}

impl Digest {
    /// What CloudTrail signed, given the hash of the digest's own text in hex.
    pub(super) fn signed_text(&self, hash: &str) -> String {
        let Digest { digest_end_time, digest_s3_bucket, digest_s3_object, .. } = self;
        let previous = self.previous_digest_signature.as_deref().unwrap_or("null");
        format!("{digest_end_time}\n{digest_s3_bucket}/{digest_s3_object}\n{hash}\n{previous}")
    }
}
