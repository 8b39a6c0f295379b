//! The `when` column of the curated tables: what must hold in a request for a row to count.
//!
//! Parts are joined by `&`; `-` always holds. A key may end in `*`, and `|` separates alternatives.

use serde_json_borrow::Value;

/// A condition on request parameters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct When {
    parts: Vec<Part>,
    text: String,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Part {
    /// One of these keys stands in the request with a value.
    Has(Vec<String>),
    /// None of these keys does.
    Lacks(Vec<String>),
    /// A key of this name stands somewhere inside the request.
    Item(String),
    /// A PartiQL statement of the request begins with this verb.
    Verb(String),
    /// The copy source carries this query parameter.
    CopyHas(String),
    /// The copy source does not carry it.
    CopyLacks(String),
    /// The key's value is another one, or absent.
    Differs(String, String),
    /// The key's value is this one.
    Equals(String, String),
    /// The key's value begins so.
    Starts(String, String),
    /// The bucket's name is that of a directory bucket.
    DirectoryBucket,
}

/// How deep `item` and `verb` look into a request.
const MAX_DEPTH: usize = 6;

impl When {
    /// Reads the column; the error says what is not understood.
    pub(super) fn parse(text: &str) -> Result<When, String> {
        if text == "-" {
            return Ok(When { parts: Vec::new(), text: text.to_owned() });
        }
        let parts = text.split('&').map(part).collect::<Result<_, _>>()?;
        Ok(When { parts, text: text.to_owned() })
    }

    /// Whether the condition holds.
    pub(super) fn holds(&self, parameters: &Value<'_>) -> bool {
        self.parts.iter().all(|part| part.holds(parameters))
    }

    /// The column as written.
    pub(super) fn as_str(&self) -> &str {
        &self.text
    }

    /// Whether a parameter must be there, so that it proves the row.
    pub(super) fn needs_a_parameter(&self) -> bool {
        let may_lack = |part: &Part| matches!(part, Part::Lacks(_) | Part::CopyLacks(_) | Part::Differs(..));
        !self.parts.iter().all(may_lack)
    }
}

fn part(text: &str) -> Result<Part, String> {
    if text == "directory-bucket" {
        return Ok(Part::DirectoryBucket);
    }
    let (word, value) = text.split_once(':').ok_or_else(|| format!("condition `{text}` has no `:`"))?;
    let keys = || value.split('|').map(str::to_owned).collect();
    let pair = || match value.split_once('=') {
        Some((key, value)) => Ok((key.to_owned(), value.to_owned())),
        None => Err(format!("condition `{text}` has no `=`")),
    };
    match word {
        "has" => Ok(Part::Has(keys())),
        "lacks" => Ok(Part::Lacks(keys())),
        "item" => Ok(Part::Item(value.to_owned())),
        "verb" => Ok(Part::Verb(value.to_owned())),
        "copy-has" => Ok(Part::CopyHas(value.to_owned())),
        "copy-lacks" => Ok(Part::CopyLacks(value.to_owned())),
        "differs" => pair().map(|(key, value)| Part::Differs(key, value)),
        "equals" => pair().map(|(key, value)| Part::Equals(key, value)),
        "starts" => pair().map(|(key, value)| Part::Starts(key, value)),
        _ => Err(format!("condition `{word}` is not known")),
    }
}

impl Part {
    fn holds(&self, parameters: &Value<'_>) -> bool {
        let copy = |key: &str| text(parameters, "x-amz-copy-source").is_some_and(|source| source.contains(key));
        match self {
            Part::Has(keys) => keys.iter().any(|key| present(parameters, key)),
            Part::Lacks(keys) => !keys.iter().any(|key| present(parameters, key)),
            Part::Item(key) => somewhere(parameters, MAX_DEPTH, &|name, _| name.eq_ignore_ascii_case(key)),
            Part::Verb(verb) => somewhere(parameters, MAX_DEPTH, &|name, value| {
                name.eq_ignore_ascii_case("statement") && value.as_str().is_some_and(|text| begins(text, verb))
            }),
            Part::CopyHas(key) => copy(key),
            Part::CopyLacks(key) => !copy(key),
            Part::Differs(key, value) => text(parameters, key) != Some(value),
            Part::Equals(key, value) => text(parameters, key) == Some(value),
            Part::Starts(key, start) => text(parameters, key).is_some_and(|value| value.starts_with(start.as_str())),
            Part::DirectoryBucket => text(parameters, "bucketName").is_some_and(|name| name.ends_with("--x-s3")),
        }
    }
}

