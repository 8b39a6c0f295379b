//! CloudWatch's embedded metric format: one line of JSON from which CloudWatch makes metrics where it takes in logs.
//! A label that is known beforehand becomes part of the name; others, as classes of losses, are plain members.

use serde_json::{Map, Number, Value, json};

use super::metric::{Metric, Unit};
use crate::trail::Moment;

const NAMESPACE: &str = "trailfit";

pub(super) fn line(metrics: &[Metric], ended: Moment) -> String {
    let (mut members, mut told) = (Map::new(), Vec::new());
    for Metric { name, unit, label, samples, is_open, .. } in metrics {
        if *is_open {
            let open: Map<String, Value> = samples.iter().map(|(value, one)| (value.clone(), number(*one))).collect();
            members.insert((*name).to_owned(), Value::Object(open));
            continue;
        }
        let unit = match unit {
            Unit::Count => "Count",
            Unit::Seconds => "Seconds",
            Unit::Plain => "None",
        };
        for (value, one) in samples {
            let name =
                if label.is_empty() { (*name).to_owned() } else { format!("{name}_{}", value.replace('-', "_")) };
            told.push(json!({ "Name": name, "Unit": unit }));
            members.insert(name, number(*one));
        }
    }
    let directive = json!({ "Namespace": NAMESPACE, "Dimensions": [[]], "Metrics": told });
    let milliseconds = ended.0.saturating_mul(1_000);
    let mut line = Map::new();
    line.insert("_aws".to_owned(), json!({ "Timestamp": milliseconds, "CloudWatchMetrics": [directive] }));
    line.extend(members);
    format!("{}\n", Value::Object(line))
}

/// Counts without a fraction.
fn number(value: f64) -> Value {
    if value.fract() == 0.0 { json!(value as i64) } else { Number::from_f64(value).map_or(Value::Null, Value::Number) }
}
