//! Calls that changed what a trail logs, as the log itself shows them.

use std::collections::BTreeSet;

use super::event::Event;
use super::moment::Moment;

/// The only source of such records.
const SOURCE: &str = "cloudtrail.amazonaws.com";

/// After these a trail may log other events than before, or none (CloudTrail API reference).
const CALLS: [&str; 6] =
    ["CreateTrail", "DeleteTrail", "PutEventSelectors", "StartLogging", "StopLogging", "UpdateTrail"];

/// Turns kept for each account; with so many nothing is taken from selectors.
const MOST: usize = 1_024;

/// A longer name or ARN was not kept: AWS takes 128 characters for a name.
const MAX_TEXT_BYTES: usize = 512;

/// One call that succeeded.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Turn {
    /// When.
    pub time: Moment,
    /// As `PutEventSelectors`.
    pub call: String,
    /// The trail's name or ARN, as it was called; empty: it was not told.
    pub trail: String,
}

/// Turns of one account, each once: the latest that there is room for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Turns {
    kept: BTreeSet<Turn>,
    missed: bool,
}

impl Turns {
    /// Takes in one; the same a second time changes nothing.
    pub fn add(&mut self, turn: Turn) {
        self.kept.insert(turn);
        while self.kept.len() > MOST {
            self.missed |= self.kept.pop_first().is_some();
        }
    }

    /// Takes note that some may be missing.
    pub fn miss(&mut self) {
        self.missed = true;
    }

    /// Whether some may be missing.
    pub fn are_missed(&self) -> bool {
        self.missed
    }

    /// All that are kept, in the order of time.
    pub fn iter(&self) -> impl Iterator<Item = &Turn> {
        self.kept.iter()
    }

    /// The union.
    pub(super) fn merge(&mut self, other: Turns) {
        self.missed |= other.missed;
        other.kept.into_iter().for_each(|turn| self.add(turn));
    }
}

impl Turn {
    /// As `PutEventSelectors on 2026-10-29`.
    pub fn told(&self) -> String {
        format!("{} on {}", self.call, self.time.date())
    }
}

/// What a record changed of what is logged; `None`: nothing, or the call failed.
pub(super) fn turn(event: &Event<'_>) -> Option<Turn> {
    if event.source != SOURCE || event.error_code.is_some() || event.correction {
        return None;
    }
    let call = CALLS.into_iter().find(|call| *call == event.name)?.to_owned();
    let asked = |member: &str| event.parameters.as_object().and_then(|map| map.get(member)?.as_str());
    let trail = asked("trailName").or_else(|| asked("name")).filter(|text| text.len() <= MAX_TEXT_BYTES);
    Some(Turn { time: event.time, call, trail: trail.unwrap_or_default().to_owned() })
}

#[cfg(test)]
mod tests {
    use super::super::event::Event;
    use super::super::fields::Fields;
    use super::{MOST, Moment, Turn, Turns, turn};

    fn read(source: &str, event: &str, rest: &str) -> Option<Turn> {
        let record = format!(
            r#"{{"eventTime":"2026-10-01T00:00:00Z","eventSource":"{source}","eventName":"{event}","eventID":"e-1"{rest}}}"#
        );
        turn(&Event::read(&Fields::read(&record).unwrap()).unwrap())
    }

    #[test]
    fn calls_that_succeeded_are_turns() {
        let (of, asked) = ("cloudtrail.amazonaws.com", r#","requestParameters":{"trailName":"whole"}"#);
        let put = read(of, "PutEventSelectors", asked).unwrap();
        assert_eq!((put.told().as_str(), put.trail.as_str()), ("PutEventSelectors on 2026-10-01", "whole"));
        assert_eq!(read(of, "StopLogging", r#","requestParameters":{"name":"whole"}"#).unwrap().trail, "whole");
        assert_eq!(read(of, "DeleteTrail", "").unwrap().trail, "");
        assert_eq!(read(of, "StopLogging", r#","errorCode":"AccessDenied""#), None);
        assert_eq!(read(of, "GetTrailStatus", asked), None);
        assert_eq!(read("iam.amazonaws.com", "StopLogging", asked), None);
    }

    #[test]
    fn the_latest_stay_and_the_rest_is_told_to_be_missing() {
        let at = |second: usize| Turn { time: Moment(second as i64), call: "StopLogging".into(), trail: "t".into() };
        let of = |turns: &mut dyn Iterator<Item = usize>| {
            let mut kept = Turns::default();
            turns.for_each(|second| kept.add(at(second)));
            kept
        };
        let all = of(&mut (0..MOST + 2));
        assert_eq!((all.iter().count(), all.iter().next().unwrap().time, all.are_missed()), (MOST, Moment(2), true));
        let mut merged = of(&mut (0..10));
        assert!(!merged.are_missed());
        merged.merge(of(&mut (5..MOST + 2)));
        assert_eq!(merged, all);
    }
}
