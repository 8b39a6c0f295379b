//! What the dictionary knows of an event or an action, in words: for the command that explains a mapping.
//!
//! It asks the same tables as the mapping itself, so what it says is what happens.

use serde_json_borrow::Value;

use super::dictionary::Catalog;
use super::required::Lead;
use super::sources;

/// How an event is mapped, ready to be printed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Explanation {
    /// The event as asked for.
    pub event: String,
    /// One sentence: what the tables say of it.
    pub verdict: String,
    /// One line per action: the action, and under which condition it is needed.
    pub lines: Vec<String>,
    /// Whether some table knows it.
    pub is_known: bool,
    /// The IAM prefix of its service, as good as can be told.
    pub service: String,
}

impl Catalog {
    /// How an event leads to actions, whatever its parameters.
    pub fn explain_event(&self, source: &str, name: &str) -> Explanation {
        let label = sources::label(source);
        let prefixes = self.sources.prefixes(label, &Value::Null);
        let service = (*prefixes.first().unwrap_or(&label)).to_owned();
        let led = self.lead(label, &prefixes, name);
        let is_known = led.is_some();
        let (verdict, lines) = match led {
            None => (format!("no table knows it; its service is `{service}`"), Vec::new()),
            Some(led) => self.words(&led.lead, &led.operation),
        };
        Explanation { event: format!("{source} {name}"), verdict, lines, is_known, service }
    }

    fn words(&self, lead: &Lead<'_>, operation: &str) -> (String, Vec<String>) {
        let name = |place: &usize| self.actions.get(*place).map(|action| action.name.to_string()).unwrap_or_default();
        let (verdict, mut lines) = match lead {
            Lead::Exempt(rule) => (format!("needs no IAM permission: {rule}"), Vec::new()),
            Lead::Same(place) => ("an action has its name".to_owned(), vec![name(place)]),
            Lead::Rule(place, rule) => (format!("mapped by the `{rule}` rule on names"), vec![name(place)]),
            Lead::Verbs(paths) => {
                let line = |(verb, uri): &(&str, &str)| format!("apigateway:{verb} on {uri}");
                ("mapped by its HTTP verb".to_owned(), paths.iter().map(line).collect())
            }
            Lead::Rows(rows) => {
                let line = |row: &super::events::EventRow| match row.when.as_str() {
                    "-" => row.action.clone(),
                    when => format!("{} when {when}", row.action),
                };
                ("mapped by the curated table".to_owned(), rows.iter().map(line).collect())
            }
        };
        if self.roles.may_pass(operation) {
            lines.push("iam:PassRole when the request hands over a role".to_owned());
        }
        (verdict, lines)
    }

    /// The events that need an action, as `label:Name`, sorted; the event of the action's own name included.
    pub fn events_for(&self, action: &str) -> Vec<String> {
        let Some(place) = self.place(action) else {
            return Vec::new();
        };
        let Some(found) = self.actions.get(place) else {
            return Vec::new();
        };
        let leads = |row: &&super::events::EventRow| row.action == found.name;
        let mut events: Vec<String> =
            self.events.values().flatten().filter(leads).map(|row| row.event.clone()).collect();
        events.extend(self.operations_for(&found.name));
        let own = !self.events.contains_key(&found.name.to_ascii_lowercase());
        if own && self.actions.get(place).is_some_and(|action| action.is_operation) {
            events.push(found.name.to_string());
        }
        events.sort_unstable();
        events.dedup();
        events
    }

    /// Operations without a name of their own among the actions that lead to this one.
    fn operations_for(&self, action: &str) -> Vec<String> {
        let verb = action.strip_prefix("apigateway:");
        let fits = |kind: &str, target: &str| match kind {
            "rule" => target == action,
            "verb" => Some(target) == verb,
            _ => false,
        };
        let rows = self.other_operations.lines().map(|row| row.take::<3>());
        rows.filter(|[_, kind, target]| fits(kind, target)).map(|[operation, _, _]| operation.to_owned()).collect()
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)]

    use super::*;

    #[test]
    fn events_are_explained() {
        let catalog = Catalog::embedded().unwrap();
        let of = |source: &str, name: &str| catalog.explain_event(&format!("{source}.amazonaws.com"), name);
        assert_eq!(of("ec2", "DescribeVpcs").lines, ["ec2:DescribeVpcs"]);
        assert!(of("sts", "GetCallerIdentity").verdict.starts_with("needs no IAM permission"));
        assert!(of("s3", "GetObject").lines.contains(&"s3:GetObjectVersion when has:versionId".to_owned()));
        assert!(of("apigateway", "CreateRestApi").lines[0].starts_with("apigateway:POST on /restapis"));
        assert!(of("lambda", "CreateFunction20150331").lines[1].starts_with("iam:PassRole"));
        assert!(of("foo", "Bar").verdict.contains("`foo`"));
    }

    #[test]
    fn the_way_back_leads_to_events() {
        let catalog = Catalog::embedded().unwrap();
        let list = catalog.events_for("s3:ListBucket");
        assert!(list.contains(&"s3:HeadBucket".to_owned()) && list.contains(&"s3:ListObjectsV2".to_owned()));
        assert_eq!(catalog.events_for("ec2:describevpcs"), ["ec2:DescribeVpcs"]);
        assert!(catalog.events_for("apigateway:POST").contains(&"apigateway:CreateRestApi".to_owned()));
        assert!(catalog.events_for("execute-api:Invoke").is_empty());
    }
}
