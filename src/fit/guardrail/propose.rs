//! The documents: a Deny of what nobody used, within the limits of each kind of policy.

use std::collections::BTreeSet;

use super::service::Services;
use crate::fit::limits::{MANAGED_POLICY, SCP};
use crate::iam::{
    ActionList, ActionPattern, Condition, Effect, Policy, ResourceList, Statement, Version, compact, size,
};

/// The kind of a guardrail.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum GuardrailKind {
    /// Service control policies, beside those that stand.
    Scp,
    /// A permissions boundary, for roles and users that have none.
    Boundary,
}

impl GuardrailKind {
    /// The name in reports.
    pub fn name(self) -> &'static str {
        match self {
            GuardrailKind::Scp => "scp",
            GuardrailKind::Boundary => "boundary",
        }
    }

    /// Characters of a document, as AWS counts them: white space of an SCP counts, so it is written without any.
    pub fn size(self, policy: &Policy) -> usize {
        match self {
            GuardrailKind::Scp => compact(policy).chars().count(),
            GuardrailKind::Boundary => size(policy),
        }
    }

    /// The most characters that a document may have.
    pub fn limit(self) -> usize {
        match self {
            GuardrailKind::Scp => SCP,
            GuardrailKind::Boundary => MANAGED_POLICY,
        }
    }
}

/// Guardrails of one kind that act together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GuardrailProposal {
    /// The kind.
    pub kind: GuardrailKind,
    /// The documents; a boundary is one.
    pub documents: Vec<Policy>,
    /// Action patterns that they deny, sorted.
    pub denied: Vec<String>,
    /// ARN patterns of principals that are excepted.
    pub excepted: Vec<String>,
}

/// SCPs: as many documents as it takes. `None`: there is nothing to deny.
pub(super) fn scp(services: &Services, excepted: &BTreeSet<String>, privileged: bool) -> Option<GuardrailProposal> {
    let denied = denied(services, privileged);
    let kind = GuardrailKind::Scp;
    let mut documents = Vec::new();
    let mut rest = denied.as_slice();
    while !rest.is_empty() {
        let fits = |count: &usize| {
            let part = rest.get(..*count).unwrap_or(rest);
            kind.size(&document(vec![deny(part, excepted)])) <= kind.limit()
        };
        // Nothing else fits where the exceptions alone are too long; the proof refuses it then.
        let count = most(rest.len(), fits).max(1);
        let (part, after) = rest.split_at_checked(count).unwrap_or((rest, &[]));
        documents.push(document(vec![deny(part, excepted)]));
        rest = after;
    }
    let excepted = excepted.iter().cloned().collect();
    (!documents.is_empty()).then_some(GuardrailProposal { kind, documents, denied, excepted })
}

/// The largest number up to `limit` that holds; smaller ones hold as well. 0: none does.
fn most(limit: usize, holds: impl Fn(&usize) -> bool) -> usize {
    let (mut low, mut high) = (0, limit);
    while low < high {
        let middle = low + (high - low).div_ceil(2);
        if holds(&middle) { low = middle } else { high = middle - 1 }
    }
    low
}

/// A boundary: one document, for it cannot be more. Where the list is too long, everything but what is used and what
/// is kept is denied instead, and with it services that come later. `None`: there is nothing to deny.
pub(super) fn boundary(
    services: &Services,
    excepted: &BTreeSet<String>,
    privileged: bool,
) -> Option<GuardrailProposal> {
    let denied = denied(services, privileged);
    let kind = GuardrailKind::Boundary;
    let everything = || statement("AllowEverythingElse", Effect::Allow, vec!["*".to_owned()]);
    let by_name = document(vec![everything(), deny(&denied, excepted)]);
    let kept = services.kept.iter().map(|kept| kept.service.clone());
    let left: BTreeSet<String> = services.used.iter().cloned().chain(kept).collect();
    let left: Vec<String> = left.into_iter().map(|service| format!("{service}:*")).collect();
    let mut others = deny(&left, excepted);
    others.actions.negated = true;
    let single: Vec<String> = denied.iter().filter(|pattern| !pattern.ends_with(":*")).cloned().collect();
    let single = (!single.is_empty()).then(|| Statement { sid: None, ..deny(&single, excepted) });
    let by_rest = document([everything(), others].into_iter().chain(single).collect());
    let one = if kind.size(&by_name) <= kind.limit() { by_name } else { by_rest };
    let excepted = excepted.iter().cloned().collect();
    (!denied.is_empty()).then_some(GuardrailProposal { kind, documents: vec![one], denied, excepted })
}

