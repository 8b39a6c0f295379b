//! Trimmed statements → documents within AWS's size limits, splitting where it must.

use super::limits;
use super::proposal::{Placement, ProposedPolicy};
use super::rightsize::Trimmed;
use crate::iam::{Effect, Policy, Statement, size};

const QUOTES_AND_COMMA: usize = 3;
const BRACKETS: usize = 2;

/// Puts statements into documents of at most `limit` characters, in order. `None`: some statement cannot be
/// made small enough, since its resources or conditions alone are too large.
pub(super) fn pack(old: &Policy, statements: Vec<Trimmed>, limit: usize) -> Option<Vec<(Policy, Vec<usize>)>> {
    let empty = Policy { version: old.version, id: old.id.clone(), statements: Vec::new() };
    let mut documents: Vec<(Policy, Vec<usize>)> = Vec::new();
    for (statement, parent) in statements {
        for piece in pieces(&empty, statement, limit)? {
            if let Some((document, parents)) = documents.last_mut() {
                add(document, piece.clone());
                if size(document) <= limit {
                    parents.push(parent);
                    continue;
                }
                document.statements.pop();
            }
            documents.push((with(&empty, &piece), vec![parent]));
        }
    }
    Some(documents)
}

/// All statements in one document of at most `limit` characters, if they fit.
pub(super) fn pack_in_one(old: &Policy, statements: &[Trimmed], limit: usize) -> Option<(Policy, Vec<usize>)> {
    let patterns = statements.iter().flat_map(|(statement, _)| &statement.actions.patterns);
    // The names alone tell of most that is too large.
    if statements.is_empty() || patterns.map(|pattern| pattern.as_str().chars().count()).sum::<usize>() > limit {
        return None;
    }
    let mut document = Policy { version: old.version, id: old.id.clone(), statements: Vec::new() };
    statements.iter().for_each(|(statement, _)| add(&mut document, statement.clone()));
    (size(&document) <= limit).then(|| (document, statements.iter().map(|(_, parent)| *parent).collect()))
}

fn with(document: &Policy, statement: &Statement) -> Policy {
    let mut document = document.clone();
    add(&mut document, statement.clone());
    document
}

/// Adds a statement; a Sid must be unique in its document.
fn add(document: &mut Policy, mut statement: Statement) {
    if document.statements.iter().any(|other| other.sid.is_some() && other.sid == statement.sid) {
        statement.sid = None;
    }
    document.statements.push(statement);
}

/// A statement that is too large for one document is split by its actions, each part as full as it can be; a
/// Deny is never split.
fn pieces(empty: &Policy, statement: Statement, limit: usize) -> Option<Vec<Statement>> {
    if size(&with(empty, &statement)) <= limit {
        return Some(vec![statement]);
    }
    if statement.effect == Effect::Deny || statement.actions.negated {
        return None;
    }
    let mut bare = statement.clone();
    bare.actions.patterns.clear();
    // An entry costs its text, two quotes and a comma; the brackets are counted once, to be on the safe side.
    let room = limit.checked_sub(size(&with(empty, &bare)))?.checked_sub(BRACKETS)?;
    let mut parts = vec![bare.clone()];
    let mut left = room;
    for pattern in statement.actions.patterns {
        let cost = pattern.as_str().chars().count() + QUOTES_AND_COMMA;
        if cost > room {
            return None;
        }
        if cost > left {
            parts.push(bare.clone());
            left = room;
        }
        left -= cost;
        parts.last_mut()?.actions.patterns.push(pattern);
    }
    Some(parts)
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

/// A name for the policy that one cluster of holders gets instead of the one that they shared.
pub(super) fn cluster_name(policy: &str, number: usize) -> String {
    let end = format!("-fit-{number}");
    policy.chars().take(limits::POLICY_NAME - end.len()).collect::<String>() + &end
}

#[cfg(test)]
mod tests {
    use super::pack;
    use crate::iam::{Policy, parse, size};

    fn policy(actions: usize) -> Policy {
        let names: Vec<String> = (0..actions).map(|number| format!("\"s3:Action{number:04}\"")).collect();
        let deny = r#"{"Effect":"Deny","Action":"s3:DeleteBucket","Resource":"*"}"#;
        let text = format!(
            r#"{{"Version":"2012-10-17","Statement":[{{"Sid":"A","Effect":"Allow","Action":[{}],"Resource":"*"}},{deny}]}}"#,
            names.join(",")
        );
        parse(&text).unwrap()
    }

    #[test]
    fn parts_are_within_the_limit_full_and_complete() {
        let old = policy(1_000);
        let statements: Vec<_> = old.statements.iter().cloned().zip(0..).collect();
        let documents = pack(&old, statements, 6_144).unwrap();
        assert_eq!(documents.len(), size(&old).div_ceil(6_000), "as few as can be");
        let mut actions = 0;
        for (document, parents) in &documents {
            assert!(size(document) <= 6_144 && document.statements.len() == parents.len());
            actions += document
                .statements
                .iter()
                .zip(parents)
                .filter(|(_, parent)| **parent == 0)
                .map(|(s, _)| s.actions.patterns.len())
                .sum::<usize>();
        }
        assert_eq!(actions, 1_000);
    }

    #[test]
    fn what_cannot_be_split_is_refused() {
        let mut old = policy(1_000);
        old.statements.remove(1);
        old.statements[0].effect = crate::iam::Effect::Deny;
        assert_eq!(pack(&old, vec![(old.statements[0].clone(), 0)], 6_144), None);
    }
}
