//! Service models: operations, their HTTP form and the members of their input and output.
//!
//! Of documentation texts only that of an operation is read, for the actions that it names.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;
use serde_json::Value;

use super::actions::Reference;
use super::inputs::{self, Age, Pin};
use super::outcome::BuildError;
use crate::catalog::load;

/// One service model, with the IAM prefix that its operations are known by.
pub(super) struct Service {
    /// The model's folder name.
    pub name: String,
    /// The IAM prefix.
    pub prefix: String,
    /// The model.
    pub model: Model,
}

/// The part of a model that the tables need.
#[derive(Deserialize)]
pub(super) struct Model {
    metadata: Metadata,
    /// By name.
    pub operations: BTreeMap<String, Operation>,
    /// By name.
    pub shapes: BTreeMap<String, Shape>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Metadata {
    #[serde(default)]
    service_id: String,
    #[serde(default)]
    endpoint_prefix: String,
    signing_name: Option<String>,
    signature_version: Option<String>,
    #[serde(default)]
    auth: Vec<String>,
}

/// One operation.
#[derive(Deserialize)]
pub(super) struct Operation {
    /// Its HTTP form.
    pub http: Http,
    /// Its input shape.
    pub input: Option<ShapeName>,
    /// What AWS writes about it, in HTML.
    #[serde(default)]
    pub documentation: String,
    #[serde(default)]
    authtype: Option<String>,
    #[serde(default)]
    auth: Vec<String>,
}

/// How an operation looks in HTTP.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Http {
    /// The verb.
    pub method: String,
    /// The path, with members in braces.
    pub request_uri: String,
}

/// A name of a shape, and where a member of that shape stands in HTTP.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct ShapeName {
    /// The shape's name.
    pub shape: String,
    location: Option<String>,
    location_name: Option<String>,
}

/// A structure, list, map or scalar.
#[derive(Deserialize)]
pub(super) struct Shape {
    #[serde(rename = "type")]
    pub kind: String,
    #[serde(default)]
    pub members: BTreeMap<String, ShapeName>,
    pub member: Option<ShapeName>,
    pub value: Option<ShapeName>,
    pub pattern: Option<String>,
}

/// A scalar member somewhere in an input or output.
pub(super) struct Leaf<'a> {
    /// Where it stands, as CloudTrail writes it: `a.b`, `list[].c`, `map{}.d`.
    pub path: String,
    /// The member's own name, as the model writes it.
    pub name: &'a str,
    /// Whether it is a string, or a list of strings.
    pub text: bool,
    /// The regular expression that its value must fit.
    pub pattern: Option<&'a str>,
    /// How many structures stand around it; 0 for a member of the input itself.
    pub depth: usize,
    /// Its other name in the path of the request, which some services' records show instead.
    pub wire: Option<&'a str>,
}

impl Leaf<'_> {
    /// The paths under which a record may show it, joined by `|`.
    pub(super) fn paths(&self) -> String {
        self.wire.map_or_else(|| self.path.clone(), |wire| format!("{}|{wire}", self.path))
    }
}

impl Operation {
    /// Whether the call is not signed, so that no policy is asked.
    pub(super) fn unsigned(&self, model: &Model) -> bool {
        let bearer = |auth: &[String]| !auth.is_empty() && auth.iter().all(|scheme| scheme.starts_with("smithy.api#"));
        let token = model.metadata.signature_version.as_deref() == Some("bearer");
        token || self.authtype.as_deref() == Some("none") || bearer(&self.auth) || bearer(&model.metadata.auth)
    }
}

