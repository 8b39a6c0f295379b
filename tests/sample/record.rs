//! One CloudTrail record, field by field as AWS writes it. Not what happens: that is the story.

use serde_json::{Map, Value, json};
use xxhash_rust::xxh3::xxh3_64_with_seed;

use super::cast::{GLOBAL, HOME};
use super::moment::Moment;

/// Who calls, from where, with what.
#[derive(Clone)]
pub(crate) struct Actor {
    identity: Value,
    account: &'static str,
    ip: String,
    agent: String,
}

impl Actor {
    /// Takes the `userIdentity` element.
    pub(crate) fn new(identity: Value, account: &'static str, ip: &str, agent: &str) -> Actor {
        Actor { identity, account, ip: ip.to_owned(), agent: agent.to_owned() }
    }

    /// The identity with one more member.
    pub(crate) fn with(mut self, path: &[&str], value: Value) -> Actor {
        let mut place = &mut self.identity;
        for key in path {
            place = &mut place[*key];
        }
        *place = value;
        self
    }
}

/// A record in the making.
#[derive(Clone)]
pub(crate) struct Event {
    actor: Actor,
    /// When it happened.
    pub(crate) when: Moment,
    /// The account whose trail gets it.
    pub(crate) account: String,
    /// The region that handled it.
    pub(crate) region: String,
    fields: Map<String, Value>,
    invoked_by: Option<String>,
    pub(super) seed: String,
}

/// `PutItem` of `dynamodb`, by someone, at a moment; a management event that writes, until told otherwise.
pub(crate) fn event(actor: &Actor, when: Moment, service: &str, name: &str) -> Event {
    let mut fields = Map::new();
    fields.insert("eventSource".into(), json!(format!("{service}.amazonaws.com")));
    fields.insert("eventName".into(), json!(name));
    fields.insert("eventType".into(), json!("AwsApiCall"));
    let (account, region) = (actor.account.to_owned(), HOME.to_owned());
    let seed = String::new();
    Event { actor: actor.clone(), when, account, region, fields, invoked_by: None, seed }
}

impl Event {
    fn set(mut self, key: &str, value: Value) -> Event {
        self.fields.insert(key.to_owned(), value);
        self
    }

    /// It reads only.
    pub(crate) fn reads(self) -> Event {
        self.set("readOnly", json!(true))
    }

    /// It is a data event.
    pub(crate) fn data(self) -> Event {
        self.set("eventCategory", json!("Data"))
    }

    /// `requestParameters`.
    pub(crate) fn asks(self, parameters: Value) -> Event {
        self.set("requestParameters", parameters)
    }

    /// `responseElements`.
    pub(crate) fn answers(self, elements: Value) -> Event {
        self.set("responseElements", elements)
    }

    /// `additionalEventData`.
    pub(crate) fn adds(self, data: Value) -> Event {
        self.set("additionalEventData", data)
    }

    /// `apiVersion`.
    pub(crate) fn version(self, version: &str) -> Event {
        self.set("apiVersion", json!(version))
    }

    /// One entry of `resources`.
    pub(crate) fn on(mut self, kind: &str, arn: &str) -> Event {
        let account = self.account.clone();
        let list = self.fields.entry("resources").or_insert_with(|| json!([]));
        let entry = json!({"accountId": account, "type": kind, "ARN": arn});
        list.as_array_mut().unwrap().push(entry);
        self
    }

    /// It fails, or is denied, with AWS's code and message.
    pub(crate) fn fails(self, code: &str, message: &str) -> Event {
        self.set("errorCode", json!(code)).set("errorMessage", json!(message))
    }

    /// Another service makes the call with the caller's identity.
    pub(crate) fn forwarded_by(mut self, service: &str) -> Event {
        self.invoked_by = Some(format!("{service}.amazonaws.com"));
        self
    }

    /// It came through a VPC endpoint of the own account.
    pub(crate) fn through(self, endpoint: &str) -> Event {
        let account = json!(self.account);
        self.set("vpcEndpointId", json!(endpoint)).set("vpcEndpointAccountId", account)
    }

    /// In another region than home.
    pub(crate) fn in_region(mut self, region: &str) -> Event {
        self.region = region.to_owned();
        self
    }

    /// The copy that another account gets: its owner's view of the caller.
    pub(crate) fn copy_for(mut self, account: &str, identity: Value, shared: &str) -> Event {
        self.account = account.to_owned();
        self.actor.identity = identity;
        self.set("sharedEventID", json!(shared))
    }

