//! A prefix of a bucket: objects are written as wholes, and one of them is exchanged by a conditional write.

use std::sync::Arc;
use std::time::Duration;

use aws_sdk_s3::Client;
use aws_sdk_s3::config::timeout::TimeoutConfig;
use aws_sdk_s3::error::{ProvideErrorMetadata, SdkError};
use aws_sdk_s3::operation::put_object::{PutObjectError, PutObjectOutput};
use aws_sdk_s3::primitives::ByteStream;
use bytes::Bytes;
use tokio::sync::Semaphore;
use tokio::task::JoinSet;

use super::{Files, Lock, Stamped, Store};
use crate::source::bucket::TRIES;
use crate::source::error::Error;
use crate::source::identity::Identity;
use crate::source::object::{Object, Unread, fetch};
use crate::source::runtime::Engine;
use crate::source::session::{ANSWER, reason, session};

/// Objects that are asked for or written at once.
const AT_ONCE: usize = 16;

/// The slowest way to S3 that is waited for: an object that is written may take so many seconds more.
const BYTES_PER_SECOND: usize = 512 << 10;

/// Files that an error names.
const NAMED: usize = 3;

/// What S3 answers when the condition of a write does not hold, or another write of the object is under way.
const PRECONDITION_FAILED: u16 = 412;
const CONFLICT: u16 = 409;

/// Writes only what is not there.
const ANY: &str = "*";

/// A bucket and prefix.
pub(in crate::source) struct BucketStore {
    engine: Engine,
    desk: Arc<Desk>,
}

/// What each request needs.
struct Desk {
    client: Client,
    bucket: String,
    /// Empty, or with a `/` at its end.
    prefix: String,
}

impl BucketStore {
    /// Finds out who is asking; reads nothing yet.
    pub(in crate::source) fn open(bucket: String, prefix: String, identity: &Identity) -> Result<BucketStore, Error> {
        let engine = Engine::start()?;
        let client = Client::new(&engine.wait(session(identity, None, TRIES))?);
        let prefix = prefix.trim_end_matches('/');
        let prefix = if prefix.is_empty() { String::new() } else { format!("{prefix}/") };
        Ok(BucketStore { engine, desk: Arc::new(Desk { client, bucket, prefix }) })
    }

    /// Does something with each of many, some at a time; the answers in the order of what they answer.
    fn each<T, W>(&self, many: impl IntoIterator<Item = W>) -> Result<Vec<T>, Error>
    where
        T: Send + 'static,
        W: Future<Output = T> + Send + 'static,
    {
        let many: Vec<W> = many.into_iter().collect();
        self.engine.wait(async {
            let (at_once, mut all) = (Arc::new(Semaphore::new(AT_ONCE)), JoinSet::new());
            for (place, one) in many.into_iter().enumerate() {
                let at_once = Arc::clone(&at_once);
                all.spawn(async move {
                    // The semaphore is never closed.
                    let _permit = at_once.acquire().await;
                    (place, one.await)
                });
            }
            let mut answers = Vec::new();
            while let Some(ended) = all.join_next().await {
                answers.push(ended.map_err(|error| Error::Runtime(Box::new(error)))?);
            }
            answers.sort_unstable_by_key(|(place, _)| *place);
            Ok(answers.into_iter().map(|(_, answer)| answer).collect())
        })
    }
}

impl Store for BucketStore {
    fn name(&self, file: &str) -> String {
        self.desk.name(file)
    }

    /// Others cannot be kept away: the exchange finds out.
    fn lock(&self) -> Result<Lock, Error> {
        Ok(Lock(None))
    }

    fn read(&self, files: &[String]) -> Result<Vec<Option<Vec<u8>>>, Error> {
        let read = |file: &String| {
            let (desk, file) = (Arc::clone(&self.desk), file.clone());
            async move { desk.get(&file, None).await.map(|found| found.map(|object| object.bytes)) }
        };
        self.each(files.iter().map(read))?.into_iter().collect()
    }

    fn read_head(&self, file: &str, bytes: u64) -> Result<Option<Vec<u8>>, Error> {
        let range = format!("bytes=0-{}", bytes.saturating_sub(1));
        Ok(self.engine.wait(self.desk.get(file, Some(&range)))?.map(|object| object.bytes))
    }

    fn read_stamped(&self, file: &str) -> Result<Option<Stamped>, Error> {
        let stamped = |Object { bytes, e_tag, .. }| Stamped { bytes, stamp: e_tag.unwrap_or_default() };
        Ok(self.engine.wait(self.desk.get(file, None))?.map(stamped))
    }

    fn write(&self, files: Files) -> Result<(), Error> {
        let count = files.len();
        let put = |(file, bytes): (String, Vec<u8>)| {
            let desk = Arc::clone(&self.desk);
            async move {
                let answer = desk.put(&file, Bytes::from(bytes), None).await;
                answer.err().map(|error| (file, reason(&error)))
            }
        };
        let mut missing: Vec<(String, String)> = self.each(files.into_iter().map(put))?.into_iter().flatten().collect();
        missing.sort_unstable();
        match missing.as_slice() {
            [] => Ok(()),
            [(file, reason)] if count == 1 => Err(self.desk.refused("write", file, reason.clone(), "s3:PutObject")),
            _ => {
                let named = missing.iter().take(NAMED).map(|(file, reason)| format!("{file}: {reason}"));
                let first = named.collect::<Vec<_>>().join("; ");
                Err(Error::Unwritten { place: self.name(""), count, missing: missing.len(), first })
            }
        }
    }

    fn exchange(&self, file: &str, bytes: Vec<u8>, stamp: Option<&str>) -> Result<bool, Error> {
        self.engine.wait(self.desk.exchange(file, Bytes::from(bytes), stamp))
    }

