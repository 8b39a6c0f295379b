//! Statement × request → truth, element by element. The effect plays no part here.

use super::compiled::Rule;
use super::policy::{Policy, Statement};
use super::request::Request;
use super::truth::Truth;

/// Whether the statement's Action or NotAction element takes in the action (`prefix:Name`, any case).
pub fn allows_action(statement: &Statement, action: &str) -> bool {
    takes_action(statement, &action.to_ascii_lowercase())
}

/// Whether every element of the statement matches the request. `policy` gives the Version.
///
/// A statement with a `Principal` but without a `Resource`, as in trust policies, is about the
/// resource that it is attached to. One without either is in no kind of policy, so it stays `Unknown`.
pub fn matches_statement(policy: &Policy, statement: &Statement, request: &Request<'_>) -> Truth {
    if !allows_action(statement, request.action) {
        return Truth::No;
    }
    Rule::new(0, 0, statement, policy.version).matches(request)
}

/// The action element against an action in lower case.
fn takes_action(statement: &Statement, folded: &str) -> bool {
    let actions = &statement.actions;
    actions.patterns.iter().any(|pattern| pattern.folded().matches(folded)) != actions.negated
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::indexing_slicing)]

    use super::super::{Caller, Context, Resource, parse};
    use super::*;

    fn ask(statement: &str, action: &str, resource: &str) -> Truth {
        let policy = parse(&format!(r#"{{"Statement": [{{{statement}}}]}}"#)).unwrap();
        let caller = Caller::User("arn:aws:iam::111122223333:user/ann".into());
        let request = Request {
            caller: &caller,
            action,
            resource: Resource::Exact(resource),
            resource_account: None,
            context: &Context::closed(),
        };
        matches_statement(&policy, &policy.statements[0], &request)
    }

    #[test]
    fn every_element_must_match() {
        let case = |statement: &str, expected: Truth| {
            assert_eq!(ask(statement, "s3:GetObject", "arn:aws:s3:::b/k"), expected, "{statement}");
        };
        case(r#""Effect": "Deny", "Action": "S3:get*", "Resource": "*""#, Truth::Yes);
        case(r#""Effect": "Allow", "NotAction": "s3:Get*", "Resource": "*""#, Truth::No);
        case(r#""Effect": "Allow", "NotAction": "iam:*", "NotResource": "arn:aws:s3:::c""#, Truth::Yes);
        case(r#""Effect": "Allow", "Action": "*", "Resource": "arn:aws:s3:::c""#, Truth::No);
        case(r#""Effect": "Allow", "Action": "*""#, Truth::Unknown);
        case(r#""Effect": "Allow", "Action": "*", "Principal": {"AWS": "111122223333"}"#, Truth::Yes);
        case(r#""Effect": "Allow", "Action": "*", "Principal": {"AWS": "444455556666"}"#, Truth::No);
        let condition = r#""Effect": "Allow", "Action": "*", "Resource": "*", "Condition": "#;
        case(&format!(r#"{condition}{{"Null": {{"aws:x": "true"}}}}"#), Truth::Yes);
        case(&format!(r#"{condition}{{"Null": {{"aws:x": "true", "aws:y": "false"}}}}"#), Truth::No);
    }
}
