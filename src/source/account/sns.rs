//! Policies of topics.

use aws_config::SdkConfig;
use aws_sdk_sns::Client;
use serde_json::Value;

use super::desk::Desk;
use super::policies::Policies;

/// The topic was deleted since it was listed.
const NOTHING: &[&str] = &["NotFound"];

pub(super) async fn read(config: &SdkConfig, desk: &mut Desk) -> Option<Value> {
    let mut policies = Policies::default();
    let client = Client::new(config);
    let mut pages = client.list_topics().into_paginator().send();
    while let Some(page) = pages.next().await {
        let Some(page) = desk.take("sns:ListTopics", "", page) else { break };
        for arn in page.topics().iter().filter_map(|topic| topic.topic_arn()) {
            let answer = client.get_topic_attributes().topic_arn(arn).send().await;
            if let Some(answer) = desk.take_unless("sns:GetTopicAttributes", arn, NOTHING, answer) {
                let attributes = answer.attributes();
                policies.add(arn, attributes.and_then(|all| all.get("Policy")).map(String::as_str));
            }
        }
    }
    policies.document(desk)
}
