//! When each user, group and role last used which service and action, as IAM itself remembers it for 400 days.

use std::time::Duration;

use aws_config::SdkConfig;
use aws_sdk_iam::Client;
use aws_sdk_iam::types::AccessAdvisorUsageGranularityType::ActionLevel;
use aws_sdk_iam::types::EntityType::{Group, Role, User};
use aws_sdk_iam::types::JobStatusType;
use serde_json::{Map, Value, json};
use tokio::time::sleep;

use super::desk::Desk;
use super::iam_json;

/// Entities whose answers are worked out at once by IAM.
const AT_ONCE: usize = 20;

/// Between two questions whether an answer is there.
const PAUSE: Duration = Duration::from_secs(1);

/// How often one answer is asked for, at most.
const QUESTIONS: usize = 60;

const ASK: &str = "iam:GenerateServiceLastAccessedDetails";
const FETCH: &str = "iam:GetServiceLastAccessedDetails";

pub(super) async fn read(config: &SdkConfig, desk: &mut Desk) -> Option<Value> {
    let client = Client::new(config);
    let entities = entities(&client, desk).await;
    let mut found = Map::new();
    for some in entities.chunks(AT_ONCE) {
        let mut jobs = Vec::new();
        for arn in some {
            let request = client.generate_service_last_accessed_details().arn(arn).granularity(ActionLevel);
            let nothing = &["NoSuchEntity"];
            if let Some(job) = desk.take_unless(ASK, arn, nothing, request.send().await).and_then(|job| job.job_id) {
                jobs.push((arn, job));
            }
        }
        for (arn, job) in jobs {
            if let Some(services) = services(&client, arn, &job, desk).await {
                found.insert(arn.clone(), Value::Array(services));
            }
        }
    }
    let is_refused = found.is_empty() && !desk.refused.is_empty();
    (!is_refused).then(|| json!({ "LastAccessed": found }))
}

/// The ARNs of all users, groups and roles.
async fn entities(client: &Client, desk: &mut Desk) -> Vec<String> {
    let mut arns = Vec::new();
    let request = client.get_account_authorization_details().filter(User).filter(Group).filter(Role);
    let mut pages = request.into_paginator().send();
    while let Some(page) = pages.next().await {
        let Some(page) = desk.take("iam:GetAccountAuthorizationDetails", "", page) else { break };
        arns.extend(page.user_detail_list.into_iter().flatten().filter_map(|user| user.arn));
        arns.extend(page.group_detail_list.into_iter().flatten().filter_map(|group| group.arn));
        arns.extend(page.role_detail_list.into_iter().flatten().filter_map(|role| role.arn));
    }
    arns
}

/// The services of one entity, once IAM has worked them out.
async fn services(client: &Client, arn: &str, job: &str, desk: &mut Desk) -> Option<Vec<Value>> {
    let (mut services, mut marker) = (Vec::new(), None);
    let mut questions = 0;
    loop {
        let request = client.get_service_last_accessed_details().job_id(job).set_marker(marker.clone());
        let answer = desk.take(FETCH, arn, request.send().await)?;
        match answer.job_status() {
            JobStatusType::Completed => {
                services.extend(answer.services_last_accessed().iter().map(iam_json::last_accessed));
                marker = answer.marker;
                if marker.is_none() {
                    return Some(services);
                }
            }
            JobStatusType::InProgress if questions < QUESTIONS => {
                questions += 1;
                sleep(PAUSE).await;
            }
            status => {
                let status = status.as_str();
                let message = answer.error().map(|error| error.message()).unwrap_or_default();
                desk.refuse(FETCH, arn, format!("the job is {status} {message}").trim().to_owned());
                return None;
            }
        }
    }
}
