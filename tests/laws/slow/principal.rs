//! Who calls, and the Principal element.

use serde_json::Value;

use super::Said;
use super::element::entries;
use super::world::{Need, World};

/// The caller, from its ARN or name.
pub(super) enum Caller {
    User(String),
    Role { arn: String, session: Option<String> },
    FederatedUser { arn: String, issuer: Option<String> },
    Root(String),
    Service(String),
    Federated(String),
    Anonymous,
}

impl Caller {
    pub(super) fn read(request: &Value) -> Caller {
        let principal = request["principal"].as_str().unwrap_or_default();
        let told = |name: &str| request[name].as_str().map(str::to_owned);
        let parts: Vec<&str> = principal.splitn(6, ':').collect();
        if principal == "anonymous" {
            return Caller::Anonymous;
        }
        if parts.len() < 6 {
            let name = principal.to_owned();
            return if name.ends_with(".amazonaws.com") { Caller::Service(name) } else { Caller::Federated(name) };
        }
        let (partition, account, rest) = (parts[1], parts[4], parts[5]);
        let arn = principal.to_owned();
        match rest.split('/').next().unwrap_or_default() {
            "root" => Caller::Root(account.to_owned()),
            "user" => Caller::User(arn),
            "role" => Caller::Role { arn, session: told("session") },
            "assumed-role" => {
                let name = rest.split('/').nth(1).unwrap_or_default();
                Caller::Role { arn: format!("arn:{partition}:iam::{account}:role/{name}"), session: Some(arn) }
            }
            "federated-user" => Caller::FederatedUser { arn, issuer: told("issuer") },
            _ => Caller::Federated(arn),
        }
    }

    /// The ARN that tells partition and account.
    fn arn(&self) -> Option<&str> {
        match self {
            Caller::User(arn) | Caller::Role { arn, .. } | Caller::FederatedUser { arn, .. } => Some(arn),
            _ => None,
        }
    }

    pub(super) fn account(&self) -> Option<String> {
        match self {
            Caller::Root(account) => Some(account.clone()),
            _ => self.arn()?.split(':').nth(4).map(str::to_owned),
        }
    }
}

const NOT: Said = Said { denied: false, account: false, entity: false, itself: false };
const ITSELF: Said = Said { itself: true, ..NOT };
const ACCOUNT: Said = Said { account: true, ..NOT };

/// How the statement names the caller. A policy of the caller's own needs no Principal.
pub(super) fn named(
    statement: &Value,
    caller: &Caller,
    of_resource: bool,
    bounded: bool,
    world: &World,
) -> Result<Said, Need> {
    let (plain, inverse) = (&statement["Principal"], &statement["NotPrincipal"]);
    if !plain.is_null() {
        return names(plain, caller, world);
    }
    if inverse.is_null() {
        let holds = !of_resource || world.fact(&format!("names nobody: {statement}"))?;
        return Ok(Said { itself: holds, ..NOT });
    }
    let own = matches!(caller, Caller::User(_) | Caller::Role { .. });
    if bounded && own && statement["Effect"] == "Deny" {
        return Ok(ITSELF);
    }
    let listed = names(inverse, caller, world)?;
    let all = match caller {
        Caller::User(_) => listed.account && listed.itself,
        Caller::Role { .. } | Caller::FederatedUser { .. } => listed.account && listed.entity && listed.itself,
        _ => listed.allows(),
    };
    let everyone = *inverse == "*";
    // The guide's example: all users of an account but one are denied though the account is listed beside it.
    let member = matches!(caller, Caller::User(_) | Caller::Role { .. } | Caller::FederatedUser { .. });
    let by_account_alone = member && statement["Effect"] == "Deny" && !listed.entity && !listed.itself;
    let left_in = match (all || everyone, listed.allows() && !by_account_alone) {
        (true, _) => false,
        (false, false) => true,
        (false, true) => world.fact(&format!("leaves in whom it lists in part: {statement}"))?,
    };
    Ok(Said { itself: left_in, ..NOT })
}

fn names(principals: &Value, caller: &Caller, world: &World) -> Result<Said, Need> {
    if *principals == "*" {
        return Ok(ITSELF);
    }
    let mut all = NOT;
    for (kind, values) in principals.as_object().into_iter().flatten() {
        for value in entries(values) {
            let said = value_names(kind, value, caller, world)?;
            all.account |= said.account;
            all.entity |= said.entity;
            all.itself |= said.itself;
        }
    }
    Ok(all)
}

fn value_names(kind: &str, value: &str, caller: &Caller, world: &World) -> Result<Said, Need> {
    let itself = |holds| Said { itself: holds, ..NOT };
    Ok(match (kind, caller) {
        ("AWS", _) if value == "*" => ITSELF,
        ("AWS", _) => aws_names(value, caller, world)?,
        ("Service", Caller::Service(name)) | ("Federated", Caller::Federated(name)) => itself(name == value),
        ("CanonicalUser", caller) if caller.account().is_some() => {
            Said { account: world.fact(&format!("{value} is the account of the caller"))?, ..NOT }
        }
        _ => NOT,
    })
}

fn aws_names(value: &str, caller: &Caller, world: &World) -> Result<Said, Need> {
    let Some(account) = caller.account() else { return Ok(NOT) };
    if value == account {
        return Ok(ACCOUNT);
    }
    let parts: Vec<&str> = value.splitn(6, ':').collect();
    if parts.len() < 6 || parts[0] != "arn" || parts[4] != account {
        return Ok(NOT);
    }
    let partition = caller.arn().and_then(|arn| arn.split(':').nth(1));
    if partition.is_some_and(|partition| partition != parts[1]) {
        return Ok(NOT);
    }
    let rest = parts[5];
    if rest == "root" {
        return Ok(ACCOUNT);
    }
    Ok(match caller {
        Caller::User(arn) => Said { itself: value == arn, ..NOT },
        Caller::Role { arn, session } => {
            // Role names are unique in an account; sessions do not show the path.
            let name = |arn: &str| arn.rsplit('/').next().unwrap_or_default().to_owned();
            let (is_role, is_session) = (rest.starts_with("role/"), rest.starts_with("assumed-role/"));
            let itself = match session {
                Some(session) => is_session && value == session,
                None if is_session && rest.split('/').nth(1) == Some(&name(arn)) => {
                    world.fact(&format!("the session is {value}"))?
                }
                None => false,
            };
            Said { entity: is_role && parts[2] == "iam" && name(value) == name(arn), itself, ..NOT }
        }
        Caller::FederatedUser { arn, issuer } => {
            let entity = match issuer {
                Some(issuer) => value == issuer,
                None if rest.starts_with("user/") => world.fact(&format!("the session was issued by {value}"))?,
                None => false,
            };
            Said { itself: value == arn, entity, ..NOT }
        }
        _ => NOT,
    })
}
