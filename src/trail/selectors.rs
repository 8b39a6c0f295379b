//! Event selectors: which events a trail logs. Asked of them is only what they log for sure: a condition that cannot
//! be decided for all events in question counts as one that leaves some out.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde_json::Value;

use crate::iam::Pattern;

/// Sources whose management events a selector can leave out.
const EXCLUDABLE: [&str; 2] = ["kms.amazonaws.com", "rdsdata.amazonaws.com"];

static TABLE: &str = include_str!("../catalog/data/curated/selector_types.tsv");

/// By action or `service:*`: the resource types, and the service in the ARNs of their resources.
static TYPES: LazyLock<BTreeMap<&'static str, (Vec<&'static str>, &'static str)>> = LazyLock::new(|| {
    let lines = TABLE.lines().filter(|line| !line.starts_with('#'));
    let row = |line: &'static str| {
        let mut cells = line.split('\t');
        Some((cells.next()?, (cells.next()?.split(',').collect(), cells.next()?)))
    };
    lines.filter_map(row).collect()
});

/// The resource types under which selectors name an action's data events, and the service of their ARNs.
fn types_of(action: &str) -> Option<&'static (Vec<&'static str>, &'static str)> {
    let (service, _) = action.split_once(':')?;
    TYPES.get(action).or_else(|| TYPES.get(format!("{service}:*").as_str()))
}

/// Events that are asked about, all alike.
#[derive(Clone, Copy, Debug)]
pub(super) struct Asked<'a> {
    /// None: management events.
    resource: Option<(&'a str, &'a str)>,
    /// The event source; empty: any that selectors cannot leave out as a whole.
    source: &'a str,
    read_only: bool,
}

impl<'a> Asked<'a> {
    /// Management events of a source.
    pub(super) fn management(source: &'a str, read_only: bool) -> Asked<'a> {
        Asked { resource: None, source: if EXCLUDABLE.contains(&source) { source } else { "" }, read_only }
    }
}

/// One selector: an event must meet all conditions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Selector(Vec<Condition>);

#[derive(Clone, Debug, PartialEq, Eq)]
struct Condition {
    field: String,
    operator: String,
    values: Vec<String>,
}

/// The members of a field selector that hold values.
const OPERATORS: [&str; 6] = ["Equals", "StartsWith", "EndsWith", "NotEquals", "NotStartsWith", "NotEndsWith"];

impl Selector {
    /// Those of a trail, classic and advanced; `None`: they are not told.
    pub(super) fn all(trail: &Value) -> Option<Vec<Selector>> {
        let list = |key| trail.get(key).and_then(Value::as_array);
        let (classic, advanced) = (list("EventSelectors"), list("AdvancedEventSelectors"));
        if classic.is_none() && advanced.is_none() {
            return None;
        }
        let classic = classic.into_iter().flatten().flat_map(Selector::classic);
        Some(classic.chain(advanced.into_iter().flatten().map(Selector::advanced)).collect())
    }

    fn advanced(selector: &Value) -> Selector {
        let fields = selector.get("FieldSelectors").and_then(Value::as_array).into_iter().flatten();
        let conditions = fields.flat_map(|field| {
            let name = field.get("Field").and_then(Value::as_str).unwrap_or_default();
            let given = OPERATORS.into_iter().filter_map(|operator| Some((operator, texts(field.get(operator)?))));
            given.map(|(operator, values)| Condition::new(name, operator, values)).collect::<Vec<_>>()
        });
        Selector(conditions.collect())
    }

    /// A classic selector is one advanced one for management events, and one for each kind of resource.
    fn classic(selector: &Value) -> Vec<Selector> {
        let only = match selector.get("ReadWriteType").and_then(Value::as_str) {
            Some("ReadOnly") => Some("true"),
            Some("WriteOnly") => Some("false"),
            _ => None,
        };
        let only = only.map(|value| Condition::new("readOnly", "Equals", vec![value.to_owned()]));
        let category = |name: &str| Condition::new("eventCategory", "Equals", vec![name.to_owned()]);
        let mut all = Vec::new();
        if selector.get("IncludeManagementEvents").and_then(Value::as_bool) != Some(false) {
            let excluded = selector.get("ExcludeManagementEventSources").map(texts).unwrap_or_default();
            let excluded = (!excluded.is_empty()).then(|| Condition::new("eventSource", "NotEquals", excluded));
            all.push(Selector([Some(category("Management")), only.clone(), excluded].into_iter().flatten().collect()));
        }
        for resource in selector.get("DataResources").and_then(Value::as_array).into_iter().flatten() {
            let kind = resource.get("Type").and_then(Value::as_str).unwrap_or_default().to_owned();
            let is_object = kind == "AWS::S3::Object";
            for value in resource.get("Values").map(texts).unwrap_or_default() {
                let of_type = Condition::new("resources.type", "Equals", vec![kind.clone()]);
                let arn = whole(value, is_object);
                all.push(Selector(
                    [Some(category("Data")), only.clone(), Some(of_type), Some(arn)].into_iter().flatten().collect(),
                ));
            }
        }
        all
    }

