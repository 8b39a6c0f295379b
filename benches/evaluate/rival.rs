//! The `iam-rs` crate on the same policies and requests: identity-based policies, its options as they come.

use iam_rs::{Arn, Context, ContextValue, Decision, IAMPolicy, IAMRequest, PolicyEvaluator, Principal, PrincipalId};
use serde_json::Value;

use crate::examples::Asked;

/// Its engine with policies and requests read beforehand.
pub(crate) struct Rival {
    engine: PolicyEvaluator,
    requests: Vec<IAMRequest>,
}

impl Rival {
    pub(crate) fn new(policies: &[Value], asked: &[Asked]) -> Rival {
        let read = |policy: &Value| serde_json::from_value::<IAMPolicy>(policy.clone()).unwrap();
        let request = |asked: &Asked| {
            let mut context = Context::new();
            for (key, value) in &asked.context {
                context.insert(key.clone(), ContextValue::String(value.clone()));
            }
            let ann = PrincipalId::String("arn:aws:iam::111122223333:user/ann".into());
            let arn = Arn::parse(&asked.resource).unwrap();
            IAMRequest::new_with_context(Principal::Aws(ann), asked.action.clone(), arn, context)
        };
        let policies = policies.iter().map(read).collect();
        Rival { engine: PolicyEvaluator::with_policies(policies), requests: asked.iter().map(request).collect() }
    }

    /// Whether each request is allowed; `None` where it gives up with an error.
    pub(crate) fn answers(&self) -> Vec<Option<bool>> {
        let allowed = |request| self.engine.evaluate(request).ok().map(|result| result.decision == Decision::Allow);
        self.requests.iter().map(allowed).collect()
    }

    /// One round over all requests; gives their number.
    pub(crate) fn round(&self) -> usize {
        for request in &self.requests {
            let _ = std::hint::black_box(self.engine.evaluate(request));
        }
        self.requests.len()
    }
}
