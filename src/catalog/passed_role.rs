//! `iam:PassRole`, which no event shows: inferred from the roles that a request hands to a service.
//!
//! It sees parameters only: which role an instance profile or a launch template holds, it cannot tell.

use super::call::{Call, Need, Provenance};
use super::events::Rules;
use super::resources::{each_string_within, text, values};
use super::sheet::{Fields, Sheet, list};

const PASS_ROLE: &str = "iam:PassRole";
const PASSED_TO: &str = "iam:PassedToService";
/// How deep a role may stand: the longest path of the table has six structures and four lists.
const MAX_DEPTH: usize = 12;
/// The mark of operations of which the reference says that they pass a role.
const DOCUMENTED: &str = "documented";

/// The tables of operations that may pass a role.
pub(super) struct PassedRoles {
    /// Operations, whether documented, and the paths of their roles.
    operations: Sheet,
    /// Which service receives the role.
    services: Sheet,
    /// Operations that name the role, or an instance profile that holds it, without an ARN.
    names: Sheet,
    /// Operations whose role is handed over to nobody.
    not: Rules,
}

impl PassedRoles {
    /// The three tables: operations, services, names; and the exceptions.
    pub(super) fn new([operations, services, names]: [Sheet; 3], not: Rules) -> PassedRoles {
        PassedRoles { operations, services, names, not }
    }

    /// Whether a call of this operation (`prefix:name` in lower case) may pass a role.
    pub(super) fn may_pass(&self, operation: &str) -> bool {
        let known = self.operations.find(operation).next().is_some() || self.names.find(operation).next().is_some();
        known && self.not.get(operation).is_none()
    }

    /// The roles that a call passed.
    pub(super) fn needs(&self, operation: &str, call: &Call<'_>) -> Vec<Need> {
        let mut needs = Vec::new();
        let mut names = self.names.find(operation).peekable();
        if let Some(row) = self.operations.find(operation).next() {
            let [_, word, paths] = row.take();
            let is_documented = word == DOCUMENTED;
            let provenance = if is_documented { Provenance::Parameter } else { Provenance::Inferred };
            // No member of the request is known to hold it: then any may, unless a row of the names knows one.
            let is_hidden = is_documented && list(paths).next().is_none();
            if !is_hidden || names.peek().is_none() {
                for (member, role) in roles(call, paths, is_hidden) {
                    add(&mut needs, Some(role.to_owned()), self.receiver(operation, member), provenance);
                }
            }
            if is_hidden && names.peek().is_none() && needs.is_empty() {
                add(&mut needs, None, None, Provenance::Dependent);
            }
        }
        for row in names {
            named(&mut needs, row, call);
        }
        needs
    }

    /// The service that receives a role given in this member: the operation's own row, else its prefix's.
    fn receiver(&self, operation: &str, member: &str) -> Option<&str> {
        let prefix = operation.split(':').next().unwrap_or_default();
        let whole = format!("{prefix}:*");
        let of = |key: &str, exact: bool| {
            self.services.find(key).map(|row| row.take::<3>()).find_map(|[_, name, service]| {
                let fits = if exact { name.eq_ignore_ascii_case(member) } else { name == "*" };
                fits.then_some(service)
            })
        };
        let places = [(operation, true), (operation, false), (whole.as_str(), true), (whole.as_str(), false)];
        places.into_iter().find_map(|(key, exact)| of(key, exact))
    }
}

/// The roles of the caller's account in members that are known or called so, or in any that is no principal; with the
/// member's name.
fn roles<'a>(call: &Call<'a>, paths: &str, any: bool) -> Vec<(&'a str, &'a str)> {
    let known: Vec<&str> = list(paths).filter_map(last).collect();
    let mut found = Vec::new();
    let start = format!("arn:{}:iam::{}:role/", call.partition, call.caller_account);
    each_string_within(call.parameters, MAX_DEPTH, &mut |member, text| {
        let called = || {
            let name = member.to_ascii_lowercase();
            name.contains("role") || any && !name.contains("principal")
        };
        if text.starts_with(&start) && (known.iter().any(|name| name.eq_ignore_ascii_case(member)) || called()) {
            found.push((member, text));
        }
    });
    found
}

/// The last member of a path, without its list or map marks.
fn last(path: &str) -> Option<&str> {
    path.rsplit('.').next().map(|step| step.trim_end_matches(['[', ']', '{', '}']))
}

