//! IAM's answers, which come as XML, as the JSON that the AWS CLI prints.

use aws_sdk_iam::primitives::{DateTime, DateTimeFormat};
use aws_sdk_iam::types::{
    AttachedPermissionsBoundary, AttachedPolicy, GroupDetail, InstanceProfile, ManagedPolicyDetail, PolicyDetail,
    PolicyVersion, RoleDetail, ServiceLastAccessed, Tag, TrackedActionLastAccessed, UserDetail,
};
use serde_json::{Value, json};

/// The value without members that are null, which AWS leaves out.
pub(super) fn without_nulls(value: Value) -> Value {
    match value {
        Value::Object(members) => {
            let members = members.into_iter().filter(|(_, member)| !member.is_null());
            Value::Object(members.map(|(name, member)| (name, without_nulls(member))).collect())
        }
        Value::Array(items) => Value::Array(items.into_iter().map(without_nulls).collect()),
        other => other,
    }
}

fn list<T>(items: &[T], one: impl Fn(&T) -> Value) -> Value {
    Value::Array(items.iter().map(one).collect())
}

fn date(date: Option<&DateTime>) -> Option<String> {
    date.and_then(|date| date.fmt(DateTimeFormat::DateTime).ok())
}

pub(super) fn user(user: &UserDetail) -> Value {
    json!({
        "Path": user.path(),
        "UserName": user.user_name(),
        "UserId": user.user_id(),
        "Arn": user.arn(),
        "CreateDate": date(user.create_date()),
        "UserPolicyList": list(user.user_policy_list(), inline),
        "GroupList": user.group_list(),
        "AttachedManagedPolicies": list(user.attached_managed_policies(), attached),
        "PermissionsBoundary": user.permissions_boundary().map(boundary),
        "Tags": list(user.tags(), tag),
    })
}

pub(super) fn group(group: &GroupDetail) -> Value {
    json!({
        "Path": group.path(),
        "GroupName": group.group_name(),
        "GroupId": group.group_id(),
        "Arn": group.arn(),
        "CreateDate": date(group.create_date()),
        "GroupPolicyList": list(group.group_policy_list(), inline),
        "AttachedManagedPolicies": list(group.attached_managed_policies(), attached),
    })
}

pub(super) fn role(role: &RoleDetail) -> Value {
    let last_used = |used: &aws_sdk_iam::types::RoleLastUsed| json!({ "LastUsedDate": date(used.last_used_date()), "Region": used.region() });
    json!({
        "Path": role.path(),
        "RoleName": role.role_name(),
        "RoleId": role.role_id(),
        "Arn": role.arn(),
        "CreateDate": date(role.create_date()),
        "AssumeRolePolicyDocument": role.assume_role_policy_document(),
        "InstanceProfileList": list(role.instance_profile_list(), instance_profile),
        "RolePolicyList": list(role.role_policy_list(), inline),
        "AttachedManagedPolicies": list(role.attached_managed_policies(), attached),
        "PermissionsBoundary": role.permissions_boundary().map(boundary),
        "Tags": list(role.tags(), tag),
        "RoleLastUsed": role.role_last_used().map(last_used),
    })
}

pub(super) fn managed(policy: &ManagedPolicyDetail) -> Value {
    json!({
        "PolicyName": policy.policy_name(),
        "PolicyId": policy.policy_id(),
        "Arn": policy.arn(),
        "Path": policy.path(),
        "DefaultVersionId": policy.default_version_id(),
        "AttachmentCount": policy.attachment_count(),
        "PermissionsBoundaryUsageCount": policy.permissions_boundary_usage_count(),
        "IsAttachable": policy.is_attachable(),
        "Description": policy.description(),
        "CreateDate": date(policy.create_date()),
        "UpdateDate": date(policy.update_date()),
        "PolicyVersionList": list(policy.policy_version_list(), version),
    })
}

fn version(version: &PolicyVersion) -> Value {
    json!({
        "Document": version.document(),
        "VersionId": version.version_id(),
        "IsDefaultVersion": version.is_default_version(),
        "CreateDate": date(version.create_date()),
    })
}

fn inline(policy: &PolicyDetail) -> Value {
    json!({ "PolicyName": policy.policy_name(), "PolicyDocument": policy.policy_document() })
}

fn attached(policy: &AttachedPolicy) -> Value {
    json!({ "PolicyName": policy.policy_name(), "PolicyArn": policy.policy_arn() })
}

fn boundary(boundary: &AttachedPermissionsBoundary) -> Value {
    let kind = boundary.permissions_boundary_type().map(|kind| kind.as_str());
    json!({ "PermissionsBoundaryType": kind, "PermissionsBoundaryArn": boundary.permissions_boundary_arn() })
}

fn tag(tag: &Tag) -> Value {
    json!({ "Key": tag.key(), "Value": tag.value() })
}

/// Without its roles: it stands below its only one.
fn instance_profile(profile: &InstanceProfile) -> Value {
    json!({
        "Path": profile.path(),
        "InstanceProfileName": profile.instance_profile_name(),
        "InstanceProfileId": profile.instance_profile_id(),
        "Arn": profile.arn(),
        "CreateDate": date(Some(profile.create_date())),
        "Tags": list(profile.tags(), tag),
    })
}

pub(super) fn last_accessed(service: &ServiceLastAccessed) -> Value {
    let action = |action: &TrackedActionLastAccessed| {
        json!({
            "ActionName": action.action_name(),
            "LastAccessedTime": date(action.last_accessed_time()),
            "LastAccessedRegion": action.last_accessed_region(),
        })
    };
    json!({
        "ServiceNamespace": service.service_namespace(),
        "LastAuthenticated": date(service.last_authenticated()),
        "LastAuthenticatedRegion": service.last_authenticated_region(),
        "TotalAuthenticatedEntities": service.total_authenticated_entities(),
        "TrackedActionsLastAccessed": list(service.tracked_actions_last_accessed(), action),
    })
}
