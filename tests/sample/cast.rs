//! Who plays: accounts, roles, the user, and what they own. Names, numbers and addresses are invented;
//! accounts, addresses and domains are those reserved for documentation.

use serde_json::{Value, json};

use super::moment::Moment;
use super::record::{Actor, code};

/// The account of the shop itself.
pub(crate) const PRODUCTION: &str = "111122223333";
/// The account of the build tools.
pub(crate) const TOOLS: &str = "444455556666";
/// The organization.
pub(crate) const ORGANIZATION: &str = "o-exampleorg1";
/// Where the shop lives.
pub(crate) const HOME: &str = "eu-central-1";
/// Where global services write their events.
pub(crate) const GLOBAL: &str = "us-east-1";

/// The key of the payment secret.
pub(crate) const KEY: &str = "arn:aws:kms:eu-central-1:111122223333:key/0f3e2d1c-4b5a-4978-8796-a5b4c3d2e1f0";
/// The payment secret.
pub(crate) const SECRET: &str = "arn:aws:secretsmanager:eu-central-1:111122223333:secret:shop/payment-Qw3rTz";
/// The VPC endpoint through which the web servers reach S3.
pub(crate) const ENDPOINT: &str = "vpce-0a1b2c3d4e5f67890";

/// A role of the cast.
#[derive(Clone, Copy)]
pub(crate) struct RoleCard {
    /// Its account.
    pub(crate) account: &'static str,
    /// `/…/`.
    pub(crate) path: &'static str,
    /// Its name.
    pub(crate) name: &'static str,
    /// `AROA…`.
    pub(crate) id: &'static str,
}

const fn role(account: &'static str, path: &'static str, name: &'static str, id: &'static str) -> RoleCard {
    RoleCard { account, path, name, id }
}

pub(crate) const SHOP_CI: RoleCard = role(PRODUCTION, "/ci/", "shop-ci", "AROAEXAMPLESHOPCI0001");
pub(crate) const SHOP_TASK: RoleCard = role(PRODUCTION, "/app/", "shop-task", "AROAEXAMPLESHOPTASK01");
pub(crate) const TASK_EXECUTION: RoleCard = role(PRODUCTION, "/app/", "shop-task-execution", "AROAEXAMPLETASKEXEC01");
pub(crate) const ORDER_INTAKE: RoleCard = role(PRODUCTION, "/service-role/", "order-intake", "AROAEXAMPLEORDERIN001");
pub(crate) const CATALOG_API: RoleCard = role(PRODUCTION, "/service-role/", "catalog-api", "AROAEXAMPLECATALOG001");
pub(crate) const PHOTO_RESIZER: RoleCard = role(PRODUCTION, "/service-role/", "photo-resizer", "AROAEXAMPLEPHOTORS001");
pub(crate) const WORKSHOP_WEB: RoleCard = role(PRODUCTION, "/app/", "workshop-web", "AROAEXAMPLEWEBSHOP001");
pub(crate) const RETURNS_PORTAL: RoleCard = role(PRODUCTION, "/app/", "returns-portal", "AROAEXAMPLERETURNS001");
pub(crate) const QUARTER_CLOSE: RoleCard = role(PRODUCTION, "/batch/", "quarter-close", "AROAEXAMPLEQUARTER001");
pub(crate) const RDS_EXPORT: RoleCard = role(PRODUCTION, "/batch/", "rds-export", "AROAEXAMPLERDSEXPRT01");
pub(crate) const CATALOG_DEPLOY: RoleCard = role(PRODUCTION, "/deploy/", "catalog-deploy", "AROAEXAMPLECATDEPLY01");
pub(crate) const SUPPORT: RoleCard = role(
    PRODUCTION,
    "/aws-reserved/sso.amazonaws.com/eu-central-1/",
    "AWSReservedSSO_ShopSupport_3f9ac2d41b7e6058",
    "AROAEXAMPLESUPPORT001",
);
pub(crate) const ADMIN: RoleCard = role(
    PRODUCTION,
    "/aws-reserved/sso.amazonaws.com/eu-central-1/",
    "AWSReservedSSO_PlatformAdmin_a71c05e9d2846bf3",
    "AROAEXAMPLEADMINPRD01",
);
pub(crate) const TOOLS_ADMIN: RoleCard = role(
    TOOLS,
    "/aws-reserved/sso.amazonaws.com/eu-central-1/",
    "AWSReservedSSO_PlatformAdmin_5d20e8b9c4f7163a",
    "AROAEXAMPLEADMINTLS01",
);
pub(crate) const ECS_LINKED: RoleCard =
    role(PRODUCTION, "/aws-service-role/ecs.amazonaws.com/", "AWSServiceRoleForECS", "AROAEXAMPLEECSLINK001");
pub(crate) const CATALOG_RUNNER: RoleCard = role(TOOLS, "/pipeline/", "catalog-runner", "AROAEXAMPLERUNNER0001");

/// The only IAM user who still works.
pub(crate) const PRINTER_ARN: &str = "arn:aws:iam::111122223333:user/legacy/label-printer";
pub(crate) const PRINTER_ID: &str = "AIDAEXAMPLEPRINTER001";
/// Its long-lived key.
pub(crate) const PRINTER_KEY: &str = "AKIAEXAMPLEPRINTER01";

/// The support colleague, and the platform administrator.
pub(crate) const MARA: &str = "mara.lindqvist@example.com";
pub(crate) const JONAS: &str = "jonas.keller@example.com";

impl RoleCard {
    /// The role's ARN, with its path.
    pub(crate) fn arn(&self) -> String {
        format!("arn:aws:iam::{}:role{}{}", self.account, self.path, self.name)
    }

    /// The temporary key of a session.
    pub(crate) fn session_key(&self, session: &str, since: Moment) -> String {
        format!("ASIAEXAMPLE{}", code(&format!("{}{session}{since}", self.id), 9))
    }

    /// A session of the role.
    pub(crate) fn session(&self, session: &str, since: Moment, ip: &str, agent: &str) -> Actor {
        let identity = json!({
            "type": "AssumedRole",
            "principalId": format!("{}:{session}", self.id),
            "arn": format!("arn:aws:sts::{}:assumed-role/{}/{session}", self.account, self.name),
            "accountId": self.account,
            "accessKeyId": self.session_key(session, since),
            "sessionContext": {
                "sessionIssuer": {
                    "type": "Role",
                    "principalId": self.id,
                    "arn": self.arn(),
                    "accountId": self.account,
                    "userName": self.name,
                },
                "attributes": {"creationDate": since.to_string(), "mfaAuthenticated": "false"},
            },
        });
        Actor::new(identity, self.account, ip, agent)
    }
}

/// The IAM user with the long-lived key.
pub(crate) fn printer() -> Actor {
    let identity = json!({
        "type": "IAMUser",
        "principalId": PRINTER_ID,
        "arn": PRINTER_ARN,
        "accountId": PRODUCTION,
        "accessKeyId": PRINTER_KEY,
        "userName": "label-printer",
    });
    Actor::new(identity, PRODUCTION, "198.51.100.24", "aws-sdk-java/1.11.1034 Linux/5.4 label-printer")
}

/// An AWS service that acts by itself.
pub(crate) fn service(principal: &str, account: &'static str) -> Actor {
    let identity: Value = json!({"type": "AWSService", "invokedBy": principal});
    Actor::new(identity, account, principal, principal)
}
