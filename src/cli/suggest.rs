//! `trailfit suggest`: the whole way, from logs and grants to proven policies.

use std::io::IsTerminal;
use std::path::PathBuf;

use super::exit::{Exit, Failure};
use super::inputs::{GrantArgs, run as judge, run_ahead};
use super::logs::LogArgs;
use super::when::Days;
use crate::report::{self, Report};

/// Arguments of `suggest`.
#[derive(clap::Args)]
pub(super) struct Args {
    #[command(flatten)]
    logs: LogArgs,
    #[command(flatten)]
    grants: GrantArgs,
    /// Write report.json, the Parquet tables, the policies and what applies them there [default: print the summary only]
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    /// Replace the report that stands in --out
    #[arg(long)]
    force: bool,
    /// Also tell for each proposal what it would have denied had it been applied so many days before the end of the
    /// log, made from the log up to then
    #[arg(long, value_name = "DAYS")]
    backtest: Option<Days>,
}

/// Colour for people at a terminal, unless they said no (<https://no-color.org>).
fn colour() -> bool {
    std::io::stdout().is_terminal() && std::env::var_os("NO_COLOR").is_none()
}

pub(super) fn run(args: &Args) -> Result<Exit, Failure> {
    if let Some(out) = &args.out {
        report::ready(out, args.force)?;
    }
    let (run, trial) = match args.backtest {
        Some(days) => run_ahead(&args.logs, &args.grants, days).map(|(run, trial)| (run, Some(trial)))?,
        None => (judge(&args.logs, &args.grants)?, None),
    };
    let report = Report::new(&run.evidence, &run.judgement, run.catalog.as_of());
    if let Some(out) = &args.out {
        report::write(out, args.force, &report)?;
    }
    print!("{}", report.summary(colour()));
    print!("{}", report::rebuilt(&run.judgement));
    if let (Some(trial), Some(Days(days))) = (trial, args.backtest) {
        print!("\n{}", report::foresight(&run.judgement, &trial, days));
    }
    if let Some(out) = &args.out {
        println!("\nThe report stands in {}: report.json, *.parquet, policies/, apply/", out.display());
    }
    Ok(args.logs.exit(&run.evidence))
}
