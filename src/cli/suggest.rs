//! `trailfit suggest`: the whole way, from logs and grants to proven policies.

use std::io::IsTerminal;
use std::path::PathBuf;

use clap::ValueEnum;

use super::exit::{Exit, Failure};
use super::guardrails::GuardrailArgs;
use super::inputs::{GrantArgs, run_ahead, run_by};
use super::logs::LogArgs;
use super::when::Days;
use crate::catalog::Catalog;
use crate::fit::{Options, Split};
use crate::pipeline::{Kind, Outbox};
use crate::report::{self, Report};

/// Arguments of `suggest`.
#[derive(clap::Args)]
pub(super) struct Args {
    #[command(flatten)]
    logs: LogArgs,
    #[command(flatten)]
    grants: GrantArgs,
    /// Write report.json, the Parquet tables, the policies and what applies them there, a folder or
    /// `s3://bucket/prefix` [default: print the summary only]
    #[arg(long, value_name = "PLACE")]
    out: Option<PathBuf>,
    /// Replace the report that stands in --out
    #[arg(long)]
    force: bool,
    #[command(flatten)]
    guardrails: GuardrailArgs,
    /// Split policies that several users, groups and roles hold: `never`, a customer-managed policy changes for all, an
    /// AWS-managed one is replaced at each; `clusters`, those with alike needs get one policy together, at most five of
    /// one policy, where that removes notably more; `holders`, each gets its own, where that removes anything more
    #[arg(long, value_name = "HOW", value_enum, default_value_t)]
    split: How,
    /// Also tell for each proposal what it would have denied had it been applied so many days before the end of the
    /// log, made from the log up to then
    #[arg(long, value_name = "DAYS")]
    backtest: Option<Days>,
}

/// `Split` as typed.
#[derive(Clone, Copy, Debug, Default, ValueEnum)]
enum How {
    #[default]
    Never,
    Clusters,
    Holders,
}

impl Args {
    /// How to judge.
    fn options(&self) -> Options {
        let guardrail = self.guardrails.wanted(&self.logs.account);
        let split = match self.split {
            How::Never => Split::Never,
            How::Clusters => Split::Clusters,
            How::Holders => Split::Holders,
        };
        Options { guardrail, split, ..self.grants.options() }
    }
}

/// Colour for people at a terminal, unless they said no (<https://no-color.org>).
fn colour() -> bool {
    std::io::stdout().is_terminal() && std::env::var_os("NO_COLOR").is_none()
}

pub(super) fn run(args: &Args) -> Result<Exit, Failure> {
    let identity = args.logs.credentials.identity();
    let outbox = args.out.as_ref().map(|out| Outbox::open(out, args.force, Kind::Report, &identity)).transpose()?;
    let (run, trial) = match args.backtest {
        Some(days) => {
            run_ahead(&args.logs, &args.grants, args.options(), days).map(|(run, trial)| (run, Some(trial)))?
        }
        None => {
            let gather = |catalog: &Catalog| args.logs.gather(catalog);
            (run_by(&args.logs, &args.grants, args.options(), gather)?, None)
        }
    };
    let report = Report::new(&run.evidence, &run.judgement, run.catalog.as_of());
    if let Some(outbox) = outbox {
        outbox.put_report(&report)?;
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
