//! Layers × request → decision.

use super::decision::{Decision, Outcome};
use super::layers::Layers;
use super::request::Request;

/// Decides one request against a stack of policies.
pub fn evaluate(_layers: &Layers<'_>, _request: &Request<'_>) -> Decision {
    Decision { outcome: Outcome::Undetermined, blocked_by: None, statements: Vec::new(), missing_keys: Vec::new() }
}
