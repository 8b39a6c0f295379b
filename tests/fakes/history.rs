//! A CloudTrail endpoint that knows `LookupEvents` alone: some pages of records, and no more than that.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::http::{Answer, Request, Server};

/// What AWS puts on a page.
const PAGE: usize = 50;

/// AWS answers two requests a second; a little less, for the clocks of two processes.
const PAUSE: Duration = Duration::from_millis(480);

/// The event history.
pub(crate) struct History {
    server: Server,
}

impl History {
    /// A history of these records, in pages of at most so many.
    pub(crate) fn of(records: &[Value], page: usize) -> History {
        let pages: Vec<Vec<Value>> = records.chunks(page).map(|records| records.iter().map(item).collect()).collect();
        History { server: Server::start(move |request| lookup(request, &pages)) }
    }

    /// A history of records at these times, in pages as AWS gives them: whoever asks more than twice a second is
    /// turned away, as is every fifth request, for others ask as well. After `most` answers nobody may read it.
    pub(crate) fn over(records: BTreeMap<i64, Vec<Value>>, most: usize) -> History {
        let mut clerk = Clerk { records, page: PAGE, left: most, asked: 0, last: None };
        History { server: Server::start(move |request| clerk.answer(request)) }
    }

    /// The same for each of some regions, each at its own pace, in smaller pages; others have nothing to tell.
    pub(crate) fn everywhere(regions: BTreeMap<&'static str, BTreeMap<i64, Vec<Value>>>, page: usize) -> History {
        let clerk = move |records| Clerk { records, page, left: usize::MAX, asked: 0, last: None };
        let mut clerks: BTreeMap<String, Clerk> =
            regions.into_iter().map(|(region, records)| (region.to_owned(), clerk(records))).collect();
        let answer = move |request: &Request| {
            clerks.entry(region_of(request)).or_insert_with(|| clerk(BTreeMap::new())).answer(request)
        };
        History { server: Server::start(answer) }
    }

    /// The regions of all requests, in the order in which they came.
    pub(crate) fn regions(&self) -> Vec<String> {
        self.server.asked().iter().map(region_of).collect()
    }

    /// A history that nobody may read.
    pub(crate) fn refusing() -> History {
        History { server: Server::start(move |_| refusal("AccessDeniedException", "not authorized")) }
    }

    pub(crate) fn url(&self) -> &str {
        &self.server.url
    }

    /// The bodies of all requests.
    pub(crate) fn asked(&self) -> Vec<Value> {
        self.server.asked().iter().map(|request| serde_json::from_str(&request.body).unwrap()).collect()
    }
}

/// The region for which a request is signed.
fn region_of(request: &Request) -> String {
    let (_, scope) = request.head.split_once("credential=").unwrap();
    scope.split('/').nth(2).unwrap().to_owned()
}

struct Clerk {
    records: BTreeMap<i64, Vec<Value>>,
    page: usize,
    left: usize,
    asked: usize,
    last: Option<Instant>,
}

impl Clerk {
    fn answer(&mut self, request: &Request) -> Answer {
        let is_early = self.last.is_some_and(|last| last.elapsed() < PAUSE);
        (self.last, self.asked) = (Some(Instant::now()), self.asked + 1);
        if is_early {
            return refusal("ThrottlingException", "too early");
        }
        if self.asked.is_multiple_of(5) {
            return refusal("ThrottlingException", "others ask as well");
        }
        if self.left == 0 {
            return refusal("AccessDeniedException", "not any more");
        }
        self.left -= 1;
        let asked: Value = serde_json::from_str(&request.body).unwrap();
        let time = |name: &str, or: i64| asked[name].as_i64().unwrap_or(or);
        let window = self.records.range(time("StartTime", i64::MIN)..=time("EndTime", i64::MAX));
        let all: Vec<&Value> = window.flat_map(|(_, records)| records).collect();
        let from: usize = asked["NextToken"].as_str().map_or(0, |token| token.parse().unwrap());
        let page: Vec<Value> = all.iter().skip(from).take(self.page).map(|record| item(record)).collect();
        let mut answer = json!({ "Events": page });
        if from + self.page < all.len() {
            answer["NextToken"] = json!((from + self.page).to_string());
        }
        Answer::new("200 OK", "application/x-amz-json-1.1", answer.to_string())
    }
}

fn refusal(kind: &str, message: &str) -> Answer {
    let body = json!({ "__type": kind, "message": message }).to_string();
    Answer::new("400 Bad Request", "application/x-amz-json-1.1", body)
}

fn item(record: &Value) -> Value {
    json!({
        "EventId": record["eventID"],
        "EventName": record["eventName"],
        "EventTime": 1_793_448_000,
        "CloudTrailEvent": record.to_string(),
    })
}

fn lookup(request: &Request, pages: &[Vec<Value>]) -> Answer {
    assert!(request.head.contains("x-amz-target: cloudtrail_20131101.lookupevents"), "{}", request.head);
    let asked: Value = serde_json::from_str(&request.body).unwrap();
    let number: usize = asked["NextToken"].as_str().map_or(0, |token| token.parse().unwrap());
    let mut answer = json!({ "Events": pages[number] });
    if number + 1 < pages.len() {
        answer["NextToken"] = json!((number + 1).to_string());
    }
    Answer::new("200 OK", "application/x-amz-json-1.1", answer.to_string())
}
