//! Policies of functions. Those of single versions and aliases are not asked for.

use aws_config::SdkConfig;
use aws_sdk_lambda::Client;
use serde_json::Value;

use super::desk::Desk;
use super::policies::Policies;

/// The function has no policy, or was deleted since it was listed.
const NOTHING: &[&str] = &["ResourceNotFoundException"];

pub(super) async fn read(config: &SdkConfig, desk: &mut Desk) -> Option<Value> {
    let mut policies = Policies::default();
    let client = Client::new(config);
    let mut pages = client.list_functions().into_paginator().send();
    while let Some(page) = pages.next().await {
        let Some(page) = desk.take("lambda:ListFunctions", "", page) else { break };
        for arn in page.functions().iter().filter_map(|function| function.function_arn()) {
            let answer = client.get_policy().function_name(arn).send().await;
            if let Some(answer) = desk.take_unless("lambda:GetPolicy", arn, NOTHING, answer) {
                policies.add(arn, answer.policy());
            }
        }
    }
    policies.document(desk)
}
