//! The organization's accounts with the SCPs and RCPs that stand over each, in the layout that grants are read from.
//!
//! What could not be had makes guardrails unknown, never absent: a policy whose targets are not known stands over
//! every account, without content.

use std::collections::{BTreeMap, BTreeSet};

use aws_config::SdkConfig;
use aws_sdk_organizations::Client;
use aws_sdk_organizations::types::{Account, PolicySummary, PolicyType, PolicyTypeStatus, Root};
use serde_json::{Map, Value, json};

use super::desk::Desk;

/// The kinds of policy that decide requests.
const KINDS: [PolicyType; 2] = [PolicyType::ServiceControlPolicy, PolicyType::ResourceControlPolicy];

/// AWS allows five levels of units below the root; more is no tree.
const DEEPEST: usize = 16;

pub(super) async fn read(config: &SdkConfig, desk: &mut Desk) -> Option<Value> {
    let client = Client::new(config);
    let answer = client.describe_organization().send().await;
    let organization = desk.take("organizations:DescribeOrganization", "", answer)?.organization?;
    let roots = roots(&client, desk).await;
    let attached = Attached::read(&client, &roots, desk).await;
    let mut tree = Tree { client: &client, attached: &attached, accounts: Map::new(), units: Map::new() };
    for id in roots.iter().filter_map(|root| root.id()) {
        tree.walk(id, desk).await;
    }
    (!roots.is_empty()).then(|| {
        json!({
            "Organization": { "Id": organization.id(), "Roots": roots.iter().filter_map(|root| root.id()).collect::<Vec<_>>() },
            "ManagementAccountId": organization.master_account_id(),
            "Policies": attached.policies,
            "OrganizationalUnits": tree.units,
            "Accounts": tree.accounts,
        })
    })
}

async fn roots(client: &Client, desk: &mut Desk) -> Vec<Root> {
    let mut roots = Vec::new();
    let mut pages = client.list_roots().into_paginator().send();
    while let Some(page) = pages.next().await {
        let Some(page) = desk.take("organizations:ListRoots", "", page) else { break };
        roots.extend(page.roots.unwrap_or_default());
    }
    roots
}

/// The policies, and what each is attached to.
#[derive(Default)]
struct Attached {
    policies: Map<String, Value>,
    by_target: BTreeMap<String, BTreeSet<String>>,
    /// Those of which some target may be unknown.
    anywhere: BTreeSet<String>,
    /// Not all policies are known.
    is_unknown: bool,
}

impl Attached {
    /// Only kinds that are enabled decide anything.
    async fn read(client: &Client, roots: &[Root], desk: &mut Desk) -> Attached {
        let mut attached = Attached::default();
        let enabled = roots.iter().flat_map(Root::policy_types);
        let enabled = enabled.filter(|kind| kind.status() == Some(&PolicyTypeStatus::Enabled));
        let enabled: Vec<&PolicyType> = enabled.filter_map(|kind| kind.r#type()).collect();
        for kind in KINDS.into_iter().filter(|kind| enabled.contains(&kind)) {
            let mut pages = client.list_policies().filter(kind.clone()).into_paginator().send();
            while let Some(page) = pages.next().await {
                let Some(page) = desk.take("organizations:ListPolicies", kind.as_str(), page) else {
                    attached.is_unknown = true;
                    break;
                };
                for summary in page.policies() {
                    attached.add(client, summary, desk).await;
                }
            }
        }
        attached
    }

    async fn add(&mut self, client: &Client, summary: &PolicySummary, desk: &mut Desk) {
        let Some(id) = summary.id() else { return };
        let mut is_known = true;
        let answer = client.describe_policy().policy_id(id).send().await;
        let policy = desk.take("organizations:DescribePolicy", id, answer).and_then(|answer| answer.policy);
        let mut pages = client.list_targets_for_policy().policy_id(id).into_paginator().send();
        while let Some(page) = pages.next().await {
            let Some(page) = desk.take("organizations:ListTargetsForPolicy", id, page) else {
                is_known = false;
                break;
            };
            for target in page.targets().iter().filter_map(|target| target.target_id()) {
                self.by_target.entry(target.to_owned()).or_default().insert(id.to_owned());
            }
        }
        if !is_known {
            self.anywhere.insert(id.to_owned());
        }
        // Without its content, who is under it cannot be judged: the reader finds it named and not there.
        if let Some(content) = policy.and_then(|policy| policy.content).filter(|_| is_known) {
            let (name, kind) = (summary.name(), summary.r#type().map(PolicyType::as_str));
            self.policies.insert(id.to_owned(), json!({ "Name": name, "Type": kind, "Content": content }));
        }
    }

    /// The policies of each place from the root down.
    fn levels(&self, path: &[String]) -> Value {
        if self.is_unknown {
            return Value::from("not known: the policies could not be listed");
        }
        let mut levels: Vec<BTreeSet<String>> =
            path.iter().map(|place| self.by_target.get(place).cloned().unwrap_or_default()).collect();
        if let Some(root) = levels.first_mut() {
            root.extend(self.anywhere.iter().cloned());
        }
        json!(levels)
    }
}

/// The walk from a root down.
struct Tree<'w> {
    client: &'w Client,
    attached: &'w Attached,
    accounts: Map<String, Value>,
    units: Map<String, Value>,
}

impl Tree<'_> {
    async fn walk(&mut self, root: &str, desk: &mut Desk) {
        let mut open = vec![vec![root.to_owned()]];
        while let Some(path) = open.pop() {
            let Some(parent) = path.last().cloned() else { continue };
            self.accounts_of(&parent, &path, desk).await;
            if path.len() <= DEEPEST {
                open.extend(self.units_of(&parent, &path, desk).await);
            }
        }
    }

    async fn accounts_of(&mut self, parent: &str, path: &[String], desk: &mut Desk) {
        let mut pages = self.client.list_accounts_for_parent().parent_id(parent).into_paginator().send();
        while let Some(page) = pages.next().await {
            let Some(page) = desk.take("organizations:ListAccountsForParent", parent, page) else { break };
            for account in page.accounts() {
                let Some(id) = account.id() else { continue };
                let whole: Vec<String> = path.iter().cloned().chain([id.to_owned()]).collect();
                let levels = self.attached.levels(&whole);
                let entry = json!({ "Name": account.name(), "State": state(account), "Path": path, "Levels": levels });
                self.accounts.insert(id.to_owned(), entry);
            }
        }
    }

    async fn units_of(&mut self, parent: &str, path: &[String], desk: &mut Desk) -> Vec<Vec<String>> {
        let mut below = Vec::new();
        let mut pages = self.client.list_organizational_units_for_parent().parent_id(parent).into_paginator().send();
        while let Some(page) = pages.next().await {
            let Some(page) = desk.take("organizations:ListOrganizationalUnitsForParent", parent, page) else { break };
            for unit in page.organizational_units() {
                let Some(id) = unit.id() else { continue };
                self.units.insert(id.to_owned(), json!({ "Name": unit.name(), "Parent": parent }));
                below.push(path.iter().cloned().chain([id.to_owned()]).collect());
            }
        }
        below
    }
}

/// `ACTIVE` and others; AWS is replacing one member by another.
fn state(account: &Account) -> Option<&str> {
    let status = account.status().map(|status| status.as_str());
    account.state().map(|state| state.as_str()).or(status)
}
