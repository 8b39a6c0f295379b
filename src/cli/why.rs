//! `trailfit why`: one principal and action explained.

use super::exit::{Exit, Failure};
use super::inputs::{GrantArgs, LogArgs, run as judge};
use crate::report;

/// Arguments of `why`.
#[derive(clap::Args)]
pub(super) struct Args {
    #[command(flatten)]
    logs: LogArgs,
    #[command(flatten)]
    grants: GrantArgs,
    /// The action, as `s3:GetObject`
    #[arg(long, value_name = "ACTION")]
    action: String,
}

pub(super) fn run(args: &Args) -> Result<Exit, Failure> {
    let [principal] = args.grants.principal.as_slice() else {
        return Err(Failure::Usage("name one principal with --principal: its ARN, name or unique id".to_owned()));
    };
    let run = judge(&args.logs, &args.grants, &[])?;
    print!("{}", report::explain(&run.judgement, principal, &args.action)?);
    Ok(args.logs.exit(&run.evidence))
}
