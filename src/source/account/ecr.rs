//! Policies of repositories.

use aws_config::SdkConfig;
use aws_sdk_ecr::Client;
use serde_json::Value;

use super::desk::Desk;
use super::policies::Policies;

/// The repository has no policy, or was deleted since it was listed.
const NOTHING: &[&str] = &["RepositoryPolicyNotFoundException", "RepositoryNotFoundException"];

pub(super) async fn read(config: &SdkConfig, desk: &mut Desk) -> Option<Value> {
    let mut policies = Policies::default();
    let client = Client::new(config);
    let mut pages = client.describe_repositories().into_paginator().send();
    while let Some(page) = pages.next().await {
        let Some(page) = desk.take("ecr:DescribeRepositories", "", page) else { break };
        for repository in page.repositories() {
            let (Some(arn), Some(name)) = (repository.repository_arn(), repository.repository_name()) else { continue };
            let answer = client.get_repository_policy().repository_name(name).send().await;
            if let Some(answer) = desk.take_unless("ecr:GetRepositoryPolicy", arn, NOTHING, answer) {
                policies.add(arn, answer.policy_text());
            }
        }
    }
    policies.document(desk)
}
