//! The `Principal` element against a caller: whether it is named, and how directly.
//!
//! How direct matters in the same account: the more directly a resource policy names a session,
//! the fewer of the session's own policies limit it.

use super::policy::{Effect, PrincipalList, Principals};
use super::request::Caller;
use super::truth::Truth;

/// How far the caller is named, by each way of naming.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Naming {
    /// As a member of an account: a delegation to that account.
    pub(super) account: Truth,
    /// As the role behind the session, or the user behind the federated session.
    pub(super) entity: Truth,
    /// As itself: the session or the user, or as anyone.
    pub(super) itself: Truth,
}

impl Naming {
    /// Not named at all.
    pub(super) const NOT: Naming = Naming { account: Truth::No, entity: Truth::No, itself: Truth::No };

    /// A statement without the element, in a policy of the caller's own.
    pub(super) const OWN: Naming = Naming { itself: Truth::Yes, ..Naming::NOT };

    fn itself(truth: Truth) -> Naming {
        Naming { itself: truth, ..Naming::NOT }
    }

    /// Named in any way.
    pub(super) fn any(self) -> Truth {
        self.account.or(self.entity).or(self.itself)
    }

    /// Each way that is true only if something else holds as well.
    pub(super) fn and(self, other: Truth) -> Naming {
        Naming { account: self.account.and(other), entity: self.entity.and(other), itself: self.itself.and(other) }
    }

    /// Each way from either.
    pub(super) fn or(self, other: Naming) -> Naming {
        Naming {
            account: self.account.or(other.account),
            entity: self.entity.or(other.entity),
            itself: self.itself.or(other.itself),
        }
    }
}

/// How the element of a statement with this effect names the caller.
pub(super) fn naming(principals: &Principals, effect: Effect, caller: &Caller) -> Naming {
    let list = match &principals.list {
        PrincipalList::Everyone if principals.negated => return Naming::NOT,
        PrincipalList::Everyone => return Naming::itself(Truth::Yes),
        PrincipalList::Named(list) => list,
    };
    let mut naming = Naming::NOT;
    for (kind, values) in list {
        for value in values {
            naming = naming.or(value_names(kind, value, caller));
        }
    }
    if principals.negated { Naming::itself(left_in(naming, effect, caller)) } else { naming }
}

/// Whether `NotPrincipal` leaves the caller in. It steps out only when every identity that it has
/// (account, role or user, session) is listed. A Deny hits those of whom the account alone is listed, as the
/// guide's example has it; with others of them listed in part, AWS promises nothing.
fn left_in(listed: Naming, effect: Effect, caller: &Caller) -> Truth {
    let member = matches!(caller, Caller::User(_) | Caller::Role { .. } | Caller::FederatedUser { .. });
    if member && effect == Effect::Deny && listed.entity.or(listed.itself) == Truth::No {
        return Truth::Yes;
    }
    let all = match caller {
        Caller::Role { .. } | Caller::FederatedUser { .. } => listed.account.and(listed.entity).and(listed.itself),
        Caller::User(_) => listed.account.and(listed.itself),
        _ => listed.any(),
    };
    match (all, listed.any()) {
        (Truth::Yes, _) => Truth::No,
        (_, Truth::No) => Truth::Yes,
        _ => Truth::Unknown,
    }
}

fn value_names(kind: &str, value: &str, caller: &Caller) -> Naming {
    match (kind, caller) {
        ("AWS", _) if value == "*" => Naming::itself(Truth::Yes),
        ("AWS", _) => aws_names(value, caller),
        ("Service", Caller::Service(name)) | ("Federated", Caller::Federated(name)) => {
            Naming::itself((value == "*" || value == name).into())
        }
        // Which account a canonical id stands for is not told here.
        ("CanonicalUser", _) if caller.account().is_some() => Naming { account: Truth::Unknown, ..Naming::NOT },
        _ => Naming::NOT,
    }
}

fn aws_names(value: &str, caller: &Caller) -> Naming {
    let Some(account) = caller.account() else {
        return Naming::NOT;
    };
    if value == account {
        return Naming { account: Truth::Yes, ..Naming::NOT };
    }
    let Some(named) = Named::parse(value) else {
        return Naming::NOT;
    };
    if named.account != account || partition(caller).is_some_and(|own| own != named.partition) {
        return Naming::NOT;
    }
    if named.rest == "root" {
        return Naming { account: Truth::Yes, ..Naming::NOT };
    }
    match caller {
        Caller::User(arn) => Naming::itself((value == arn).into()),
        Caller::Role { role, session } => role_names(named, value, role, session.as_deref()),
        Caller::FederatedUser { arn, issuer } => Naming {
            itself: (value == arn).into(),
            entity: match issuer {
                Some(issuer) => (value == issuer).into(),
                None if named.rest.starts_with("user/") => Truth::Unknown,
                None => Truth::No,
            },
            account: Truth::No,
        },
        _ => Naming::NOT,
    }
}

/// A role is known by its name, which is unique in its account: session ARNs do not show the path.
fn role_names(named: Named<'_>, value: &str, role: &str, session: Option<&str>) -> Naming {
    let Some(name) = role.rsplit('/').next() else {
        return Naming::NOT;
    };
    if let Some(path) = named.rest.strip_prefix("role/") {
        let same = named.service == "iam" && path.rsplit('/').next() == Some(name);
        return Naming { entity: same.into(), ..Naming::NOT };
    }
    match (named.rest.strip_prefix("assumed-role/"), session) {
        (Some(_), Some(session)) => Naming::itself((value == session).into()),
        (Some(rest), None) if rest.split('/').next() == Some(name) => Naming::itself(Truth::Unknown),
        _ => Naming::NOT,
    }
}

