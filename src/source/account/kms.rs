//! Policies of keys.

use aws_config::SdkConfig;
use aws_sdk_kms::Client;
use serde_json::Value;

use super::desk::Desk;
use super::policies::Policies;

/// The key was deleted since it was listed.
const NOTHING: &[&str] = &["NotFoundException"];

/// The only name that a key policy can have.
const ONLY: &str = "default";

pub(super) async fn read(config: &SdkConfig, desk: &mut Desk) -> Option<Value> {
    let mut policies = Policies::default();
    let client = Client::new(config);
    let mut pages = client.list_keys().into_paginator().send();
    while let Some(page) = pages.next().await {
        let Some(page) = desk.take("kms:ListKeys", "", page) else { break };
        for arn in page.keys().iter().filter_map(|key| key.key_arn()) {
            let answer = client.get_key_policy().key_id(arn).policy_name(ONLY).send().await;
            if let Some(answer) = desk.take_unless("kms:GetKeyPolicy", arn, NOTHING, answer) {
                policies.add(arn, answer.policy());
            }
        }
    }
    policies.document(desk)
}
