//! What is asked of the evaluator: who does what, on which resource, in which context.

use std::cmp::Ordering;

use super::pattern::Pattern;

/// One authorization request.
#[derive(Clone, Debug)]
pub struct Request<'a> {
    /// Who calls.
    pub caller: &'a Caller,
    /// The action, `prefix:Name`.
    pub action: &'a str,
    /// The resource, as exactly as it is known.
    pub resource: Resource<'a>,
    /// The account that owns the resource, where known (an ARN may carry none, as with S3).
    pub resource_account: Option<&'a str>,
    /// The condition keys of the request.
    pub context: &'a Context,
}

/// The caller.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Caller {
    /// An IAM user, by ARN.
    User(String),
    /// A role by ARN (with its path), and the session's `assumed-role` ARN where known.
    Role {
        /// `arn:P:iam::ACCOUNT:role/path/name`.
        role: String,
        /// `arn:P:sts::ACCOUNT:assumed-role/name/session`.
        session: Option<String>,
    },
    /// A federated-user session (GetFederationToken): its ARN and the issuing user's (or root's).
    FederatedUser {
        /// `arn:P:sts::ACCOUNT:federated-user/name`.
        arn: String,
        /// The ARN of the user who called GetFederationToken.
        issuer: Option<String>,
    },
    /// The account root user, by account id.
    Root(String),
    /// An AWS service, by service principal name.
    Service(String),
    /// A federated identity before it has a role: provider ARN or host.
    Federated(String),
    /// An unsigned request.
    Anonymous,
}

impl Caller {
    /// The account that the caller belongs to, if any.
    pub fn account(&self) -> Option<&str> {
        match self {
            Caller::User(arn) | Caller::Role { role: arn, .. } | Caller::FederatedUser { arn, .. } => {
                arn.split(':').nth(4).filter(|account| !account.is_empty())
            }
            Caller::Root(account) => Some(account),
            Caller::Service(_) | Caller::Federated(_) | Caller::Anonymous => None,
        }
    }
}

/// The resource of a request.
#[derive(Clone, Copy, Debug)]
pub enum Resource<'a> {
    /// One ARN (or `*`, for an action without resource-level permissions).
    Exact(&'a str),
    /// Some resource among those of the pattern: what a capped footprint remembers.
    /// A statement matches it when it covers the pattern, may match when both overlap.
    Within(&'a Pattern),
    /// Not told by the record. Only a statement on every resource surely matches.
    Unknown,
}

/// The value of a condition key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ContextValue {
    /// The key is known to be absent from the request.
    Absent,
    /// A single-valued key.
    One(String),
    /// A multivalued key; may be empty.
    Many(Vec<String>),
}

/// The condition keys of a request; key names compare without case.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Context {
    /// Sorted by key; keys are in lower case.
    values: Vec<(String, ContextValue)>,
    closed: bool,
}

impl Context {
    /// A context in which every key that is not given is unknown.
    pub fn open() -> Context {
        Context::default()
    }

    /// A context in which every key that is not given is absent.
    pub fn closed() -> Context {
        Context { values: Vec::new(), closed: true }
    }

    /// Sets a key.
    pub fn set(&mut self, key: &str, value: ContextValue) {
        match self.find(key) {
            Ok(place) => {
                if let Some(entry) = self.values.get_mut(place) {
                    entry.1 = value;
                }
            }
            Err(place) => self.values.insert(place, (key.to_ascii_lowercase(), value)),
        }
    }

    /// Sets a single-valued key.
    #[must_use]
    pub fn with(mut self, key: &str, value: impl Into<String>) -> Context {
        self.set(key, ContextValue::One(value.into()));
        self
    }

    /// The value of a key; `None` when it is unknown.
    pub fn get(&self, key: &str) -> Option<&ContextValue> {
        const ABSENT: &ContextValue = &ContextValue::Absent;
        match self.find(key) {
            Ok(place) => self.values.get(place).map(|(_, value)| value),
            Err(_) if self.closed => Some(ABSENT),
            Err(_) => None,
        }
    }

    /// The same for a key in lower case.
    pub(super) fn get_folded(&self, key: &str) -> Option<&ContextValue> {
        const ABSENT: &ContextValue = &ContextValue::Absent;
        match self.values.binary_search_by(|(known, _)| known.as_str().cmp(key)) {
            Ok(place) => self.values.get(place).map(|(_, value)| value),
            Err(_) => self.closed.then_some(ABSENT),
        }
    }

    /// The keys that are set and not absent, sorted, in lower case, with their values.
    pub(super) fn present(&self) -> impl Iterator<Item = (&str, &ContextValue)> {
        let present = self.values.iter().filter(|(_, value)| *value != ContextValue::Absent);
        present.map(|(key, value)| (key.as_str(), value))
    }

    /// The same with the keys of another context where it sets none itself.
    #[must_use]
    pub(super) fn over(mut self, other: &Context) -> Context {
        for (key, value) in &other.values {
            if self.get_if_set(key).is_none() {
                self.set(key, value.clone());
            }
        }
        self
    }

    /// The value of a key that was set, in lower case; `None` when it was not.
    pub(super) fn get_if_set(&self, key: &str) -> Option<&ContextValue> {
        let place = self.values.binary_search_by(|(known, _)| known.as_str().cmp(key)).ok()?;
        self.values.get(place).map(|(_, value)| value)
    }

    fn find(&self, key: &str) -> Result<usize, usize> {
        self.values.binary_search_by(|(known, _)| compare(known, key))
    }
}

/// Orders a lower-case key against a key in any case, without a copy of either.
fn compare(known: &str, key: &str) -> Ordering {
    known.bytes().cmp(key.bytes().map(|byte| byte.to_ascii_lowercase()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_compare_without_case() {
        let mut context = Context::open().with("aws:SourceIp", "1").with("AWS:username", "a");
        context.set("AWS:SOURCEIP", ContextValue::One("2".into()));
        assert_eq!(context.get("aws:sourceip"), Some(&ContextValue::One("2".into())));
        assert_eq!(context.get("aws:UserName"), Some(&ContextValue::One("a".into())));
    }

    #[test]
    fn what_is_not_given_is_unknown_or_absent() {
        assert_eq!(Context::open().get("aws:x"), None);
        assert_eq!(Context::closed().get("aws:x"), Some(&ContextValue::Absent));
    }

    #[test]
    fn the_account_of_a_caller() {
        let role = Caller::Role { role: "arn:aws:iam::111122223333:role/x".into(), session: None };
        assert_eq!(role.account(), Some("111122223333"));
        assert_eq!(Caller::Root("111122223333".into()).account(), Some("111122223333"));
        assert_eq!(Caller::Service("ec2.amazonaws.com".into()).account(), None);
    }
}
