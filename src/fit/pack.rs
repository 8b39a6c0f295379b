//! Trimmed statements → documents within AWS's size limits, splitting where it must.

use super::limits;
use super::proposal::{Placement, ProposedPolicy};
use super::rightsize::Trimmed;
use crate::iam::{Effect, Policy, Statement, size};

/// Puts statements into documents of at most `limit` characters, in order. `None`: some statement cannot be
/// made small enough, since its resources or conditions alone are too large.
pub(super) fn pack(old: &Policy, statements: Vec<Trimmed>, limit: usize) -> Option<Vec<(Policy, Vec<usize>)>> {
    let empty = Policy { version: old.version, id: old.id.clone(), statements: Vec::new() };
    let mut documents: Vec<(Policy, Vec<usize>)> = Vec::new();
    for (statement, parent) in statements {
        for piece in pieces(&empty, statement, limit)? {
            let fits = documents.last().is_some_and(|(document, _)| size(&with(document, &piece)) <= limit);
            if !fits {
                documents.push((empty.clone(), Vec::new()));
            }
            let (document, parents) = documents.last_mut()?;
            *document = with(document, &piece);
            parents.push(parent);
        }
    }
    Some(documents)
}

/// The document with one more statement; a Sid must be unique inside it.
fn with(document: &Policy, statement: &Statement) -> Policy {
    let mut document = document.clone();
    let mut statement = statement.clone();
    if document.statements.iter().any(|other| other.sid.is_some() && other.sid == statement.sid) {
        statement.sid = None;
    }
    document.statements.push(statement);
    document
}

/// A statement that is too large for one document is split by its actions; a Deny is never split.
fn pieces(empty: &Policy, statement: Statement, limit: usize) -> Option<Vec<Statement>> {
    if size(&with(empty, &statement)) <= limit {
        return Some(vec![statement]);
    }
    if statement.effect == Effect::Deny || statement.actions.negated || statement.actions.patterns.len() < 2 {
        return None;
    }
    let middle = statement.actions.patterns.len() / 2;
    let (mut left, mut right) = (statement.clone(), statement);
    left.actions.patterns.truncate(middle);
    right.actions.patterns.drain(..middle);
    let mut all = pieces(empty, left, limit)?;
    all.extend(pieces(empty, right, limit)?);
    Some(all)
}

/// Names the documents; the first takes `first`, the rest are new policies.
pub(super) fn place(documents: Vec<(Policy, Vec<usize>)>, name: &str, first: Placement) -> Vec<ProposedPolicy> {
    let named = |(at, (policy, parents)): (usize, (Policy, Vec<usize>))| match at {
        0 => ProposedPolicy { name: name.to_owned(), placement: first, policy, parents },
        _ => ProposedPolicy { name: numbered(name, at + 1), placement: Placement::NewPolicy, policy, parents },
    };
    documents.into_iter().enumerate().map(named).collect()
}

fn numbered(name: &str, number: usize) -> String {
    let end = format!("-{number}");
    let kept: String = name.chars().take(limits::POLICY_NAME - end.len()).collect();
    kept + &end
}

/// A name for the customer-managed policy that takes the place of an AWS-managed or inline one.
pub(super) fn replacement_name(owner: &str, policy: &str) -> String {
    let name = format!("{owner}-{policy}-fit");
    name.chars().take(limits::POLICY_NAME).collect()
}
