//! An organization's SCPs and RCPs → what limits each account. The layout is ours (see `read::read`), made of what
//! `describe-policy` and `list-policies-for-target` print. Other kinds of organization policy decide no request.

use std::collections::BTreeMap;

use super::details::keep;
use super::document;
use super::model::{Document, Grants, Guardrails};
use super::node::{Losses, Node};
use crate::iam;

const FULL_SCP: &str = "p-FullAWSAccess";
const FULL_RCP: &str = "p-RCPFullAWSAccess";
const FULL_SCP_TEXT: &str = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}"#;
const FULL_RCP_TEXT: &str =
    r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":"*","Action":"*","Resource":"*"}]}"#;

/// The kinds of organization policy that decide a request; the others (tags, backup, …) do not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Scp,
    Rcp,
    Other,
}

#[derive(Clone, Debug)]
struct OrgPolicy {
    name: String,
    kind: Kind,
    document: Document,
}

type Policies = BTreeMap<String, OrgPolicy>;
type Level = Vec<(String, Document)>;

/// Whether the value has our layout.
pub(super) fn is_guardrails(node: &Node<'_>) -> bool {
    node.value.get("Accounts").is_some_and(serde_json::Value::is_object)
}

/// Reads the layout into the grants.
pub(super) fn read(node: &Node<'_>, grants: &mut Grants, losses: &mut Losses) {
    let policies = policies(node, losses);
    let management = node.text("ManagementAccountId", losses);
    let accounts = node.get("Accounts").and_then(|accounts| accounts.members());
    for (id, entry) in accounts.unwrap_or_default() {
        let guardrails = if management.as_deref() == Some(id) {
            Guardrails { management_account: true, ..Guardrails::default() }
        } else {
            account(&entry, &policies, losses)
        };
        keep(&mut grants.guardrails, id.to_owned(), guardrails, &entry.place, losses);
    }
    if let Some(id) = management {
        let only = Guardrails { management_account: true, ..Guardrails::default() };
        grants.guardrails.entry(id).or_insert(only);
    }
}

fn policies(node: &Node<'_>, losses: &mut Losses) -> Policies {
    let mut policies = Policies::new();
    policies.insert(FULL_SCP.to_owned(), built_in(FULL_SCP, Kind::Scp, FULL_SCP_TEXT));
    policies.insert(FULL_RCP.to_owned(), built_in(FULL_RCP, Kind::Rcp, FULL_RCP_TEXT));
    let Some(given) = node.get("Policies") else {
        return policies;
    };
    let entries: Vec<(Option<String>, Node<'_>)> = match (given.members(), given.entries()) {
        (Some(members), _) => members.into_iter().map(|(id, entry)| (Some(id.to_owned()), entry)).collect(),
        (None, Some(items)) => items.into_iter().map(|entry| (None, entry)).collect(),
        (None, None) => {
            losses.add(&given.place, "neither an object nor a list");
            return policies;
        }
    };
    for (id, entry) in entries {
        let entry = entry.get("Policy").unwrap_or(entry);
        let summary = entry.get("PolicySummary").unwrap_or_else(|| entry.clone());
        let Some(id) = id.or_else(|| summary.text("Id", losses)) else {
            losses.add(&entry.place, "no policy id");
            continue;
        };
        if let Some(policy) = policy(&id, &entry, &summary, losses) {
            policies.insert(id, policy);
        }
    }
    policies
}

fn built_in(id: &str, kind: Kind, text: &str) -> OrgPolicy {
    let document = Document { policy: iam::parse(text), text: text.to_owned() };
    OrgPolicy { name: id.trim_start_matches("p-").to_owned(), kind, document }
}

/// `None` for AWS's own policies, which need no content, and for those that decide no request.
fn policy(id: &str, entry: &Node<'_>, summary: &Node<'_>, losses: &mut Losses) -> Option<OrgPolicy> {
    let kind = match summary.text("Type", losses).as_deref() {
        None | Some("SERVICE_CONTROL_POLICY") => Kind::Scp,
        Some("RESOURCE_CONTROL_POLICY") => Kind::Rcp,
        Some(_) => Kind::Other,
    };
    if matches!(id, FULL_SCP | FULL_RCP) && !entry.has("Content") {
        return None;
    }
    let name = summary.text("Name", losses).unwrap_or_else(|| id.to_owned());
    let document = match kind {
        Kind::Other => Document::unreadable("", "not an SCP or RCP"),
        Kind::Scp | Kind::Rcp => document::member(entry, "Content", losses),
    };
    Some(OrgPolicy { name, kind, document })
}

fn account(node: &Node<'_>, policies: &Policies, losses: &mut Losses) -> Guardrails {
    let mut scps: Vec<Level> = Vec::new();
    let mut rcps: Vec<Level> = Vec::new();
    if !node.has("Levels") {
        losses.add(&node.place, "no `Levels`");
    }
    let levels = node.list("Levels", losses);
    let unknown = levels.is_none();
    for level in levels.unwrap_or_default() {
        let (scp, rcp) = read_level(&level, policies, losses);
        scps.push(scp);
        rcps.push(rcp);
    }
    if unknown {
        scps.push(vec![(node.place.clone(), Document::unreadable(&node.place, "`Levels` is not a list"))]);
    }
    Guardrails { management_account: false, scps: fill(scps, FULL_SCP, policies), rcps: fill(rcps, FULL_RCP, policies) }
}

