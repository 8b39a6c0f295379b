//! The statements of both sides in one list, and which of them say the same but for their actions.

use super::super::policy::{Effect, Policy, Statement, Version};
use super::{Access, Place};

/// The side of the comparison.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Side {
    Old,
    New,
}

/// A statement, and where it stands.
#[derive(Clone, Copy, Debug)]
pub(super) struct Line<'a> {
    pub(super) statement: &'a Statement,
    pub(super) version: Option<Version>,
    pub(super) side: Side,
    pub(super) place: Place,
    /// Equal for statements of which the elements beside the actions are the same.
    pub(super) content: usize,
}

impl Line<'_> {
    pub(super) fn is(&self, side: Side, effect: Effect) -> bool {
        self.side == side && self.statement.effect == effect
    }
}

/// All statements of both sides.
pub(super) fn lines<'a>(old: &Access<'a>, new: &Access<'a>) -> Vec<Line<'a>> {
    let mut lines: Vec<Line<'a>> = Vec::new();
    for (side, access) in [(Side::Old, old), (Side::New, new)] {
        for (layer, policies) in access.layers.iter().enumerate() {
            for (number, policy) in policies.iter().enumerate() {
                add(&mut lines, policy, side, Place { layer, policy: number, statement: 0 });
            }
        }
    }
    lines
}

/// `first`: the place of the policy's first statement.
fn add<'a>(lines: &mut Vec<Line<'a>>, policy: &'a Policy, side: Side, first: Place) {
    for (number, statement) in policy.statements.iter().enumerate() {
        let place = Place { statement: number, ..first };
        let version = policy.version;
        let same = lines.iter().find(|line| same(line, statement, version)).map(|line| line.content);
        let content = same.unwrap_or(lines.len());
        lines.push(Line { statement, version, side, place, content });
    }
}

fn same(line: &Line<'_>, statement: &Statement, version: Option<Version>) -> bool {
    let ours = line.statement;
    let fills = |version: Option<Version>| version == Some(Version::V2012);
    (ours.effect, &ours.principals, &ours.resources, &ours.conditions)
        == (statement.effect, &statement.principals, &statement.resources, &statement.conditions)
        && (fills(line.version) == fills(version) || !has_variable(statement))
}

fn has_variable(statement: &Statement) -> bool {
    let resources = statement.resources.iter().flat_map(|list| &list.patterns);
    let values = statement.conditions.iter().flat_map(|condition| &condition.values);
    resources.chain(values).any(|text| text.contains("${"))
}