impl Model {
    /// The scalar members below a shape, down to `depth` structures.
    pub(super) fn leaves(&self, shape: &Option<ShapeName>, depth: usize) -> Vec<Leaf<'_>> {
        let mut leaves = Vec::new();
        if let Some(reference) = shape {
            self.walk(&reference.shape, String::new(), (0, depth), &mut leaves);
            let members = self.shapes.get(&reference.shape).map(|shape| &shape.members);
            leaves.iter_mut().for_each(|leaf| leaf.wire = members.and_then(|members| wire(members, leaf)));
        }
        leaves
    }

    fn walk<'a>(&'a self, shape: &str, path: String, (at, end): (usize, usize), leaves: &mut Vec<Leaf<'a>>) {
        let Some(shape) = self.shapes.get(shape) else {
            return;
        };
        for (name, member) in &shape.members {
            let path = if path.is_empty() { lower_first(name) } else { format!("{path}.{}", lower_first(name)) };
            self.member(name, &member.shape, path, (at, end), leaves);
        }
    }

    fn member<'a>(&'a self, name: &'a str, shape: &str, path: String, at: (usize, usize), leaves: &mut Vec<Leaf<'a>>) {
        let Some(found) = self.shapes.get(shape) else {
            return;
        };
        match found.kind.as_str() {
            "structure" if at.0 < at.1 => self.walk(shape, path, (at.0 + 1, at.1), leaves),
            "structure" => {}
            "list" => {
                if let Some(item) = &found.member {
                    self.member(name, &item.shape, format!("{path}[]"), at, leaves);
                }
            }
            "map" => {
                if let Some(item) = &found.value {
                    self.member(name, &item.shape, format!("{path}{{}}"), at, leaves);
                }
            }
            kind => leaves.push(Leaf {
                path,
                name,
                text: kind == "string",
                pattern: found.pattern.as_deref(),
                depth: at.0,
                wire: None,
            }),
        }
    }
}

/// The name in the path of a member of the input itself, where it is another one and no other member's.
fn wire<'a>(members: &'a BTreeMap<String, ShapeName>, leaf: &Leaf<'_>) -> Option<&'a str> {
    let member = members.get(leaf.name).filter(|_| leaf.depth == 0 && leaf.path == lower_first(leaf.name))?;
    let name = member.location_name.as_deref().filter(|_| member.location.as_deref() == Some("uri"))?;
    let plain = |text: &str| text.replace(['_', '-'], "").to_ascii_lowercase();
    let other = members.keys().all(|member| plain(member) != plain(name));
    other.then_some(name)
}

/// CloudTrail writes members with a small first letter.
fn lower_first(name: &str) -> String {
    let mut letters = name.chars();
    letters.next().map(|first| first.to_lowercase().chain(letters).collect()).unwrap_or_default()
}

/// Reads the newest model of each service and finds its IAM prefix.
pub(super) fn read(
    inputs: &BTreeMap<String, Vec<u8>>,
    pins: &[Pin],
    reference: &Reference,
) -> Result<Vec<Service>, BuildError> {
    let sdk = sdk_prefixes(inputs, pins)?;
    let aliases = load::source_aliases()?;
    let mut services = Vec::new();
    each(inputs, pins, Age::Newest, |name, model: Model| {
        let prefix = best_prefix(&name, &model, &sdk, &aliases, reference);
        services.push(Service { name, prefix, model });
    })?;
    Ok(services)
}

/// The operations, as `service folder:Name`, that the models had on the reference's day.
pub(super) fn of_the_day(inputs: &BTreeMap<String, Vec<u8>>, pins: &[Pin]) -> Result<BTreeSet<String>, BuildError> {
    #[derive(Deserialize)]
    struct Names {
        operations: BTreeMap<String, serde::de::IgnoredAny>,
    }
    let mut known = BTreeSet::new();
    each(inputs, pins, Age::Oldest, |service, names: Names| {
        known.extend(names.operations.into_keys().map(|name| format!("{service}:{name}")));
    })?;
    Ok(known)
}

/// Calls `take` with the folder and the newest model of each service.
fn each<T: for<'de> Deserialize<'de>>(
    inputs: &BTreeMap<String, Vec<u8>>,
    pins: &[Pin],
    age: Age,
    mut take: impl FnMut(String, T),
) -> Result<(), BuildError> {
    let archive = inputs::archive(inputs, pins, "botocore", age)?;
    let files = inputs::unzip("botocore", archive, |path| path.ends_with("/service-2.json.gz"))?;
    // Paths sort by service and then by version, so a later version replaces an earlier one.
    let newest: BTreeMap<String, (&String, &Vec<u8>)> =
        files.iter().filter_map(|file| Some((file.0.split('/').nth(2)?.to_owned(), file))).collect();
    for (name, (path, packed)) in newest {
        let text = inputs::gunzip(path, packed)?;
        let model = serde_json::from_slice(&text).map_err(|error| BuildError::unreadable(path, &error))?;
        take(name, model);
    }
    Ok(())
}

