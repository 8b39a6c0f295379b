//! Permission sets of the Identity Center instances of a region, and who has them in which account.

use aws_config::SdkConfig;
use aws_sdk_ssoadmin::Client;
use aws_sdk_ssoadmin::types::{CustomerManagedPolicyReference, PermissionsBoundary};
use serde_json::{Value, json};

use super::desk::Desk;

/// The permission set has none.
const NOTHING: &[&str] = &["ResourceNotFoundException"];

pub(super) async fn read(config: &SdkConfig, desk: &mut Desk) -> Option<Value> {
    let client = Client::new(config);
    let mut found = Vec::new();
    let mut pages = client.list_instances().into_paginator().send();
    while let Some(page) = pages.next().await {
        let page = desk.take("sso:ListInstances", "", page)?;
        for instance in page.instances() {
            let Some(arn) = instance.instance_arn() else { continue };
            found.push(json!({
                "InstanceArn": arn,
                "IdentityStoreId": instance.identity_store_id(),
                "OwnerAccountId": instance.owner_account_id(),
                "PermissionSets": permission_sets(&client, arn, desk).await,
            }));
        }
    }
    Some(json!({ "IdentityCenter": found }))
}

async fn permission_sets(client: &Client, instance: &str, desk: &mut Desk) -> Vec<Value> {
    let mut sets = Vec::new();
    let mut pages = client.list_permission_sets().instance_arn(instance).into_paginator().send();
    while let Some(page) = pages.next().await {
        let Some(page) = desk.take("sso:ListPermissionSets", instance, page) else { break };
        for arn in page.permission_sets() {
            sets.push(PermissionSet { client, instance, arn }.read(desk).await);
        }
    }
    sets
}

/// One of them.
struct PermissionSet<'r> {
    client: &'r Client,
    instance: &'r str,
    arn: &'r str,
}

impl PermissionSet<'_> {
    async fn read(&self, desk: &mut Desk) -> Value {
        let PermissionSet { client, instance, arn } = *self;
        let answer = client.describe_permission_set().instance_arn(instance).permission_set_arn(arn).send().await;
        let described = desk.take("sso:DescribePermissionSet", arn, answer).and_then(|answer| answer.permission_set);
        let request = client.get_inline_policy_for_permission_set().instance_arn(instance).permission_set_arn(arn);
        let inline = desk.take_unless("sso:GetInlinePolicyForPermissionSet", arn, NOTHING, request.send().await);
        let request =
            client.get_permissions_boundary_for_permission_set().instance_arn(instance).permission_set_arn(arn);
        let boundary =
            desk.take_unless("sso:GetPermissionsBoundaryForPermissionSet", arn, NOTHING, request.send().await);
        let described = described.as_ref();
        json!({
            "PermissionSetArn": arn,
            "Name": described.and_then(|set| set.name()),
            "Description": described.and_then(|set| set.description()),
            "SessionDuration": described.and_then(|set| set.session_duration()),
            "InlinePolicy": inline.as_ref().and_then(|answer| answer.inline_policy()).filter(|text| !text.is_empty()),
            "PermissionsBoundary": boundary.as_ref().and_then(|answer| answer.permissions_boundary()).map(bounds),
            "ManagedPolicies": self.managed(desk).await,
            "CustomerManagedPolicyReferences": self.customer_managed(desk).await,
            "Assignments": self.assignments(desk).await,
        })
    }

    async fn managed(&self, desk: &mut Desk) -> Vec<Value> {
        let request = self.client.list_managed_policies_in_permission_set();
        let request = request.instance_arn(self.instance).permission_set_arn(self.arn);
        let (mut found, mut pages) = (Vec::new(), request.into_paginator().send());
        while let Some(page) = pages.next().await {
            let Some(page) = desk.take("sso:ListManagedPoliciesInPermissionSet", self.arn, page) else { break };
            let policies = page.attached_managed_policies().iter();
            found.extend(policies.map(|policy| json!({ "Name": policy.name(), "Arn": policy.arn() })));
        }
        found
    }

    async fn customer_managed(&self, desk: &mut Desk) -> Vec<Value> {
        const CALL: &str = "sso:ListCustomerManagedPolicyReferencesInPermissionSet";
        let request = self.client.list_customer_managed_policy_references_in_permission_set();
        let request = request.instance_arn(self.instance).permission_set_arn(self.arn);
        let (mut found, mut pages) = (Vec::new(), request.into_paginator().send());
        while let Some(page) = pages.next().await {
            let Some(page) = desk.take(CALL, self.arn, page) else { break };
            found.extend(page.customer_managed_policy_references().iter().map(reference));
        }
        found
    }

    /// Account by account, for AWS tells them in no other way.
    async fn assignments(&self, desk: &mut Desk) -> Vec<Value> {
        let PermissionSet { client, instance, arn } = *self;
        let mut found = Vec::new();
        let request = client.list_accounts_for_provisioned_permission_set();
        let mut pages = request.instance_arn(instance).permission_set_arn(arn).into_paginator().send();
        let mut accounts = Vec::new();
        while let Some(page) = pages.next().await {
            let Some(page) = desk.take("sso:ListAccountsForProvisionedPermissionSet", arn, page) else { break };
            accounts.extend(page.account_ids.unwrap_or_default());
        }
        for account in accounts {
            let request = client.list_account_assignments().instance_arn(instance).permission_set_arn(arn);
            let mut pages = request.account_id(&account).into_paginator().send();
            while let Some(page) = pages.next().await {
                let Some(page) = desk.take("sso:ListAccountAssignments", arn, page) else { break };
                found.extend(page.account_assignments().iter().map(|one| {
                    let kind = one.principal_type().map(|kind| kind.as_str());
                    json!({ "AccountId": one.account_id(), "PrincipalType": kind, "PrincipalId": one.principal_id() })
                }));
            }
        }
        found
    }
}

fn bounds(boundary: &PermissionsBoundary) -> Value {
    json!({
        "ManagedPolicyArn": boundary.managed_policy_arn(),
        "CustomerManagedPolicyReference": boundary.customer_managed_policy_reference().map(reference),
    })
}

fn reference(reference: &CustomerManagedPolicyReference) -> Value {
    json!({ "Name": reference.name(), "Path": reference.path() })
}
