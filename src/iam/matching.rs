//! Statement × request → truth, element by element. The effect plays no part here.

use super::policy::{Policy, Statement};
use super::request::Request;
use super::truth::Truth;

/// Whether the statement's Action or NotAction element takes in the action (`prefix:Name`, any case).
pub fn allows_action(_statement: &Statement, _action: &str) -> bool {
    false
}

/// Whether every element of the statement matches the request. `policy` gives the Version.
pub fn matches_statement(_policy: &Policy, _statement: &Statement, _request: &Request<'_>) -> Truth {
    Truth::Unknown
}
