//! `trailfit suggest`: the whole way, from logs and grants to proven policies.

use std::io::IsTerminal;
use std::path::PathBuf;

use super::exit::{Exit, Failure};
use super::inputs::{GrantArgs, LogArgs, run as judge};
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
}

/// Colour for people at a terminal, unless they said no (<https://no-color.org>).
fn colour() -> bool {
    std::io::stdout().is_terminal() && std::env::var_os("NO_COLOR").is_none()
}

pub(super) fn run(args: &Args) -> Result<Exit, Failure> {
    if let Some(out) = &args.out {
        report::ready(out, args.force)?;
    }
    let run = judge(&args.logs, &args.grants)?;
    let report = Report::new(&run.evidence, &run.judgement, run.catalog.as_of());
    if let Some(out) = &args.out {
        report::write(out, args.force, &report)?;
    }
    print!("{}", report.summary(colour()));
    if let Some(out) = &args.out {
        println!("\nThe report stands in {}: report.json, *.parquet, policies/, apply/", out.display());
    }
    Ok(args.logs.exit(&run.evidence))
}
