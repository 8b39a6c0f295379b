//! userIdentity → the principal that bears the policies, and what its session tells. It sees no policy.

use super::caller::Caller;
use super::event::{Event, Identity};
use super::principal::{Principal, PrincipalKind};

/// Values of `invokedBy` in older console records that are no service of their own.
const NO_SERVICE: [&str; 2] = ["signin.amazonaws.com", "AWS Internal"];

/// Tells who called.
pub(crate) fn identify(event: &Event<'_>) -> Caller {
    let identity = &event.identity;
    let principal = principal(identity, event);
    let via = match principal.kind {
        PrincipalKind::Service => None,
        _ => identity.invoked_by.clone().filter(|service| !NO_SERVICE.contains(&service.as_str())),
    };
    let session_name = match principal.kind {
        PrincipalKind::Role | PrincipalKind::FederatedUser => {
            identity.arn.as_deref().and_then(|arn| arn.rsplit_once('/')).map(|(_, name)| name.to_owned())
        }
        _ => identity.on_behalf_of.clone(),
    };
    Caller {
        principal,
        via,
        mfa: identity.mfa.filter(|_| identity.has_session),
        session_name,
        source_identity: identity.source_identity.clone(),
    }
}

/// Whether other members of the record than `userIdentity` say who called.
pub(crate) fn hangs_on_record(identity: &Identity) -> bool {
    match identity.kind.as_deref() {
        Some("IAMUser" | "User") => identity.arn.is_none(),
        Some("AWSService") | None => identity.invoked_by.is_none(),
        _ => false,
    }
}

fn principal(identity: &Identity, event: &Event<'_>) -> Principal {
    let account = identity.account.clone().unwrap_or_default();
    let id = identity.principal_id.clone().unwrap_or_default();
    let arn = identity.arn.clone();
    let of = |kind, arn: String, unique_id: String| Principal { account: account.clone(), kind, arn, unique_id };
    match identity.kind.as_deref() {
        Some("IAMUser" | "User") => match arn {
            Some(arn) => of(PrincipalKind::User, arn, id),
            None => of(PrincipalKind::User, user_arn(identity, &account, event), id),
        },
        Some("AssumedRole") => role(identity, account.clone()),
        Some("Role") => of(PrincipalKind::Role, arn.unwrap_or_default(), unique(&id)),
        Some("Root") => of(PrincipalKind::Root, arn.unwrap_or_else(|| format!("arn:aws:iam::{account}:root")), id),
        Some("FederatedUser") => federated(identity, account.clone()),
        Some("AWSAccount") if account == "ANONYMOUS_PRINCIPAL" || (account.is_empty() && id.is_empty()) => {
            Principal { account: String::new(), ..of(PrincipalKind::Anonymous, "anonymous".to_owned(), String::new()) }
        }
        Some("AWSAccount") => of(PrincipalKind::External, format!("{account}/{}", unique(&id)), unique(&id)),
        Some("SAMLUser") => {
            of(PrincipalKind::Saml, identity.provider.clone().or(arn).unwrap_or_else(|| id.clone()), id)
        }
        Some("WebIdentityUser") => {
            of(PrincipalKind::WebIdentity, identity.provider.clone().or(arn).unwrap_or_else(|| id.clone()), id)
        }
        Some("IdentityCenterUser") => {
            of(PrincipalKind::IdentityCenter, identity.on_behalf_of.clone().unwrap_or_else(|| id.clone()), id)
        }
        Some("AWSService") | None if identity.invoked_by.is_some() || identity.kind.is_some() => {
            let service = identity
                .invoked_by
                .clone()
                .or_else(|| event.source_address.as_deref().map(str::to_owned))
                .unwrap_or_default();
            Principal { account: String::new(), ..of(PrincipalKind::Service, service, String::new()) }
        }
        _ => of(
            PrincipalKind::Unknown,
            arn.or_else(|| identity.user_name.clone()).unwrap_or_else(|| "unknown".to_owned()),
            id,
        ),
    }
}

fn user_arn(identity: &Identity, account: &str, event: &Event<'_>) -> String {
    let partition = partition_of_region(&event.region);
    match &identity.user_name {
        Some(name) => format!("arn:{partition}:iam::{account}:user/{name}"),
        None => "unknown".to_owned(),
    }
}

