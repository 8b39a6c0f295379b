//! Who is trusted, statement by statement, and which assumptions came through each name.

use super::assumption::{AskedTrust, Assumption, Assumptions};
use crate::catalog::Catalog;
use crate::fit::blindness::Blindness;
use crate::fit::eyesight::Eyesight;
use crate::fit::stack::Stack;
use crate::fit::standing::Standing;
use crate::grants::Grants;
use crate::iam::{
    ActionList, ActionPattern, Caller, Effect, Policy, PrincipalList, Principals, Statement, Truth, matches_statement,
};

/// An assumption of the role, and whom the trust policy may see in the caller.
pub(super) struct Assumed<'h> {
    pub(super) assumption: &'h Assumption<'h>,
    pub(super) callers: Vec<Caller>,
    /// What each of them asked.
    pub(super) asked: Vec<AskedTrust<'h>>,
}

impl<'h> Assumed<'h> {
    pub(super) fn of(assumption: &'h Assumption<'h>, trust: &Policy, role: &str) -> Assumed<'h> {
        let callers = assumption.callers(trust, role);
        let asked = callers.iter().map(|caller| assumption.asked(caller.clone())).collect();
        Assumed { assumption, callers, asked }
    }
}

/// One name in a statement.
pub(super) struct Name<'h> {
    pub(super) statement: usize,
    pub(super) kind: &'h str,
    pub(super) value: &'h str,
    pub(super) standing: Standing,
    /// The assumptions that came by this name, or may have.
    pub(super) through: Vec<&'h Assumed<'h>>,
}

/// What the names are judged by.
pub(super) struct Witness<'h> {
    pub(super) stack: &'h Stack<'h>,
    pub(super) role: &'h str,
    pub(super) trust: &'h Policy,
    pub(super) assumed: &'h [Assumed<'h>],
    pub(super) assumptions: &'h Assumptions<'h>,
    pub(super) eyesight: &'h Eyesight<'h>,
    pub(super) grants: &'h Grants,
    pub(super) catalog: &'h Catalog,
    /// Whether the role was seen at work.
    pub(super) acted: bool,
}

/// The names of a statement that lists who is trusted; none where it names everyone, or everyone but some.
pub(super) fn named(statement: &Statement) -> &[(String, Vec<String>)] {
    match &statement.principals {
        Some(Principals { negated: false, list: PrincipalList::Named(list) }) => list,
        _ => &[],
    }
}

/// The statement for some of its names only.
pub(super) fn only(statement: &Statement, list: Vec<(String, Vec<String>)>) -> Statement {
    let principals = Some(Principals { negated: false, list: PrincipalList::Named(list) });
    Statement { principals, ..statement.clone() }
}

impl<'h> Witness<'h> {
    /// Every name of every Allow.
    pub(super) fn names(&self) -> Vec<Name<'h>> {
        let whole = self.eyesight.blind_to_principal(self.stack);
        let mut names = Vec::new();
        for (index, statement) in self.trust.statements.iter().enumerate() {
            if statement.effect == Effect::Deny {
                continue;
            }
            for (kind, values) in named(statement) {
                for value in values {
                    let through = self.through(statement, kind, value);
                    let blind = || whole.clone().or_else(|| self.blind_to(kind, value));
                    let standing = match through.is_empty() {
                        false => Standing::Used,
                        true => blind().map_or(Standing::Unused, Standing::Unseen),
                    };
                    names.push(Name { statement: index, kind, value, standing, through });
                }
            }
        }
        names
    }

    /// The assumptions that may have come by this name. The actions of the statement play no part: who tags a
    /// session is who assumes the role.
    fn through(&self, statement: &Statement, kind: &str, value: &str) -> Vec<&'h Assumed<'h>> {
        let actions = ActionList { negated: false, patterns: vec![ActionPattern::new("*".to_owned())] };
        let alone = only(statement, vec![(kind.to_owned(), vec![value.to_owned()])]);
        let alone = Statement { actions, ..alone };
        let fits = |assumed: &&Assumed<'_>| {
            let requests = assumed.asked.iter().map(|asked| asked.request(self.role));
            requests.into_iter().any(|request| matches_statement(self.trust, &alone, &request) != Truth::No)
        };
        self.assumed.iter().filter(fits).collect()
    }

    /// Why somebody of this name may have come unseen, if so.
    fn blind_to(&self, kind: &str, value: &str) -> Option<Blindness> {
        if is_orphan(value) {
            return None;
        }
        let account = &self.stack.bearer.account().id;
        let owner = self.grants.principal(value).map(|bearer| bearer.owner());
        if let Some(kept) = self.eyesight.keeps_name(value, owner) {
            return Some(kept);
        }
        if let Some(blind) = self.eyesight.blind_to_assumptions(self.stack) {
            return Some(blind);
        }
        if self.assumptions.written(self.role).is_some_and(|last| self.eyesight.is_recent(last, self.stack)) {
            return Some(Blindness::NewPolicy);
        }
        if owner.is_some_and(|owner| self.eyesight.is_young(owner, self.stack)) {
            return Some(Blindness::NewPrincipal);
        }
        if self.acted && !self.assumed.iter().any(|assumed| assumed.assumption.is_whole()) {
            return Some(Blindness::AssumedUnseen);
        }
        match kind {
            "Service" if !self.assumptions.shows(account, value) => Some(Blindness::ServiceNotSeen(value.to_owned())),
            "AWS" | "Service" | "Federated" => None,
            _ => Some(Blindness::UnknownAction),
        }
    }
}

/// Whether the name is the unique id that IAM leaves where a user or role was deleted: nobody can come by it.
pub(super) fn is_orphan(value: &str) -> bool {
    let is_id = |rest: &str| rest.len() >= 12 && rest.bytes().all(|byte| byte.is_ascii_alphanumeric());
    ["AIDA", "AROA"].iter().any(|start| value.starts_with(start)) && is_id(value)
}
