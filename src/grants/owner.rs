//! Users, groups and roles of the account details: identity, policies, boundary, tags.
//!
//! Whatever part of a principal's policies cannot be understood stays behind as an unreadable inline policy,
//! so that nobody judges the principal as if the part had not been there.

use std::collections::BTreeMap;

use super::document;
use super::model::{Attachment, Document, Group, InlinePolicy, Owner, Role, User};
use super::node::{Losses, Node};

/// The key names that differ between the three kinds.
struct Keys {
    name: &'static str,
    id: &'static str,
    inline: &'static str,
}

const USER: Keys = Keys { name: "UserName", id: "UserId", inline: "UserPolicyList" };
const GROUP: Keys = Keys { name: "GroupName", id: "GroupId", inline: "GroupPolicyList" };
const ROLE: Keys = Keys { name: "RoleName", id: "RoleId", inline: "RolePolicyList" };

/// The account in an IAM ARN; `aws` for AWS-managed policies.
pub(super) fn account_in(arn: &str) -> Option<&str> {
    let mut parts = arn.splitn(6, ':');
    let scheme = parts.next()?;
    let service = parts.nth(1)?;
    let account = parts.nth(1)?;
    let resource = parts.next()?;
    let fits = scheme == "arn" && service == "iam" && !account.is_empty() && !resource.is_empty();
    fits.then_some(account)
}

/// An entry of `UserDetailList`; `None` when it cannot even be named.
pub(super) fn user(node: &Node<'_>, losses: &mut Losses) -> Option<User> {
    let mut owner = owner(node, &USER, losses)?;
    let mut groups = Vec::new();
    match node.list("GroupList", losses) {
        Some(entries) => {
            for entry in entries {
                match entry.value.as_str() {
                    Some(name) => groups.push(name.to_owned()),
                    None => unknown(&mut owner, &entry.place, "not a group name", losses),
                }
            }
        }
        None => leave_behind(&mut owner, "GroupList", "not a list"),
    }
    Some(User { owner, groups })
}

/// An entry of `GroupDetailList`.
pub(super) fn group(node: &Node<'_>, losses: &mut Losses) -> Option<Group> {
    Some(Group { owner: owner(node, &GROUP, losses)? })
}

/// An entry of `RoleDetailList`.
pub(super) fn role(node: &Node<'_>, losses: &mut Losses) -> Option<Role> {
    let owner = owner(node, &ROLE, losses)?;
    let trust = node.get("AssumeRolePolicyDocument").map(|trust| document::read(&trust, losses));
    let last_used = node.get("RoleLastUsed").and_then(|used| used.text("LastUsedDate", losses));
    Some(Role { owner, trust, last_used })
}

fn owner(node: &Node<'_>, keys: &Keys, losses: &mut Losses) -> Option<Owner> {
    if !node.value.is_object() {
        losses.add(&node.place, "not an object");
        return None;
    }
    let Some(arn) = node.text("Arn", losses).filter(|arn| account_in(arn).is_some()) else {
        losses.add(&node.place, "no IAM ARN in `Arn`");
        return None;
    };
    let name = node.text(keys.name, losses);
    let mut owner = Owner {
        name: name.unwrap_or_else(|| arn.rsplit('/').next().unwrap_or_default().to_owned()),
        id: node.text(keys.id, losses).unwrap_or_default(),
        path: node.text("Path", losses).unwrap_or_else(|| "/".to_owned()),
        created: node.text("CreateDate", losses),
        tags: tags(node, losses),
        arn,
        ..Owner::default()
    };
    inline(&mut owner, node, keys.inline, losses);
    attached(&mut owner, node, losses);
    boundary(&mut owner, node, losses);
    Some(owner)
}

/// Records that the principal has something that we do not understand.
fn unknown(owner: &mut Owner, place: &str, reason: &str, losses: &mut Losses) {
    losses.add(place, reason);
    leave_behind(owner, place, reason);
}

fn leave_behind(owner: &mut Owner, place: &str, reason: &str) {
    let document = Document::unreadable(place, reason);
    owner.inline.push(InlinePolicy { name: format!("(unreadable {place})"), document });
}

fn inline(owner: &mut Owner, node: &Node<'_>, key: &str, losses: &mut Losses) {
    let Some(entries) = node.list(key, losses) else {
        return leave_behind(owner, key, "not a list");
    };
    for entry in entries {
        if !entry.value.is_object() {
            unknown(owner, &entry.place, "not an object", losses);
            continue;
        }
        let name = entry.text("PolicyName", losses).unwrap_or_else(|| "(unnamed)".to_owned());
        let document = document::member(&entry, "PolicyDocument", losses);
        owner.inline.push(InlinePolicy { name, document });
    }
}

fn attached(owner: &mut Owner, node: &Node<'_>, losses: &mut Losses) {
    let Some(entries) = node.list("AttachedManagedPolicies", losses) else {
        return leave_behind(owner, "AttachedManagedPolicies", "not a list");
    };
    for entry in entries {
        let Some(arn) = entry.text("PolicyArn", losses) else {
            unknown(owner, &entry.place, "no policy ARN in `PolicyArn`", losses);
            continue;
        };
        let name = entry.text("PolicyName", losses);
        let name = name.unwrap_or_else(|| arn.rsplit('/').next().unwrap_or_default().to_owned());
        owner.attached.push(Attachment { arn, name });
    }
}

fn boundary(owner: &mut Owner, node: &Node<'_>, losses: &mut Losses) {
    let Some(entry) = node.get("PermissionsBoundary") else {
        return;
    };
    match entry.text("PermissionsBoundaryArn", losses) {
        Some(arn) => owner.boundary = Some(arn),
        // AWS prints `{}` for some principals without a boundary.
        None if entry.value.as_object().is_some_and(|members| members.is_empty()) => {}
        None => unknown(owner, &entry.place, "no ARN in `PermissionsBoundaryArn`", losses),
    }
}

fn tags(node: &Node<'_>, losses: &mut Losses) -> BTreeMap<String, String> {
    let mut tags = BTreeMap::new();
    for entry in node.list("Tags", losses).unwrap_or_default() {
        match (entry.text("Key", losses), entry.text("Value", losses)) {
            (Some(key), value) => {
                tags.insert(key, value.unwrap_or_default());
            }
            (None, _) => losses.add(&entry.place, "no `Key`"),
        }
    }
    tags
}
