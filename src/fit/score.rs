//! The figures of a backtest, as plain data for the reports.

use std::collections::{BTreeMap, BTreeSet};

use super::stack::PolicyId;
use crate::catalog::AccessLevel;
use crate::trail::Moment;

/// A change: the policy, and the owner where it is changed at one owner alone.
pub type PolicyKey = (PolicyId, Option<String>);

/// A count that is known between bounds only.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Range {
    /// At least so many.
    pub least: u64,
    /// At most so many.
    pub most: u64,
}

impl Range {
    /// Both bounds added.
    #[must_use]
    pub fn plus(self, other: Range) -> Range {
        Range { least: self.least + other.least, most: self.most + other.most }
    }
}

/// What became of the requests that the grants explain. A request is one action of one record.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Score {
    /// Requests replayed.
    pub requests: u64,
    /// Those that would have been denied.
    pub denied: Range,
    /// Those of which it could not be told.
    pub untold: u64,
}

impl Score {
    pub(super) fn take(&mut self, requests: u64, denied: Range, untold: u64) {
        self.add(&Score { requests, denied, untold });
    }

    /// Adds another.
    pub fn add(&mut self, other: &Score) {
        self.requests += other.requests;
        self.denied = self.denied.plus(other.denied);
        self.untold += other.untold;
    }
}

/// Requests that would have been denied.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Denied {
    /// The action.
    pub action: String,
    /// The first of the resources, as far as the trail tells.
    pub resource: String,
    /// How many resources.
    pub resources: usize,
    /// How many requests.
    pub count: Range,
    /// The first of them.
    pub first: Moment,
}

/// Granted actions of principals by access level, and how many of them went.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Weights {
    /// Granted and removed, by level.
    pub levels: BTreeMap<AccessLevel, (u64, u64)>,
}

impl Weights {
    pub(super) fn take(&mut self, level: AccessLevel, is_removed: bool) {
        let (granted, removed) = self.levels.entry(level).or_default();
        *granted += 1;
        *removed += u64::from(is_removed);
    }

    /// Adds another.
    pub fn add(&mut self, other: &Weights) {
        for (level, (granted, removed)) in &other.levels {
            let mine = self.levels.entry(*level).or_default();
            *mine = (mine.0 + granted, mine.1 + removed);
        }
    }

    /// Granted and removed, each action once.
    pub fn actions(&self) -> (u64, u64) {
        self.sum(|_| 1)
    }

    /// Granted and removed, each action by the harm that it can do.
    pub fn risk(&self) -> (u64, u64) {
        self.sum(risk)
    }

    fn sum(&self, weight: impl Fn(AccessLevel) -> u64) -> (u64, u64) {
        let add = |sum: (u64, u64), (level, (granted, removed)): (&AccessLevel, &(u64, u64))| {
            (sum.0 + weight(*level) * granted, sum.1 + weight(*level) * removed)
        };
        self.levels.iter().fold((0, 0), add)
    }
}

/// A judgement, not a fact of AWS: who may change permissions may have everything, who lists learns names.
pub(super) fn risk(level: AccessLevel) -> u64 {
    match level {
        AccessLevel::List => 1,
        AccessLevel::Read => 3,
        AccessLevel::Tagging => 3,
        AccessLevel::Write => 10,
        AccessLevel::PermissionsManagement => 30,
    }
}

/// One principal's future under what was proposed.
#[derive(Clone, Debug)]
pub struct Replayed {
    /// Its account.
    pub account: String,
    /// Its ARN.
    pub arn: String,
    /// Its requests.
    pub score: Score,
    /// Requests that the grants that stand do not explain, so that nothing can be lost.
    pub surprises: u64,
    /// What would have been denied, in a fixed order.
    pub denied: Vec<Denied>,
    /// Its requests by the changed policies that allowed them.
    pub policies: BTreeMap<PolicyKey, Score>,
    /// What was taken from it.
    pub weights: Weights,
    /// Characters of its policies before and after.
    pub sizes: (usize, usize),
}

