//! Resource policies by the ARN of their resource: `{"ResourcePolicies": {"arn:aws:s3:::bucket": …}}`.
//!
//! The value is a policy (object or string), or what AWS's read call printed around it: `{"Policy": …}` of S3, KMS
//! and Lambda, `{"ResourcePolicy": …}` of Secrets Manager, `{"Attributes": {"Policy": …}}` of SNS and SQS.

use super::details::keep;
use super::document;
use super::model::Grants;
use super::node::{Losses, Node};

const KEY: &str = "ResourcePolicies";

/// Whether the value has this layout.
pub(super) fn is_resources(node: &Node<'_>) -> bool {
    node.has(KEY)
}

/// Reads the layout into the grants.
pub(super) fn read(node: &Node<'_>, grants: &mut Grants, losses: &mut Losses) {
    let Some(given) = node.get(KEY) else { return };
    let Some(members) = given.members() else {
        return losses.add(&given.place, "not an object");
    };
    for (arn, entry) in members {
        if !arn.starts_with("arn:") {
            losses.add(&entry.place, "the key is not an ARN");
            continue;
        }
        let document = document::read(&unwrapped(entry.clone()), losses);
        keep(&mut grants.resource_policies, arn.to_owned(), document, &entry.place, losses);
    }
}

/// The policy inside the answer of a read call; a bare policy has a `Statement`.
fn unwrapped(node: Node<'_>) -> Node<'_> {
    if node.has("Statement") {
        return node;
    }
    let inner = node.get("Attributes").unwrap_or_else(|| node.clone());
    inner.get("Policy").or_else(|| inner.get("ResourcePolicy")).unwrap_or(node)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::indexing_slicing)]
    use crate::grants::read;

    #[test]
    fn takes_bare_policies_and_answers_of_read_calls() {
        let policy = r#"{"Version":"2012-10-17","Statement":{"Effect":"Allow","Principal":"*","Action":"s3:GetObject","Resource":"*"}}"#;
        let quoted = serde_json::Value::from(policy).to_string();
        let text = format!(
            r#"{{"ResourcePolicies": {{
                "arn:aws:s3:::a": {policy},
                "arn:aws:s3:::b": {quoted},
                "arn:aws:s3:::c": {{"Policy": {quoted}}},
                "arn:aws:secretsmanager:eu-west-1:111122223333:secret:d-AbCdEf": {{"ARN": "x", "ResourcePolicy": {quoted}}},
                "arn:aws:sns:eu-west-1:111122223333:e": {{"Attributes": {{"Policy": {quoted}}}}},
                "bucket": {policy},
                "arn:aws:s3:::f": {{"Policy": ""}}
            }}}}"#
        );
        let grants = read(vec![("buckets.json".to_owned(), text.into_bytes())]);
        let bad: Vec<&str> = grants.unreadable.iter().map(|loss| loss.place.as_str()).collect();
        assert_eq!(bad, ["ResourcePolicies.arn:aws:s3:::f.Policy", "ResourcePolicies.bucket"]);
        assert_eq!(grants.resource_policies.len(), 6);
        let parsed = grants.resource_policies.values().filter(|document| document.policy.is_ok());
        assert_eq!(parsed.count(), 5);
        assert_eq!(grants.resource_policies["arn:aws:s3:::b"].text, policy);
    }
}
