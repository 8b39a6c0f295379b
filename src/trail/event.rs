//! One CloudTrail record, as far as least privilege needs it. Lenient where real logs are: unknown fields are
//! ignored, odd types of fields that decide nothing count as absent. Which account, region or partition
//! exists is no closed set.

use std::borrow::Cow;
use std::sync::Arc;

use serde_json_borrow::{OwnedValue, Value};

use super::caller::Caller;
use super::fields::Fields;
use super::moment::Moment;
use super::origins::Origin;
use super::plain;
use super::scan::Scanner;
use crate::catalog::Late;

/// A record whose essential fields are there.
#[derive(Debug)]
pub(crate) struct Event<'a> {
    pub(crate) time: Moment,
    pub(crate) source: Cow<'a, str>,
    pub(crate) name: Cow<'a, str>,
    pub(crate) region: Cow<'a, str>,
    pub(crate) id: Option<Cow<'a, str>>,
    pub(crate) kind: Option<Cow<'a, str>>,
    pub(crate) category: Option<Cow<'a, str>>,
    pub(crate) management: Option<bool>,
    pub(crate) read_only: Option<bool>,
    pub(crate) error_code: Option<Cow<'a, str>>,
    pub(crate) error_message: Option<Cow<'a, str>>,
    pub(crate) recipient: Option<Cow<'a, str>>,
    pub(crate) identity: Arc<Identity>,
    /// Who called, where an earlier record told.
    pub(crate) caller: Option<Arc<Caller>>,
    pub(crate) source_address: Option<Cow<'a, str>>,
    pub(crate) origin: Option<Origin>,
    pub(crate) correction: bool,
    pub(crate) parameters: Value<'a>,
    pub(crate) response: Late<'a>,
    pub(crate) resources: Vec<EventResource<'a>>,
}

/// `userIdentity`.
#[derive(Debug, Default)]
pub(crate) struct Identity {
    pub(crate) kind: Option<String>,
    pub(crate) principal_id: Option<String>,
    pub(crate) arn: Option<String>,
    pub(crate) account: Option<String>,
    pub(crate) user_name: Option<String>,
    pub(crate) invoked_by: Option<String>,
    pub(crate) provider: Option<String>,
    pub(crate) has_session: bool,
    pub(crate) issuer_kind: Option<String>,
    pub(crate) issuer_id: Option<String>,
    pub(crate) issuer_arn: Option<String>,
    pub(crate) issuer_account: Option<String>,
    pub(crate) mfa: Option<bool>,
    pub(crate) source_identity: Option<String>,
    pub(crate) on_behalf_of: Option<String>,
}

/// One entry of `resources[]`.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct EventResource<'a> {
    pub(crate) arn: Option<Cow<'a, str>>,
    pub(crate) kind: Option<Cow<'a, str>>,
    pub(crate) account: Option<Cow<'a, str>>,
}

impl<'a> Event<'a> {
    /// Reads one record; the error is the reason of the loss.
    pub(crate) fn read(fields: &Fields<'a>) -> Result<Event<'a>, String> {
        let identity = Arc::new(identity(fields.identity)?);
        Event::by(fields, identity, None)
    }

    /// The same where it is known what `userIdentity` says.
    pub(crate) fn by(
        fields: &Fields<'a>,
        identity: Arc<Identity>,
        caller: Option<Arc<Caller>>,
    ) -> Result<Event<'a>, String> {
        let kind = text(fields.kind);
        let moment = time(fields.time, kind.as_deref())?;
        let (source, name) = source_and_name(fields, kind.as_deref())?;
        Ok(Event {
            time: moment,
            source,
            name,
            region: text(fields.region).unwrap_or_default(),
            id: text(fields.id).filter(|id| !id.is_empty()),
            kind,
            category: text(fields.category),
            management: flag(fields.management),
            read_only: flag(fields.read_only),
            error_code: error_code(fields.error_code)?,
            error_message: text(fields.error_message),
            recipient: text(fields.recipient).filter(|account| !account.is_empty()),
            identity,
            caller,
            source_address: text(fields.source_address),
            origin: Origin::told(text(fields.source_address).as_deref(), text(fields.endpoint).as_deref()),
            correction: text_in(fields.addendum, "reason").as_deref() == Some("UPDATED_DATA"),
            parameters: object(fields.parameters, "requestParameters")?,
            response: Late::new(fields.response, response),
            resources: resources(fields.resources),
        })
    }

    /// Whether this is a data event: said by the record, never guessed from the name.
    pub(crate) fn is_data(&self) -> bool {
        self.category.as_deref() == Some("Data") || self.management == Some(false)
    }
}

/// Insight and aggregated events lack what others must have and need none of it: they are exempt by their kind.
const NO_USAGE: [&str; 2] = ["AwsCloudTrailInsight", "AwsAggregatedEvent"];

