//! EC2 writes identifiers in many places, but each begins with what it is: `i-`, `vol-`, `sg-`.
//!
//! So the identifiers themselves are looked for, not the members that hold them.

use serde_json_borrow::Value;

use super::super::call::Call;
use super::super::events::Rules;
use super::super::kinds::Kind;
use super::arn;
use super::record::{envelope, listed, pattern};
use super::request::each_string;

/// The resources of one type that a call named or made.
///
/// A new resource's identifier cannot stand in a policy beforehand, so it stays open.
pub(super) fn touched(call: &Call<'_>, kind: &Kind, operation: &str, ids: &Rules) -> Vec<String> {
    let known = listed(call, kind);
    if !known.is_empty() {
        return known;
    }
    let Some(format) = kind.formats().next() else {
        return Vec::new();
    };
    let mut named = identifiers(call.parameters, kind, ids);
    if named.is_empty() {
        named = by_member(call.parameters, kind);
    }
    let arns = |names: Vec<(&str, bool)>| {
        names.into_iter().filter_map(|(id, _)| arn::fill(format, |name| envelope(call, name).or(Some(id)))).collect()
    };
    if !named.is_empty() {
        return arns(named);
    }
    let answered = identifiers(call.answered(), kind, ids);
    let makes_it = operation.contains(&kind.name.replace('-', ""));
    match answered.first() {
        None => Vec::new(),
        Some((_, true)) if !makes_it => arns(answered),
        Some(_) => vec![pattern(format, call)],
    }
}

/// The resources that a creating call gives tags to; they have no identifier yet.
pub(super) fn tagged(call: &Call<'_>, kind: &Kind) -> Vec<String> {
    let mut named = false;
    each_string(call.parameters, &mut |member, text| {
        named |= text == kind.name && member.eq_ignore_ascii_case("resourceType");
    });
    kind.formats().next().filter(|_| named).map(|format| pattern(format, call)).into_iter().collect()
}

/// The identifiers of a type inside a value, each with whether such a thing usually stands before the call.
fn identifiers<'a>(value: &'a Value<'_>, kind: &Kind, ids: &Rules) -> Vec<(&'a str, bool)> {
    let mut found = Vec::new();
    each_string(value, &mut |member, text| {
        let called = member.to_ascii_lowercase().contains("name");
        let Some(start) = beginning(text).filter(|_| !called) else {
            return;
        };
        let mut words = ids.get(start).unwrap_or_default().split(' ');
        if words.next() == Some(&kind.name) {
            found.push((text, words.next() == Some("standing")));
        }
    });
    found
}

/// Values that only their member tells, as `instanceId`: identifiers that look like none, in anonymised records.
fn by_member<'a>(value: &'a Value<'_>, kind: &Kind) -> Vec<(&'a str, bool)> {
    let mut found = Vec::new();
    let wanted = kind.name.replace('-', "");
    each_string(value, &mut |member, text| {
        let thing = member.len().checked_sub(2).and_then(|end| member.split_at_checked(end));
        let named =
            thing.is_some_and(|(thing, end)| end.eq_ignore_ascii_case("id") && thing.eq_ignore_ascii_case(&wanted));
        // An identifier that tells by its beginning that it is something else, or a value that is no identifier.
        let fits = beginning(text).is_none()
            && !text.is_empty()
            && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
        if named && fits {
            found.push((text, false));
        }
    });
    found
}

/// What stands before the number of an identifier: digits and letters, hexadecimal unless anonymised.
fn beginning(text: &str) -> Option<&str> {
    let (start, number) = text.rsplit_once('-')?;
    let fits = (8..=17).contains(&number.len()) && number.bytes().all(|byte| byte.is_ascii_alphanumeric());
    (fits && number.bytes().any(|byte| byte.is_ascii_digit())).then_some(start)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn identifiers_begin_with_what_they_are() {
        assert_eq!(beginning("i-0123456789abcdef0"), Some("i"));
        assert_eq!(beginning("tgw-attach-0123456789abcdef0"), Some("tgw-attach"));
        assert_eq!(beginning("subnet-12345678"), Some("subnet"));
        assert_eq!(beginning("my-name"), None);
    }
}
