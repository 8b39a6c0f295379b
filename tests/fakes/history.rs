//! A CloudTrail endpoint that knows `LookupEvents` alone: some pages of records, and no more than that.

use serde_json::{Value, json};

use super::http::{Answer, Request, Server};

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

    /// A history that nobody may read.
    pub(crate) fn refusing() -> History {
        let body = json!({ "__type": "AccessDeniedException", "message": "not authorized" }).to_string();
        let refusal = Answer::new("400 Bad Request", "application/x-amz-json-1.1", body);
        History { server: Server::start(move |_| refusal.clone()) }
    }

    pub(crate) fn url(&self) -> &str {
        &self.server.url
    }

    /// The bodies of all requests.
    pub(crate) fn asked(&self) -> Vec<Value> {
        self.server.asked().iter().map(|request| serde_json::from_str(&request.body).unwrap()).collect()
    }
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
