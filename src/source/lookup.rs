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
use super::runtime::{Counter, Engine, Outlet};
use super::session::{reason, session};
use super::wanted::Wanted;

/// AWS answers two requests a second, for each account and region.
const PAUSE: Duration = Duration::from_millis(500);

/// Tries of one request: whoever else looks up events in the account uses up the same two a second.
const TRIES: u32 = 8;

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

impl Source for Lookup {
    fn blobs(&self) -> Blobs<'_> {
        let request = self.client.lookup_events().max_results(PAGE);
        let request = request.set_start_time(self.wanted.since.map(DateTime::from_secs));
        let request = request.set_end_time(self.wanted.until.map(DateTime::from_secs));
        let (region, counter) = (self.region.clone(), self.counter.clone());
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
                let name = format!("lookup:{region}/{number:06}");
                if !hand_over(name, page.events(), &counter, &outlet).await {
                    return Ok(());
                }
            }
        }))
    }

    fn count(&self) -> Count {
        self.counter.count()
    }
}

async fn hand_over(name: String, events: &[Event], counter: &Counter, outlet: &Outlet) -> bool {
    let blob = Blob::here(name, text(events).into_bytes());
    counter.found(blob.size);
    outlet.put(blob).await
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
