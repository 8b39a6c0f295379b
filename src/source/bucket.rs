//! `s3://bucket/prefix`: objects are listed and fetched ahead of the workers, as far as the limits allow.

use std::sync::Arc;

use aws_sdk_s3::Client;
use tokio::sync::{Semaphore, mpsc};
use tokio::task::{JoinError, JoinSet};

use super::blob::{Blob, Blobs, Count, Source};
use super::error::Error;
use super::identity::Identity;
use super::listing::{Listed, Listing, name};
use super::object::fetch;
use super::runtime::{Counter, Engine, Outlet};
use super::session::session;
use super::wanted::Wanted;

/// Objects that are asked for at once: delivered files are small, so waiting for the answer is what takes time.
const PREFETCH: usize = 32;

/// KiB of objects that are asked for or wait for a worker; one larger object goes alone.
const PREFETCH_KIB: u32 = 128 << 10;

/// The size above which an object is no delivered file: CloudTrail stops at 50 MB.
const MAX_OBJECT: u64 = 512 << 20;

/// Names that are listed and not yet asked for: one page.
const LISTED_AHEAD: usize = 1000;

/// Tries of one request: a bad moment is waited out, a wrong address is told within seconds.
pub(super) const TRIES: u32 = 4;

/// The wanted objects of a bucket.
pub(super) struct Bucket {
    engine: Arc<Engine>,
    listing: Listing,
}

impl Bucket {
    /// Finds out who is asking; lists nothing yet.
    pub(super) fn open(
        engine: &Arc<Engine>,
        (bucket, prefix): (String, String),
        identity: &Identity,
        wanted: &Wanted,
    ) -> Result<Bucket, Error> {
        let client = Client::new(&engine.wait(session(identity, None, TRIES))?);
        let (wanted, counter) = (wanted.clone(), Counter::default());
        let listing = Listing { client, bucket, prefix, wanted, counter };
        Ok(Bucket { engine: Arc::clone(engine), listing })
    }
}

impl Source for Bucket {
    fn blobs(&self) -> Blobs<'_> {
        Box::new(self.engine.stream(|outlet| fetch_all(self.listing.clone(), outlet)))
    }

    fn count(&self) -> Count {
        self.listing.counter.count()
    }
}

/// Lists, and fetches what is listed, until there is no more or nobody takes it.
async fn fetch_all(listing: Listing, outlet: Outlet) -> Result<(), Error> {
    let (client, bucket) = (listing.client.clone(), listing.bucket.clone());
    let (to, mut listed) = mpsc::channel(LISTED_AHEAD);
    let mut walk = JoinSet::new();
    walk.spawn(listing.walk(to));
    let (at_once, kib) = (Arc::new(Semaphore::new(PREFETCH)), Arc::new(Semaphore::new(PREFETCH_KIB as usize)));
    let mut fetches = JoinSet::new();
    while let Some(object) = listed.recv().await {
        let share = u32::try_from(object.size.div_ceil(1024)).unwrap_or(u32::MAX).min(PREFETCH_KIB);
        // The semaphores are never closed.
        let permits = (Arc::clone(&at_once).acquire_owned().await, Arc::clone(&kib).acquire_many_owned(share).await);
        let (client, bucket, outlet) = (client.clone(), bucket.clone(), outlet.clone());
        fetches.spawn(async move {
            let is_heard = outlet.put(blob(&client, &bucket, object).await).await;
            drop(permits);
            is_heard
        });
        while let Some(ended) = fetches.try_join_next() {
            if !ended.map_err(died)? {
                return Ok(());
            }
        }
    }
    while let Some(ended) = fetches.join_next().await {
        ended.map_err(died)?;
    }
    while let Some(ended) = walk.join_next().await {
        ended.map_err(died)??;
    }
    Ok(())
}

fn died(error: JoinError) -> Error {
    Error::Runtime(Box::new(error))
}

async fn blob(client: &Client, bucket: &str, object: Listed) -> Blob {
    let name = name(bucket, &object.key);
    if object.size > MAX_OBJECT {
        return Blob::lost(
            name,
            object.size,
            format!("larger than {} MiB, which no delivered file is", MAX_OBJECT >> 20),
        );
    }
    match fetch(client, bucket, &object.key, None).await {
        Ok(whole) => Blob::here(name, whole.bytes).signed(whole.signature).stamped(object.stamp),
        Err(unread) => Blob::lost(name, object.size, unread.reason),
    }
}
