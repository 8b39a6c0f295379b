//! What is told of a request, and what is assumed of the rest.

use std::cell::RefCell;
use std::collections::BTreeMap;

use serde_json::Value;

/// The name under which the resource itself is asked for when it is not told.
pub(super) const RESOURCE: &str = "(the resource)";

/// What stands for something that may be asked for.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Found {
    /// The key is not in the request.
    Absent,
    /// A single value.
    One(String),
    /// A set of values.
    Many(Vec<String>),
    /// How something that AWS leaves open turns out.
    Fact(bool),
}

/// Something that is not told: evaluation cannot go on without it.
#[derive(Debug)]
pub(super) enum Need {
    Key(String),
    Fact(String),
    Resource,
}

/// One possible world: what the request tells, and assumptions.
pub(super) struct World {
    closed: bool,
    /// Whether the request names its one resource.
    exact: bool,
    given: BTreeMap<String, Found>,
    pub(super) assumed: Vec<(String, Found)>,
    /// Everything asked for that was not told, in order.
    pub(super) asked: RefCell<Vec<String>>,
}

impl World {
    pub(super) fn of(request: &Value) -> World {
        let told = |value: &Value| match value {
            Value::Null => Found::Absent,
            Value::Array(values) => {
                Found::Many(values.iter().map(|value| value.as_str().unwrap_or_default().to_owned()).collect())
            }
            value => Found::One(value.as_str().unwrap_or_default().to_owned()),
        };
        let keys = request["context"].as_object().into_iter().flatten();
        World {
            closed: request["open_context"] != true,
            exact: request["resource"].is_string() && request["resource_within"].is_null(),
            given: keys.map(|(key, value)| (key.to_ascii_lowercase(), told(value))).collect(),
            assumed: Vec::new(),
            asked: RefCell::default(),
        }
    }

    pub(super) fn is_exact(&self) -> bool {
        self.exact
    }

    fn assumption(&self, name: &str) -> Option<Found> {
        self.asked.borrow_mut().push(name.to_owned());
        self.assumed.iter().find(|(known, _)| known == name).map(|(_, found)| found.clone())
    }

    /// The value of a condition key.
    pub(super) fn key(&self, key: &str) -> Result<Found, Need> {
        let key = key.to_ascii_lowercase();
        match self.given.get(&key) {
            Some(found) => Ok(found.clone()),
            None if self.closed => Ok(Found::Absent),
            None => self.assumption(&key).ok_or(Need::Key(key)),
        }
    }

    /// How something that the documents leave open turns out.
    pub(super) fn fact(&self, name: &str) -> Result<bool, Need> {
        match self.assumption(name) {
            Some(found) => Ok(found == Found::Fact(true)),
            None => Err(Need::Fact(name.to_owned())),
        }
    }

    /// The resource of the request.
    pub(super) fn resource(&self, request: &Value) -> Result<String, Need> {
        match (self.exact, request["resource"].as_str()) {
            (true, Some(arn)) => Ok(arn.to_owned()),
            _ => match self.assumption(RESOURCE) {
                Some(Found::One(arn)) => Ok(arn),
                _ => Err(Need::Resource),
            },
        }
    }

    /// Every text that is told or assumed.
    pub(super) fn texts(&self) -> Vec<String> {
        let known = self.given.values().chain(self.assumed.iter().map(|(_, found)| found));
        known
            .flat_map(|found| match found {
                Found::One(text) => vec![text.clone()],
                Found::Many(texts) => texts.clone(),
                _ => Vec::new(),
            })
            .collect()
    }
}
