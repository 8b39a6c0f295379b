//! The text format of Prometheus, version 0.0.4. All metrics are gauges: each run tells of itself.

use super::metric::Metric;
use crate::trail::Moment;

/// Before every name.
const PREFIX: &str = "trailfit_";

/// The metric that outlives a run that failed.
pub(super) const LAST_SUCCESS: &str = "last_success_timestamp_seconds";

pub(super) fn text(metrics: &[Metric]) -> String {
    let mut text = String::new();
    for Metric { name, help, label, samples, .. } in metrics.iter().filter(|metric| !metric.samples.is_empty()) {
        text += &format!("# HELP {PREFIX}{name} {help}\n# TYPE {PREFIX}{name} gauge\n");
        for (value, number) in samples {
            let label = if label.is_empty() { String::new() } else { format!("{{{label}=\"{}\"}}", escaped(value)) };
            text += &format!("{PREFIX}{name}{label} {number}\n");
        }
    }
    text
}

fn escaped(value: &str) -> String {
    value.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n")
}

/// When a night last ended well, as the file of an earlier night tells; `None` if it does not.
pub fn last_success(text: &str) -> Option<Moment> {
    let name = format!("{PREFIX}{LAST_SUCCESS} ");
    text.lines().find_map(|line| line.strip_prefix(&name)?.trim().parse().ok()).map(Moment)
}

#[cfg(test)]
mod tests {
    use super::escaped;

    #[test]
    fn label_values_are_escaped() {
        assert_eq!(escaped("a\\b\"c\nd"), "a\\\\b\\\"c\\nd");
    }
}
