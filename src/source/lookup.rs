//! `lookup:REGION,…`: the event history that every account has without a trail, page by page, of all named regions at
//! once. It holds management events of the last 90 days, of the caller's account; those of global services stand in
//! one region, and where two tell the same record, it counts once.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use aws_config::{Region, SdkConfig};
use aws_sdk_cloudtrail::Client;
use aws_sdk_cloudtrail::primitives::DateTime;
use aws_sdk_cloudtrail::types::Event;
use serde_json::json;
use tokio::task::JoinSet;
use tokio::time::{Interval, MissedTickBehavior, interval};

use super::blob::{Blob, Blobs, Count, Source};
use super::error::Error;
use super::identity::Identity;
use super::regions;
use super::runtime::{Counter, Engine, Outlet};
use super::session::{reason, session};
use super::wanted::Wanted;

/// AWS answers two requests a second, for each account and region.
const PAUSE: Duration = Duration::from_millis(500);

/// Tries of one request: whoever else looks up events in the account uses up the same two a second.
const TRIES: u32 = 8;

/// The stamp of a time of which everything was read.
const WHOLE: &str = "whole";

/// The most that AWS puts on a page.
const PAGE: i32 = 50;

/// All regions that are on in every account.
const ALL: &str = "all";

/// The event histories of some regions.
pub(super) struct Lookup {
    engine: Arc<Engine>,
    histories: Vec<History>,
    counter: Counter,
}

/// That of one region.
#[derive(Clone)]
struct History {
    client: Client,
    region: String,
    wanted: Wanted,
    counter: Counter,
}

impl Lookup {
    /// Finds out who is asking, and where; asks for nothing yet. `names`: regions, `all`, or none for the one that is
    /// configured.
    pub(super) fn open(
        engine: &Arc<Engine>,
        names: &BTreeSet<String>,
        identity: &Identity,
        wanted: &Wanted,
    ) -> Result<Lookup, Error> {
        let first = names.iter().find(|name| *name != ALL).cloned();
        let config = engine.wait(session(identity, first, TRIES))?;
        let counter = Counter::default();
        let history = |region: String| {
            let client = Client::new(&at(&config, &region));
            History { client, region, wanted: wanted.clone(), counter: counter.clone() }
        };
        let histories = named(names, &config)?.into_iter().map(history).collect();
        Ok(Lookup { engine: Arc::clone(engine), histories, counter })
    }
}

/// The regions, each once, for AWS answers so many requests of each.
fn named(names: &BTreeSet<String>, config: &SdkConfig) -> Result<BTreeSet<String>, Error> {
    let here = config.region().ok_or(Error::Region)?.to_string();
    let mut regions: BTreeSet<String> = names.iter().filter(|name| *name != ALL).cloned().collect();
    if names.contains(ALL) {
        regions.extend(regions::beside(&here).map(str::to_owned));
    }
    if regions.is_empty() {
        regions.insert(here);
    }
    Ok(regions)
}

fn at(config: &SdkConfig, region: &str) -> SdkConfig {
    config.to_builder().region(Region::new(region.to_owned())).build()
}

impl Source for Lookup {
    fn blobs(&self) -> Blobs<'_> {
        let histories: Vec<History> = self.histories.iter().filter(|history| !history.is_known()).cloned().collect();
        if histories.is_empty() {
            return Box::new(std::iter::empty());
        }
        Box::new(self.engine.stream(move |outlet| async move {
            let mut readers = JoinSet::new();
            histories.into_iter().for_each(|history| drop(readers.spawn(history.read(outlet.clone()))));
            // The first that fails ends all.
            while let Some(ended) = readers.join_next().await {
                ended.map_err(|error| Error::Runtime(Box::new(error)))??;
            }
            Ok(())
        }))
    }

    fn count(&self) -> Count {
        self.counter.count()
    }
}

impl History {
    /// What the last page is called, when all that there is will have been read with it.
    fn settled(&self) -> Option<String> {
        let (since, until) = self.wanted.since.zip(self.wanted.until).filter(|_| self.wanted.settled)?;
        Some(format!("lookup:{}/{since}-{until}", self.region))
    }

    fn is_known(&self) -> bool {
        self.settled().is_some_and(|name| self.wanted.known.has(&name, || WHOLE.to_owned()))
    }

    /// Reads page by page, at the pace that AWS allows each region.
    async fn read(self, outlet: Outlet) -> Result<(), Error> {
        let request = self.client.lookup_events().max_results(PAGE);
        let request = request.set_start_time(self.wanted.since.map(DateTime::from_secs));
        // AWS takes its bound in.
        let request = request.set_end_time(self.wanted.until.map(|until| DateTime::from_secs(until - 1)));
        let last = self.settled();
        let region = &self.region;
        let mut pages = request.into_paginator().send();
        let mut limiter = limiter();
        let mut number = 0_u32;
        loop {
            limiter.tick().await;
            let Some(page) = pages.next().await else {
                return Ok(());
            };
            let page = page.map_err(|error| Error::Lookup {
                region: region.clone(),
                reason: reason(&error),
                source: Box::new(error),
            })?;
            number += 1;
            let bytes = text(page.events()).into_bytes();
            let blob = match last.clone().filter(|_| page.next_token().is_none()) {
                Some(name) => Blob::here(name, bytes).stamped(WHOLE.to_owned()),
                None => Blob::here(format!("lookup:{region}/{number:06}"), bytes),
            };
            self.counter.found(blob.size);
            if !outlet.put(blob).await {
                return Ok(());
            }
        }
    }
}

/// A page as `aws cloudtrail lookup-events` prints it, as far as somebody reads it.
fn text(events: &[Event]) -> String {
    let events = events.iter().map(|event| match event.cloud_trail_event() {
        Some(record) => json!({ "EventId": event.event_id(), "CloudTrailEvent": record }),
        None => json!({ "EventId": event.event_id() }),
    });
    json!({ "Events": events.collect::<Vec<_>>() }).to_string()
}

/// One request in each pause, and none made up for in a hurry.
fn limiter() -> Interval {
    let mut limiter = interval(PAUSE);
    limiter.set_missed_tick_behavior(MissedTickBehavior::Delay);
    limiter
}
