//! Flags that say as whom AWS is asked. Shared by all commands that ask it.

use clap::Args;

use crate::pipeline::Identity;

/// As whom AWS is asked.
#[derive(Args)]
pub(super) struct CredentialArgs {
    /// Profile of the AWS configuration [default: AWS_PROFILE]
    #[arg(long, value_name = "NAME")]
    pub(super) profile: Option<String>,
    /// Role that is assumed before AWS is asked anything
    #[arg(long, value_name = "ARN")]
    pub(super) role_arn: Option<String>,
    /// External id that the assumed roles demand
    #[arg(long, value_name = "ID")]
    pub(super) external_id: Option<String>,
}

impl CredentialArgs {
    pub(super) fn identity(&self) -> Identity {
        let CredentialArgs { profile, role_arn, external_id } = self;
        Identity { profile: profile.clone(), role_arn: role_arn.clone(), external_id: external_id.clone() }
    }
}