fn partition(caller: &Caller) -> Option<&str> {
    match caller {
        Caller::User(arn) | Caller::Role { role: arn, .. } | Caller::FederatedUser { arn, .. } => arn.split(':').nth(1),
        _ => None,
    }
}

/// A principal ARN, taken apart.
#[derive(Clone, Copy)]
struct Named<'a> {
    partition: &'a str,
    service: &'a str,
    account: &'a str,
    rest: &'a str,
}

impl<'a> Named<'a> {
    fn parse(arn: &'a str) -> Option<Named<'a>> {
        let mut parts = arn.splitn(6, ':');
        let ("arn", partition, service, _) = (parts.next()?, parts.next()?, parts.next()?, parts.next()?) else {
            return None;
        };
        Some(Named { partition, service, account: parts.next()?, rest: parts.next()? })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use Truth::{No, Unknown, Yes};

    const USER: &str = "arn:aws:iam::111122223333:user/team/ann";
    const ROLE: &str = "arn:aws:iam::111122223333:role/path/app";
    const SESSION: &str = "arn:aws:sts::111122223333:assumed-role/app/s1";

    fn user() -> Caller {
        Caller::User(USER.into())
    }

    fn role(session: Option<&str>) -> Caller {
        Caller::Role { role: ROLE.into(), session: session.map(str::to_owned) }
    }

    fn ask(negated: bool, kind: &str, values: &[&str], caller: &Caller) -> (Truth, Truth, Truth) {
        let values = values.iter().map(|&value| value.into()).collect();
        let list = PrincipalList::Named(vec![(kind.into(), values)]);
        let naming = naming(&Principals { negated, list }, Effect::Allow, caller);
        (naming.account, naming.entity, naming.itself)
    }

    #[test]
    fn aws_principals() {
        let case = |value: &str, caller: &Caller, expected: (Truth, Truth, Truth)| {
            assert_eq!(ask(false, "AWS", &[value], caller), expected, "{value}");
        };
        case("*", &Caller::Anonymous, (No, No, Yes));
        case("111122223333", &user(), (Yes, No, No));
        case("arn:aws:iam::111122223333:root", &role(None), (Yes, No, No));
        case("arn:aws-cn:iam::111122223333:root", &role(None), (No, No, No));
        case("444455556666", &user(), (No, No, No));
        case(USER, &user(), (No, No, Yes));
        case("arn:aws:iam::111122223333:user/ann", &user(), (No, No, No));
        case(ROLE, &role(None), (No, Yes, No));
        case("arn:aws:iam::111122223333:role/app", &role(None), (No, Yes, No));
        case("arn:aws:iam::111122223333:role/*", &role(None), (No, No, No));
        case(SESSION, &role(Some(SESSION)), (No, No, Yes));
        case(SESSION, &role(Some("arn:aws:sts::111122223333:assumed-role/app/s2")), (No, No, No));
        case(SESSION, &role(None), (No, No, Unknown));
        case("AROAEXAMPLE", &role(None), (No, No, No));
        case("111122223333", &Caller::Anonymous, (No, No, No));
        case("111122223333", &Caller::Root("111122223333".into()), (Yes, No, No));
    }

    #[test]
    fn other_types() {
        let service = Caller::Service("ec2.amazonaws.com".into());
        assert_eq!(ask(false, "Service", &["ec2.amazonaws.com"], &service), (No, No, Yes));
        assert_eq!(ask(false, "Service", &["ec2.amazonaws.com"], &user()), (No, No, No));
        let web = Caller::Federated("accounts.google.com".into());
        assert_eq!(ask(false, "Federated", &["accounts.google.com"], &web), (No, No, Yes));
        assert_eq!(ask(false, "CanonicalUser", &["79a59d"], &user()), (Unknown, No, No));
    }

    #[test]
    fn federated_users() {
        let caller = |issuer: Option<&str>| Caller::FederatedUser {
            arn: "arn:aws:sts::111122223333:federated-user/f".into(),
            issuer: issuer.map(str::to_owned),
        };
        assert_eq!(ask(false, "AWS", &[USER], &caller(Some(USER))), (No, Yes, No));
        assert_eq!(ask(false, "AWS", &[USER], &caller(None)), (No, Unknown, No));
        let own = "arn:aws:sts::111122223333:federated-user/f";
        assert_eq!(ask(false, "AWS", &[own], &caller(None)), (No, No, Yes));
    }

    #[test]
    fn not_principal() {
        let session = role(Some(SESSION));
        let all = ["111122223333", ROLE, SESSION];
        assert_eq!(ask(true, "AWS", &all, &session).2, No);
        assert_eq!(ask(true, "AWS", &[ROLE], &session).2, Unknown);
        assert_eq!(ask(true, "AWS", &["444455556666"], &session).2, Yes);
        assert_eq!(ask(true, "AWS", &[USER], &user()).2, Unknown);
        assert_eq!(ask(true, "AWS", &[USER, "111122223333"], &user()).2, No);
        assert_eq!(ask(true, "AWS", &[USER], &Caller::Anonymous).2, Yes);
        let account = Naming { account: Yes, ..Naming::NOT };
        assert_eq!(left_in(account, Effect::Deny, &user()), Yes);
        assert_eq!(left_in(account, Effect::Allow, &user()), Unknown);
        assert_eq!(left_in(account, Effect::Deny, &Caller::Root("111122223333".into())), No);
    }
}
