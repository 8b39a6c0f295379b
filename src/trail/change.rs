//! A record → what it changed of what is granted, as told by a table. Documents stay texts: nothing here reads them.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde_json_borrow::Value;

use super::event::Event;
use crate::iam::{Change, EntityKind, Verb};

/// A longer document was not kept: IAM takes 10,240 characters at most, beside white space.
const MAX_DOCUMENT_BYTES: usize = 64 << 10;

/// A longer name, ARN or tag was not kept: IAM takes far shorter ones.
const MAX_TEXT_BYTES: usize = 2_048;

/// An entity takes 50 tags at most.
const MAX_TAGS: usize = 50;

/// The only source of such records.
const SOURCE: &str = "iam.amazonaws.com";

static TABLE: &str = include_str!("../catalog/data/curated/grant_changes.tsv");

/// Where the records of one call tell what it changed.
struct Row {
    verb: Verb,
    kind: EntityKind,
    name: &'static str,
    policy: &'static str,
    document: &'static str,
    entity: &'static str,
}

static ROWS: LazyLock<BTreeMap<&'static str, Row>> = LazyLock::new(|| {
    TABLE
        .lines()
        .filter(|line| !line.starts_with('#'))
        .filter_map(|line| {
            let mut cells = line.split('\t');
            let event = cells.next()?;
            let (verb, kind) = (Verb::named(cells.next()?)?, EntityKind::named(cells.next()?)?);
            let (name, policy, document, entity) = (cells.next()?, cells.next()?, cells.next()?, cells.next()?);
            Some((event, Row { verb, kind, name, policy, document, entity }))
        })
        .collect()
});

/// What a record changed; `None`: nothing, or the call failed.
pub(super) fn change(event: &Event<'_>, account: &str) -> Option<Change> {
    if event.source != SOURCE || event.error_code.is_some() || event.correction {
        return None;
    }
    let row = ROWS.get(event.name.as_ref())?;
    let told = |place: &str| told(event, place);
    let of_entity = |member: &str| match row.entity {
        "-" => None,
        entity => text(event.response.get().as_object()?.get(entity)?.as_object()?.get(member)?, MAX_TEXT_BYTES),
    };
    let asked = |member: &str| text(event.parameters.as_object()?.get(member)?, MAX_TEXT_BYTES);
    Some(Change {
        time: event.time.to_string(),
        verb: row.verb,
        account: account.to_owned(),
        kind: row.kind,
        name: told(row.name).and_then(|value| text(value, MAX_TEXT_BYTES)),
        policy: told(row.policy).and_then(|value| text(value, MAX_TEXT_BYTES)),
        document: told(row.document).and_then(|value| text(value, MAX_DOCUMENT_BYTES)),
        arn: of_entity("arn"),
        path: of_entity("path").or_else(|| asked("path")),
        unique_id: of_entity(&format!("{}Id", row.entity)),
        is_default: told("setAsDefault").is_some_and(is_true),
        tags: tags(&event.parameters),
        call: event.name.clone().into_owned(),
        id: event.id.as_deref().unwrap_or_default().to_owned(),
    })
}

/// The member at a place of the table.
fn told<'e>(event: &'e Event<'_>, place: &str) -> Option<&'e Value<'e>> {
    match place.strip_prefix('>') {
        Some(path) => path.split('.').try_fold(event.response.get(), |value, member| value.as_object()?.get(member)),
        None => event.parameters.as_object()?.get(place),
    }
}

/// A text that was neither hidden nor left out, and is no longer than it may be.
fn text(value: &Value<'_>, most: usize) -> Option<String> {
    let text = value.as_str()?;
    let is_told = !text.is_empty() && text.len() <= most && !text.starts_with("HIDDEN_DUE_TO_SECURITY_REASONS");
    is_told.then(|| text.to_owned())
}

