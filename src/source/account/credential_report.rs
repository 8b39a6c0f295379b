//! The credential report: asked for, waited for, fetched. CSV as IAM gives it.

use std::time::Duration;

use aws_config::SdkConfig;
use aws_sdk_iam::Client;
use aws_sdk_iam::types::ReportStateType;
use tokio::time::sleep;

use super::desk::Desk;

/// Between two questions whether it is made; AWS takes seconds, of large accounts a minute or two.
const PAUSE: Duration = Duration::from_secs(1);

/// How often it is asked for, at most.
const QUESTIONS: usize = 180;

pub(super) async fn read(config: &SdkConfig, desk: &mut Desk) -> Option<Vec<u8>> {
    let client = Client::new(config);
    if !is_made(&client, desk).await? {
        let reason = format!("not made within {} seconds", PAUSE.as_secs() * QUESTIONS as u64);
        desk.refuse("iam:GenerateCredentialReport", "", reason);
        return None;
    }
    let report = desk.take("iam:GetCredentialReport", "", client.get_credential_report().send().await)?;
    report.content.map(aws_sdk_iam::primitives::Blob::into_inner)
}

/// `None` when asking was refused.
async fn is_made(client: &Client, desk: &mut Desk) -> Option<bool> {
    for _ in 0..QUESTIONS {
        let answer = client.generate_credential_report().send().await;
        let answer = desk.take("iam:GenerateCredentialReport", "", answer)?;
        if answer.state() == Some(&ReportStateType::Complete) {
            return Some(true);
        }
        sleep(PAUSE).await;
    }
    Some(false)
}
