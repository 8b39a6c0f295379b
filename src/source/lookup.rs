//! `lookup:REGION`: the event history that every account has without a trail, page by page.
//! It holds management events of the last 90 days, of the caller's account and one region.

use std::sync::Arc;
use std::time::Duration;

use aws_sdk_cloudtrail::Client;
use aws_sdk_cloudtrail::primitives::DateTime;
use aws_sdk_cloudtrail::types::Event;
use serde_json::json;
use tokio::time::{Interval, MissedTickBehavior, interval};

use super::blob::{Blob, Blobs, Count, Source};
use super::error::Error;
use super::identity::Identity;
use super::runtime::{Counter, Engine};
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

/// The event history of one region.
pub(super) struct Lookup {
    engine: Arc<Engine>,
    client: Client,
    region: String,
    wanted: Wanted,
    counter: Counter,
}

impl Lookup {
    /// Finds out who is asking, and where; asks for nothing yet.
    pub(super) fn open(
        engine: &Arc<Engine>,
        region: Option<String>,
        identity: &Identity,
        wanted: &Wanted,
    ) -> Result<Lookup, Error> {
        let config = engine.wait(session(identity, region, TRIES))?;
        let region = config.region().ok_or(Error::Region)?.to_string();
        let (engine, client) = (Arc::clone(engine), Client::new(&config));
        Ok(Lookup { engine, client, region, wanted: wanted.clone(), counter: Counter::default() })
    }
}

impl Lookup {
    /// What the last page is called, when all that there is will have been read with it.
    fn settled(&self) -> Option<String> {
        let (since, until) = self.wanted.since.zip(self.wanted.until).filter(|_| self.wanted.settled)?;
        Some(format!("lookup:{}/{since}-{until}", self.region))
    }
}

impl Source for Lookup {
    fn blobs(&self) -> Blobs<'_> {
        let request = self.client.lookup_events().max_results(PAGE);
        let request = request.set_start_time(self.wanted.since.map(DateTime::from_secs));
        // AWS takes its bound in.
        let request = request.set_end_time(self.wanted.until.map(|until| DateTime::from_secs(until - 1)));
        let (region, counter) = (self.region.clone(), self.counter.clone());
        let last = self.settled();
        if last.as_ref().is_some_and(|name| self.wanted.known.has(name, || WHOLE.to_owned())) {
            return Box::new(std::iter::empty());
        }
        Box::new(self.engine.stream(move |outlet| async move {
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
                counter.found(blob.size);
                if !outlet.put(blob).await {
                    return Ok(());
                }
            }
        }))
    }

    fn count(&self) -> Count {
        self.counter.count()
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
