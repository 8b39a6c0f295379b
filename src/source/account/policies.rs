//! Resource-based policies by the ARN of their resource, as text.

use serde_json::{Map, Value, json};

use super::desk::Desk;

/// What is gathered of one service.
#[derive(Default)]
pub(super) struct Policies {
    by_arn: Map<String, Value>,
}

impl Policies {
    /// Adds the policy of a resource, if it has one.
    pub(super) fn add(&mut self, arn: &str, policy: Option<&str>) {
        if let Some(policy) = policy.filter(|policy| !policy.is_empty()) {
            self.by_arn.insert(arn.to_owned(), policy.into());
        }
    }

    /// The document; `None` when nothing was had because it was refused.
    pub(super) fn document(self, desk: &Desk) -> Option<Value> {
        let is_refused = self.by_arn.is_empty() && !desk.refused.is_empty();
        (!is_refused).then(|| json!({ "ResourcePolicies": self.by_arn }))
    }
}
