//! What the holders of one policy need of it: through which statement, and whether it was used or only may have been.

use std::collections::{BTreeMap, BTreeSet};

use super::agreement::Place;
use super::blindness::Blindness;
use super::judged::Judged;
use super::options::{DropUnseen, Options};
use super::rightsize::StatementNeed;
use super::standing::{Granted, Standing};
use crate::catalog::AccessLevel;

/// What the holders need of each statement, and why.
#[derive(Default)]
pub(super) struct Needs {
    pub(super) statements: BTreeMap<usize, StatementNeed>,
    pub(super) used: BTreeSet<String>,
    pub(super) unseen: BTreeMap<String, String>,
    pub(super) removed: BTreeSet<String>,
}

/// A statement needs an action when one holder used it through the statement, or would not have been seen.
/// `holders`: each with the policy's index in its stack; `statements`: how many the policy has.
pub(super) fn needs(holders: &[(&Judged<'_>, usize)], statements: usize, options: &Options) -> Needs {
    let mut needs = Needs::default();
    for (judged, index) in holders {
        let touched = touched(judged);
        for granted in &judged.standings.granted {
            let is_touched = is_touched(granted, &touched);
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

/// Services of which the holder used something.
fn touched<'j>(judged: &'j Judged<'_>) -> BTreeSet<&'j str> {
    judged.uses.iter().filter(|seen| seen.is_use()).map(|seen| seen.service()).collect()
}

fn is_touched(granted: &Granted<'_>, touched: &BTreeSet<&str>) -> bool {
    granted.action.name.split(':').next().is_some_and(|service| touched.contains(service))
}

/// The actions that the policy grants to one of its holders, by level, and whether each stays for its sake. The
/// same actions in the same order for every holder.
pub(super) fn kept(judged: &Judged<'_>, policy: usize, options: &Options) -> Vec<(AccessLevel, bool)> {
    let touched = touched(judged);
    let mut kept = Vec::new();
    for granted in &judged.standings.granted {
        let is_touched = is_touched(granted, &touched);
        let mut ours = granted.places.iter().filter(|(place, _)| place.policy == policy).peekable();
        if ours.peek().is_some() {
            let level = granted.action.level;
            kept.push((level, ours.any(|(_, standing)| Stays::of(standing, level, is_touched, options).is_some())));
        }
    }
    kept
}

/// Why an action stays.
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

impl Needs {
    fn take(
        &mut self,
        statement: usize,
        granted: &Granted<'_>,
        standing: &Standing,
        is_touched: bool,
        options: &Options,
    ) {
        let action = granted.action.name.to_string();
        let Some(stays) = Stays::of(standing, granted.action.level, is_touched, options) else {
            self.removed.insert(action);
            return;
        };
        let need = self.statements.entry(statement).or_default();
        let reason = match stays {
            Stays::Used => None,
            Stays::Unseen(blindness) => Some(blindness.to_string()),
            Stays::Future => Some(FOR_THE_FUTURE.to_owned()),
        };
        match reason {
            None => drop(self.used.insert(action.clone())),
            Some(reason) => {
                self.unseen.entry(action.clone()).or_insert(reason);
                need.open.insert(action.clone());
            }
        }
        need.kept.insert(action);
    }
}
