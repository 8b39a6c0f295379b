//! What an account says of itself: the documents that a snapshot is made of, read call by call.
//!
//! `part` tells which calls each document takes; a file for each service makes them; `desk` keeps what was refused.

mod credential_report;
mod desk;
mod details;
mod ecr;
mod identity_center;
mod iam_json;
mod kms;
mod lambda;
mod last_accessed;
mod organization;
mod part;
mod policies;
mod s3;
mod secrets_manager;
mod sns;
mod sqs;
mod trails;

use std::sync::Arc;

use aws_config::{Region, SdkConfig};
use aws_sdk_sts::Client;

use super::error::Error;
use super::identity::Identity;
use super::runtime::Engine;
use super::session::{assumed, reason, session};
use desk::Desk;

pub use desk::Refused;
pub use part::{ASSUME, Part, Reach};

/// Tries of one request. IAM and Organizations answer few requests a second, whoever asks; pauses of up to 20
/// seconds between so many tries wait out more than a minute of being throttled.
const TRIES: u32 = 8;

/// An account that can be asked.
#[derive(Clone)]
pub struct Account {
    engine: Arc<Engine>,
    config: SdkConfig,
    external_id: Option<String>,
    /// 12 digits.
    pub id: String,
    /// As `aws`.
    pub partition: String,
}

/// What was had of a part.
#[derive(Debug, Default)]
pub struct Gathered {
    /// The document, as far as it could be had; none when nothing could.
    pub document: Option<Vec<u8>>,
    /// What could not be had.
    pub refused: Vec<Refused>,
}

impl Account {
    /// The account of the caller. Errors: nobody says who is asking, or AWS does not know them.
    pub fn of_caller(identity: &Identity, region: Option<String>) -> Result<Account, Error> {
        let engine = Arc::new(Engine::start()?);
        let config = engine.wait(session(identity, region, TRIES))?;
        let caller = engine.wait(async {
            let answer = Client::new(&config).get_caller_identity().send().await;
            answer.map_err(|error| Error::Caller { reason: reason(&error) })
        })?;
        let arn = caller.arn().unwrap_or_default();
        let partition = arn.split(':').nth(1).unwrap_or("aws").to_owned();
        let id = caller.account().unwrap_or_default().to_owned();
        Ok(Account { engine, config, external_id: identity.external_id.clone(), id, partition })
    }

    /// Another account, as a role there; or why the role cannot be assumed.
    pub fn assume(&self, id: &str, role_name: &str) -> Result<Account, Refused> {
        let role = format!("arn:{}:iam::{id}:role/{}", self.partition, role_name.trim_start_matches('/'));
        let config = self.engine.wait(async { Ok(assumed(&self.config, &role, self.external_id.as_deref()).await) });
        match config.unwrap_or_else(|error| Err(error.to_string())) {
            Ok(config) => Ok(Account { config, id: id.to_owned(), ..self.clone() }),
            Err(reason) => Err(Refused { call: ASSUME, of: role, reason }),
        }
    }

    /// The region that is asked when no other is named.
    pub fn region(&self) -> String {
        self.config.region().map(ToString::to_string).unwrap_or_default()
    }

    /// Reads one part, in one region if it has regions.
    pub fn read(&self, part: Part, region: Option<&str>) -> Gathered {
        let config = match region {
            Some(region) => self.config.to_builder().region(Region::new(region.to_owned())).build(),
            None => self.config.clone(),
        };
        let mut desk = Desk::new(part);
        let document = self.engine.wait(async { Ok(self.document(part, &config, &mut desk).await) });
        match document {
            Ok(document) => Gathered { document, refused: desk.refused },
            Err(error) => {
                let call = part.calls().first().copied().unwrap_or_default();
                desk.refused.push(Refused { call, of: String::new(), reason: error.to_string() });
                Gathered { document: None, refused: desk.refused }
            }
        }
    }

    async fn document(&self, part: Part, config: &SdkConfig, desk: &mut Desk) -> Option<Vec<u8>> {
        let document = match part {
            Part::CredentialReport => return credential_report::read(config, desk).await,
            Part::Details => details::read(config, desk).await,
            Part::Trails => trails::read(config, &self.id, desk).await,
            Part::LastAccessed => last_accessed::read(config, desk).await,
            Part::S3 => s3::read(config, &self.partition, desk).await,
            Part::Kms => kms::read(config, desk).await,
            Part::Sqs => sqs::read(config, desk).await,
            Part::Sns => sns::read(config, desk).await,
            Part::Lambda => lambda::read(config, desk).await,
            Part::SecretsManager => secrets_manager::read(config, desk).await,
            Part::Ecr => ecr::read(config, desk).await,
            Part::Organization => organization::read(config, desk).await,
            Part::IdentityCenter => identity_center::read(config, desk).await,
        };
        document.map(|document| format!("{:#}\n", iam_json::without_nulls(document)).into_bytes())
    }
}
