//! Which objects of a bucket are wanted: lists only where the layout says that wanted ones can be.

use aws_sdk_s3::Client;
use aws_sdk_s3::types::Object;
use tokio::sync::mpsc::Sender;
use tokio::task::JoinSet;

use super::error::Error;
use super::runtime::Counter;
use super::session::reason;
use super::wanted::{Wanted, Way};

/// Prefixes that are listed at once: of an organization's trail there are accounts times regions of them.
const LISTS: usize = 16;

/// An object that is wanted.
pub(super) struct Listed {
    pub(super) key: String,
    pub(super) size: u64,
    pub(super) stamp: String,
}

/// What an object is called in reports.
pub(super) fn name(bucket: &str, key: &str) -> String {
    format!("s3://{bucket}/{key}")
}

/// A walk through a bucket.
#[derive(Clone)]
pub(super) struct Listing {
    pub(super) client: Client,
    pub(super) bucket: String,
    pub(super) prefix: String,
    pub(super) wanted: Wanted,
    pub(super) counter: Counter,
}

impl Listing {
    /// Sends every wanted object on, and ends early when nobody takes them.
    pub(super) async fn walk(self, to: Sender<Listed>) -> Result<(), Error> {
        let (mut open, mut lists) = (vec![self.prefix.clone()], JoinSet::new());
        loop {
            while lists.len() < LISTS
                && let Some(prefix) = open.pop()
            {
                lists.spawn(self.clone().look(prefix, to.clone()));
            }
            match lists.join_next().await {
                Some(folders) => open.extend(folders.map_err(|error| Error::Runtime(Box::new(error)))??),
                None => return Ok(()),
            }
        }
    }

    /// What is to be done at a prefix. Gives the folders to look at next.
    async fn look(self, prefix: String, to: Sender<Listed>) -> Result<Vec<String>, Error> {
        match self.wanted.way(&prefix) {
            _ if to.is_closed() => Ok(Vec::new()),
            Way::Skip => Ok(Vec::new()),
            Way::Enter => self.list(&prefix, Some("/"), None, None, &to).await,
            Way::List { after, before } => self.list(&prefix, None, after, before, &to).await,
        }
    }

    /// One list, page by page. Gives the folders, when a delimiter makes some.
    async fn list(
        &self,
        prefix: &str,
        delimiter: Option<&str>,
        after: Option<String>,
        before: Option<String>,
        to: &Sender<Listed>,
    ) -> Result<Vec<String>, Error> {
        let request = self.client.list_objects_v2().bucket(&self.bucket).prefix(prefix);
        let request = request.set_delimiter(delimiter.map(str::to_owned)).set_start_after(after);
        let mut pages = request.into_paginator().send();
        let mut folders = Vec::new();
        while let Some(page) = pages.next().await {
            let page = page.map_err(|error| Error::List {
                place: format!("s3://{}/{}", self.bucket, prefix),
                reason: reason(&error),
                source: Box::new(error),
            })?;
            folders.extend(page.common_prefixes().iter().filter_map(|folder| folder.prefix().map(str::to_owned)));
            for object in page.contents() {
                let is_past = before.as_deref().zip(object.key()).is_some_and(|(before, key)| key >= before);
                if is_past || !self.send(object, to).await {
                    return Ok(folders);
                }
            }
        }
        Ok(folders)
    }

    /// Sends an object on if it is wanted. False: nobody takes them any more.
    async fn send(&self, object: &Object, to: &Sender<Listed>) -> bool {
        // A name that ends in `/` is a folder that somebody made by hand.
        let Some(key) = object.key().filter(|key| !key.ends_with('/')) else {
            return true;
        };
        let size = object.size().and_then(|size| u64::try_from(size).ok()).unwrap_or_default();
        let stamp = object.e_tag().unwrap_or_default().to_owned();
        if self.wanted.known.has(&name(&self.bucket, key), || stamp.clone()) {
            return true;
        }
        if self.wanted.admits(key) {
            self.counter.found(size);
            return to.send(Listed { key: key.to_owned(), size, stamp }).await.is_ok();
        }
        self.counter.pruned();
        true
    }
}