/// A row of the names table: `operation, path, role|arn|profile, service`.
fn named(needs: &mut Vec<Need>, row: Fields<'_>, call: &Call<'_>) {
    let [_, path, kind, service] = row.take();
    for value in values(call.parameters, path) {
        let role = match (kind, value.contains(":role/")) {
            (_, true) => Some(value.into_owned()),
            ("arn", false) => continue,
            ("role", false) => Some(format!("arn:{}:iam::{}:role/{value}", call.partition, call.caller_account)),
            // Which role stands in an instance profile, only the account's snapshot tells.
            _ => None,
        };
        add(needs, role, (service != "-").then_some(service), Provenance::Parameter);
    }
    let attributes = text(call.parameters, "attributeName").zip(text(call.parameters, "attributeValue"));
    if let Some((_, role)) =
        attributes.filter(|(name, role)| kind == "attribute" && *name == path && role.contains(":role/"))
    {
        add(needs, Some(role.to_owned()), (service != "-").then_some(service), Provenance::Parameter);
    }
}

fn add(needs: &mut Vec<Need>, role: Option<String>, service: Option<&str>, provenance: Provenance) {
    let context: Vec<(String, String)> =
        service.map(|service| (PASSED_TO.to_owned(), service.to_owned())).into_iter().collect();
    if let Some(known) = needs.iter_mut().find(|need| need.context == context) {
        known.resources.extend(role.filter(|role| !known.resources.contains(role)));
        known.provenance = known.provenance.min(provenance);
        return;
    }
    needs.push(Need { action: PASS_ROLE.into(), resources: role.into_iter().collect(), context, provenance });
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)]

    use serde_json::{Value, json};

    use super::*;
    use crate::catalog::{Catalog, Required};

    fn passed(source: &str, name: &str, parameters: Value) -> Vec<(Vec<String>, String, Provenance)> {
        let call = Call {
            source: &format!("{source}.amazonaws.com"),
            name,
            region: "eu-west-1",
            partition: "aws",
            account: "111122223333",
            caller_account: "111122223333",
            caller_arn: None,
            parameters: &(&parameters).into(),
            response: None,
            resources: &[],
            failed: false,
        };
        let catalog = Catalog::embedded().unwrap();
        let Required::Actions(needs) = catalog.required(&call) else { panic!("{name}") };
        let needs = needs.into_iter().filter(|need| need.action == PASS_ROLE);
        needs
            .map(|need| {
                let service = need.context.first().map(|pair| pair.1.clone()).unwrap_or_default();
                (need.resources, service, need.provenance)
            })
            .collect()
    }

    const ROLE: &str = "arn:aws:iam::111122223333:role/r";

    #[test]
    fn a_role_in_a_known_member_is_passed() {
        let expected = |service: &str, provenance| vec![(vec![ROLE.to_owned()], service.to_owned(), provenance)];
        let found = passed("lambda", "CreateFunction20150331", json!({"functionName": "f", "role": ROLE}));
        assert_eq!(found, expected("lambda.amazonaws.com", Provenance::Parameter));
        let found = passed("ecs", "RegisterTaskDefinition", json!({"family": "f", "taskRoleArn": ROLE}));
        assert_eq!(found[0].1, "ecs-tasks.amazonaws.com");
        let found = passed("iam", "AddRoleToInstanceProfile", json!({"roleName": "r", "instanceProfileName": "p"}));
        assert_eq!(found, expected("ec2.amazonaws.com", Provenance::Parameter));
    }

    #[test]
    fn what_is_not_a_role_of_the_account_is_not_passed() {
        let other = "arn:aws:iam::444455556666:role/r";
        assert!(passed("lambda", "CreateFunction20150331", json!({"functionName": "f", "role": other})).is_empty());
        assert!(passed("sts", "AssumeRole", json!({"roleArn": ROLE})).is_empty());
        assert!(passed("iam", "AttachRolePolicy", json!({"roleName": "r", "policyArn": ROLE})).is_empty());
    }

    #[test]
    fn a_documented_pass_that_the_record_hides_is_said() {
        let found = passed("mgn", "StartTest", json!({"sourceServerIDs": ["s-1"]}));
        assert_eq!(found, [(vec![], String::new(), Provenance::Dependent)]);
        let logs = json!({"CreateFlowLogsRequest": {"DeliverLogsPermissionArn": ROLE}});
        assert_eq!(passed("ec2", "CreateFlowLogs", logs)[0].2, Provenance::Parameter);
        let found = passed("s3", "PutBucketReplication", json!({"ReplicationConfiguration": {"Role": ROLE}}));
        assert_eq!(found, [(vec![ROLE.to_owned()], "s3.amazonaws.com".to_owned(), Provenance::Parameter)]);
    }

    #[test]
    fn the_role_of_an_instance_profile_is_not_told() {
        let found = passed("ec2", "RunInstances", json!({"iamInstanceProfile": {"name": "p"}}));
        assert_eq!(found, [(vec![], "ec2.amazonaws.com".to_owned(), Provenance::Parameter)]);
    }
}
