//! Policies of secrets; never their values.

use aws_config::SdkConfig;
use aws_sdk_secretsmanager::Client;
use serde_json::Value;

use super::desk::Desk;
use super::policies::Policies;

/// The secret was deleted since it was listed.
const NOTHING: &[&str] = &["ResourceNotFoundException"];

pub(super) async fn read(config: &SdkConfig, desk: &mut Desk) -> Option<Value> {
    let mut policies = Policies::default();
    let client = Client::new(config);
    let mut pages = client.list_secrets().into_paginator().send();
    while let Some(page) = pages.next().await {
        let Some(page) = desk.take("secretsmanager:ListSecrets", "", page) else { break };
        for arn in page.secret_list().iter().filter_map(|secret| secret.arn()) {
            let answer = client.get_resource_policy().secret_id(arn).send().await;
            if let Some(answer) = desk.take_unless("secretsmanager:GetResourcePolicy", arn, NOTHING, answer) {
                policies.add(arn, answer.resource_policy());
            }
        }
    }
    policies.document(desk)
}
