//! Learn on the first part, replay the rest: at every cut where the window fits into the log.
//!
//! The logs are read once, into slices of time. Memory holds each slice's distinct usage, and one window put together
//! of them at a time for what is learned and one for what is replayed.

use rayon::prelude::*;

use super::{Input, Listener, gather, read_slices, settle, units, wanted};
use crate::catalog::Catalog;
use crate::error::Error;
use crate::fit::{Applied, Backtest, Court, Options, Trial, replay, replay_guardrails, sizes, weigh};
use crate::grants::Grants;
use crate::source;
use crate::trail::{Evidence, MAX_SLICES, Moment, Slicing, Traces};

/// What is tried.
#[derive(Clone, Debug)]
pub struct Plan {
    /// Days replayed after each cut.
    pub ahead_days: i64,
    /// Window lengths in days.
    pub learn_days: Vec<i64>,
    /// How to judge, one after the other.
    pub presets: Vec<Options>,
}

impl Plan {
    /// The longest slices of which all windows consist.
    pub fn slicing(&self, end: Moment) -> Slicing {
        let days = self.learn_days.iter().fold(self.ahead_days, |days, learn| common(days, *learn));
        Slicing { end, days, count: MAX_SLICES }
    }
}

/// The largest number of days of which both are multiples.
fn common(a: i64, b: i64) -> i64 {
    if b == 0 { a } else { common(b, a % b) }
}

/// Where a log ends: the midnight after its last record, or where the scope ends. Only as much is read as the paths
/// of delivered files demand; where they tell nothing, everything.
pub fn end(input: &Input, catalog: &Catalog) -> Result<Moment, Error> {
    if let Some(until) = input.scope.until {
        return Ok(until);
    }
    let last = |logs| {
        let evidence = gather(&Input { logs, ..input.clone() }, catalog, &|_| {})?;
        let last = evidence.coverage.accounts.values().map(|seen| seen.last).max();
        Ok::<_, Error>(last.map(|last| Moment::of_day(last.day() + 1)))
    };
    let end = match last(source::latest(&input.logs)?)? {
        Some(end) => Some(end),
        None => last(input.logs.clone())?,
    };
    Ok(end.unwrap_or_default())
}

/// Reads logs once into slices, the latest first, each settled.
pub fn gather_slices(
    input: &Input,
    slicing: Slicing,
    catalog: &Catalog,
    listener: Listener<'_>,
) -> Result<Vec<Evidence>, Error> {
    let mut slices = read_slices(input, slicing, catalog, listener, (wanted(&input.scope), None))?;
    for slice in &mut slices {
        settle(slice)?;
        // The counts are taken; nothing asks for single records any more.
        slice.traces = Traces::default();
    }
    Ok(slices)
}

/// Tries every preset and window length at every cut that leaves room for the window. No trial: the log is too short.
pub fn backtest(slices: &[Evidence], slicing: Slicing, grants: &Grants, catalog: &Catalog, plan: &Plan) -> Backtest {
    let accounts = || slices.iter().flat_map(|slice| slice.coverage.accounts.values());
    let first = accounts().map(|seen| seen.first).min().unwrap_or(slicing.end);
    let last = accounts().map(|seen| seen.last).max().unwrap_or(slicing.end);
    let log_days = slicing.end.day() - first.day();
    // The last slice also takes what is older than all.
    let most_days = log_days.min(slicing.days * (slicing.count as i64 - 1));
    let slices_of = |from: i64, to: i64| {
        let index = |days: i64| usize::try_from(days / slicing.days).unwrap_or_default();
        Evidence::window(slices.get(index(to)..index(from)).unwrap_or_default())
    };
    let mut trials = Vec::new();
    for options in &plan.presets {
        for learn in &plan.learn_days {
            for cut in (1..).map(|number| number * plan.ahead_days).take_while(|cut| cut + learn <= most_days) {
                let learned = slices_of(cut + learn, cut);
                let future = slices_of(cut, cut - plan.ahead_days);
                let window = (slicing.back(cut + learn), slicing.back(cut), slicing.back(cut - plan.ahead_days));
                let tried = trial((&learned, &future), grants, catalog, options);
                trials.push(Trial { learn_days: *learn, window, ..tried });
            }
        }
    }
    Backtest { ahead_days: plan.ahead_days, log: (first, last), trials }
}

/// Reads logs once; gives everything, settled, and the trial of what was before the last days on those days.
/// No trial: nothing was before them.
pub fn ahead(
    input: &Input,
    days: i64,
    (grants, catalog, options): (&Grants, &Catalog, &Options),
    listener: Listener<'_>,
) -> Result<(Evidence, Option<Trial>), Error> {
    let slicing = Slicing { end: end(input, catalog)?, days, count: 2 };
    let slices = gather_slices(input, slicing, catalog, listener)?;
    let whole = Evidence::window(&slices);
    let [future, learned] = slices.as_slice() else {
        return Ok((whole, None));
    };
    let first = learned.coverage.accounts.values().map(|seen| seen.first).min();
    let trial = first.map(|first| {
        let window = (first, slicing.back(days), slicing.end);
        let learn_days = slicing.back(days).day() - first.day();
        Trial { window, learn_days, ..trial((learned, future), grants, catalog, options) }
    });
    Ok((whole, trial))
}

/// Judges by what was learned, puts all that is proven in place, and replays the future. The window is not filled in.
fn trial((learned, future): (&Evidence, &Evidence), grants: &Grants, catalog: &Catalog, options: &Options) -> Trial {
    let court = Court::open(learned, grants, catalog, options.clone());
    let judged: Vec<_> = (0..court.cases()).into_par_iter().filter_map(|case| court.hear(case)).collect();
    let policies: Vec<_> = units(&court, &judged).0.par_iter().map(|unit| court.decide(unit)).collect();
    let applied = Applied::of(&policies);
    let later = Court::open(future, grants, catalog, options.clone());
    let replays = (0..later.cases()).into_par_iter().filter_map(|case| replay(&later, case, &applied));
    let mut principals: Vec<_> = replays.collect();
    for (principal, judged) in principals.iter_mut().zip(&judged) {
        (principal.weights, principal.sizes) = (weigh(judged, &applied), sizes(judged, &applied));
    }
    Trial {
        preset: options.preset(),
        learn_days: 0,
        window: <(Moment, Moment, Moment)>::default(),
        changes: applied.keys(),
        sizes: applied.sizes(),
        principals,
        guardrails: replay_guardrails(&court.guardrails(), future),
    }
}
