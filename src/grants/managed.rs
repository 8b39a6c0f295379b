//! Managed policies of the account details: the default version counts, whichever number it has.

use super::document;
use super::model::{Document, ManagedPolicy};
use super::node::{Losses, Node};
use super::owner::account_in;

/// An entry of `Policies`; `None` when it has no ARN by which anything could refer to it.
pub(super) fn policy(node: &Node<'_>, losses: &mut Losses) -> Option<ManagedPolicy> {
    if !node.value.is_object() {
        losses.add(&node.place, "not an object");
        return None;
    }
    let Some(arn) = node.text("Arn", losses).filter(|arn| account_in(arn).is_some()) else {
        losses.add(&node.place, "no IAM ARN in `Arn`");
        return None;
    };
    let named = node.text("DefaultVersionId", losses);
    let versions = node.list("PolicyVersionList", losses).unwrap_or_default();
    let default = default_version(&versions, named.as_deref());
    let document = match default {
        Some(version) => document::member(version, "Document", losses),
        None => {
            losses.add(&node.place, "no default version in `PolicyVersionList`");
            Document::unreadable("", "no default version in the snapshot")
        }
    };
    let name = node.text("PolicyName", losses);
    Some(ManagedPolicy {
        name: name.unwrap_or_else(|| arn.rsplit('/').next().unwrap_or_default().to_owned()),
        path: node.text("Path", losses).unwrap_or_else(|| "/".to_owned()),
        version: default.and_then(|version| version.text("VersionId", losses)).or(named).unwrap_or_default(),
        created: default.and_then(|version| version.text("CreateDate", losses)),
        version_count: versions.len(),
        attachments: attachments(node, losses),
        document,
        arn,
    })
}

fn attachments(node: &Node<'_>, losses: &mut Losses) -> Option<u64> {
    let count = node.get("AttachmentCount")?;
    if count.value.as_u64().is_none() {
        losses.add(&count.place, "not a count");
    }
    count.value.as_u64()
}

/// The version that `DefaultVersionId` names; without a name, the only one marked as default.
fn default_version<'n, 'v>(versions: &'n [Node<'v>], named: Option<&str>) -> Option<&'n Node<'v>> {
    if let Some(id) = named {
        let has_id = |version: &&Node<'_>| version.value.get("VersionId").is_some_and(|v| v == id);
        return versions.iter().find(has_id);
    }
    let is_default = |version: &&Node<'_>| version.value.get("IsDefaultVersion").is_some_and(|v| v == true);
    let mut marked = versions.iter().filter(is_default);
    let first = marked.next();
    if marked.next().is_some() { None } else { first }
}