fn time(raw: Option<&str>, kind: Option<&str>) -> Result<Moment, String> {
    if kind.is_some_and(|kind| NO_USAGE.contains(&kind)) {
        return Ok(text(raw).and_then(|time| Moment::parse(&time)).unwrap_or(Moment(0)));
    }
    let time = required(raw, "eventTime")?;
    Moment::parse(&time).ok_or_else(|| format!("eventTime `{}` is not a time", shorten(&time)))
}

fn source_and_name<'a>(fields: &Fields<'a>, kind: Option<&str>) -> Result<(Cow<'a, str>, Cow<'a, str>), String> {
    if kind.is_some_and(|kind| NO_USAGE.contains(&kind)) {
        return Ok((text(fields.source).unwrap_or_default(), text(fields.name).unwrap_or_default()));
    }
    Ok((required(fields.source, "eventSource")?, required(fields.name, "eventName")?))
}

fn required<'a>(raw: Option<&'a str>, field: &str) -> Result<Cow<'a, str>, String> {
    match raw {
        None => Err(format!("{field} is missing")),
        Some(value) => text(Some(value))
            .filter(|text| !text.is_empty())
            .ok_or_else(|| format!("{field} is not a text: {}", shorten(value))),
    }
}

/// `null` and `""` mean that the call succeeded; another type would hide whether it did.
fn error_code(raw: Option<&str>) -> Result<Option<Cow<'_, str>>, String> {
    match raw {
        None => Ok(None),
        Some(value) => match text(Some(value)) {
            Some(code) => Ok(Some(code).filter(|code| !code.is_empty())),
            None => Err(format!("errorCode is not a text: {}", shorten(value))),
        },
    }
}

pub(crate) fn identity(raw: Option<&str>) -> Result<Identity, String> {
    let value = match raw {
        None => return Ok(Identity::default()),
        Some(raw) => plain::read(raw).map_err(|error| format!("userIdentity: {error}"))?,
    };
    if !value.is_object() {
        return Err(format!("userIdentity is not an object: {}", shorten(&value.to_string())));
    }
    let session = field(&value, "sessionContext");
    let issuer = session.and_then(|session| field(session, "sessionIssuer"));
    let attributes = session.and_then(|session| field(session, "attributes"));
    let of = |object: Option<&Value<'_>>, name: &str| object.and_then(|object| string(object, name));
    Ok(Identity {
        kind: string(&value, "type"),
        principal_id: string(&value, "principalId"),
        arn: string(&value, "arn"),
        account: string(&value, "accountId"),
        user_name: string(&value, "userName"),
        invoked_by: string(&value, "invokedBy"),
        provider: string(&value, "identityProvider"),
        has_session: session.is_some_and(|session| session.as_object().is_some_and(|object| !object.is_empty())),
        issuer_kind: of(issuer, "type"),
        issuer_id: of(issuer, "principalId"),
        issuer_arn: of(issuer, "arn"),
        issuer_account: of(issuer, "accountId"),
        mfa: attributes.and_then(|attributes| truth(field(attributes, "mfaAuthenticated")?)),
        source_identity: of(session, "sourceIdentity"),
        on_behalf_of: of(field(&value, "onBehalfOf"), "userId"),
    })
}

/// `requestParameters` is an object, `null`, the text `"null"`, or left out when it is too large.
fn object<'a>(raw: Option<&'a str>, name: &str) -> Result<Value<'a>, String> {
    let Some(raw) = raw.filter(|raw| raw.starts_with('{')) else {
        return Ok(Value::Null);
    };
    let value = plain::read(raw).map_err(|error| format!("{name}: {error}"))?;
    Ok(if is_omitted(&value) { Value::Null } else { value })
}

/// `responseElements`, likewise.
fn response(raw: Option<&str>) -> Option<OwnedValue> {
    let value = OwnedValue::from_str(raw.filter(|raw| raw.starts_with('{'))?).ok()?;
    (!is_omitted(value.get_value())).then_some(value)
}

fn is_omitted(value: &Value<'_>) -> bool {
    value.as_object().and_then(|object| truth(object.get("omitted")?)) == Some(true)
}

fn resources(raw: Option<&str>) -> Vec<EventResource<'_>> {
    let Some(raw) = raw else { return Vec::new() };
    scanned_resources(raw).unwrap_or_else(|| match plain::read(raw) {
        Ok(Value::Array(entries)) => entries.into_iter().filter_map(resource).collect(),
        _ => Vec::new(),
    })
}

/// The same without making values of them; `None`: they have to be read.
fn scanned_resources(raw: &str) -> Option<Vec<EventResource<'_>>> {
    let mut scanner = Scanner::new(raw, 0);
    let mut all = Vec::new();
    (scanner.next()? == b'[').then_some(())?;
    scanner.several(b']', |scanner| {
        let mut told = EventResource::default();
        scanner.object(&mut |name, value| {
            if let Some(place @ None) = told.place(name) {
                *place = text(Some(value)).filter(|text| !text.is_empty());
            }
            Some(())
        })?;
        all.push(told);
        Some(())
    })?;
    (scanner.at() == raw.len()).then_some(all)
}

