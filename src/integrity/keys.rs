//! CloudTrail's public keys, by fingerprint.

use std::collections::BTreeMap;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use ring::signature::{RSA_PKCS1_2048_8192_SHA256, UnparsedPublicKey};
use serde::Deserialize;

/// Public keys: PKCS#1 `RSAPublicKey` in DER, by fingerprint in lower-case hex.
#[derive(Clone, Debug, Default)]
pub struct PublicKeys {
    keys: BTreeMap<String, Vec<u8>>,
}

/// Why keys could not be read.
#[derive(Debug, thiserror::Error)]
pub enum KeyError {
    /// It is not what `aws cloudtrail list-public-keys` prints.
    #[error("no output of `aws cloudtrail list-public-keys`: {0}")]
    Json(#[from] serde_json::Error),
    /// A key is not base64.
    #[error("the key `{fingerprint}` is not base64: {source}")]
    Base64 {
        /// Of which key.
        fingerprint: String,
        /// The cause.
        source: base64::DecodeError,
    },
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Answer {
    public_key_list: Vec<Key>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Key {
    value: String,
    fingerprint: String,
}

impl PublicKeys {
    /// Adds what `aws cloudtrail list-public-keys` prints.
    pub fn read(&mut self, text: &[u8]) -> Result<(), KeyError> {
        let answer: Answer = serde_json::from_slice(text)?;
        for Key { value, fingerprint } in answer.public_key_list {
            let key = STANDARD.decode(value.trim());
            let key = key.map_err(|source| KeyError::Base64 { fingerprint: fingerprint.clone(), source })?;
            self.add(&fingerprint, key);
        }
        Ok(())
    }

    /// Adds one key.
    pub fn add(&mut self, fingerprint: &str, key: Vec<u8>) {
        self.keys.insert(fingerprint.to_ascii_lowercase(), key);
    }

    /// Whether a signature in hex is that of the text; `None`: there is no such key.
    pub(super) fn signed(&self, fingerprint: &str, text: &str, signature: &str) -> Option<bool> {
        let key = self.keys.get(&fingerprint.to_ascii_lowercase())?;
        let key = UnparsedPublicKey::new(&RSA_PKCS1_2048_8192_SHA256, key);
        Some(hex::decode(signature).is_ok_and(|signature| key.verify(text.as_bytes(), &signature).is_ok()))
    }
}
