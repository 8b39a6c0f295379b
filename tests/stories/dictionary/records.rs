//! Real records as plain JSON, read without the library's own reader, and the question that each puts to the
//! dictionary.

use std::collections::BTreeSet;
use std::io::Read;
use std::path::Path;
use std::sync::OnceLock;

use serde_json::Value;
use trailfit::catalog::{Call, Catalog, Late, Need, Required, TouchedResource};

use super::super::bench::{catalog, files_below};
use super::super::corpus::corpus;

/// How much of a record the dictionary may see.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Seen {
    /// All of it.
    Whole,
    /// `requestParameters` only, beside the envelope.
    Parameters,
}

/// A real record.
pub(super) struct Record {
    value: Value,
}

/// All records of all datasets, each once; `None` after a line that says so where the machine has none.
pub(super) fn records() -> Option<&'static [Record]> {
    static RECORDS: OnceLock<Vec<Record>> = OnceLock::new();
    let folder = corpus()?;
    Some(RECORDS.get_or_init(|| read(folder)))
}

fn read(folder: &Path) -> Vec<Record> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
        let name = entry.file_name().unwrap().to_string_lossy().into_owned();
        if entry.is_dir() && !name.starts_with("snap-") && !name.starts_with('_') {
            for (_, bytes) in files_below(&entry) {
                gather(json(bytes), &mut found);
            }
        }
    }
    let mut known = BTreeSet::new();
    found.retain(|value| known.insert(value.to_string()));
    found.into_iter().map(|value| Record { value }).collect()
}

/// A file's JSON, unpacked; nothing where it is none.
fn json(mut bytes: Vec<u8>) -> Value {
    if bytes.starts_with(&[0x1f, 0x8b]) {
        let mut plain = Vec::new();
        flate2::read::MultiGzDecoder::new(&*bytes).read_to_end(&mut plain).unwrap();
        bytes = plain;
    }
    serde_json::from_slice(&bytes).unwrap_or_default()
}

/// Every object at any depth that has a source and a name as records have them.
fn gather(value: Value, found: &mut Vec<Value>) {
    match value {
        Value::Array(items) => items.into_iter().for_each(|item| gather(item, found)),
        Value::Object(map) => {
            let source = map.get("eventSource").and_then(Value::as_str).unwrap_or_default();
            let name = map.get("eventName").and_then(Value::as_str).unwrap_or_default();
            // Placeholders of test fixtures name no service.
            if source.ends_with(".amazonaws.com") && !name.is_empty() {
                found.push(Value::Object(map));
            } else {
                map.into_iter().for_each(|(_, inner)| gather(inner, found));
            }
        }
        _ => {}
    }
}

impl Record {
    /// A text at a JSON pointer; empty where there is none.
    pub(super) fn text(&self, pointer: &str) -> &str {
        self.value.pointer(pointer).and_then(Value::as_str).unwrap_or_default()
    }

    /// `eventSource eventName`.
    pub(super) fn pair(&self) -> String {
        format!("{} {}", self.text("/eventSource"), self.text("/eventName"))
    }

    /// The kind of record that exempts it from any question, as a service event.
    pub(super) fn is_no_call(&self) -> bool {
        !matches!(self.text("/eventType"), "" | "AwsApiCall" | "AwsConsoleAction")
    }

    /// Whether it has parameters to build resources from.
    pub(super) fn has_parameters(&self) -> bool {
        self.parameters().as_object().is_some_and(|map| !map.is_empty())
    }

    /// `requestParameters`; some datasets write absence as a text.
    pub(super) fn parameters(&self) -> &Value {
        static NONE: Value = Value::Null;
        self.value.get("requestParameters").filter(|value| value.is_object()).unwrap_or(&NONE)
    }

    /// The ARNs of `resources[]`.
    pub(super) fn listed(&self) -> Vec<&str> {
        let entries = self.value["resources"].as_array().into_iter().flatten();
        let arns = entries.filter_map(|entry| entry.get("ARN").or(entry.get("arn")).and_then(Value::as_str));
        arns.filter(|arn| arn.starts_with("arn:")).collect()
    }

    /// What the dictionary says the call took.
    pub(super) fn required(&self, seen: Seen) -> Required<'static> {
        self.asked(seen, |catalog, call| catalog.required(call))
    }

    /// The answer to a question about the call.
    pub(super) fn asked<T>(&self, seen: Seen, ask: impl FnOnce(&'static Catalog, &Call<'_>) -> T) -> T {
        let issuer = self.text("/userIdentity/sessionContext/sessionIssuer/arn");
        let caller = if issuer.is_empty() { self.text("/userIdentity/arn") } else { issuer };
        let recipient = self.text("/recipientAccountId");
        let own = self.text("/userIdentity/accountId");
        let arns = if seen == Seen::Whole { self.listed() } else { Vec::new() };
        let resources: Vec<TouchedResource<'_>> =
            arns.into_iter().map(|arn| TouchedResource { arn: Some(arn), kind: None, account: None }).collect();
        let response = Late::from(self.value["responseElements"].clone());
        let call = Call {
            source: self.text("/eventSource"),
            name: self.text("/eventName"),
            region: self.text("/awsRegion"),
            partition: "aws",
            account: if recipient.is_empty() { own } else { recipient },
            caller_account: own,
            caller_arn: Some(caller).filter(|arn| arn.contains(":user/") || arn.contains(":role/")),
            parameters: &self.parameters().into(),
            response: Some(&response).filter(|_| seen != Seen::Parameters),
            resources: &resources,
            failed: !self.text("/errorCode").is_empty(),
        };
        ask(catalog(), &call)
    }

    /// The needs among the answer.
    pub(super) fn needs(&self, seen: Seen) -> Vec<Need> {
        match self.required(seen) {
            Required::Actions(needs) => needs,
            Required::Exempt(_) | Required::Unmapped { .. } => Vec::new(),
        }
    }
}

/// A share in percent.
pub(super) fn share(part: usize, whole: usize) -> f64 {
    part as f64 * 100.0 / whole.max(1) as f64
}
