//! Looking into request parameters: values at a path, and all ARNs inside.
//!
//! It knows no service: what a value means is the caller's matter.

use std::borrow::Cow;

use serde_json_borrow::Value;

/// How deep ARNs are looked for in a request; deeper ones are parts of documents, not what the call acts on.
const MAX_DEPTH: usize = 5;
/// How many strings of one request are looked at.
const MAX_STRINGS: usize = 4096;

/// A member, with any case: records write the first letter small, but not always.
pub(in crate::catalog) fn member<'a>(value: &'a Value<'_>, name: &str) -> Option<&'a Value<'a>> {
    let map = value.as_object()?;
    map.get(name).or_else(|| map.iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value))
}

/// A string member.
pub(in crate::catalog) fn text<'a>(value: &'a Value<'_>, name: &str) -> Option<&'a str> {
    member(value, name).and_then(|value| value.as_str()).filter(|text| !text.is_empty())
}

/// The values at a path: `a.b`, `list[].c`, `map{}.d`, and `map{key}` for the keys of a map.
pub(in crate::catalog) fn values<'a>(root: &'a Value<'_>, path: &str) -> Vec<Cow<'a, str>> {
    // Most paths are the name of a member, and most members are not there.
    if !path.bytes().any(|byte| matches!(byte, b'.' | b'[' | b'{')) {
        return member(root, path).map(|value| spread(value, false)).into_iter().flatten().filter_map(scalar).collect();
    }
    let mut at: Vec<&'a Value<'a>> = vec![root];
    for step in path.split('.') {
        let name = step.split(['[', '{']).next().unwrap_or(step);
        let next = at.iter().filter_map(|value| member(value, name));
        if step.ends_with("{key}") {
            let keys = next.filter_map(|value| value.as_object()).flat_map(|map| map.keys());
            return keys.map(Cow::Borrowed).collect();
        }
        let map = step.ends_with("{}");
        at = next.flat_map(|value| spread(value, map)).collect();
    }
    at.into_iter().filter_map(scalar).collect()
}

/// A list's items, the values of a map whose keys are data, else the value itself.
fn spread<'a>(value: &'a Value<'a>, map: bool) -> Vec<&'a Value<'a>> {
    match value {
        Value::Array(items) => items.iter().collect(),
        Value::Object(entries) if map => entries.values().collect(),
        other => vec![other],
    }
}

fn scalar<'a>(value: &'a Value<'_>) -> Option<Cow<'a, str>> {
    match value {
        Value::Str(text) if !text.is_empty() => Some(Cow::Borrowed(text)),
        Value::Number(number) => Some(Cow::Owned(number.to_string())),
        _ => None,
    }
}

/// Calls `take` with every string inside a value, and the name of the member that holds it.
pub(in crate::catalog) fn each_string<'a>(value: &'a Value<'_>, take: &mut dyn FnMut(&'a str, &'a str)) {
    each_string_within(value, MAX_DEPTH, take);
}

/// The same, down to a depth of lists and objects.
pub(in crate::catalog) fn each_string_within<'a>(
    value: &'a Value<'_>,
    depth: usize,
    take: &mut dyn FnMut(&'a str, &'a str),
) {
    let mut left = MAX_STRINGS;
    walk(value, "", depth, &mut left, take);
}

fn walk<'a>(
    value: &'a Value<'_>,
    name: &'a str,
    depth: usize,
    left: &mut usize,
    take: &mut dyn FnMut(&'a str, &'a str),
) {
    if *left == 0 {
        return;
    }
    match value {
        Value::Str(text) => {
            *left -= 1;
            take(name, text);
        }
        Value::Array(items) if depth > 0 => items.iter().for_each(|item| walk(item, name, depth - 1, left, take)),
        Value::Object(map) if depth > 0 => {
            map.iter().for_each(|(name, value)| walk(value, name, depth - 1, left, take));
        }
        _ => {}
    }
}

/// All ARNs inside a value.
pub(in crate::catalog) fn arns<'a>(value: &'a Value<'_>) -> Vec<&'a str> {
    let mut found = Vec::new();
    each_string(value, &mut |_, text| {
        if text.starts_with("arn:") {
            found.push(text);
        }
    });
    found
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn case(path: &str, expected: &[&str]) {
        let request = json!({"queueUrl": "u", "TableName": "t", "n": 7, "entries": [{"id": "a"}, {"id": "b"}],
            "requestItems": {"t1": {"k": "v"}, "t2": []}});
        assert_eq!(values(&(&request).into(), path), expected, "{path}");
    }

    #[test]
    fn paths_lead_to_values() {
        case("queueUrl", &["u"]);
        case("tableName", &["t"]);
        case("n", &["7"]);
        case("entries[].id", &["a", "b"]);
        case("requestItems{key}", &["t1", "t2"]);
        case("nothing.here", &[]);
    }

    #[test]
    fn arns_are_found_inside() {
        let request = json!({"a": {"b": ["arn:aws:sqs:::q", "x"]}, "document": "{\"arn:\"}"});
        assert_eq!(arns(&(&request).into()), ["arn:aws:sqs:::q"]);
        assert!(arns(&Value::Null).is_empty());
    }
}
