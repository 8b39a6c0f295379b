//! Where async begins and ends: a small runtime on threads of its own, and the bounded channel out of it.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use tokio::runtime::{Builder, Runtime};
use tokio::sync::mpsc::{Receiver, Sender, channel};

use super::blob::{Blob, Count};
use super::error::Error;

/// The threads wait for the network most of the time; two keep decryption from being the bottleneck.
const NETWORK_THREADS: usize = 2;

/// Blobs that are ready and wait for a worker. More would only hold memory.
const READY: usize = 2;

/// The network threads.
pub(super) struct Engine {
    /// Only a drop takes it out.
    runtime: Option<Runtime>,
}

impl Engine {
    pub(super) fn start() -> Result<Engine, Error> {
        let mut builder = Builder::new_multi_thread();
        let runtime = builder.worker_threads(NETWORK_THREADS).thread_name("network").enable_all().build();
        let runtime = runtime.map_err(|error| Error::Runtime(Box::new(error)))?;
        Ok(Engine { runtime: Some(runtime) })
    }

    /// Waits for the end of something short.
    pub(super) fn wait<T>(&self, work: impl Future<Output = Result<T, Error>>) -> Result<T, Error> {
        self.runtime.as_ref().ok_or_else(stopped)?.block_on(work)
    }

    /// Starts something long; what it puts out is taken from the iterator, by threads that know no async.
    pub(super) fn stream<W>(&self, work: impl FnOnce(Outlet) -> W) -> Stream
    where
        W: Future<Output = Result<(), Error>> + Send + 'static,
    {
        let (sender, receiver) = channel(READY);
        let Some(runtime) = &self.runtime else {
            return Stream { receiver, last: Some(stopped()) };
        };
        let work = runtime.spawn(work(Outlet { sender: sender.clone() }));
        runtime.spawn(async move {
            // A panic in the work must not look like its end.
            let ended = work.await.unwrap_or_else(|error| Err(Error::Runtime(Box::new(error))));
            if let Err(error) = ended {
                // Nobody listens any more: the run has ended for another reason.
                let _unheard = sender.send(Err(error)).await;
            }
        });
        Stream { receiver, last: None }
    }
}

impl Drop for Engine {
    fn drop(&mut self) {
        if let Some(runtime) = self.runtime.take() {
            // A name lookup that hangs must not keep the program from ending.
            runtime.shutdown_background();
        }
    }
}

fn stopped() -> Error {
    Error::Runtime("they were stopped".into())
}

/// Where the work puts blobs.
#[derive(Clone)]
pub(super) struct Outlet {
    sender: Sender<Result<Blob, Error>>,
}

impl Outlet {
    /// Waits until there is room. False: nobody takes blobs any more.
    pub(super) async fn put(&self, blob: Blob) -> bool {
        self.sender.send(Ok(blob)).await.is_ok()
    }
}

/// The blobs that come out.
pub(super) struct Stream {
    receiver: Receiver<Result<Blob, Error>>,
    last: Option<Error>,
}

impl Iterator for Stream {
    type Item = Result<Blob, Error>;

    fn next(&mut self) -> Option<Self::Item> {
        self.last.take().map(Err).or_else(|| self.receiver.blocking_recv())
    }
}

/// A count that the network threads keep and others read.
#[derive(Clone, Default)]
pub(super) struct Counter {
    counts: Arc<[AtomicU64; 3]>,
}

impl Counter {
    /// One more file of this size.
    pub(super) fn found(&self, size: u64) {
        let [files, bytes, _] = &*self.counts;
        files.fetch_add(1, Ordering::Relaxed);
        bytes.fetch_add(size, Ordering::Relaxed);
    }

    /// One more file left out.
    pub(super) fn pruned(&self) {
        let [_, _, pruned] = &*self.counts;
        pruned.fetch_add(1, Ordering::Relaxed);
    }

    /// The count by now.
    pub(super) fn count(&self) -> Count {
        let [files, bytes, pruned] = self.counts.each_ref().map(|count| count.load(Ordering::Relaxed));
        Count { files, bytes, pruned }
    }
}
