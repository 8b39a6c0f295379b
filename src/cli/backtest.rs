//! `trailfit backtest`: what the proposals of the past would have denied in their future.

use std::io::Write;

use clap::ValueEnum;

use super::exit::{Exit, Failure};
use super::guardrails::GuardrailArgs;
use super::inputs::{GrantArgs, chosen};
use super::logs::LogArgs;
use super::progress::Progress;
use super::when::Days;
use crate::fit::{Backtest, Options};
use crate::pipeline::{self, Plan};
use crate::report;
use crate::trail::{Evidence, MAX_SLICES};

/// Window lengths that are tried when none is given, as far as they fit into the log.
const LENGTHS: [i64; 6] = [30, 60, 90, 120, 180, 360];

/// Arguments of `backtest`.
#[derive(clap::Args)]
pub(super) struct Args {
    #[command(flatten)]
    logs: LogArgs,
    #[command(flatten)]
    grants: GrantArgs,
    #[command(flatten)]
    guardrails: GuardrailArgs,
    /// Learn from so many days before each cut (`90d`); may be repeated, for a curve [default: 30d, 60d, 90d, 120d,
    /// 180d and 360d, as far as they fit]
    #[arg(long, value_name = "DAYS")]
    learn: Vec<Days>,
    /// Replay so many days after each cut; cuts are as far apart
    #[arg(long, value_name = "DAYS", default_value = "30d")]
    ahead: Days,
    /// Try every choice of --tightness and --drop-unseen, instead of the ones given
    #[arg(long)]
    presets: bool,
    /// Exit with 1 when, with some preset and window length, a larger share of the replayed requests than this may
    /// have been denied (0 to 1) [default: no limit]
    #[arg(long, value_name = "SHARE")]
    max_denied: Option<f64>,
    /// How it is printed
    #[arg(long, value_name = "FORMAT", value_enum, default_value_t)]
    format: Format,
}

/// How it is printed.
#[derive(Clone, Copy, Debug, Default, ValueEnum)]
enum Format {
    #[default]
    Text,
    Json,
}

pub(super) fn run(args: &Args) -> Result<Exit, Failure> {
    if let Some(share) = args.max_denied.filter(|share| !(0.0..=1.0).contains(share)) {
        return Err(Failure::Usage(format!("--max-denied {share} is not a share: give a number from 0 to 1")));
    }
    let plan = plan(args);
    let catalog = pipeline::catalog(args.logs.catalog.as_deref())?;
    let grants = pipeline::read_grants(args.grants.snapshots()?)?;
    let input = args.logs.sliceable()?;
    let progress = Progress::new(args.logs.quiet, args.logs.log);
    let (whole, mut backtest) = pipeline::with_threads(args.logs.threads, || {
        let slicing = plan.slicing(pipeline::end(&input, &catalog)?);
        let slices = pipeline::gather_slices(&input, slicing, &catalog, &|step| progress.step(step))?;
        let backtest = pipeline::backtest(&slices, slicing, &grants, &catalog, &plan);
        Ok::<_, crate::error::Error>((Evidence::window(&slices), backtest))
    })??;
    progress.finish();
    if backtest.trials.is_empty() {
        return Err(Failure::Usage(too_short(args, &plan, &backtest)));
    }
    let is_chosen = chosen(&args.logs.account, &args.grants.principal);
    for trial in &mut backtest.trials {
        trial.principals.retain(|principal| is_chosen(&principal.account, &principal.arn));
    }
    let told = match args.format {
        Format::Text => report::backtest(&whole, &backtest, catalog.as_of()),
        Format::Json => format!("{}\n", report::backtest_json(&backtest, catalog.as_of())),
    };
    let written = std::io::stdout().lock().write_all(told.as_bytes());
    written.map_err(|error| Failure::Usage(format!("cannot write the backtest: {error}")))?;
    Ok(match args.logs.exit(&whole) {
        Exit::Done if denies_too_much(&backtest, args.max_denied) => Exit::Loose,
        exit => exit,
    })
}

fn plan(args: &Args) -> Plan {
    let guardrail = args.guardrails.wanted(&args.logs.account);
    let options = Options { guardrail, ..args.grants.options() };
    let mut learn_days: Vec<i64> = args.learn.iter().map(|days| days.0).collect();
    learn_days.sort_unstable();
    learn_days.dedup();
    if learn_days.is_empty() {
        learn_days = LENGTHS.to_vec();
    }
    let presets = if args.presets { options.presets() } else { vec![options] };
    Plan { ahead_days: args.ahead.0, learn_days, presets }
}

fn too_short(args: &Args, plan: &Plan, backtest: &Backtest) -> String {
    let (first, last) = backtest.log;
    let least = plan.learn_days.iter().min().copied().unwrap_or_default() + plan.ahead_days;
    let days = last.day() - first.day() + 1;
    if days >= least {
        let slice = plan.slicing(last).days;
        return format!(
            "the windows consist of slices of {slice} days each, and {MAX_SLICES} slices are too few for them: \
             give --learn and --ahead as multiples of more days"
        );
    }
    let given = if args.learn.is_empty() { "give a shorter --learn" } else { "give shorter ones" };
    format!("the log spans {days} days, and to learn and to replay takes {least}: {given} or --ahead")
}

fn denies_too_much(backtest: &Backtest, most: Option<f64>) -> bool {
    let share = |score: crate::fit::Score| score.denied.most as f64 / score.requests.max(1) as f64;
    most.is_some_and(|most| backtest.curve().iter().any(|point| share(point.score()) > most))
}
