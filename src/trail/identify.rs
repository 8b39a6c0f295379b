//! userIdentity → the principal that bears the policies, and what its session tells. It sees no policy.

use super::caller::Caller;
use super::event::{Event, Identity};
use super::principal::{Principal, PrincipalKind};

/// Values of `invokedBy` in older console records that are no service of their own.
const NO_SERVICE: [&str; 2] = ["signin.amazonaws.com", "AWS Internal"];

/// Tells who called.
pub(crate) fn identify(event: &Event<'_>) -> Caller {
    caller(&event.identity, Some(event))
}

/// Tells who called from `userIdentity` alone; `None`: it takes other members of the record.
pub(crate) fn identify_alone(identity: &Identity) -> Option<Caller> {
    (!hangs_on_record(identity)).then(|| caller(identity, None))
}

fn caller(identity: &Identity, event: Option<&Event<'_>>) -> Caller {
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
        token: token(identity),
    }
}

/// Whether other members of the record than `userIdentity` say who called.
fn hangs_on_record(identity: &Identity) -> bool {
    match identity.kind.as_deref() {
        Some("IAMUser" | "User") => identity.arn.is_none(),
        Some("AWSService") | None => identity.invoked_by.is_none(),
        Some("SAMLUser") => true,
        _ => false,
    }
}

fn principal(identity: &Identity, event: Option<&Event<'_>>) -> Principal {
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
            // The identity names the provider by a hash; the request, by its ARN.
            let provider = event.and_then(|event| event.parameters.as_object()?.get("principalArn")?.as_str());
            let named = provider.map(str::to_owned).or_else(|| identity.provider.clone()).or(arn);
            of(PrincipalKind::Saml, named.unwrap_or_else(|| id.clone()), id)
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
                .or_else(|| event?.source_address.as_deref().map(str::to_owned))
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

/// Providers whose tokens are told by other keys than `sub` and `aud`.
const OTHER_KEYS: [&str; 2] = ["graph.facebook.com", "www.amazon.com"];

/// The subject and the audience of an OIDC token: `userName`, and what stands before it in `provider:aud:sub`.
fn token(identity: &Identity) -> Vec<(String, String)> {
    let told = || {
        let (provider, subject) = (identity.provider.as_deref()?, identity.user_name.as_deref()?);
        let host = provider.split_once(":oidc-provider/").map_or(provider, |(_, host)| host);
        let audience = identity.principal_id.as_deref()?.strip_prefix(provider)?.strip_prefix(':')?;
        let audience = audience.strip_suffix(subject)?.strip_suffix(':')?;
        Some((host, audience, subject))
    };
    let is_oidc = identity.kind.as_deref() == Some("WebIdentityUser");
    let Some((host, audience, subject)) = told().filter(|(host, ..)| is_oidc && !OTHER_KEYS.contains(host)) else {
        return Vec::new();
    };
    let mut keys = vec![(format!("{host}:sub"), subject.to_owned())];
    // Google's key of that name is about another member of the token.
    if host != "accounts.google.com" {
        keys.push((format!("{host}:aud"), audience.to_owned()));
    }
    keys
}

fn user_arn(identity: &Identity, account: &str, event: Option<&Event<'_>>) -> String {
    let partition = partition_of_region(event.map_or("", |event| &event.region));
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

    fn token(identity: &str) -> Vec<(String, String)> {
        let raw = format!(
            r#"{{"eventTime":"2026-10-01T00:00:00Z","eventSource":"sts.amazonaws.com","eventName":"AssumeRoleWithWebIdentity","awsRegion":"eu-west-1","userIdentity":{identity}}}"#
        );
        identify(&Event::read(&Fields::read(&raw).unwrap()).unwrap()).token
    }

    #[test]
    fn a_token_tells_its_subject_and_audience() {
        let case = |provider: &str, audience: &str, subject: &str, expected: &[(&str, &str)]| {
            let told = token(&format!(
                r#"{{"type":"WebIdentityUser","principalId":"{provider}:{audience}:{subject}","userName":"{subject}","identityProvider":"{provider}"}}"#
            ));
            let told: Vec<(&str, &str)> = told.iter().map(|(key, value)| (key.as_str(), value.as_str())).collect();
            assert_eq!(told, expected);
        };
        case(
            "arn:aws:iam::111122223333:oidc-provider/token.example.com/id/1",
            "https://sts",
            "repo:shop:ref",
            &[("token.example.com/id/1:sub", "repo:shop:ref"), ("token.example.com/id/1:aud", "https://sts")],
        );
        case("accounts.google.com", "a", "1", &[("accounts.google.com:sub", "1")]);
        case("www.amazon.com", "a", "1", &[]);
        assert_eq!(token(r#"{"type":"WebIdentityUser","principalId":"p:a:s","identityProvider":"p"}"#), []);
        assert_eq!(token(r#"{"type":"SAMLUser","principalId":"p:a:s","userName":"s","identityProvider":"p"}"#), []);
    }

    #[test]
    fn a_saml_provider_is_named_by_the_request() {
        let provider = "arn:aws:iam::111122223333:saml-provider/office";
        let raw = format!(
            r#"{{"eventTime":"2026-10-01T00:00:00Z","eventSource":"sts.amazonaws.com","eventName":"AssumeRoleWithSAML","awsRegion":"eu-west-1","requestParameters":{{"principalArn":"{provider}"}},"userIdentity":{{"type":"SAMLUser","principalId":"hash=:ann","userName":"ann","identityProvider":"hash="}}}}"#
        );
        let event = Event::read(&Fields::read(&raw).unwrap()).unwrap();
        assert_eq!(identify(&event).principal.arn, provider);
        assert!(super::hangs_on_record(&event.identity));
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
