//! The table: what is proposed from the days before each cut, measured on the organization's truth.

use std::collections::BTreeSet;
use std::path::Path;

use rayon::prelude::*;
use trailfit::catalog::Catalog;
use trailfit::fit::{Options, Score};
use trailfit::grants::Grants;
use trailfit::pipeline::{self, Input, Plan};
use trailfit::trail::{Evidence, Slicing};

use super::measure::{Calls, Excess, Instead, Subject, denied, needed, observed, service, stolen};
use super::world::{DAYS, Deed, Principal};
use super::written::moment;

/// Days of a slice, and days replayed after each cut.
pub(crate) const AHEAD: u32 = 30;

/// How policies are made.
#[derive(Clone, Debug)]
pub(crate) enum Generator {
    Ours(Options),
    Actions,
    Services,
}

impl Generator {
    pub(crate) fn all() -> Vec<Generator> {
        let ours = Options::default().presets().into_iter().map(Generator::Ours);
        ours.chain([Generator::Actions, Generator::Services]).collect()
    }

    fn name(&self) -> String {
        match self {
            Generator::Ours(options) => format!("trailfit, {}", options.preset()),
            Generator::Actions => "used actions, Resource *".to_owned(),
            Generator::Services => "used services".to_owned(),
        }
    }
}

/// What one generator did from one window length, over all cuts.
#[derive(Debug, Default)]
pub(crate) struct Outcome {
    pub(crate) name: String,
    pub(crate) learn: u32,
    /// Unneeded requests allowed before and after.
    pub(crate) excess: (Excess, Excess),
    /// Requests of the windows that the log shows and that would be denied.
    pub(crate) unlearned: u64,
    /// Needed requests of the futures, those denied, and principals hit at some cut.
    pub(crate) needed: u64,
    pub(crate) denied: u64,
    pub(crate) hit: usize,
    /// Requests of the futures that the log shows, the thief's too, that would be denied.
    pub(crate) logged: u64,
    /// The thief's calls after a cut, and those denied.
    pub(crate) stolen: (u64, u64),
}

/// A written organization.
pub(crate) struct Organization<'w> {
    pub(crate) principals: &'w [Principal],
    pub(crate) deeds: &'w [Deed],
    pub(crate) grants: &'w Grants,
    pub(crate) catalog: &'w Catalog,
    pub(crate) slices: Vec<Evidence>,
}

/// How the 180 days are cut. One more slice takes what is older, of which there is nothing.
pub(crate) fn slicing() -> Slicing {
    Slicing { end: moment(DAYS), days: i64::from(AHEAD), count: (DAYS / AHEAD) as usize + 1 }
}

/// Reads the logs in slices of 30 days, the latest first.
pub(crate) fn slices(folder: &Path, catalog: &Catalog) -> Vec<Evidence> {
    let input = Input { logs: vec![folder.join("AWSLogs")], ..Input::default() };
    pipeline::gather_slices(&input, slicing(), catalog, &|_| {}).unwrap()
}

impl Organization<'_> {
    fn window(&self, from: u32, to: u32) -> Evidence {
        let index = |day: u32| ((DAYS - day) / AHEAD) as usize;
        Evidence::window(&self.slices[index(to)..index(from)])
    }

    /// Every generator, window length and cut.
    pub(crate) fn run(&self, learn: &[u32], cuts: &[u32]) -> Vec<Outcome> {
        let subjects = Subject::all(self.principals, self.grants, self.catalog);
        let mut outcomes = Vec::new();
        for generator in Generator::all() {
            for learn in learn {
                let mut outcome = Outcome { name: generator.name(), learn: *learn, ..Outcome::default() };
                for cut in cuts {
                    self.measure(&generator, (cut - learn, *cut), &subjects, &mut outcome);
                }
                outcomes.push(outcome);
            }
        }
        outcomes
    }

    fn measure(&self, generator: &Generator, (from, cut): (u32, u32), subjects: &[Subject<'_>], outcome: &mut Outcome) {
        let learned = self.window(from, cut);
        let instead: Vec<Instead<'_>> = match generator {
            Generator::Ours(options) => {
                let judgement = pipeline::judge(&learned, self.grants, self.catalog, options);
                subjects.par_iter().map(|subject| subject.proven(&judgement)).collect()
            }
            Generator::Actions => subjects.par_iter().map(|subject| Instead::Actions(subject.seen(&learned))).collect(),
            Generator::Services => {
                let services = |subject: &Subject<'_>| subject.seen(&learned).into_iter().map(service).collect();
                subjects.par_iter().map(|subject| Instead::Services(services(subject))).collect()
            }
        };
        let pairs = || subjects.par_iter().zip(&instead);
        let after =
            pairs().map(|(subject, instead)| subject.excess_after(instead)).reduce(Excess::default, Excess::plus);
        let before = subjects.iter().map(|subject| subject.excess()).fold(Excess::default(), Excess::plus);
        outcome.excess = (outcome.excess.0.plus(before), outcome.excess.1.plus(after));
        outcome.unlearned += denied(subjects, &instead, &observed(self.principals, self.deeds, from..cut)).0;
        let future: Calls<'_> = needed(self.deeds, cut..cut + AHEAD);
        outcome.needed += future.values().sum::<u64>();
        let (lost, hit) = denied(subjects, &instead, &future);
        outcome.denied += lost;
        outcome.hit += hit;
        let days = cut..cut + AHEAD;
        outcome.logged += denied(subjects, &instead, &observed(self.principals, self.deeds, days.clone())).0;
        let theft = stolen(self.deeds, days);
        outcome.stolen.0 += theft.values().sum::<u64>();
        outcome.stolen.1 += denied(subjects, &instead, &theft).0;
    }
}

/// What was promised: no proposal of ours denies what was observed, and none is wider than what stands.
pub(crate) fn hold_to_promise(outcomes: &[Outcome]) {
    for outcome in outcomes.iter().filter(|outcome| outcome.name.starts_with("trailfit")) {
        assert_eq!((outcome.unlearned, outcome.excess.1.wider), (0, 0), "{} from {} days", outcome.name, outcome.learn);
    }
}

/// What `trailfit backtest` tells of the same windows from the log alone holds what the organization knows: its bounds
/// take in the calls in the log that would be denied.
pub(crate) fn told_alike(organization: &Organization<'_>, outcomes: &[Outcome], cuts: &[u32]) -> Vec<(String, Score)> {
    let ours: Vec<&Outcome> = outcomes.iter().filter(|outcome| outcome.name.starts_with("trailfit")).collect();
    let learn_days: BTreeSet<i64> = ours.iter().map(|outcome| i64::from(outcome.learn)).collect();
    let presets = Options::default().presets();
    let plan = Plan { ahead_days: i64::from(AHEAD), learn_days: learn_days.into_iter().collect(), presets };
    let Organization { grants, catalog, slices, .. } = organization;
    let mut backtest = pipeline::backtest(slices, slicing(), grants, catalog, &plan);
    backtest.trials.retain(|trial| cuts.iter().any(|cut| moment(*cut) == trial.window.1));
    let told = backtest.curve().into_iter().zip(ours).map(|(point, outcome)| {
        let score = point.score();
        let (least, most) = (score.denied.least, score.denied.most + score.untold);
        let name = format!("{}, {} days", outcome.name, outcome.learn);
        assert!((least..=most).contains(&outcome.logged), "{name}: {score:?}, but {} are denied", outcome.logged);
        (name, score)
    });
    told.collect()
}
