//! Members of requests in which calls may differ and yet need the same.
//!
//! They matter for speed alone: who works out a call once for all that differ in them must add the object it names.

use rustc_hash::FxHashMap;

use super::error::CatalogError;
use super::events::without_date;
use super::sheet::rows;
use super::sources::label;

/// A member of a request that does not tell which actions a call needs, unless it holds an ARN.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FreeMember {
    /// Its name.
    pub name: String,
    /// The member that must hold a text for this to be so.
    pub beside: String,
    /// Whether it is the key of the S3 object, in the bucket that stands beside, which is the only resource of the
    /// call's actions.
    pub is_object: bool,
}

/// By `prefix:name` as records write them.
pub(super) type FreeMembers = FxHashMap<String, Vec<FreeMember>>;

/// Reads the table.
pub(super) fn parse(table: &'static str, text: &str) -> Result<FreeMembers, CatalogError> {
    let mut parsed = FreeMembers::default();
    for row in rows(table, text) {
        let [event, name, beside, tells, _] = row.all()?;
        let is_object = match tells {
            "nothing" => false,
            "object" => true,
            _ => return Err(row.error(format!("`{tells}` is neither `nothing` nor `object`"))),
        };
        let member = FreeMember { name: name.to_owned(), beside: beside.to_owned(), is_object };
        parsed.entry(event.to_owned()).or_default().push(member);
    }
    Ok(parsed)
}

/// Those of a call's request; none where nothing is known.
pub(super) fn of<'t>(table: &'t FreeMembers, source: &str, name: &str) -> &'t [FreeMember] {
    let find = |name: &str| table.get(&format!("{}:{name}", label(source)));
    find(name).or_else(|| find(without_date(name)?)).map(Vec::as_slice).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)]

    use serde_json::{Map, Value, json};

    use super::super::{Call, Catalog, Required, TouchedResource};

    /// What such a call needs: actions with their context, and resources.
    fn needs(catalog: &Catalog, event: &str, parameters: &Value, arn: Option<&str>) -> Vec<(String, Vec<String>)> {
        let (prefix, name) = event.split_once(':').unwrap();
        let resources: Vec<TouchedResource<'_>> =
            arn.iter().map(|arn| TouchedResource { arn: Some(arn), kind: None, account: None }).collect();
        let call = Call {
            source: &format!("{prefix}.amazonaws.com"),
            name,
            region: "eu-west-1",
            partition: "aws",
            account: "111122223333",
            caller_account: "111122223333",
            caller_arn: None,
            parameters: &parameters.into(),
            response: None,
            resources: &resources,
            failed: false,
        };
        let Required::Actions(needs) = catalog.required(&call) else { panic!("{event}") };
        needs.into_iter().map(|need| (format!("{} {:?}", need.action, need.context), need.resources)).collect()
    }

    #[test]
    fn what_a_free_member_holds_changes_the_object_alone() {
        let catalog = Catalog::embedded().unwrap();
        let others = ["versionId", "x-amz-acl", "x-amz-tagging", "x-amz-bypass-governance-retention"];
        let values = ["a", "a/b", "true", "x*?${aws:username}", "arn:aws:s3:::other/k", "a b+%2F", "accesspoint/x"];
        let items = [json!({"id": {"S": "other"}}), json!([{"tableName": "other", "select": "COUNT"}, "x"]), json!(7)];
        for (event, members) in &catalog.free_members {
            for chosen in 0..1 << others.len() {
                let there = others.iter().enumerate().filter(|(place, _)| chosen & 1 << place != 0);
                let mut request: Map<String, Value> =
                    there.map(|(_, name)| (name.to_string(), json!("true"))).collect();
                let mut seen = Vec::new();
                for value in values.map(Value::from).iter().chain(&items) {
                    let names_object = members.iter().any(|member| member.is_object);
                    let Some(key) = value.as_str().or((!names_object).then_some("")) else { continue };
                    if key.starts_with("arn:") && !names_object {
                        continue;
                    }
                    for member in members {
                        request.insert(member.name.clone(), value.clone());
                        request.insert(member.beside.clone(), json!("beside"));
                    }
                    let arn = format!("arn:aws:s3:::beside/{key}");
                    let found = needs(&catalog, event, &request.clone().into(), names_object.then_some(&arn));
                    if names_object {
                        assert!(found.iter().all(|(_, resources)| *resources == [arn.as_str()]), "{event} {found:?}");
                    }
                    let resources = |resources| if names_object { Vec::new() } else { resources };
                    seen.push(found.into_iter().map(|(need, found)| (need, resources(found))).collect::<Vec<_>>());
                }
                assert!(seen.iter().all(|one| *one == seen[0] && !one.is_empty()), "{event} {seen:?}");
            }
        }
    }

    #[test]
    fn they_are_found_by_the_record() {
        let catalog = Catalog::embedded().unwrap();
        let names = |source: &str, name: &str| -> Vec<&str> {
            catalog.free_members(source, name).iter().map(|member| member.name.as_str()).collect()
        };
        assert_eq!(names("s3.amazonaws.com", "UploadPart"), ["key", "partNumber", "uploadId"]);
        assert_eq!(names("dynamodb.amazonaws.com", "GetItem"), ["key"]);
        assert!(names("kms.amazonaws.com", "Decrypt").is_empty());
    }
}