/// The IAM prefix of each SDK package, as the CDK states it.
fn sdk_prefixes(inputs: &BTreeMap<String, Vec<u8>>, pins: &[Pin]) -> Result<BTreeMap<String, String>, BuildError> {
    let archive = inputs::archive(inputs, pins, "aws-cdk-lib", Age::Newest)?;
    let wanted = |path: &str| path.ends_with("custom-resources/lib/helpers-internal/sdk-v3-metadata.json");
    let files = inputs::untar("aws-cdk-lib", archive, wanted)?;
    let mut prefixes = BTreeMap::new();
    for (path, bytes) in &files {
        let value: Value = serde_json::from_slice(bytes).map_err(|error| BuildError::unreadable(path, &error))?;
        for (package, entry) in value.as_object().into_iter().flatten() {
            if let Some(prefix) = entry.get("iamPrefix").and_then(Value::as_str) {
                prefixes.insert(package.clone(), prefix.to_owned());
            }
        }
    }
    Ok(prefixes)
}

/// No source names the prefix for every service, so the candidate under which most operations are actions wins.
fn best_prefix(
    name: &str,
    model: &Model,
    sdk: &BTreeMap<String, String>,
    aliases: &BTreeMap<String, Vec<String>>,
    reference: &Reference,
) -> String {
    let metadata = &model.metadata;
    let package = metadata.service_id.to_ascii_lowercase().replace(' ', "-");
    let mut candidates: Vec<&str> = Vec::new();
    candidates.extend(sdk.get(&package).map(String::as_str));
    for label in [name, metadata.endpoint_prefix.as_str(), metadata.signing_name.as_deref().unwrap_or(name)] {
        candidates.extend(aliases.get(label).into_iter().flatten().map(String::as_str));
        candidates.push(label);
    }
    let score = |prefix: &str| {
        let same = |name: &String| reference.actions.contains_key(&format!("{prefix}:{name}").to_ascii_lowercase());
        model.operations.keys().filter(|name| same(name)).count()
    };
    let known = candidates.iter().copied().filter(|prefix| reference.services.contains(*prefix));
    let unique: BTreeSet<(usize, usize, &str)> =
        known.enumerate().map(|(order, prefix)| (score(prefix), usize::MAX - order, prefix)).collect();
    unique.last().map_or(name, |best| best.2).to_owned()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)]

    use super::*;

    fn model() -> Model {
        serde_json::from_str(
            r#"{"metadata":{"auth":["aws.auth#sigv4"]},
            "operations":{"Send":{"http":{"method":"POST","requestUri":"/"},"input":{"shape":"In"}},
              "Open":{"http":{"method":"POST","requestUri":"/"},"authtype":"none"}},
            "shapes":{"In":{"type":"structure","members":{"QueueUrl":{"shape":"S"},"Entries":{"shape":"L"},
              "ByName":{"shape":"M"}}},
              "L":{"type":"list","member":{"shape":"E"}},"M":{"type":"map","value":{"shape":"S"}},
              "E":{"type":"structure","members":{"Id":{"shape":"S"}}},"S":{"type":"string"}}}"#,
        )
        .unwrap()
    }

    #[test]
    fn members_are_found_in_structures_lists_and_maps() {
        let model = model();
        let leaves = model.leaves(&model.operations["Send"].input, 2);
        let paths: Vec<&str> = leaves.iter().map(|leaf| leaf.path.as_str()).collect();
        assert_eq!(paths, ["byName{}", "entries[].id", "queueUrl"]);
        assert_eq!(model.leaves(&model.operations["Send"].input, 0).len(), 2);
    }

    #[test]
    fn a_call_without_signature_is_known() {
        let model = model();
        assert!(model.operations["Open"].unsigned(&model));
        assert!(!model.operations["Send"].unsigned(&model));
    }
}