    /// The id that ties the copies of both accounts together.
    pub(crate) fn shared(self, id: &str) -> Event {
        self.set("sharedEventID", json!(id))
    }

    /// Another kind than an API call.
    pub(crate) fn kind(self, kind: &str) -> Event {
        self.set("eventType", json!(kind))
    }

    /// Any other member.
    pub(crate) fn member(self, key: &str, value: Value) -> Event {
        self.set(key, value)
    }

    /// The finished record; its ids follow from `seed` and its content.
    pub(crate) fn record(&self) -> Value {
        let mut identity = self.actor.identity.clone();
        let (mut ip, mut agent) = (self.actor.ip.clone(), self.actor.agent.clone());
        if let Some(service) = &self.invoked_by {
            identity["invokedBy"] = json!(service);
            (ip, agent) = (service.clone(), service.clone());
        }
        let mut record = Map::new();
        let mut put = |key: &str, value: Option<Value>| {
            if let Some(value) = value {
                record.insert(key.to_owned(), value);
            }
        };
        let field = |key: &str| self.fields.get(key).cloned();
        let by_hand = ip.parse::<std::net::IpAddr>().is_ok();
        let is_data = self.fields.get("eventCategory").is_some();
        put("eventVersion", Some(json!("1.11")));
        put("userIdentity", Some(identity));
        put("eventTime", Some(json!(self.when.to_string())));
        put("eventSource", field("eventSource"));
        put("eventName", field("eventName"));
        put("awsRegion", Some(json!(self.region)));
        put("sourceIPAddress", Some(json!(ip)));
        put("userAgent", Some(json!(agent)));
        put("errorCode", field("errorCode"));
        put("errorMessage", field("errorMessage"));
        put("requestParameters", Some(field("requestParameters").unwrap_or(Value::Null)));
        put("responseElements", Some(field("responseElements").unwrap_or(Value::Null)));
        put("additionalEventData", field("additionalEventData"));
        put("requestID", Some(json!(uuid(&self.seed, 1))));
        put("eventID", Some(json!(uuid(&self.seed, 2))));
        put("readOnly", Some(field("readOnly").unwrap_or(json!(false))));
        put("resources", field("resources"));
        put("eventType", field("eventType"));
        put("apiVersion", field("apiVersion"));
        put("managementEvent", Some(json!(!is_data)));
        put("recipientAccountId", Some(json!(self.account)));
        put("sharedEventID", field("sharedEventID"));
        put("serviceEventDetails", field("serviceEventDetails"));
        put("vpcEndpointId", field("vpcEndpointId"));
        put("vpcEndpointAccountId", field("vpcEndpointAccountId"));
        put("eventCategory", Some(field("eventCategory").unwrap_or(json!("Management"))));
        put("sessionCredentialFromConsole", field("sessionCredentialFromConsole"));
        let tls = by_hand && self.fields.get("eventType") == Some(&json!("AwsApiCall"));
        put("tlsDetails", tls.then(|| self.tls()));
        Value::Object(record)
    }

    fn tls(&self) -> Value {
        let service = self.fields["eventSource"].as_str().unwrap();
        let host = match self.fields.get("requestParameters").and_then(|asked| asked["Host"].as_str()) {
            Some(host) => host.to_owned(),
            None if self.region == GLOBAL => service.to_owned(),
            None => service.replace(".amazonaws", &format!(".{}.amazonaws", self.region)),
        };
        json!({
            "tlsVersion": "TLSv1.3",
            "cipherSuite": "TLS_AES_128_GCM_SHA256",
            "clientProvidedHostHeader": host,
        })
    }
}

/// A random-looking UUID that always is the same for the same seed.
pub(crate) fn uuid(seed: &str, salt: u64) -> String {
    let high = xxh3_64_with_seed(seed.as_bytes(), salt);
    let low = xxh3_64_with_seed(seed.as_bytes(), salt + 100);
    format!(
        "{:08x}-{:04x}-4{:03x}-8{:03x}-{:012x}",
        high >> 32,
        high >> 16 & 0xffff,
        high & 0xfff,
        low >> 48 & 0xfff,
        low & 0xffff_ffff_ffff
    )
}

/// So many random-looking capitals and digits that always are the same for the same seed.
pub(crate) fn code(seed: &str, length: usize) -> String {
    const LETTERS: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    let letter = |index: usize| {
        let hash = xxh3_64_with_seed(seed.as_bytes(), 1_000 + index as u64);
        char::from(LETTERS[(hash % 32) as usize])
    };
    (0..length).map(letter).collect()
}