/// The SCPs and the RCPs that one level names.
fn read_level(node: &Node<'_>, policies: &Policies, losses: &mut Losses) -> (Level, Level) {
    let (mut scps, mut rcps) = (Level::new(), Level::new());
    let Some(entries) = node.entries() else {
        losses.add(&node.place, "not a list of policy ids");
        scps.push((node.place.clone(), Document::unreadable(&node.place, "not a list of policy ids")));
        return (scps, rcps);
    };
    for entry in entries {
        let id = entry.value.as_str().unwrap_or_default();
        match policies.get(id) {
            Some(OrgPolicy { name, kind: Kind::Scp, document }) => scps.push((name.clone(), document.clone())),
            Some(OrgPolicy { name, kind: Kind::Rcp, document }) => rcps.push((name.clone(), document.clone())),
            Some(_) => {}
            None => {
                let reason = format!("policy {} is not among `Policies`", entry.value);
                losses.add(&entry.place, &reason);
                scps.push((id.to_owned(), Document::unreadable("", reason)));
            }
        }
    }
    (scps, rcps)
}

/// `None` when no level names a policy of the kind: it is not in use. Where it is, AWS lets no level go
/// without one, so a level that names none has the one that allows everything.
fn fill(mut levels: Vec<Level>, full: &str, policies: &Policies) -> Option<Vec<Level>> {
    if levels.iter().all(Vec::is_empty) {
        return None;
    }
    for level in levels.iter_mut().filter(|level| level.is_empty()) {
        level.extend(policies.get(full).map(|policy| (policy.name.clone(), policy.document.clone())));
    }
    Some(levels)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::indexing_slicing)]
    use crate::grants::{Grants, read};

    fn read_text(text: &str) -> Grants {
        read(vec![("organization.json".to_owned(), text.as_bytes().to_vec())])
    }

    fn names(levels: Option<&Vec<Vec<(String, super::Document)>>>) -> Vec<Vec<&str>> {
        let levels = levels.into_iter().flatten();
        levels.map(|level| level.iter().map(|(name, _)| name.as_str()).collect()).collect()
    }

    const ORGANIZATION: &str = r#"{
        "ManagementAccountId": "123456789012",
        "Policies": {
            "p-1": {"Name": "regions", "Type": "SERVICE_CONTROL_POLICY", "Content": "{\"Version\":\"2012-10-17\",\"Statement\":{\"Effect\":\"Deny\",\"Action\":\"*\",\"Resource\":\"*\"}}"},
            "p-2": {"PolicySummary": {"Id": "p-2", "Name": "tags", "Type": "TAG_POLICY"}, "Content": "{}"},
            "p-3": {"PolicySummary": {"Id": "p-3", "Name": "own-org", "Type": "RESOURCE_CONTROL_POLICY"}, "Content": {"Version": "2012-10-17", "Statement": {"Effect": "Deny", "Principal": "*", "Action": "s3:*", "Resource": "*"}}}
        },
        "Accounts": {
            "111122223333": {"Levels": [["p-FullAWSAccess", "p-2"], ["p-1", "p-3"], []]},
            "444455556666": {"Levels": [["p-FullAWSAccess"]]}
        }
    }"#;

    #[test]
    fn stacks_the_levels_of_each_kind() {
        let grants = read_text(ORGANIZATION);
        assert_eq!(grants.unreadable, []);
        let limits = &grants.guardrails["111122223333"];
        assert_eq!(names(limits.scps.as_ref()), [["FullAWSAccess"], ["regions"], ["FullAWSAccess"]]);
        assert_eq!(names(limits.rcps.as_ref()), [["RCPFullAWSAccess"], ["own-org"], ["RCPFullAWSAccess"]]);
        assert!(limits.scps.iter().flatten().flatten().all(|(_, document)| document.policy.is_ok()));
        assert_eq!(grants.guardrails["444455556666"].rcps, None);
        assert!(grants.guardrails["123456789012"].management_account);
    }

    #[test]
    fn takes_a_list_of_describe_policy_answers() {
        let list = r#"{"Policies": [{"Policy": {"PolicySummary": {"Id": "p-9", "Name": "nine", "Type": "SERVICE_CONTROL_POLICY"},
            "Content": "{\"Statement\":{\"Effect\":\"Allow\",\"Action\":\"*\",\"Resource\":\"*\"}}"}}], "Accounts": {"111122223333": {"Levels": [["p-9"]]}}}"#;
        let grants = read_text(list);
        assert_eq!(grants.unreadable, []);
        assert_eq!(names(grants.guardrails["111122223333"].scps.as_ref()), [["nine"]]);
    }

    #[test]
    fn keeps_an_unknown_policy_as_unreadable() {
        let grants = read_text(
            r#"{"Accounts": {"1": {"Levels": [["p-x"]]}, "2": {}, "3": {"Levels": 1}, "4": {"Levels": [7]}}}"#,
        );
        for id in ["1", "3", "4"] {
            let scps = grants.guardrails[id].scps.as_ref().unwrap();
            assert!(scps[0][0].1.policy.is_err(), "account {id}");
        }
        let places: Vec<&str> = grants.unreadable.iter().map(|loss| loss.place.as_str()).collect();
        assert_eq!(places, ["Accounts.1.Levels[0][0]", "Accounts.2", "Accounts.3.Levels", "Accounts.4.Levels[0]"]);
    }
}