impl<'a> EventResource<'a> {
    fn place(&mut self, name: &str) -> Option<&mut Option<Cow<'a, str>>> {
        match name.len() {
            3 if name.eq_ignore_ascii_case("arn") => Some(&mut self.arn),
            4 if name.eq_ignore_ascii_case("type") => Some(&mut self.kind),
            9 if name.eq_ignore_ascii_case("accountId") => Some(&mut self.account),
            _ => None,
        }
    }
}

/// The first member of each name counts, in any case.
fn resource(entry: Value<'_>) -> Option<EventResource<'_>> {
    let Value::Object(members) = entry else { return None };
    let mut resource = EventResource::default();
    for (name, value) in members.into_vec() {
        if let (Some(place @ None), Value::Str(text)) = (resource.place(&name), value) {
            *place = Some(text).filter(|text| !text.is_empty());
        }
    }
    Some(resource)
}

/// A member by name, in any case: real records spell `arn` and `ARN`, `accountId` and `accountID`.
fn field<'v>(object: &'v Value<'_>, name: &str) -> Option<&'v Value<'v>> {
    let object = object.as_object()?;
    object.get(name).or_else(|| object.iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value))
}

fn string(object: &Value<'_>, name: &str) -> Option<String> {
    field(object, name)?.as_str().filter(|text| !text.is_empty()).map(str::to_owned)
}

/// Booleans come as `true` and as `"true"`.
fn truth(value: &Value<'_>) -> Option<bool> {
    match value {
        Value::Bool(flag) => Some(*flag),
        Value::Str(text) => text.to_ascii_lowercase().parse().ok(),
        _ => None,
    }
}

pub(crate) fn text(raw: Option<&str>) -> Option<Cow<'_, str>> {
    let raw = raw?;
    let inner = raw.strip_prefix('"')?.strip_suffix('"')?;
    if memchr::memchr(b'\\', inner.as_bytes()).is_some() {
        serde_json::from_str::<String>(raw).ok().map(Cow::Owned)
    } else {
        Some(Cow::Borrowed(inner))
    }
}

fn flag(raw: Option<&str>) -> Option<bool> {
    let word = raw?.trim_matches('"');
    [true, false].into_iter().find(|flag| word.eq_ignore_ascii_case(if *flag { "true" } else { "false" }))
}

fn text_in(raw: Option<&str>, member: &str) -> Option<String> {
    plain::read(raw?).ok().and_then(|value| string(&value, member))
}

fn shorten(text: &str) -> String {
    const SHOWN: usize = 40;
    if text.chars().count() <= SHOWN { text.to_owned() } else { text.chars().take(SHOWN).chain(['…']).collect() }
}

#[cfg(test)]
mod tests {
    use super::{Event, Fields};

    const BASE: &str =
        r#"{"eventTime":"2026-10-01T00:00:00Z","eventSource":"s3.amazonaws.com","eventName":"GetObject""#;

    fn event(record: &str) -> Result<Event<'_>, String> {
        Event::read(&Fields::read(record).unwrap())
    }

    fn read(rest: &str) -> Result<Event<'static>, String> {
        event(Box::leak(format!("{BASE}{rest}}}").into_boxed_str()))
    }

    #[test]
    fn odd_types_of_minor_fields_count_as_absent() {
        let event =
            read(r#","requestParameters":"null","responseElements":"","resources":"x","readOnly":"true""#).unwrap();
        assert!(event.parameters.is_null() && event.resources.is_empty());
        assert_eq!(event.read_only, Some(true));
        assert!(read(r#","requestParameters":{"omitted":true,"reason":"size"}"#).unwrap().parameters.is_null());
    }

    #[test]
    fn error_code_of_another_type_is_a_loss_and_empty_means_none() {
        assert!(read(r#","errorCode":"""#).unwrap().error_code.is_none());
        assert!(read(r#","errorCode":null"#).unwrap().error_code.is_none());
        assert!(read(r#","errorCode":17"#).unwrap_err().contains("errorCode is not a text"));
    }

    #[test]
    fn essential_fields_must_be_texts() {
        assert!(event(r#"{"eventSource":"a","eventName":"b"}"#).unwrap_err().contains("eventTime is missing"));
        let wrong = r#"{"eventTime":"2026-10-01T00:00:00Z","eventSource":["s3"],"eventName":"b"}"#;
        assert!(event(wrong).unwrap_err().contains("eventSource is not a text"));
        assert!(read(r#","userIdentity":"root""#).unwrap_err().contains("userIdentity is not an object"));
    }

    #[test]
    fn keys_of_an_identity_vary_in_case() {
        let event = read(r#","userIdentity":{"Type":"IAMUser","ARN":"arn:aws:iam::111122223333:user/a","sessionContext":{"attributes":{"mfaAuthenticated":"true"}}}"#)
            .unwrap();
        assert_eq!(event.identity.arn.as_deref(), Some("arn:aws:iam::111122223333:user/a"));
        assert_eq!(event.identity.mfa, Some(true));
    }
}