    /// Whether it surely logs all these events.
    pub(super) fn logs(&self, asked: Asked<'_>) -> bool {
        self.0.iter().all(|condition| condition.holds(asked))
    }
}

/// A value of a classic selector: `arn:aws:s3` and `arn:aws:s3:::bucket/prefix` are beginnings, the ARN of a function
/// or table is itself.
fn whole(value: String, is_object: bool) -> Condition {
    let is_name = value.split(':').nth(5).is_some_and(|resource| !resource.is_empty());
    match (is_name, is_object) {
        (true, false) => Condition::new("resources.ARN", "Equals", vec![value]),
        (true, true) if !value.contains('/') => Condition::new("resources.ARN", "StartsWith", vec![value + "/"]),
        _ => Condition::new("resources.ARN", "StartsWith", vec![value]),
    }
}

impl Condition {
    fn new(field: &str, operator: &str, values: Vec<String>) -> Condition {
        Condition { field: field.to_owned(), operator: operator.to_owned(), values }
    }

    fn holds(&self, asked: Asked<'_>) -> bool {
        let is = |value: &str| match self.operator.as_str() {
            "Equals" => self.values.iter().any(|one| one == value),
            "NotEquals" => self.values.iter().all(|one| one != value),
            _ => false,
        };
        match (self.field.as_str(), asked.resource) {
            ("eventCategory", None) => is("Management"),
            ("eventCategory", Some(_)) => is("Data"),
            ("readOnly", _) => is(if asked.read_only { "true" } else { "false" }),
            // What other sources are called is only known of data events.
            ("eventSource", None) if asked.source.is_empty() => {
                self.operator == "NotEquals" && self.values.iter().all(|one| EXCLUDABLE.contains(&one.as_str()))
            }
            ("eventSource", _) => is(asked.source),
            ("resources.type", Some((kind, _))) => is(kind),
            ("resources.ARN", Some((kind, arn))) => self.holds_for_all(arn, kind == "AWS::S3::Object"),
            _ => false,
        }
    }

