//! What a run has read and could not read, written down from many threads.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use crate::archive::Ledger;

/// What a run has read and could not read.
#[derive(Default)]
pub(super) struct Book {
    read: Mutex<Ledger>,
    unread: Mutex<BTreeMap<String, String>>,
}

impl Book {
    pub(super) fn read(&self, name: &str, stamp: Option<&str>) {
        // What has no stamp is read again the next time, and counts once all the same.
        if let Some(stamp) = stamp {
            self.read.lock().unwrap_or_else(PoisonError::into_inner).insert(name.to_owned(), stamp.to_owned());
        }
    }

    pub(super) fn unread(&self, name: &str, reason: String) {
        self.unread.lock().unwrap_or_else(PoisonError::into_inner).insert(name.to_owned(), reason);
    }

    /// All that was written down.
    pub(super) fn close(self) -> (Ledger, BTreeMap<String, String>) {
        let (read, unread) = (self.read.into_inner(), self.unread.into_inner());
        (read.unwrap_or_else(PoisonError::into_inner), unread.unwrap_or_else(PoisonError::into_inner))
    }
}
