//! JSON text or value → policy, or a clear error. Strict: what IAM would reject is an error here.

use super::policy::Policy;

/// Why a document is not a policy.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message} at {path}")]
pub struct PolicyError {
    /// Where in the document, as `Statement[2].Action`.
    pub path: String,
    /// What is wrong, lower case, no full stop.
    pub message: String,
}

/// Parses a policy document from its JSON text (repeated keys are an error).
pub fn parse(_text: &str) -> Result<Policy, PolicyError> {
    Err(PolicyError { path: String::new(), message: String::new() })
}

/// Parses a policy document from a JSON value: an object, or a string that holds JSON, URL-encoded or not.
pub fn parse_value(_value: &serde_json::Value) -> Result<Policy, PolicyError> {
    Err(PolicyError { path: String::new(), message: String::new() })
}