/// Booleans come as `true` and as `"true"`.
fn is_true(value: &Value<'_>) -> bool {
    value.as_bool().or_else(|| value.as_str()?.to_ascii_lowercase().parse().ok()).unwrap_or_default()
}

fn tags(parameters: &Value<'_>) -> Vec<(String, String)> {
    let list = |member: &str| parameters.as_object().and_then(|map| map.get(member)?.as_array()).into_iter().flatten();
    let set = list("tags").filter_map(|tag| {
        let tag = tag.as_object()?;
        let value = tag.get("value").and_then(|value| value.as_str()).unwrap_or_default();
        Some((text(tag.get("key")?, MAX_TEXT_BYTES)?, value.chars().take(MAX_TEXT_BYTES).collect()))
    });
    let removed = list("tagKeys").filter_map(|key| Some((text(key, MAX_TEXT_BYTES)?, String::new())));
    set.chain(removed).take(MAX_TAGS).collect()
}

#[cfg(test)]
mod tests {
    use super::super::event::Event;
    use super::super::fields::Fields;
    use super::{ROWS, TABLE, change};
    use crate::iam::{EntityKind, Verb};

    fn read(record: &str) -> Option<crate::iam::Change> {
        change(&Event::read(&Fields::read(record).unwrap()).unwrap(), "111122223333")
    }

    fn record(event: &str, rest: &str) -> String {
        format!(
            r#"{{"eventTime":"2026-10-01T00:00:00Z","eventSource":"iam.amazonaws.com","eventName":"{event}","eventID":"e-1",{rest}}}"#
        )
    }

    #[test]
    fn every_line_of_the_table_is_understood() {
        assert_eq!(ROWS.len(), TABLE.lines().filter(|line| !line.starts_with('#')).count());
    }

    #[test]
    fn a_role_is_made_with_all_that_is_told_of_it() {
        let rest = r#""requestParameters":{"roleName":"web","path":"/app/","assumeRolePolicyDocument":"{}","permissionsBoundary":"arn:aws:iam::111122223333:policy/edge","tags":[{"key":"team","value":"parts"}]},
            "responseElements":{"role":{"arn":"arn:aws:iam::111122223333:role/app/web","path":"/app/","roleId":"AROAEXAMPLEWEB"}}"#;
        let made = read(&record("CreateRole", rest)).unwrap();
        assert_eq!((made.verb, made.kind, made.name.as_deref()), (Verb::Make, EntityKind::Role, Some("web")));
        assert_eq!(made.policy.as_deref(), Some("arn:aws:iam::111122223333:policy/edge"));
        assert_eq!((made.document.as_deref(), made.path.as_deref()), (Some("{}"), Some("/app/")));
        assert_eq!(made.unique_id.as_deref(), Some("AROAEXAMPLEWEB"));
        assert_eq!(made.tags, [("team".to_owned(), "parts".to_owned())]);
    }

    #[test]
    fn what_is_hidden_or_left_out_is_not_told() {
        let hidden = r#""requestParameters":{"roleName":"web","policyName":"p","policyDocument":"HIDDEN_DUE_TO_SECURITY_REASONS"}"#;
        let put = read(&record("PutRolePolicy", hidden)).unwrap();
        assert_eq!((put.name.as_deref(), put.document), (Some("web"), None));
        let omitted = r#""requestParameters":{"omitted":true,"originalSize":200000}"#;
        assert_eq!(read(&record("PutRolePolicy", omitted)).unwrap().name, None);
    }

    #[test]
    fn what_failed_or_only_reads_changes_nothing() {
        let told = r#""requestParameters":{"roleName":"web","policyName":"p","policyDocument":"{}"}"#;
        assert!(read(&record("PutRolePolicy", told)).is_some());
        assert!(read(&record("PutRolePolicy", &format!(r#""errorCode":"AccessDenied",{told}"#))).is_none());
        assert!(read(&record("GetRolePolicy", told)).is_none());
    }
}
