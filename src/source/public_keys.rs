//! The keys with which CloudTrail's digests of one region can be checked.

use aws_sdk_cloudtrail::Client;
use aws_sdk_cloudtrail::primitives::DateTime;

use super::error::Error;
use super::identity::Identity;
use super::runtime::Engine;
use super::session::{reason, session};

/// Tries of one request.
const TRIES: u32 = 4;

/// A public key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PublicKey {
    /// Hex.
    pub fingerprint: String,
    /// PKCS#1 `RSAPublicKey` in DER.
    pub value: Vec<u8>,
}

/// Asks CloudTrail for the keys that signed in a region between two times, in seconds since 1970.
pub fn public_keys(identity: &Identity, region: &str, from: i64, to: i64) -> Result<Vec<PublicKey>, Error> {
    let engine = Engine::start()?;
    let config = engine.wait(session(identity, Some(region.to_owned()), TRIES))?;
    let (from, to) = (DateTime::from_secs(from), DateTime::from_secs(to));
    let request = Client::new(&config).list_public_keys().start_time(from).end_time(to);
    engine.wait(async {
        let mut keys = Vec::new();
        let mut pages = request.into_paginator().send();
        while let Some(page) = pages.next().await {
            let page = page.map_err(|error| Error::PublicKeys {
                region: region.to_owned(),
                reason: reason(&error),
                source: Box::new(error),
            })?;
            keys.extend(
                page.public_key_list.unwrap_or_default().into_iter().filter_map(|key| {
                    Some(PublicKey { fingerprint: key.fingerprint?, value: key.value?.into_inner() })
                }),
            );
        }
        Ok(keys)
    })
}
