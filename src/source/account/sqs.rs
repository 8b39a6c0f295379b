//! Policies of queues.

use aws_config::SdkConfig;
use aws_sdk_sqs::Client;
use aws_sdk_sqs::types::QueueAttributeName::{Policy, QueueArn};
use serde_json::Value;

use super::desk::Desk;
use super::policies::Policies;

/// Without a limit AWS gives no second page.
const PAGE: i32 = 1000;

/// The queue was deleted since it was listed.
const NOTHING: &[&str] = &["QueueDoesNotExist", "AWS.SimpleQueueService.NonExistentQueue"];

pub(super) async fn read(config: &SdkConfig, desk: &mut Desk) -> Option<Value> {
    let mut policies = Policies::default();
    let client = Client::new(config);
    let mut pages = client.list_queues().max_results(PAGE).into_paginator().send();
    while let Some(page) = pages.next().await {
        let Some(page) = desk.take("sqs:ListQueues", "", page) else { break };
        for url in page.queue_urls() {
            let request = client.get_queue_attributes().queue_url(url);
            let answer = request.attribute_names(Policy).attribute_names(QueueArn).send().await;
            let answer = desk.take_unless("sqs:GetQueueAttributes", url, NOTHING, answer);
            if let Some(attributes) = answer.as_ref().and_then(|answer| answer.attributes())
                && let Some(arn) = attributes.get(&QueueArn)
            {
                policies.add(arn, attributes.get(&Policy).map(String::as_str));
            }
        }
    }
    policies.document(desk)
}
