//! Checks of sizes against the quotas of AWS, as of 2026.

use std::collections::BTreeMap;

use super::finding::{Finding, Findings};
use super::json::Node;
use super::subject::{Kind, Subject};
use super::view::Place;
use crate::iam;

/// Characters that AWS allows, and the check that says so; resource-based policies have a table of their own.
const QUOTAS: &[(Kind, usize, &str)] = &[
    (Kind::Identity, 6144, "POLICY_SIZE_EXCEEDS_IDENTITY_POLICY_QUOTA"),
    // A role's trust policy may have 2,048; the quota can be raised to this.
    (Kind::Trust, 8192, "POLICY_SIZE_EXCEEDS_ROLE_TRUST_POLICY_QUOTA"),
    (Kind::Scp, 10_240, "POLICY_SIZE_EXCEEDS_SCP_QUOTA"),
    (Kind::Rcp, 5120, "POLICY_SIZE_EXCEEDS_RCP_QUOTA"),
];

/// Of the policies of resources, by the service in their ARNs.
const RESOURCES: &[(&str, usize)] =
    &[("kms", 32_768), ("lambda", 20_480), ("s3", 20_480), ("secretsmanager", 20_480), ("sns", 30_720), ("sqs", 8192)];

/// Of any other service; no service allows more.
const RESOURCE: usize = 32_768;

/// Of all inline policies of one holder together, by what its ARN says.
const INLINE: &[(&str, usize)] = &[(":user/", 2048), (":group/", 5120), (":role/", 10_240)];

/// One document. AWS keeps no quota for its own policies, and inline policies count together.
pub(super) fn check(subject: &Subject, kind: Kind, node: &Node, findings: &mut Findings<'_>) {
    let Ok(policy) = iam::parse(&subject.text) else { return };
    if subject.name.contains(":iam::aws:policy/") || holder(subject).is_some() {
        return;
    }
    // Organizations count policies as stored, the others without white space.
    let stored = matches!(kind, Kind::Scp | Kind::Rcp);
    let found = if stored { subject.text.trim().chars().count() } else { iam::size(&policy) };
    let fixed = QUOTAS.iter().find(|(of, ..)| *of == kind).map(|(_, limit, id)| (*limit, *id));
    let of_resource = || (quota(subject, &policy), "POLICY_SIZE_EXCEEDS_RESOURCE_POLICY_QUOTA");
    let (limit, id) = fixed.unwrap_or_else(of_resource);
    if found > limit {
        let place = Place { path: String::new(), at: node.at };
        let sentence = format!("the policy has {found} characters, {limit} are allowed");
        findings.add(id, &place, sentence, "split it, or shorten its lists");
    }
}

/// What the service of the resource allows: the one that the policy is called by, or that its ARNs name.
fn quota(subject: &Subject, policy: &iam::Policy) -> usize {
    let resources = policy.statements.iter().filter_map(|statement| statement.resources.as_ref());
    let named = resources.flat_map(|list| &list.patterns).map(String::as_str);
    let service = |arn: &str| arn.strip_prefix("arn:").and_then(|rest| rest.split(':').nth(1)).map(str::to_owned);
    let service = std::iter::once(subject.name.as_str()).chain(named).find_map(service);
    let known = RESOURCES.iter().find(|(known, _)| service.as_deref() == Some(*known));
    known.map_or(RESOURCE, |(_, limit)| *limit)
}

/// The ARN of who has an inline policy, and how much all of them may hold; they are called `ARN#name`.
fn holder(subject: &Subject) -> Option<(&str, usize)> {
    let (arn, _) = subject.name.split_once('#').filter(|_| subject.kind == Some(Kind::Identity))?;
    INLINE.iter().find(|(of, _)| arn.contains(of)).map(|(_, limit)| (arn, *limit))
}

/// All inline policies of each user, group and role together.
pub(super) fn together(subjects: &[Subject]) -> Vec<Finding> {
    let mut held: BTreeMap<(&str, usize), usize> = BTreeMap::new();
    for subject in subjects {
        if let Some(holder) = holder(subject) {
            *held.entry(holder).or_default() += iam::parse(&subject.text).map_or(0, |policy| iam::size(&policy));
        }
    }
    let too_large = held.into_iter().filter(|((_, limit), found)| found > limit);
    too_large.flat_map(|((arn, limit), found)| excess(arn, limit, found)).collect()
}

fn excess(arn: &str, limit: usize, found: usize) -> Vec<Finding> {
    let mut findings = Findings::new(arn, "");
    let sentence = format!("its inline policies have {found} characters together, {limit} are allowed");
    let place = Place { path: String::new(), at: 0 };
    findings.add("POLICY_SIZE_EXCEEDS_INLINE_POLICIES_QUOTA", &place, sentence, "move some into managed policies");
    findings.end()
}
