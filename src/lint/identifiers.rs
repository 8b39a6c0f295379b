//! Checks of values that have a form of their own: regions, networks, keys; and of keys too telling for wildcards.

use super::finding::Findings;
use super::resources::is_region;
use super::view::{Clause, Entry, View};
use crate::catalog::opened;
use crate::iam::{Family, Operator};

/// Keys that name an account, an organization or a network: a wildcard there lets in strangers. From "Sensitive
/// condition keys" in the IAM User Guide's page on global condition keys.
const SENSITIVE: &[&str] = &[
    "aws:PrincipalAccount",
    "aws:PrincipalOrgID",
    "aws:ResourceAccount",
    "aws:ResourceOrgID",
    "aws:SourceAccount",
    "aws:SourceOrgID",
    "aws:SourceVpc",
    "aws:SourceVpce",
    "aws:VpceAccount",
    "aws:VpceOrgID",
];

/// The S3 key that names a KMS key.
const KMS_KEY: &str = "s3:x-amz-server-side-encryption-aws-kms-key-id";

pub(super) fn check(view: &View<'_>, findings: &mut Findings<'_>) {
    for clause in view.clauses() {
        let Some(operator) = Operator::parse(clause.operator).filter(|one| one.family() != Family::Null) else {
            continue;
        };
        for value in &clause.values {
            form(clause.key, value, findings);
        }
        // With other operators a wildcard is a letter, and a variable stands for one value.
        if matches!(operator.family(), Family::StringLike | Family::Arn) {
            wildcards(&clause, findings);
        }
    }
}

fn form(key: &str, value: &Entry<'_>, findings: &mut Findings<'_>) {
    let text = value.text;
    if opened(text).contains(['*', '?']) {
        return;
    }
    let is = |name: &str| key.eq_ignore_ascii_case(name);
    let mut wrong = |id: &'static str, what: &str, fix: &str| {
        findings.add(id, &value.place, format!("`{text}` is no {what}"), fix);
    };
    if is("aws:RequestedRegion") && !is_region(text) {
        wrong("INVALID_REGION", "region", "write a region as `eu-west-1`");
    } else if is("aws:SourceVpc") && !is_id(text, "vpc-") {
        wrong("INVALID_VPC_FORMAT", "VPC", "write `vpc-` and 8 or 17 letters and digits");
    } else if is("aws:SourceVpce") && !is_id(text, "vpce-") {
        wrong("INVALID_VPCE_FORMAT", "VPC endpoint", "write `vpce-` and 8 or 17 letters and digits");
    } else if is(KMS_KEY) && !is_kms_key(text) {
        wrong("INVALID_KMS_KEY_VALUE", "ARN of a KMS key", "write `arn:aws:kms:region:account:key/id`");
    }
}

fn is_id(text: &str, start: &str) -> bool {
    let rest = text.strip_prefix(start).unwrap_or_default();
    matches!(rest.len(), 8 | 17) && rest.bytes().all(|byte| byte.is_ascii_alphanumeric())
}

fn is_kms_key(text: &str) -> bool {
    let parts: Vec<&str> = text.splitn(6, ':').collect();
    matches!(parts.as_slice(), ["arn", _, "kms", region, account, resource]
        if is_region(region) && account.len() == 12 && resource.starts_with("key/"))
}

fn wildcards(clause: &Clause<'_>, findings: &mut Findings<'_>) {
    let is = |name: &&str| clause.key.eq_ignore_ascii_case(name);
    let sensitive = SENSITIVE.iter().any(is);
    if !sensitive && !is(&"aws:userid") {
        return;
    }
    for value in &clause.values {
        // Of a user id, what stands before the colon names somebody.
        let names = if sensitive { value.text } else { value.text.split_once(':').map_or(value.text, |(id, _)| id) };
        let alone = !sensitive && value.text.contains(':') && opened(names) == "*";
        let (variable, wild) = (names.contains("${"), names.contains(['*', '?']));
        let id = if variable { "VARIABLE_USAGE_TOO_PERMISSIVE" } else { "WILDCARD_USAGE_TOO_PERMISSIVE" };
        if !alone && (variable || wild) {
            let sentence = format!("`{}` stands for values of `{}` that nobody meant", value.text, clause.key);
            findings.add(id, &value.place, sentence, "write the values");
        }
    }
}
