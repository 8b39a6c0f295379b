//! What happened between 2026-07-24 and 2026-10-31, chapter by chapter. How it reaches the bucket is `deliver`.

mod build;
mod functions;
mod oddities;
mod people;
mod pipeline;
mod quarter;
mod shapes;
mod workshop;

use serde_json::Value;

use super::moment::Moment;
use super::record::Event;

/// A record on its way to one account's trail.
pub(crate) struct Delivery {
    /// The account.
    pub(crate) account: String,
    /// The region.
    pub(crate) region: String,
    /// When it is delivered.
    pub(crate) at: Moment,
    /// The record.
    pub(crate) record: Value,
}

/// All that happened, in the order of telling.
#[derive(Default)]
pub(crate) struct Story {
    /// The records.
    pub(crate) deliveries: Vec<Delivery>,
}

impl Story {
    /// One more thing happened.
    fn tell(&mut self, mut event: Event) {
        event.seed = format!("{} of the story", self.deliveries.len());
        let record = event.record();
        let at = event.when.delivery();
        self.deliveries.push(Delivery { account: event.account, region: event.region, at, record });
    }

    /// The last record is delivered once more, byte for byte, in a later file.
    fn deliver_again(&mut self) {
        let last = self.deliveries.last().unwrap();
        let (account, region) = (last.account.clone(), last.region.clone());
        let (at, record) = (last.at.plus(900), last.record.clone());
        self.deliveries.push(Delivery { account, region, at, record });
    }
}

/// The whole story.
pub(crate) fn whole() -> Story {
    let mut story = Story::default();
    build::tell(&mut story);
    functions::tell(&mut story);
    workshop::tell(&mut story);
    people::tell(&mut story);
    pipeline::tell(&mut story);
    quarter::tell(&mut story);
    oddities::tell(&mut story);
    story
}
