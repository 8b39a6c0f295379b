//! Who asks, where, and over what: the configuration that all AWS clients share. And how their errors read.

use std::time::Duration;

use aws_config::profile::ProfileFileCredentialsProvider;
use aws_config::provider_config::ProviderConfig;
use aws_config::retry::RetryConfig;
use aws_config::sts::AssumeRoleProvider;
use aws_config::timeout::TimeoutConfig;
use aws_config::{BehaviorVersion, Region, SdkConfig};
use aws_sdk_s3::config::{ProvideCredentials, SharedCredentialsProvider};
use aws_sdk_s3::error::{ProvideErrorMetadata, SdkError};
use aws_smithy_http_client::tls::Provider;
use aws_smithy_http_client::tls::rustls_provider::CryptoMode;

use super::error::Error;
use super::identity::Identity;
use super::secrets::shortened;

/// How long a connection may take, and how long a service may think before its answer begins: whoever takes longer
/// is asked again.
const CONNECT: Duration = Duration::from_secs(5);
pub(super) const ANSWER: Duration = Duration::from_secs(30);

/// What assumed roles call their sessions; CloudTrail shows it.
const SESSION: &str = "trailfit";

/// The configuration from the environment and the profile, for one region, with so many tries of each request and
/// growing pauses between them. Fails at once when nobody says who is asking, not at the first request.
pub(super) async fn session(identity: &Identity, region: Option<String>, tries: u32) -> Result<SdkConfig, Error> {
    let client = aws_smithy_http_client::Builder::new().tls_provider(Provider::Rustls(CryptoMode::Ring)).build_https();
    let mut loader = aws_config::defaults(BehaviorVersion::latest())
        .http_client(client.clone())
        .timeout_config(TimeoutConfig::builder().connect_timeout(CONNECT).read_timeout(ANSWER).build())
        .retry_config(RetryConfig::standard().with_max_attempts(tries));
    if let Some(profile) = &identity.profile {
        loader = loader.profile_name(profile);
    }
    if let Some(region) = region {
        loader = loader.region(Region::new(region));
    }
    let mut config = loader.load().await;
    if config.region().is_none() {
        return Err(Error::Region);
    }
    if let Some(profile) = &identity.profile {
        // Who names a profile means it; by itself the SDK would rather take keys from the environment.
        let known = ProviderConfig::without_region().with_http_client(client).with_region(config.region().cloned());
        let provider = ProfileFileCredentialsProvider::builder().profile_name(profile).configure(&known).build();
        config = config.into_builder().credentials_provider(SharedCredentialsProvider::new(provider)).build();
    }
    let Some(provider) = config.credentials_provider() else {
        return Err(Error::Credentials { reason: "none are configured".to_owned(), source: None });
    };
    if let Err(error) = provider.provide_credentials().await {
        return Err(Error::Credentials { reason: chain(&error), source: Some(Box::new(error)) });
    }
    match &identity.role_arn {
        Some(role) => assumed(&config, role, identity.external_id.as_deref())
            .await
            .map_err(|reason| Error::Role { role: role.clone(), reason }),
        None => Ok(config),
    }
}

/// The same configuration as a role, assumed once to see that it can be; the SDK assumes it again before the
/// session ends. Or what stands in the way.
pub(super) async fn assumed(config: &SdkConfig, role: &str, external_id: Option<&str>) -> Result<SdkConfig, String> {
    // The provider would wrap what the service answers in words of its own.
    let request = aws_sdk_sts::Client::new(config).assume_role().role_arn(role).role_session_name(SESSION);
    request.set_external_id(external_id.map(str::to_owned)).send().await.map_err(|error| reason(&error))?;
    let mut builder = AssumeRoleProvider::builder(role).session_name(SESSION).configure(config);
    if let Some(external_id) = external_id {
        builder = builder.external_id(external_id);
    }
    let provider = SharedCredentialsProvider::new(builder.build().await);
    Ok(config.to_builder().credentials_provider(provider).build())
}

/// What a service answered: its own code and message, or what stood in the way of an answer.
pub(super) fn reason<E>(error: &SdkError<E>) -> String
where
    E: ProvideErrorMetadata + std::error::Error + 'static,
{
    let bucket_region = error.raw_response().and_then(|response| response.headers().get("x-amz-bucket-region"));
    match (error.code(), error.message()) {
        (Some("PermanentRedirect" | "AuthorizationHeaderMalformed"), _) if bucket_region.is_some() => {
            let region = bucket_region.unwrap_or_default();
            format!("the bucket is in another region: set AWS_REGION={region}")
        }
        (Some(code), Some(message)) => shortened(&format!("{code}: {message}")),
        (Some(code), None) => code.to_owned(),
        (None, _) => chain(error),
    }
}

/// An error with all its causes, on one line.
pub(super) fn chain(error: &dyn std::error::Error) -> String {
    let line = |error: &dyn std::error::Error| {
        let text = error.to_string();
        text.split_whitespace().collect::<Vec<_>>().join(" ").trim_end_matches('.').to_owned()
    };
    let mut text = line(error);
    let mut cause = error.source();
    while let Some(error) = cause {
        let reason = line(error);
        if !text.contains(&reason) {
            text.push_str(": ");
            text.push_str(&reason);
        }
        cause = error.source();
    }
    shortened(&text)
}

#[cfg(test)]
mod tests {
    use std::fmt;

    use super::chain;

    #[derive(Debug)]
    struct Told(&'static str, Option<Box<Told>>);

    impl fmt::Display for Told {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str(self.0)
        }
    }

    impl std::error::Error for Told {
        fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
            self.1.as_deref().map(|cause| cause as _)
        }
    }

    #[test]
    fn causes_are_told_once_and_on_one_line() {
        let cause = |text, cause| Some(Box::new(Told(text, cause)));
        let error = Told("no answer:\n  refused.", cause("refused", cause("port 9", None)));
        assert_eq!(chain(&error), "no answer: refused: port 9");
    }
}
