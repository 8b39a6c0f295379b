//! `trailfit why`: one principal and action explained.

use super::exit::{Exit, Failure};
use super::inputs::{GrantArgs, run as judge};
use super::logs::LogArgs;
use crate::report;

/// Arguments of `why`.
#[derive(clap::Args)]
pub(super) struct Args {
    #[command(flatten)]
    logs: LogArgs,
    #[command(flatten)]
    grants: GrantArgs,
    /// The action or a pattern of actions, as `s3:GetObject` or `s3:Get*`
    #[arg(long, value_name = "ACTION")]
    action: String,
}

pub(super) fn run(args: &Args) -> Result<Exit, Failure> {
    if args.grants.principal.is_empty() {
        return Err(Failure::Usage("name the principal with --principal (its ARN, its name, or a glob)".to_owned()));
    }
    let run = judge(&args.logs, &args.grants)?;
    if run.judgement.fittings.is_empty() && run.judgement.strangers.is_empty() {
        let asked = args.grants.principal.join("`, `");
        return Err(Failure::Usage(format!("no principal of the grants or the log matches `{asked}`")));
    }
    print!("{}", report::explain(&run.judgement, &args.action, run.catalog.as_of()));
    Ok(args.logs.exit(&run.evidence))
}
