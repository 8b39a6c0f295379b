//! Policies of buckets, in whichever region each is.

use std::collections::BTreeMap;

use aws_config::{Region, SdkConfig};
use aws_sdk_s3::Client;
use serde_json::Value;

use super::desk::Desk;
use super::policies::Policies;

/// With a limit the answer also tells the buckets' regions.
const PAGE: i32 = 1000;

/// The bucket has no policy, or was deleted since it was listed.
const NOTHING: &[&str] = &["NoSuchBucketPolicy", "NoSuchBucket"];

pub(super) async fn read(config: &SdkConfig, partition: &str, desk: &mut Desk) -> Option<Value> {
    let mut policies = Policies::default();
    let mut clients: BTreeMap<Option<String>, Client> = BTreeMap::new();
    let mut pages = Client::new(config).list_buckets().max_buckets(PAGE).into_paginator().send();
    while let Some(page) = pages.next().await {
        let Some(page) = desk.take("s3:ListAllMyBuckets", "", page) else { break };
        for bucket in page.buckets() {
            let Some(name) = bucket.name() else { continue };
            let region = bucket.bucket_region().map(str::to_owned);
            let client = clients.entry(region.clone()).or_insert_with(|| client(config, region));
            let arn = format!("arn:{partition}:s3:::{name}");
            let answer = client.get_bucket_policy().bucket(name).send().await;
            if let Some(answer) = desk.take_unless("s3:GetBucketPolicy", &arn, NOTHING, answer) {
                policies.add(&arn, answer.policy());
            }
        }
    }
    policies.document(desk)
}

fn client(config: &SdkConfig, region: Option<String>) -> Client {
    match region {
        Some(region) => Client::new(&config.to_builder().region(Region::new(region)).build()),
        None => Client::new(config),
    }
}