    fn list(&self, below: &str) -> Result<Vec<String>, Error> {
        self.engine.wait(self.desk.list(below))
    }

    fn remove(&self, files: &[String]) -> Result<(), Error> {
        let remove = |file: &String| {
            let (desk, file) = (Arc::clone(&self.desk), file.clone());
            async move {
                let request = desk.client.delete_object().bucket(&desk.bucket).key(desk.key(&file));
                let refused = |reason| desk.refused("remove", &file, reason, "s3:DeleteObject");
                request.send().await.map(drop).map_err(|error| refused(reason(&error)))
            }
        };
        self.each(files.iter().map(remove))?.into_iter().collect()
    }
}

/// The condition of a write.
enum Only<'s> {
    IfAbsent,
    IfStill(&'s str),
}

impl Desk {
    fn key(&self, file: &str) -> String {
        format!("{}{file}", self.prefix)
    }

    fn name(&self, file: &str) -> String {
        format!("s3://{}/{}", self.bucket, self.key(file))
    }

    fn refused(&self, deed: &'static str, file: &str, reason: String, action: &'static str) -> Error {
        Error::Object { deed, place: self.name(file), reason, action }
    }

    async fn get(&self, file: &str, range: Option<&str>) -> Result<Option<Object>, Error> {
        match fetch(&self.client, &self.bucket, &self.key(file), range).await {
            Ok(object) => Ok(Some(object)),
            Err(Unread { is_absent: true, .. }) => Ok(None),
            Err(Unread { reason, .. }) => Err(self.refused("read", file, reason, "s3:GetObject and s3:ListBucket")),
        }
    }

    async fn put(
        &self,
        file: &str,
        bytes: Bytes,
        only: Option<Only<'_>>,
    ) -> Result<PutObjectOutput, SdkError<PutObjectError>> {
        // The time until an answer begins holds the time in which the object goes out.
        let patience = ANSWER + Duration::from_secs((bytes.len() / BYTES_PER_SECOND) as u64);
        let patient =
            aws_sdk_s3::config::Builder::new().timeout_config(TimeoutConfig::builder().read_timeout(patience).build());
        let (if_absent, if_still) = match only {
            Some(Only::IfAbsent) => (Some(ANY.to_owned()), None),
            Some(Only::IfStill(stamp)) => (None, Some(stamp.to_owned())),
            None => (None, None),
        };
        let request = self.client.put_object().bucket(&self.bucket).key(self.key(file)).content_type(kind(file));
        let request = request.set_if_none_match(if_absent).set_if_match(if_still).body(ByteStream::from(bytes));
        request.customize().config_override(patient).send().await
    }

    /// Whatever is answered, what stands there in the end tells: the answer to a try that was well may be lost, and
    /// the next try then meets its own work.
    async fn exchange(&self, file: &str, bytes: Bytes, stamp: Option<&str>) -> Result<bool, Error> {
        let only = || stamp.map_or(Only::IfAbsent, Only::IfStill);
        match self.put(file, bytes.clone(), Some(only())).await {
            // A server that knows no conditions would have let two runs do this.
            Ok(_) if stamp.is_none() => match self.put(file, bytes, Some(Only::IfAbsent)).await {
                Ok(_) => Err(Error::Unguarded(self.name(""))),
                Err(_) => Ok(true),
            },
            Ok(_) => Ok(true),
            Err(error) => match self.get(file, None).await {
                Ok(Some(found)) if found.bytes == bytes => Ok(true),
                _ if is_first_come(&error) => Ok(false),
                _ => Err(self.refused("write", file, reason(&error), "s3:PutObject")),
            },
        }
    }

    async fn list(&self, below: &str) -> Result<Vec<String>, Error> {
        let request = self.client.list_objects_v2().bucket(&self.bucket).prefix(self.key(below));
        let mut pages = request.into_paginator().send();
        let mut names = Vec::new();
        while let Some(page) = pages.next().await {
            let page = page.map_err(|error| Error::List {
                place: self.name(below),
                reason: reason(&error),
                source: Box::new(error),
            })?;
            let keys = page.contents().iter().filter_map(|object| object.key());
            // A name that ends in `/` is a folder that somebody made by hand.
            let files = keys.filter_map(|key| key.strip_prefix(&self.prefix)).filter(|file| !file.ends_with('/'));
            names.extend(files.filter(|file| !file.is_empty()).map(str::to_owned));
        }
        names.sort_unstable();
        Ok(names)
    }
}

/// Whether the answer to a conditional write is that somebody else was first.
fn is_first_come(error: &SdkError<PutObjectError>) -> bool {
    let status = error.raw_response().map(|response| response.status().as_u16());
    matches!(status, Some(PRECONDITION_FAILED | CONFLICT)) || error.code() == Some("NoSuchKey")
}

/// What a file is to whoever opens it in a browser.
fn kind(file: &str) -> &'static str {
    match file.rsplit_once('.').map(|(_, end)| end) {
        Some("json") => "application/json",
        Some("parquet") => "application/vnd.apache.parquet",
        Some("md") => "text/markdown; charset=utf-8",
        Some("yaml" | "yml") => "application/yaml",
        _ => "text/plain; charset=utf-8",
    }
}

#[cfg(test)]
mod tests {
    use super::kind;

    #[test]
    fn files_say_what_they_are() {
        let case = |file: &str, expected: &str| assert_eq!(kind(file), expected, "{file}");
        case("report.json", "application/json");
        case("2026-09-09/uses.parquet", "application/vnd.apache.parquet");
        case("apply/README.md", "text/markdown; charset=utf-8");
        case("apply/111122223333/apply.sh", "text/plain; charset=utf-8");
        case("a.b/c", "text/plain; charset=utf-8");
    }
}
