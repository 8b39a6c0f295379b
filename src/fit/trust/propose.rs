//! The narrower trust policy: names that nobody came by go, conditions that were asked for come.

use super::conditions::Lack;
use super::hearing::{Name, named, only};
use crate::fit::options::{DropUnseen, Options};
use crate::fit::standing::Standing;
use crate::iam::{Condition, Effect, Policy, Statement, size};

/// A narrower trust policy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TrustProposal {
    /// ARN of the role.
    pub role: String,
    /// The document.
    pub policy: Policy,
    /// For each of its statements, the index of the one that it came from.
    pub parents: Vec<usize>,
    /// Names that go: index of the statement, kind, name.
    pub removed: Vec<(usize, String, String)>,
    /// Conditions that come, by the index of the statement that stands.
    pub conditions: Vec<(usize, Condition)>,
    /// Size in characters of the document that stands.
    pub size_before: usize,
}

/// What may be proposed.
pub(super) enum Proposed {
    /// Nothing can go.
    Nothing,
    /// Nobody would be left.
    Nobody,
    /// This.
    Narrower(TrustProposal),
}

/// Whether a name goes.
fn goes(name: &Name<'_>, options: &Options) -> bool {
    match &name.standing {
        Standing::Used => false,
        Standing::Unused => true,
        Standing::Unseen(blind) => options.drop_unseen == DropUnseen::All && blind.may_be_dropped(),
    }
}

/// Edits the document statement by statement. `lacks`: what each name lacks, in the order of the names.
pub(super) fn propose(
    role: &str,
    old: &Policy,
    names: &[Name<'_>],
    lacks: &[Vec<Lack>],
    options: &Options,
) -> Proposed {
    let mut found = TrustProposal {
        role: role.to_owned(),
        policy: Policy { statements: Vec::new(), ..old.clone() },
        parents: Vec::new(),
        removed: Vec::new(),
        conditions: Vec::new(),
        size_before: size(old),
    };
    for (index, statement) in old.statements.iter().enumerate() {
        if statement.effect == Effect::Deny || named(statement).is_empty() {
            found.add(index, statement.clone());
            continue;
        }
        let own = names.iter().zip(lacks).filter(|(name, _)| name.statement == index);
        let mut parts: Vec<Part<'_>> = Vec::new();
        for (name, lacks) in own {
            if goes(name, options) {
                found.removed.push((index, name.kind.to_owned(), name.value.to_owned()));
                continue;
            }
            let conditions: Vec<&Condition> = lacks.iter().filter_map(|lack| lack.condition.as_ref()).collect();
            found.conditions.extend(conditions.iter().map(|one| (index, (*one).clone())));
            match parts.iter_mut().find(|part| part.conditions == conditions) {
                Some(part) => part.names.push(name),
                None => parts.push(Part { conditions, names: vec![name] }),
            }
        }
        parts.iter().enumerate().for_each(|(at, part)| found.add(index, part.write(statement, at == 0)));
    }
    if found.removed.is_empty() && found.conditions.is_empty() {
        return Proposed::Nothing;
    }
    let allows = found.policy.statements.iter().any(|statement| statement.effect == Effect::Allow);
    if allows { Proposed::Narrower(found) } else { Proposed::Nobody }
}

impl TrustProposal {
    fn add(&mut self, parent: usize, statement: Statement) {
        self.policy.statements.push(statement);
        self.parents.push(parent);
    }
}

/// Names of one statement that get the same conditions.
struct Part<'n> {
    conditions: Vec<&'n Condition>,
    names: Vec<&'n Name<'n>>,
}

impl Part<'_> {
    /// The statement for these names. Its Sid stands once.
    fn write(&self, statement: &Statement, is_first: bool) -> Statement {
        let is_ours = |kind: &str, value: &str| self.names.iter().any(|name| name.kind == kind && name.value == value);
        let list = named(statement).iter().filter_map(|(kind, values)| {
            let left: Vec<String> = values.iter().filter(|value| is_ours(kind, value)).cloned().collect();
            (!left.is_empty()).then(|| (kind.clone(), left))
        });
        let mut narrower = only(statement, list.collect());
        narrower.conditions.extend(self.conditions.iter().map(|one| (*one).clone()));
        narrower.sid = narrower.sid.filter(|_| is_first);
        narrower
    }
}