fn begins(statement: &str, verb: &str) -> bool {
    statement.trim_start().get(..verb.len()).is_some_and(|start| start.eq_ignore_ascii_case(verb))
}

/// A top-level parameter, with any case in its first letter.
fn field<'a>(parameters: &'a Value<'_>, key: &str) -> Option<&'a Value<'a>> {
    let map = parameters.as_object()?;
    map.get(key).or_else(|| map.iter().find(|(name, _)| name.eq_ignore_ascii_case(key)).map(|(_, value)| value))
}

fn text<'a>(parameters: &'a Value<'_>, key: &str) -> Option<&'a str> {
    field(parameters, key).and_then(|value| value.as_str())
}

fn present(parameters: &Value<'_>, key: &str) -> bool {
    match key.strip_suffix('*') {
        Some(start) => parameters.as_object().is_some_and(|map| {
            map.iter().any(|(name, value)| {
                name.get(..start.len()).is_some_and(|begin| begin.eq_ignore_ascii_case(start)) && !empty(value)
            })
        }),
        None => field(parameters, key).is_some_and(|value| !empty(value)),
    }
}

fn empty(value: &Value<'_>) -> bool {
    match value {
        Value::Null => true,
        Value::Str(text) => text.is_empty(),
        Value::Array(items) => items.is_empty(),
        Value::Object(map) => map.is_empty(),
        Value::Bool(_) | Value::Number(_) => false,
    }
}

fn somewhere(value: &Value<'_>, depth: usize, fits: &dyn Fn(&str, &Value<'_>) -> bool) -> bool {
    if depth == 0 {
        return false;
    }
    match value {
        Value::Object(map) => map.iter().any(|(name, value)| fits(name, value) || somewhere(value, depth - 1, fits)),
        Value::Array(items) => items.iter().any(|item| somewhere(item, depth - 1, fits)),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)]

    use serde_json::json;

    use super::*;

    fn case(when: &str, parameters: serde_json::Value, expected: bool) {
        assert_eq!(When::parse(when).unwrap().holds(&(&parameters).into()), expected, "{when} on {parameters}");
    }

    #[test]
    fn keys_are_looked_up_without_case() {
        case("has:versionId", json!({"VersionId": "1"}), true);
        case("has:versionId", json!({"versionId": ""}), false);
        case("lacks:versionId", json!(null), true);
        case("has:x-amz-acl|x-amz-grant-*", json!({"x-amz-grant-read": "id=1"}), true);
        case("has:x-amz-acl|x-amz-grant-*", json!({"key": "x-amz-acl"}), false);
    }

    #[test]
    fn statements_and_items_are_found_inside() {
        case("verb:SELECT", json!({"statement": " select * from t"}), true);
        case("verb:SELECT", json!({"statements": [{"statement": "DELETE FROM t"}]}), false);
        case("item:put", json!({"transactItems": [{"put": {"tableName": "t"}}]}), true);
        case("item:put", json!({"transactItems": []}), false);
    }

    #[test]
    fn copy_sources_and_values() {
        case("copy-has:versionId", json!({"x-amz-copy-source": "/b/k?versionId=1"}), true);
        case("copy-lacks:versionId", json!({"x-amz-copy-source": "/b/k"}), true);
        case("differs:d=REPLACE", json!({"d": "COPY"}), true);
        case("differs:d=REPLACE", json!({}), true);
        case("equals:d=REPLACE", json!({"d": "REPLACE"}), true);
        case("starts:imageId=resolve:ssm:", json!({"imageId": "resolve:ssm:/a"}), true);
        case("directory-bucket", json!({"bucketName": "b--use1-az4--x-s3"}), true);
        case("has:a&has:b", json!({"a": 1}), false);
    }

    #[test]
    fn what_is_not_understood_is_said() {
        assert_eq!(When::parse("is:a").unwrap_err(), "condition `is` is not known");
        assert!(When::parse("equals:a").is_err());
        assert!(!When::parse("-").unwrap().needs_a_parameter());
        assert!(!When::parse("lacks:a").unwrap().needs_a_parameter());
        assert!(When::parse("lacks:a&has:b").unwrap().needs_a_parameter());
    }
}
