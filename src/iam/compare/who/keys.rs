//! The condition keys that AWS fills in from the caller alone.

use super::super::super::request::{Caller, Context, ContextValue};

/// Their names, in lower case.
pub(crate) const KEYS: [&str; 4] = ["aws:principalarn", "aws:principalaccount", "aws:principaltype", "aws:username"];

/// Their values for a caller. Other keys are unknown.
pub(crate) fn context_of(caller: &Caller) -> Context {
    let root;
    let (arn, kind, name) = match caller {
        Caller::User(arn) => (Some(arn.as_str()), "User", arn.rsplit('/').next()),
        Caller::Role { role, .. } => (Some(role.as_str()), "AssumedRole", None),
        Caller::FederatedUser { arn, .. } => (Some(arn.as_str()), "FederatedUser", None),
        Caller::Root(account) => {
            root = format!("arn:aws:iam::{account}:root");
            (Some(root.as_str()), "Account", None)
        }
        Caller::Anonymous => (None, "Anonymous", None),
        Caller::Service(_) | Caller::Federated(_) => (None, "", None),
    };
    let kind = Some(kind).filter(|kind| !kind.is_empty());
    let mut context = Context::open();
    for (key, value) in KEYS.iter().zip([arn, caller.account(), kind, name]) {
        context.set(key, value.map_or(ContextValue::Absent, |value| ContextValue::One(value.to_owned())));
    }
    context
}
