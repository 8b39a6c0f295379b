//! A record of the sample story, cut where it may vary.

use serde_json::Value;

use crate::random::Random;

const HEX: &[u8] = b"0123456789abcdef";
const BASE32: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
const BASE64: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/// Roles that come in variants, beside the one of the cast: one record in so many belongs to a variant.
const ONE_VARIANT_IN: u64 = 20;
/// Distinct variants of each role, objects, instances and sessions: large enough to strain a footprint.
const VARIANTS: u64 = 20;
const OBJECTS: u64 = 20_000;
const INSTANCES: u64 = 200;
const SESSIONS: u64 = 500;

/// What stands at a cut.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
enum Slot {
    Id(usize),
    Time,
    Started,
    AccessKey,
    Object,
    Instance,
    Task,
    Order,
    HostId,
    Address,
    Token,
    RoleName,
    RoleId,
}

const IDS: [&str; 3] = ["eventID", "requestID", "sharedEventID"];

enum Piece {
    Text(String),
    Vary(Slot),
}

/// A cut record.
pub(crate) struct Template {
    pieces: Vec<Piece>,
}

/// The values that one record has at its cuts; equal cuts have equal values.
struct Values {
    ids: [String; 3],
    time: String,
    started: String,
    session: u64,
    object: u64,
    number: u64,
    variant: Option<u64>,
}

impl Template {
    pub(crate) fn new(record: &Value) -> Template {
        let needles = needles(record);
        let text = record.to_string();
        let mut pieces = Vec::new();
        let mut rest = text.as_str();
        loop {
            let found = needles.iter().filter_map(|(needle, slot)| Some((rest.find(needle)?, needle, *slot)));
            // The earliest, and of those the longest.
            let Some((at, needle, slot)) = found.min_by_key(|(at, needle, _)| (*at, usize::MAX - needle.len())) else {
                pieces.push(Piece::Text(rest.to_owned()));
                return Template { pieces };
            };
            let keep = match slot {
                Slot::RoleName => at + needle.len(),
                // The cast's ids end in two digits, `01`.
                Slot::RoleId => at + needle.len() - 2,
                _ => at,
            };
            pieces.push(Piece::Text(rest[..keep].to_owned()));
            pieces.push(Piece::Vary(slot));
            rest = &rest[at + needle.len()..];
        }
    }

    /// Writes one record of the day, `2026-08-02`.
    pub(crate) fn write(&self, day: &str, random: &mut Random, out: &mut String) {
        let values = Values::new(day, random);
        for piece in &self.pieces {
            match piece {
                Piece::Text(text) => out.push_str(text),
                Piece::Vary(slot) => values.write(*slot, random, out),
            }
        }
    }
}

/// The texts at which to cut, from the values of the record's members.
fn needles(record: &Value) -> Vec<(String, Slot)> {
    let mut needles = Vec::new();
    let mut add = |value: &Value, slot: Slot| {
        if let Some(text) = value.as_str().filter(|text| text.len() > 3) {
            needles.push((text.to_owned(), slot));
        }
    };
    let identity = &record["userIdentity"];
    let issuer = &identity["sessionContext"]["sessionIssuer"];
    for (index, key) in IDS.iter().enumerate() {
        add(&record[key], Slot::Id(index));
    }
    add(&record["eventTime"], Slot::Time);
    add(&identity["sessionContext"]["attributes"]["creationDate"], Slot::Started);
    if identity["accessKeyId"].as_str().is_some_and(|key| key.starts_with("ASIA")) {
        add(&identity["accessKeyId"], Slot::AccessKey);
    }
    add(&record["requestParameters"]["key"], Slot::Object);
    add(&record["requestParameters"]["key"]["orderId"], Slot::Order);
    add(&record["additionalEventData"]["x-amz-id-2"], Slot::HostId);
    add(&record["responseElements"]["credentials"]["sessionToken"], Slot::Token);
    if record["sourceIPAddress"].as_str().is_some_and(|source| source.starts_with("192.0.2.")) {
        add(&record["sourceIPAddress"], Slot::Address);
    }
    if let Some(session) = identity["principalId"].as_str().and_then(|id| id.split_once(':')).map(|(_, name)| name) {
        let is_task = session.len() == 32 && session.bytes().all(|byte| byte.is_ascii_hexdigit());
        match session {
            name if name.starts_with("i-0") => add(&Value::from(name), Slot::Instance),
            name if is_task => add(&Value::from(name), Slot::Task),
            _ => {}
        }
    }
    let varies = issuer["arn"].as_str().filter(|arn| arn.contains(":role/app/") || arn.contains(":role/service-role/"));
    if let (Some(arn), Some(name)) = (varies, issuer["userName"].as_str()) {
        add(&issuer["principalId"], Slot::RoleId);
        add(&Value::from(arn), Slot::RoleName);
        add(&Value::from(format!(":assumed-role/{name}")), Slot::RoleName);
        add(&Value::from(format!("\"userName\":\"{name}")), Slot::RoleName);
    }
    needles
}

impl Values {
    fn new(day: &str, random: &mut Random) -> Values {
        let (hour, minute, second) = (random.below(24), random.below(60), random.below(60));
        let is_variant = random.below(ONE_VARIANT_IN) == 0;
        Values {
            ids: [uuid(random), uuid(random), uuid(random)],
            time: format!("{day}T{hour:02}:{minute:02}:{second:02}Z"),
            started: format!("{day}T{hour:02}:00:00Z"),
            session: random.below(SESSIONS),
            object: random.below(OBJECTS),
            number: random.below(INSTANCES),
            variant: is_variant.then(|| 2 + random.below(VARIANTS)),
        }
    }

    fn write(&self, slot: Slot, random: &mut Random, out: &mut String) {
        let session = || Random::new(self.session, 1);
        match slot {
            Slot::Id(index) => out.push_str(&self.ids[index]),
            Slot::Time => out.push_str(&self.time),
            Slot::Started => out.push_str(&self.started),
            Slot::AccessKey => {
                out.push_str("ASIAEXAMPLE");
                session().letters(BASE32, 9, out);
            }
            Slot::Object => out.push_str(&format!("2026/part-{:05}.json", self.object)),
            Slot::Instance => out.push_str(&format!("i-0{:016x}", 0x0a11_ce0b_ee5c_0000 + self.number)),
            Slot::Task => session().letters(HEX, 32, out),
            Slot::Order => out.push_str(&format!("2026-{:05}", self.object)),
            Slot::Address => out.push_str(&format!("2001:db8:{:x}::{:x}", self.number, self.object)),
            Slot::Token => random.letters(BASE64, 420, out),
            Slot::HostId => random.letters(BASE64, 76, out),
            Slot::RoleName => out.push_str(&self.variant.map(|number| format!("-{number}")).unwrap_or_default()),
            Slot::RoleId => out.push_str(&format!("{:02}", self.variant.unwrap_or(1))),
        }
    }
}

fn uuid(random: &mut Random) -> String {
    let (high, low) = (random.next(), random.next());
    format!(
        "{:08x}-{:04x}-4{:03x}-8{:03x}-{:012x}",
        high >> 32,
        (high >> 16) & 0xffff,
        high & 0xfff,
        low >> 52,
        low & 0xffff_ffff_ffff
    )
}
