//! `trailfit check`: the same judgement for CI; writes nothing, answers by its exit code.

use super::exit::{Exit, Failure};
use super::inputs::{GrantArgs, run as judge};
use super::logs::LogArgs;
use crate::report;

/// Arguments of `check`.
#[derive(clap::Args)]
pub(super) struct Args {
    #[command(flatten)]
    logs: LogArgs,
    #[command(flatten)]
    grants: GrantArgs,
    /// Exit with 1 when for some principal a larger share of its granted actions than this is unused (0 to 1)
    #[arg(long, value_name = "SHARE", default_value_t = 0.2)]
    max_unused: f64,
}

pub(super) fn run(args: &Args) -> Result<Exit, Failure> {
    if !(0.0..=1.0).contains(&args.max_unused) {
        return Err(Failure::Usage(format!(
            "--max-unused {} is not a share: give a number from 0 to 1",
            args.max_unused
        )));
    }
    let run = judge(&args.logs, &args.grants)?;
    let verdict = report::check(&run.evidence, &run.judgement, args.max_unused, run.catalog.as_of());
    print!("{}", verdict.text);
    // A principal that cannot be judged cannot be said to fit.
    // Holes come first: on evidence with holes neither "fits" nor "loose" can be trusted.
    match args.logs.exit(&run.evidence) {
        Exit::Done if verdict.loose > 0 || verdict.unfit > 0 => Ok(Exit::Loose),
        exit => Ok(exit),
    }
}
