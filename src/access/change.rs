//! Two sides of policies → what the change between them gives.

use super::lines::line;
use super::world::World;
use crate::fit::Stack;
use crate::iam::Policy;
use crate::iam::compare::{Access, Gain, NewAccess, Place, Relation, gains, new_access};

/// What a change gives to one principal, or through one document.
#[derive(Clone, Debug)]
pub struct Change {
    /// The file, or the ARN of the principal or resource.
    pub name: String,
    /// How the new side stands to the old.
    pub relation: Relation,
    /// New access, by action.
    pub gained: Vec<Gained>,
    /// What was not found out, and why.
    pub undecided: Vec<String>,
    /// Whether the policies name principals, so that it matters who asks.
    pub names_callers: bool,
}

/// New access for some actions.
#[derive(Clone, Debug)]
pub struct Gained {
    /// The actions and a request.
    pub gain: Gain,
    /// The statements that allow the request.
    pub allowed_by: Vec<Statement>,
}

/// A statement, as people find it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Statement {
    /// The policy's file, name or ARN.
    pub policy: String,
    /// Its number in the policy, from 0.
    pub index: usize,
    /// Its `Sid`.
    pub sid: Option<String>,
    /// The line in the policy's text, from 1; `None`: there is no text.
    pub line: Option<usize>,
}

/// A policy of one side.
#[derive(Clone, Copy, Debug)]
pub(super) struct Part<'a> {
    pub(super) name: &'a str,
    pub(super) policy: &'a Policy,
    /// Its text, where there is a file to point into.
    pub(super) text: Option<&'a str>,
}

/// One side: policies by layer.
#[derive(Clone, Debug)]
pub(super) struct Side<'a>(pub(super) Vec<Vec<Part<'a>>>);

impl<'a> Side<'a> {
    /// Where nothing is allowed.
    pub(super) fn nothing() -> Side<'a> {
        Side(vec![Vec::new()])
    }

    /// All that decides the requests of a principal.
    pub(super) fn of(stack: &'a Stack<'_>) -> Side<'a> {
        let part = |(name, policy): (&'a str, &'a Policy)| Part { name, policy, text: None };
        Side(stack.layers().into_iter().map(|layer| layer.into_iter().map(part).collect()).collect())
    }

    /// With one more layer.
    pub(super) fn with(mut self, policy: &'a Policy) -> Side<'a> {
        self.0.push(vec![Part { name: "", policy, text: None }]);
        self
    }

    /// Whether the policies are the same, layer by layer.
    pub(super) fn says_the_same(&self, other: &Side<'_>) -> bool {
        let same = |(ours, theirs): (&Vec<Part<'_>>, &Vec<Part<'_>>)| {
            ours.len() == theirs.len() && ours.iter().zip(theirs).all(|(one, other)| one.policy == other.policy)
        };
        self.0.len() == other.0.len() && self.0.iter().zip(&other.0).all(same)
    }

    /// The side for `iam::compare`.
    pub(super) fn access(&self) -> Access<'a> {
        Access { layers: self.0.iter().map(|layer| layer.iter().map(|part| part.policy).collect()).collect() }
    }

    /// The policy at a place.
    pub(super) fn policy(&self, place: Place) -> Option<&'a Policy> {
        Some(self.0.get(place.layer)?.get(place.policy)?.policy)
    }

    /// The statement at a place.
    pub(super) fn statement(&self, place: Place) -> Option<Statement> {
        let part = self.0.get(place.layer)?.get(place.policy)?;
        let statement = part.policy.statements.get(place.statement)?;
        Some(Statement {
            policy: part.name.to_owned(),
            index: place.statement,
            sid: statement.sid.clone(),
            line: part.text.map(|text| line(text, place.statement)),
        })
    }

    /// All policies.
    pub(super) fn policies(&self) -> impl Iterator<Item = &'a Policy> {
        self.0.iter().flatten().map(|part| part.policy)
    }
}

impl Change {
    /// Compares.
    pub(super) fn between(name: &str, old: &Side<'_>, new: &Side<'_>, world: &World<'_>) -> Change {
        let (before, after) = (old.access(), new.access());
        let found = world.ask(|universe| gains(&before, &after, universe));
        let lost = world.ask(|universe| new_access(&after, &before, universe));
        let relation = match (found.found.is_empty() && found.undecided.is_empty(), &lost) {
            (true, NewAccess::None) => Relation::Equal,
            (true, NewAccess::Some(_)) => Relation::Narrower,
            (false, NewAccess::None) if !found.found.is_empty() => Relation::Wider,
            (false, NewAccess::Some(_)) if !found.found.is_empty() => Relation::Incomparable,
            _ => Relation::Undecided,
        };
        let place = |place: &Place| new.statement(*place);
        let gained = found.found.into_iter().map(|mut gain| {
            gain.example.context.iter_mut().for_each(|(key, _)| *key = world.spelled(key));
            let allowed_by = gain.allowed_by.iter().filter_map(place).collect();
            Gained { gain, allowed_by }
        });
        let gained = gained.collect();
        let undecided = found.undecided.iter().map(|(action, reason)| format!("{action}: {reason}")).collect();
        let mut statements = old.policies().chain(new.policies()).flat_map(|policy| &policy.statements);
        let names_callers = statements.any(|statement| statement.principals.is_some());
        Change { name: name.to_owned(), relation, gained, undecided, names_callers }
    }

    /// A change of which nothing can be found out.
    pub(super) fn unknown(name: &str, reason: String) -> Change {
        let (gained, undecided) = (Vec::new(), vec![reason]);
        Change { name: name.to_owned(), relation: Relation::Undecided, gained, undecided, names_callers: false }
    }

    /// No change.
    pub(super) fn none(name: &str) -> Change {
        Change { relation: Relation::Equal, undecided: Vec::new(), ..Change::unknown(name, String::new()) }
    }
}
