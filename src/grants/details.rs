//! `aws iam get-account-authorization-details` output, whole or a page of it → accounts.
//!
//! The account is told by the ARNs. Pages of one account are merged; AWS-managed policies belong to the accounts
//! of their page, or of their file, or, when neither names one, to every account that has no copy of its own.

use std::collections::{BTreeMap, BTreeSet};

use super::managed;
use super::model::{Account, Grants, ManagedPolicy};
use super::node::{Losses, Node};
use super::owner::{self, account_in};

/// What was gathered over all files, before AWS-managed policies find their accounts.
#[derive(Debug, Default)]
pub(super) struct Details {
    /// With the file that each stands in.
    homeless: Vec<(String, ManagedPolicy)>,
    /// Per account: the file of a page that says more follows, and whether any page was the last.
    pages: BTreeMap<String, (Option<String>, bool)>,
}

/// The accounts and the homeless AWS-managed policies of one file.
#[derive(Debug, Default)]
pub(super) struct FileScope {
    accounts: BTreeSet<String>,
    homeless: Vec<ManagedPolicy>,
}

/// Whether the value has the shape of a page.
pub(super) fn is_page(node: &Node<'_>) -> bool {
    let lists = ["UserDetailList", "GroupDetailList", "RoleDetailList"];
    lists.iter().any(|key| node.has(key)) || node.value.get("Policies").is_some_and(serde_json::Value::is_array)
}

impl Details {
    /// Takes one page in.
    pub(super) fn page(&mut self, node: &Node<'_>, scope: &mut FileScope, grants: &mut Grants, losses: &mut Losses) {
        let mut here = BTreeSet::new();
        principals(node, grants, &mut here, losses);
        let mut aws_managed = Vec::new();
        for entry in node.list("Policies", losses).unwrap_or_default() {
            let Some(policy) = managed::policy(&entry, losses) else {
                continue;
            };
            if policy.is_aws_managed() {
                aws_managed.push(policy);
            } else if let Some(account) = account_of(grants, &policy.arn, &mut here) {
                let arn = policy.arn.clone();
                keep(&mut account.policies, arn, policy, &entry.place, losses);
            }
        }
        self.note_page(node, &here, losses);
        for id in &here {
            let Some(account) = grants.accounts.get_mut(id) else {
                continue;
            };
            for policy in &aws_managed {
                let (arn, policy) = (policy.arn.clone(), policy.clone());
                keep(&mut account.policies, arn, policy, &node.place, losses);
            }
        }
        if here.is_empty() {
            scope.homeless.append(&mut aws_managed);
        }
        scope.accounts.append(&mut here);
    }

    /// Closes a file: its homeless policies go to its accounts, if it has any.
    pub(super) fn end_file(&mut self, scope: FileScope, grants: &mut Grants, losses: &mut Losses) {
        for policy in scope.homeless {
            for id in &scope.accounts {
                let Some(account) = grants.accounts.get_mut(id) else {
                    continue;
                };
                keep(&mut account.policies, policy.arn.clone(), policy.clone(), "", losses);
            }
            if scope.accounts.is_empty() {
                self.homeless.push((losses.file.clone(), policy));
            }
        }
    }

    /// Closes the reading: places what is homeless and complains about snapshots whose last page is missing.
    pub(super) fn end(self, grants: &mut Grants) -> Vec<Losses> {
        let mut open = Vec::new();
        let files: BTreeSet<&String> = self.homeless.iter().map(|(file, _)| file).collect();
        for file in files.into_iter().filter(|_| grants.accounts.is_empty()) {
            let mut losses = Losses::new(file);
            losses.add("Policies", "only policies of AWS, and no file tells an account that could hold them");
            open.push(losses);
        }
        for (_, policy) in self.homeless {
            for account in grants.accounts.values_mut() {
                account.policies.entry(policy.arn.clone()).or_insert_with(|| policy.clone());
            }
        }
        for (account, page) in self.pages {
            if let (Some(file), false) = page {
                let mut losses = Losses::new(&file);
                let reason = format!("the answer for account {account} is truncated: its last page is missing");
                losses.add("IsTruncated", reason);
                open.push(losses);
            }
        }
        open
    }

    fn note_page(&mut self, node: &Node<'_>, here: &BTreeSet<String>, losses: &Losses) {
        let truncated = node.value.get("IsTruncated").is_some_and(|flag| flag == true);
        for account in here {
            let (open, ended) = self.pages.entry(account.clone()).or_default();
            *ended |= !truncated;
            if truncated {
                *open = Some(losses.file.clone());
            }
        }
    }
}

/// Users, groups and roles; notes in `here` the accounts met.
fn principals(node: &Node<'_>, grants: &mut Grants, here: &mut BTreeSet<String>, losses: &mut Losses) {
    for entry in node.list("UserDetailList", losses).unwrap_or_default() {
        let Some(user) = owner::user(&entry, losses) else {
            continue;
        };
        let arn = user.owner.arn.clone();
        let Some(account) = account_of(grants, &arn, here) else {
            continue;
        };
        keep(&mut account.users, arn, user, &entry.place, losses);
    }
    for entry in node.list("GroupDetailList", losses).unwrap_or_default() {
        let Some(group) = owner::group(&entry, losses) else {
            continue;
        };
        let Some(account) = account_of(grants, &group.owner.arn, here) else {
            continue;
        };
        keep(&mut account.groups, group.owner.name.clone(), group, &entry.place, losses);
    }
    for entry in node.list("RoleDetailList", losses).unwrap_or_default() {
        let Some(role) = owner::role(&entry, losses) else {
            continue;
        };
        let arn = role.owner.arn.clone();
        let Some(account) = account_of(grants, &arn, here) else {
            continue;
        };
        instance_profiles(&entry, &role.owner.name, account, losses);
        keep(&mut account.roles, arn, role, &entry.place, losses);
    }
}

fn instance_profiles(node: &Node<'_>, role: &str, account: &mut Account, losses: &mut Losses) {
    for entry in node.list("InstanceProfileList", losses).unwrap_or_default() {
        match entry.text("InstanceProfileName", losses) {
            Some(name) => {
                account.instance_profiles.insert(name, role.to_owned());
            }
            None => losses.add(&entry.place, "no `InstanceProfileName`"),
        }
    }
}

fn account_of<'g>(grants: &'g mut Grants, arn: &str, here: &mut BTreeSet<String>) -> Option<&'g mut Account> {
    let id = account_in(arn)?;
    here.insert(id.to_owned());
    let account = grants.accounts.entry(id.to_owned()).or_default();
    if account.id.is_empty() {
        account.id = id.to_owned();
    }
    Some(account)
}

/// Keeps the first of two; a second one that says something else is a loss.
pub(super) fn keep<T: PartialEq>(
    map: &mut BTreeMap<String, T>,
    key: String,
    value: T,
    place: &str,
    losses: &mut Losses,
) {
    match map.get(&key) {
        Some(first) if *first == value => {}
        Some(_) => losses.add(place, format!("`{key}` was given before with other content: the first one counts")),
        None => {
            map.insert(key, value);
        }
    }
}
