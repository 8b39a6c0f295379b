//! One object of a bucket, whole: an answer that is cut short is asked for again.

use std::time::Duration;

use aws_sdk_s3::Client;
use aws_sdk_s3::error::ProvideErrorMetadata;
use xxhash_rust::xxh3::xxh3_64;

use super::session::{chain, reason};

/// The metadata in which CloudTrail puts the signature of a digest file.
const SIGNATURE: &str = "signature";

/// Tries to get the whole of one object, when its answer ends too early, and the pause after the first of them; each
/// further one is twice as long.
const BODY_TRIES: u32 = 4;
const BODY_PAUSE: Duration = Duration::from_millis(200);

/// What S3 says of an object that is not there.
const ABSENT: &str = "NoSuchKey";

/// An object.
pub(super) struct Object {
    pub(super) bytes: Vec<u8>,
    pub(super) e_tag: Option<String>,
    /// The signature that S3 keeps with a digest file, in hex.
    pub(super) signature: Option<String>,
}

/// Why an object could not be had.
pub(super) struct Unread {
    pub(super) is_absent: bool,
    pub(super) reason: String,
}

/// The whole of one object, or the part of it that a `Range` header names. The SDK tries again when there is no
/// answer, and here when the answer is cut short.
pub(super) async fn fetch(client: &Client, bucket: &str, key: &str, range: Option<&str>) -> Result<Object, Unread> {
    let mut short = String::new();
    for attempt in 0..BODY_TRIES {
        if attempt > 0 {
            tokio::time::sleep(pause(key, attempt)).await;
        }
        let request = client.get_object().bucket(bucket).key(key).set_range(range.map(str::to_owned));
        let answer = request
            .send()
            .await
            .map_err(|error| Unread { is_absent: error.code() == Some(ABSENT), reason: reason(&error) })?;
        let promised = answer.content_length().and_then(|length| usize::try_from(length).ok());
        let signature = answer.metadata().and_then(|metadata| metadata.get(SIGNATURE)).cloned();
        let e_tag = answer.e_tag().map(str::to_owned);
        match answer.body.collect().await.map(|body| body.into_bytes()) {
            Ok(bytes) if promised.is_none_or(|promised| promised == bytes.len()) => {
                return Ok(Object { bytes: bytes.into(), e_tag, signature });
            }
            Ok(bytes) => short = format!("{} bytes came of {}", bytes.len(), promised.unwrap_or_default()),
            Err(error) => short = chain(&error),
        }
    }
    Err(Unread { is_absent: false, reason: format!("the answer was cut short: {short}") })
}

/// Between half and the whole of what the try has: the objects that one bad moment met do not all come back at once.
fn pause(key: &str, attempt: u32) -> Duration {
    let share = xxh3_64(format!("{attempt} {key}").as_bytes()) % 512;
    BODY_PAUSE * (1 << (attempt - 1)) * (512 + u32::try_from(share).unwrap_or(0)) / 1024
}