/// The issuer's ARN has the role's path; the session's ARN has not. Some records lack the issuer.
fn role(identity: &Identity, account: String) -> Principal {
    let id = identity.issuer_id.as_deref().or(identity.principal_id.as_deref()).map(unique).unwrap_or_default();
    let account = identity.issuer_account.clone().unwrap_or(account);
    let session = identity.arn.as_deref().unwrap_or_default();
    let arn = match &identity.issuer_arn {
        Some(arn) => arn.clone(),
        None => session.rsplit_once('/').map_or(session, |(role, _)| role).to_owned(),
    };
    Principal { account, kind: PrincipalKind::Role, arn, unique_id: id }
}

/// A federated session has the issuing user's policies, cut by a session policy that no later record shows.
fn federated(identity: &Identity, account: String) -> Principal {
    let issued_by_user = identity.issuer_kind.as_deref() == Some("IAMUser");
    let arn =
        identity.issuer_arn.clone().filter(|_| issued_by_user).or_else(|| identity.arn.clone()).unwrap_or_default();
    let unique_id = identity.issuer_id.clone().or_else(|| identity.principal_id.clone()).unwrap_or_default();
    Principal { account, kind: PrincipalKind::FederatedUser, arn, unique_id }
}

/// `AROA…:session` → `AROA…`.
fn unique(principal_id: &str) -> String {
    principal_id.split(':').next().unwrap_or_default().to_owned()
}

/// The partition that a region belongs to, by the start of its name.
pub(crate) fn partition_of_region(region: &str) -> &'static str {
    const STARTS: [(&str, &str); 5] = [
        ("cn-", "aws-cn"),
        ("us-gov-", "aws-us-gov"),
        ("eusc-", "aws-eusc"),
        ("us-iso-", "aws-iso"),
        ("us-isob-", "aws-iso-b"),
    ];
    STARTS.iter().find(|(start, _)| region.starts_with(start)).map_or("aws", |(_, partition)| partition)
}

#[cfg(test)]
mod tests {
    use super::identify;
    use crate::trail::event::Event;
    use crate::trail::fields::Fields;

    fn case(identity: &str, expected: &str) {
        let raw = format!(
            r#"{{"eventTime":"2026-10-01T00:00:00Z","eventSource":"s3.amazonaws.com","eventName":"GetObject","awsRegion":"eu-west-1","userIdentity":{identity}}}"#
        );
        let caller = identify(&Event::read(&Fields::read(&raw).unwrap()).unwrap());
        let principal = &caller.principal;
        let seen = format!(
            "{} {} {} via={} session={}",
            principal.kind.name(),
            principal.arn,
            principal.unique_id,
            caller.via.unwrap_or_default(),
            caller.session_name.unwrap_or_default()
        );
        assert_eq!(seen, expected);
    }

    #[test]
    fn the_issuer_keeps_the_path() {
        case(
            r#"{"type":"AssumedRole","principalId":"AROA1:i-0abc","arn":"arn:aws:sts::111122223333:assumed-role/web/i-0abc","accountId":"111122223333","sessionContext":{"sessionIssuer":{"type":"Role","principalId":"AROA1","arn":"arn:aws:iam::111122223333:role/app/web","accountId":"111122223333"}},"invokedBy":"secretsmanager.amazonaws.com"}"#,
            "role arn:aws:iam::111122223333:role/app/web AROA1 via=secretsmanager.amazonaws.com session=i-0abc",
        );
    }

    #[test]
    fn a_role_without_issuer_is_known_by_name_and_id() {
        case(
            r#"{"type":"AssumedRole","principalId":"AROA1:s","arn":"arn:aws:sts::111122223333:assumed-role/web/s","accountId":"111122223333","sessionContext":{"sessionIssuer":{}}}"#,
            "role arn:aws:sts::111122223333:assumed-role/web AROA1 via= session=s",
        );
    }

    #[test]
    fn others() {
        case(
            r#"{"type":"AWSService","invokedBy":"lambda.amazonaws.com"}"#,
            "service lambda.amazonaws.com  via= session=",
        );
        case(r#"{"accountId":"111122223333","invokedBy":"AWS Internal"}"#, "service AWS Internal  via= session=");
        case(
            r#"{"type":"AWSAccount","principalId":"AROA9:ci","accountId":"444455556666"}"#,
            "external 444455556666/AROA9 AROA9 via= session=",
        );
        case(
            r#"{"type":"AWSAccount","principalId":"","accountId":"ANONYMOUS_PRINCIPAL"}"#,
            "anonymous anonymous  via= session=",
        );
        case(
            r#"{"type":"IAMUser","userName":"ann","accountId":"111122223333","invokedBy":"signin.amazonaws.com"}"#,
            "user arn:aws:iam::111122223333:user/ann  via= session=",
        );
        case(r#"{}"#, "unknown unknown  via= session=");
    }
}