impl Replayed {
    pub(super) fn new(account: String, arn: String) -> Replayed {
        Replayed {
            account,
            arn,
            score: Score::default(),
            surprises: 0,
            denied: Vec::new(),
            policies: BTreeMap::new(),
            weights: Weights::default(),
            sizes: (0, 0),
        }
    }
}

/// One proven guardrail, replayed on the uses that came after it was made.
#[derive(Clone, Debug)]
pub struct GuardrailReplay {
    /// The accounts, sorted.
    pub accounts: Vec<String>,
    /// `scp` or `boundary`.
    pub kind: &'static str,
    /// How many services and single actions it denies.
    pub denies: usize,
    /// The requests of the accounts' own principals.
    pub score: Score,
    /// ARN of the principal and what it would have been denied, in a fixed order.
    pub denied: Vec<(String, Denied)>,
}

/// One window: learned, changed, replayed.
#[derive(Clone, Debug)]
pub struct Trial {
    /// The preset by which it was judged.
    pub preset: &'static str,
    /// Days learned from.
    pub learn_days: i64,
    /// From when on was learned, the cut, until when was replayed.
    pub window: (Moment, Moment, Moment),
    /// The changes that were proven.
    pub changes: BTreeSet<PolicyKey>,
    /// Their characters before and after.
    pub sizes: (usize, usize),
    /// The principals.
    pub principals: Vec<Replayed>,
    /// The guardrails, where any were asked for.
    pub guardrails: Vec<GuardrailReplay>,
}

impl Trial {
    /// All principals together.
    pub fn score(&self) -> Score {
        total(self.principals.iter().map(|principal| &principal.score))
    }

    /// All principals together.
    pub fn weights(&self) -> Weights {
        let mut weights = Weights::default();
        self.principals.iter().for_each(|principal| weights.add(&principal.weights));
        weights
    }

    /// The changed policies whose statements allowed any of the requests.
    pub fn policies(&self) -> BTreeMap<&PolicyKey, Score> {
        let mut policies: BTreeMap<&PolicyKey, Score> = BTreeMap::new();
        for (key, score) in self.principals.iter().flat_map(|principal| &principal.policies) {
            policies.entry(key).or_default().add(score);
        }
        policies
    }
}

/// All trials of one preset and window length.
#[derive(Clone, Debug)]
pub struct Point<'b> {
    /// The preset.
    pub preset: &'static str,
    /// Days learned from.
    pub learn_days: i64,
    /// Its trials, the latest cut first.
    pub trials: Vec<&'b Trial>,
}

impl Point<'_> {
    /// All trials together.
    pub fn score(&self) -> Score {
        total(self.trials.iter().map(|trial| trial.score()).collect::<Vec<_>>().iter())
    }

    /// All trials together.
    pub fn weights(&self) -> Weights {
        let mut weights = Weights::default();
        self.trials.iter().for_each(|trial| weights.add(&trial.weights()));
        weights
    }

    /// Characters of the changed policies of all trials, before and after.
    pub fn sizes(&self) -> (usize, usize) {
        self.trials.iter().fold((0, 0), |sum, trial| (sum.0 + trial.sizes.0, sum.1 + trial.sizes.1))
    }
}

fn total<'s>(scores: impl Iterator<Item = &'s Score>) -> Score {
    let mut total = Score::default();
    scores.for_each(|score| total.add(score));
    total
}

/// A whole backtest.
#[derive(Clone, Debug)]
pub struct Backtest {
    /// Days replayed after each cut.
    pub ahead_days: i64,
    /// The first and the last record.
    pub log: (Moment, Moment),
    /// By preset and window length, the latest cut first.
    pub trials: Vec<Trial>,
}

impl Backtest {
    /// The curve, in the order of the trials.
    pub fn curve(&self) -> Vec<Point<'_>> {
        let mut points: Vec<Point<'_>> = Vec::new();
        for trial in &self.trials {
            match points.last_mut() {
                Some(last) if (last.preset, last.learn_days) == (trial.preset, trial.learn_days) => {
                    last.trials.push(trial)
                }
                _ => points.push(Point { preset: trial.preset, learn_days: trial.learn_days, trials: vec![trial] }),
            }
        }
        points
    }
}