/// Whole services, then single actions.
fn denied(services: &Services, privileged: bool) -> Vec<String> {
    let whole = services.unused.iter().map(|service| format!("{service}:*"));
    let single = services.privileged.iter().filter(|_| privileged).cloned();
    whole.chain(single).collect()
}

fn document(statements: Vec<Statement>) -> Policy {
    Policy { version: Some(Version::V2012), id: None, statements }
}

fn deny(actions: &[String], excepted: &BTreeSet<String>) -> Statement {
    let condition = || Condition {
        operator: "ArnNotLike".to_owned(),
        key: "aws:PrincipalArn".to_owned(),
        values: excepted.iter().cloned().collect(),
    };
    let mut deny = statement("DenyWhatNobodyUsed", Effect::Deny, actions.to_vec());
    deny.conditions = (!excepted.is_empty()).then(condition).into_iter().collect();
    deny
}

fn statement(sid: &str, effect: Effect, actions: Vec<String>) -> Statement {
    Statement {
        sid: Some(sid.to_owned()),
        effect,
        principals: None,
        actions: ActionList { negated: false, patterns: actions.into_iter().map(ActionPattern::new).collect() },
        resources: Some(ResourceList { negated: false, patterns: vec!["*".to_owned()] }),
        conditions: Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use std::collections::BTreeSet;

    use super::super::service::{KeptService, Services};
    use super::{GuardrailKind, boundary, most, scp};

    fn services(unused: usize) -> Services {
        Services {
            used: BTreeSet::from(["s3".to_owned()]),
            unused: (0..unused).map(|at| format!("service-{at:04}")).collect(),
            kept: vec![KeptService { service: "sts".to_owned(), reason: String::new() }],
            privileged: BTreeSet::from(["s3:PutBucketPolicy".to_owned()]),
        }
    }

    #[test]
    fn scps_are_split_where_they_are_full() {
        let none = BTreeSet::new();
        for unused in [1, 400, 2_000] {
            let proposal = scp(&services(unused), &none, true).unwrap();
            let sizes: Vec<usize> = proposal.documents.iter().map(|one| GuardrailKind::Scp.size(one)).collect();
            assert!(sizes.iter().all(|size| *size <= GuardrailKind::Scp.limit()), "{sizes:?}");
            let text: String = proposal.documents.iter().map(crate::iam::compact).collect();
            assert!(proposal.denied.iter().all(|pattern| text.contains(pattern.as_str())));
            assert_eq!((proposal.denied.len(), sizes.len()), (unused + 1, unused.div_ceil(600)));
        }
        assert_eq!(scp(&services(0), &none, false), None);
        assert_eq!(most(7, |count| *count <= 5), 5);
        assert_eq!(most(7, |_| false), 0);
    }

    #[test]
    fn a_boundary_that_would_be_too_long_denies_the_rest() {
        let short = boundary(&services(10), &BTreeSet::new(), false).unwrap();
        assert!(!crate::iam::compact(short.documents.first().unwrap()).contains("NotAction"));
        let long = boundary(&services(1_000), &BTreeSet::new(), true).unwrap();
        let text = crate::iam::compact(long.documents.first().unwrap());
        assert!(text.contains(r#""NotAction":["s3:*","sts:*"]"#) && text.contains("s3:PutBucketPolicy"), "{text}");
        assert!(GuardrailKind::Boundary.size(long.documents.first().unwrap()) <= GuardrailKind::Boundary.limit());
    }
}
