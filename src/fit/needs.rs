//! What the holders of one policy need of it: through which statement, and whether it was used or only may have been.

use std::collections::{BTreeMap, BTreeSet};

use rustc_hash::{FxHashMap, FxHashSet};

use super::agreement::Place;
use super::blindness::Blindness;
use super::judged::Judged;
use super::options::{DropUnseen, Options};
use super::rightsize::StatementNeed;
use super::standing::{Granted, Standing};
use crate::catalog::AccessLevel;

/// What the holders need of each statement, and why.
#[derive(Default)]
pub(super) struct Needs<'n> {
    pub(super) statements: BTreeMap<usize, StatementNeed<'n>>,
    used: FxHashSet<&'n str>,
    /// With the reason.
    unseen: FxHashMap<&'n str, Stays<'n>>,
    removed: FxHashSet<&'n str>,
}

/// A statement needs an action when one holder used it through the statement, or would not have been seen.
/// `holders`: each with the policy's index in its stack; `statements`: how many the policy has.
pub(super) fn needs<'n>(holders: &[(&'n Judged<'_>, usize)], statements: usize, options: &Options) -> Needs<'n> {
    let mut needs = Needs::default();
    for (judged, index) in holders {
        let mut touched = Touched::of(judged);
        for granted in &judged.standings.granted {
            let is_touched = touched.has(granted);
            for (Place { policy, statement }, standing) in &granted.places {
                if policy == index {
                    needs.take(*statement, granted, standing, is_touched, options);
                }
            }
        }
        let protected = judged.standings.protected.keys();
        for statement in 0..statements {
            needs.statements.entry(statement).or_default().protected.extend(protected.clone().cloned());
        }
    }
    needs
}

/// Why an unused action stays that the user wants to keep.
const FOR_THE_FUTURE: &str = "unused, kept because --future asks for it";

/// Services of which a holder used something.
struct Touched<'j> {
    services: BTreeSet<&'j str>,
    /// The service that was asked for last: actions come service by service.
    last: (&'j str, bool),
}

impl<'j> Touched<'j> {
    fn of(judged: &'j Judged<'_>) -> Touched<'j> {
        let uses = judged.uses.iter().filter(|seen| seen.is_use());
        Touched { services: uses.map(|seen| seen.service()).collect(), last: ("", false) }
    }

    fn has(&mut self, granted: &'j Granted<'_>) -> bool {
        let name = &*granted.action.name;
        if !name.strip_prefix(self.last.0).is_some_and(|rest| rest.starts_with(':')) {
            let service = name.split(':').next().unwrap_or_default();
            self.last = (service, self.services.contains(service));
        }
        self.last.1
    }
}

/// The actions that the policy grants to one of its holders, by level, and whether each stays for its sake. The
/// same actions in the same order for every holder.
pub(super) fn kept(judged: &Judged<'_>, policy: usize, options: &Options) -> Vec<(AccessLevel, bool)> {
    let mut touched = Touched::of(judged);
    let mut kept = Vec::new();
    for granted in &judged.standings.granted {
        let is_touched = touched.has(granted);
        let mut ours = granted.places.iter().filter(|(place, _)| place.policy == policy).peekable();
        if ours.peek().is_some() {
            let level = granted.action.level;
            kept.push((level, ours.any(|(_, standing)| Stays::of(standing, level, is_touched, options).is_some())));
        }
    }
    kept
}

/// Why an action stays.
#[derive(Clone, Copy)]
enum Stays<'s> {
    Used,
    Unseen(&'s Blindness),
    Future,
}

impl Stays<'_> {
    /// `is_touched`: whether the holder used something of the action's service.
    fn of<'s>(standing: &'s Standing, level: AccessLevel, is_touched: bool, options: &Options) -> Option<Stays<'s>> {
        let is_dropped = |blindness: &Blindness| match options.drop_unseen {
            DropUnseen::Never => false,
            DropUnseen::Untouched => blindness.may_be_dropped() && !is_touched,
            DropUnseen::All => blindness.may_be_dropped(),
        };
        match standing {
            Standing::Used => Some(Stays::Used),
            Standing::Unseen(blindness) if !is_dropped(blindness) => Some(Stays::Unseen(blindness)),
            Standing::Unseen(_) | Standing::Unused if is_touched && options.future.keeps(level) => Some(Stays::Future),
            Standing::Unseen(_) | Standing::Unused => None,
        }
    }
}

impl<'n> Needs<'n> {
    fn take(
        &mut self,
        statement: usize,
        granted: &'n Granted<'_>,
        standing: &'n Standing,
        is_touched: bool,
        options: &Options,
    ) {
        let action = &*granted.action.name;
        let Some(stays) = Stays::of(standing, granted.action.level, is_touched, options) else {
            self.removed.insert(action);
            return;
        };
        let need = self.statements.entry(statement).or_default();
        if let Stays::Used = stays {
            self.used.insert(action);
        } else {
            self.unseen.entry(action).or_insert(stays);
            need.open.insert(action);
        }
        need.kept.insert(action);
    }

    /// Whether some holder needs the action.
    pub(super) fn stays(&self, action: &str) -> bool {
        self.used.contains(action) || self.unseen.contains_key(action)
    }

    /// What was used, sorted.
    pub(super) fn used(&self) -> Vec<String> {
        sorted(self.used.iter().copied())
    }

    /// What nobody needs, sorted.
    pub(super) fn removed(&self) -> Vec<String> {
        sorted(self.removed.iter().copied().filter(|action| !self.stays(action)))
    }

    /// What stays without being used, with the reason.
    pub(super) fn unseen(&self) -> BTreeMap<String, String> {
        let unseen = self.unseen.iter().filter(|(action, _)| !self.used.contains(*action));
        let told = |stays: &Stays<'_>| match stays {
            Stays::Unseen(blindness) => blindness.to_string(),
            Stays::Used | Stays::Future => FOR_THE_FUTURE.to_owned(),
        };
        unseen.map(|(action, stays)| ((*action).to_owned(), told(stays))).collect()
    }
}

fn sorted<'n>(actions: impl Iterator<Item = &'n str>) -> Vec<String> {
    let mut actions: Vec<&str> = actions.collect();
    actions.sort_unstable();
    actions.into_iter().map(str::to_owned).collect()
}
