//! Who bears the policies behind a call: the nouns. Reading them from a record is `identify`.

/// What kind of principal it is; the name of each stands in reports.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum PrincipalKind {
    /// An IAM user.
    User,
    /// An IAM role.
    Role,
    /// The account root user.
    Root,
    /// A GetFederationToken session: bounded by the issuing user's policies and its own session policy.
    FederatedUser,
    /// An AWS service by itself.
    Service,
    /// A principal of another account, known by its unique id.
    External,
    /// Federated through SAML, before it has a role.
    Saml,
    /// Federated through OIDC, before it has a role.
    WebIdentity,
    /// An Identity Center user, outside any role.
    IdentityCenter,
    /// Unsigned.
    Anonymous,
    /// The record does not tell.
    Unknown,
}

impl PrincipalKind {
    const ALL: [PrincipalKind; 11] = [
        PrincipalKind::User,
        PrincipalKind::Role,
        PrincipalKind::Root,
        PrincipalKind::FederatedUser,
        PrincipalKind::Service,
        PrincipalKind::External,
        PrincipalKind::Saml,
        PrincipalKind::WebIdentity,
        PrincipalKind::IdentityCenter,
        PrincipalKind::Anonymous,
        PrincipalKind::Unknown,
    ];

    /// The name in reports.
    pub fn name(self) -> &'static str {
        match self {
            PrincipalKind::User => "user",
            PrincipalKind::Role => "role",
            PrincipalKind::Root => "root",
            PrincipalKind::FederatedUser => "federated-user",
            PrincipalKind::Service => "service",
            PrincipalKind::External => "external",
            PrincipalKind::Saml => "saml-user",
            PrincipalKind::WebIdentity => "web-identity-user",
            PrincipalKind::IdentityCenter => "identity-center-user",
            PrincipalKind::Anonymous => "anonymous",
            PrincipalKind::Unknown => "unknown",
        }
    }

    /// The kind of that name.
    pub fn named(name: &str) -> Option<PrincipalKind> {
        PrincipalKind::ALL.into_iter().find(|kind| kind.name() == name)
    }
}

/// The principal that bears the policies. Equal names with another unique id are different principals:
/// a role that was deleted and made again is not the old one.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Principal {
    /// Its account; empty where it has none.
    pub account: String,
    /// Its kind.
    pub kind: PrincipalKind,
    /// The ARN with its path; `arn:P:sts::ACCOUNT:assumed-role/NAME` where the record gives a role without it;
    /// else the best name there is.
    pub arn: String,
    /// `AIDA…`, `AROA…`, or the account id of a root; empty where the record does not tell.
    pub unique_id: String,
}

impl Principal {
    /// The name of the user or role: what stands after the last `/` of the ARN.
    pub fn short_name(&self) -> &str {
        self.arn.rsplit('/').next().unwrap_or(&self.arn)
    }

    /// Writes what tells it from other principals, for hashing.
    pub(crate) fn write_id(&self, text: &mut Vec<u8>) {
        for value in [&self.account, self.kind.name(), &self.arn, &self.unique_id] {
            part(text, value);
        }
    }
}

/// Appends a value and an end mark, so that neighbouring values do not run into each other.
pub(crate) fn part(text: &mut Vec<u8>, value: &str) {
    const END: u8 = 0x1f;
    text.extend_from_slice(value.as_bytes());
    text.push(END);
}
