//! Checks of single condition keys of which something particular is known.

use super::finding::Findings;
use super::subject::Kind;
use super::view::{Clause, View};
use crate::iam::{ActionPattern, Effect, Family, Operator};

/// Keys that a caller may fill as it likes.
const UNTRUSTWORTHY: &[&str] = &["aws:UserAgent", "aws:referer"];

/// Reads that return every attribute unless the request says which.
const READS: &[&str] = &["dynamodb:BatchGetItem", "dynamodb:GetItem", "dynamodb:Query", "dynamodb:Scan"];

pub(super) fn check(view: &View<'_>, findings: &mut Findings<'_>) {
    for clause in view.clauses() {
        untrustworthy(&clause, findings);
        paired(view, &clause, findings);
        attributes(view, &clause, findings);
        prefix(view, &clause, findings);
        owner(view, &clause, findings);
    }
}

fn is(clause: &Clause<'_>, key: &str) -> bool {
    clause.key.eq_ignore_ascii_case(key)
}

fn untrustworthy(clause: &Clause<'_>, findings: &mut Findings<'_>) {
    if UNTRUSTWORTHY.iter().any(|key| is(clause, key)) {
        let sentence = format!("callers fill `{}` as they like", clause.key);
        let fix = "ask for a key that AWS fills";
        findings.add("UNTRUSTWORTHY_CONDITION_KEY", &clause.place, sentence, fix);
    }
}

/// Private addresses are the same in many networks.
fn paired(view: &View<'_>, clause: &Clause<'_>, findings: &mut Findings<'_>) {
    if is(clause, "aws:VpcSourceIp") && !view.asks_for(&["aws:SourceVpc", "aws:SourceVpcArn", "aws:SourceVpce"]) {
        let sentence = "many networks have these addresses";
        findings.add("MISSING_PAIRED_CONDITION_KEYS", &clause.place, sentence, "add a condition on `aws:SourceVpc`");
    }
}

fn attributes(view: &View<'_>, clause: &Clause<'_>, findings: &mut Findings<'_>) {
    if !is(clause, "dynamodb:Attributes") || !view.allows() || view.asks_for(&["dynamodb:Select"]) {
        return;
    }
    let patterns = view.actions().into_iter().map(|entry| ActionPattern::new(entry.text));
    if patterns.into_iter().any(|pattern| READS.iter().any(|read| pattern.matches(read))) {
        let sentence = "a read that names no attributes returns them all";
        let fix = "demand `\"dynamodb:Select\": \"SPECIFIC_ATTRIBUTES\"` too";
        findings.add("DYNAMODB_ATTRIBUTES_WITHOUT_SELECT", &clause.place, sentence, fix);
    }
}

/// A shorter prefix than the one that is named lists its objects too.
fn prefix(view: &View<'_>, clause: &Clause<'_>, findings: &mut Findings<'_>) {
    let Some(operator) = Operator::parse(clause.operator).filter(|_| is(clause, "s3:prefix")) else { return };
    let text = matches!(operator.family(), Family::StringExact | Family::StringLike);
    let denies = view.statement.effect == Effect::Deny;
    if text && denies != operator.is_negated() {
        let sentence = "a request with a shorter prefix lists the same objects";
        let fix = "allow with `StringLike`, or deny with `StringNotLike`";
        findings.add("S3_PREFIX_IN_NEGATIVE_CONTEXT", &clause.place, sentence, fix);
    }
}

/// A bucket's policy is about that bucket, whoever owns it.
fn owner(view: &View<'_>, clause: &Clause<'_>, findings: &mut Findings<'_>) {
    if view.kind == Kind::Resource && is(clause, "s3:ResourceAccount") {
        let sentence = "the policy of a bucket is about that bucket alone";
        let fix = "ask for it in identity-based policies";
        findings.add("IRRELEVANT_CONDITION_KEY_IN_POLICY", &clause.place, sentence, fix);
    }
}