    /// Whether it holds for every ARN that a pattern with `*` and `?` means.
    fn holds_for_all(&self, pattern: &str, is_object: bool) -> bool {
        let wild = ['*', '?'];
        let (start, end) =
            (pattern.split(wild).next().unwrap_or_default(), pattern.rsplit(wild).next().unwrap_or_default());
        let is_literal = start.len() == pattern.len();
        let apart = |one: &str, other: &str| !one.starts_with(other) && !other.starts_with(one);
        let apart_at_end = |one: &str, other: &str| !one.ends_with(other) && !other.ends_with(one);
        // A table's indexes and a function's versions are logged with it; an object has nothing below it.
        let is_below = |value: &str| {
            let rest = start.strip_prefix(value).filter(|_| !is_object);
            rest.is_some_and(|rest| rest.starts_with(['/', ':']))
        };
        let mut values = self.values.iter().map(String::as_str);
        match self.operator.as_str() {
            "Equals" => values.any(|value| (is_literal && value == pattern) || is_below(value)),
            "StartsWith" => values.any(|value| is_all(value) || start.starts_with(value)),
            "EndsWith" => values.any(|value| end.ends_with(value)),
            "NotEquals" => values.all(|value| !Pattern::new(pattern).matches(value) && !is_below(value)),
            "NotStartsWith" => values.all(|value| apart(start, value)),
            "NotEndsWith" => values.all(|value| apart_at_end(end, value)),
            _ => false,
        }
    }
}

/// Whether every ARN of a type begins so: `arn:aws:s3:::`.
fn is_all(value: &str) -> bool {
    value.trim_end_matches(':').split(':').count() == 3
}

fn texts(list: &Value) -> Vec<String> {
    list.as_array().into_iter().flatten().filter_map(Value::as_str).map(str::to_owned).collect()
}

/// The questions about an action's data events on the resources of a pattern, one for each type under which they may
/// stand; `None`: nobody knows by what type selectors name them. Empty: they are never on such resources.
pub(super) fn data_events<'a>(
    action: &str,
    source: &'a str,
    pattern: &'a str,
    read_only: bool,
) -> Option<Vec<Asked<'a>>> {
    let (types, service) = types_of(action)?;
    let named = pattern.split(':').nth(2).unwrap_or("*");
    if !named.contains(['*', '?']) && named != *service {
        return Some(Vec::new());
    }
    Some(types.iter().map(|kind| Asked { resource: Some((kind, pattern)), source, read_only }).collect())
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::{Asked, Selector, TABLE, TYPES, data_events};

    const KMS: &str = "kms.amazonaws.com";

    fn logs(trail: &Value, asked: Asked<'_>) -> bool {
        Selector::all(trail).unwrap().iter().any(|selector| selector.logs(asked))
    }

    #[track_caller]
    fn data(trail: &Value, action: &str, pattern: &str, expected: bool) {
        let source = format!("{}.amazonaws.com", action.split(':').next().unwrap());
        let asked = data_events(action, &source, pattern, true).unwrap();
        assert_eq!(asked.iter().all(|asked| logs(trail, *asked)), expected, "{action} on {pattern}");
    }

    #[test]
    fn every_line_of_the_table_is_understood() {
        assert_eq!(TYPES.len(), TABLE.lines().filter(|line| !line.starts_with('#')).count());
    }

    #[test]
    fn classic_selectors_say_what_is_managed() {
        let trail = |selector: Value| json!({ "EventSelectors": [selector], "AdvancedEventSelectors": [] });
        let ask = |trail: &Value| {
            [("", false), ("", true), (KMS, false), (KMS, true)]
                .map(|(of, read)| logs(trail, Asked::management(of, read)))
        };
        assert_eq!(ask(&trail(json!({ "ReadWriteType": "All" }))), [true; 4]);
        assert_eq!(ask(&trail(json!({ "ReadWriteType": "WriteOnly" }))), [true, false, true, false]);
        let excluded = json!({ "ReadWriteType": "All", "ExcludeManagementEventSources": [KMS] });
        assert_eq!(ask(&trail(excluded)), [true, true, false, false]);
        assert_eq!(ask(&trail(json!({ "IncludeManagementEvents": false }))), [false; 4]);
        assert_eq!(ask(&json!({ "EventSelectors": [] })), [false; 4]);
        assert!(Selector::all(&json!({ "Name": "refused" })).is_none());
    }

    #[test]
    fn classic_selectors_name_resources_by_their_beginning() {
        let with = |kind: &str, value: &str| json!({ "EventSelectors": [{ "DataResources": [{ "Type": kind, "Values": [value] }] }] });
        let objects = |value: &str| with("AWS::S3::Object", value);
        data(&objects("arn:aws:s3"), "s3:GetObject", "*", true);
        data(&objects("arn:aws:s3"), "s3:GetObject", "arn:aws:s3:::*", true);
        data(&objects("arn:aws:s3:::a/"), "s3:GetObject", "arn:aws:s3:::a/x/*", true);
        data(&objects("arn:aws:s3:::a/"), "s3:GetObject", "arn:aws:s3:::a*", false);
        data(&objects("arn:aws:s3:::a"), "s3:GetObject", "arn:aws:s3:::ab/x", false);
        data(&objects("arn:aws:s3:::a/"), "s3:GetObject", "arn:aws:sqs:eu-west-1:111122223333:q", true);
        let one = with("AWS::Lambda::Function", "arn:aws:lambda:eu-west-1:111122223333:function:a");
        data(&one, "lambda:InvokeFunction", "arn:aws:lambda:eu-west-1:111122223333:function:a:live", true);
        data(&one, "lambda:InvokeFunction", "arn:aws:lambda:eu-west-1:111122223333:function:ab", false);
        data(&one, "s3:GetObject", "arn:aws:s3:::a/x", false);
    }

    #[test]
    fn advanced_selectors_hold_only_where_all_conditions_surely_do() {
        let with = |more: Value| {
            let fields = [
                json!({ "Field": "eventCategory", "Equals": ["Data"] }),
                json!({ "Field": "resources.type", "Equals": ["AWS::S3::Object"] }),
                more,
            ];
            json!({ "AdvancedEventSelectors": [{ "FieldSelectors": fields }] })
        };
        let all = with(json!({ "Field": "eventSource", "Equals": ["s3.amazonaws.com"] }));
        data(&all, "s3:GetObject", "*", true);
        let but = with(json!({ "Field": "resources.ARN", "NotStartsWith": ["arn:aws:s3:::noisy/"] }));
        data(&but, "s3:GetObject", "*", false);
        data(&but, "s3:GetObject", "arn:aws:s3:::noisy/x", false);
        data(&but, "s3:GetObject", "arn:aws:s3:::quiet/*", true);
        let only = with(json!({ "Field": "resources.ARN", "EndsWith": [".csv"] }));
        data(&only, "s3:GetObject", "arn:aws:s3:::a/*.csv", true);
        data(&only, "s3:GetObject", "arn:aws:s3:::a/*", false);
        data(&with(json!({ "Field": "readOnly", "Equals": ["false"] })), "s3:GetObject", "arn:aws:s3:::a/x", false);
        // Not told of a use: which event names, which users, which consoles.
        for field in ["eventName", "userIdentity.arn", "sessionCredentialFromConsole", "new"] {
            data(&with(json!({ "Field": field, "NotEquals": ["x"] })), "s3:GetObject", "arn:aws:s3:::a/x", false);
        }
    }
}
