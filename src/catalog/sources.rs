//! Event source → the IAM prefixes that its events may belong to.
//!
//! Only the exceptions are listed; a label that is itself a prefix needs no row.

use std::collections::BTreeMap;

use arrayvec::ArrayVec;
use rustc_hash::FxHashMap;
use serde_json_borrow::Value;

use super::condition::When;
use super::error::CatalogError;
use super::sheet::{list, rows};

/// What may follow the label in an event source.
const DOMAINS: &[&str] = &[".amazonaws.com", ".amazonaws.com.cn", ".aws.internal", ".amazon.aws", ".c2s.ic.gov"];

/// So many prefixes one label may stand for.
const MOST_PREFIXES: usize = 8;

/// The table of exceptions.
pub(super) struct Sources {
    rows: FxHashMap<String, Vec<Row>>,
}

struct Row {
    prefixes: Vec<String>,
    when: When,
}

/// The label of an event source: what stands before the domain.
pub(super) fn label(source: &str) -> &str {
    DOMAINS.iter().find_map(|domain| source.strip_suffix(domain)).unwrap_or(source)
}

impl Sources {
    /// Reads the table.
    pub(super) fn parse(table: &'static str, text: &str) -> Result<Sources, CatalogError> {
        let mut parsed: FxHashMap<String, Vec<Row>> = FxHashMap::default();
        for row in rows(table, text) {
            let when = When::parse(row.get(2)?).map_err(|message| row.error(message))?;
            let prefixes = list(row.get(1)?).map(str::to_owned).collect();
            parsed.entry(row.get(0)?.to_owned()).or_default().push(Row { prefixes, when });
        }
        Ok(Sources { rows: parsed })
    }

    /// The prefixes of a label, the likeliest first; the label when the table says nothing.
    pub(super) fn prefixes<'a>(&'a self, label: &'a str, parameters: &Value<'_>) -> ArrayVec<&'a str, MOST_PREFIXES> {
        let mut found = ArrayVec::new();
        let Some(rows) = self.rows.get(label) else {
            found.push(label);
            return found;
        };
        for prefix in rows.iter().filter(|row| row.when.holds(parameters)).flat_map(|row| &row.prefixes) {
            if !found.contains(&prefix.as_str()) && !found.is_full() {
                found.push(prefix);
            }
        }
        found
    }

    /// Every label with all its prefixes.
    pub(super) fn aliases(&self) -> BTreeMap<String, Vec<String>> {
        let all = |rows: &Vec<Row>| rows.iter().flat_map(|row| row.prefixes.clone()).collect();
        self.rows.iter().map(|(label, rows)| (label.clone(), all(rows))).collect()
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)]

    use serde_json::json;

    use super::*;

    #[test]
    fn the_label_stands_before_the_domain() {
        assert_eq!(label("s3.amazonaws.com"), "s3");
        assert_eq!(label("streams.dynamodb.amazonaws.com"), "streams.dynamodb");
        assert_eq!(label("ec2.amazonaws.com.cn"), "ec2");
        assert_eq!(label("foo"), "foo");
    }

    #[test]
    fn a_condition_changes_the_order() {
        let text = "autoscaling\tapplication-autoscaling\thas:serviceNamespace\tlog\n\
                    autoscaling\tautoscaling,application-autoscaling\t-\tlog\n";
        let sources = Sources::parse("t", text).unwrap();
        let scalable = json!({"serviceNamespace": "ecs"});
        assert_eq!(
            sources.prefixes("autoscaling", &(&scalable).into()).as_slice(),
            ["application-autoscaling", "autoscaling"]
        );
        assert_eq!(
            sources.prefixes("autoscaling", &Value::Null).as_slice(),
            ["autoscaling", "application-autoscaling"]
        );
        assert_eq!(sources.prefixes("ec2", &Value::Null).as_slice(), ["ec2"]);
    }
}
