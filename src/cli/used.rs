//! `trailfit used`: what was used, from logs alone; with `--out` the evidence is kept for later runs.

use std::path::PathBuf;

use super::exit::{Exit, Failure};
use super::logs::LogArgs;
use crate::pipeline::{self, Kind, Outbox};
use crate::report;

/// Arguments of `used`.
#[derive(clap::Args)]
pub(super) struct Args {
    #[command(flatten)]
    logs: LogArgs,
    /// Keep the evidence there as Parquet, for `--evidence`: a folder or `s3://bucket/prefix` [default: print the
    /// summary only]
    #[arg(long, value_name = "PLACE")]
    out: Option<PathBuf>,
    /// Replace the evidence that stands in --out
    #[arg(long)]
    force: bool,
}

pub(super) fn run(args: &Args) -> Result<Exit, Failure> {
    let identity = args.logs.credentials.identity();
    let outbox = args.out.as_ref().map(|out| Outbox::open(out, args.force, Kind::Tables, &identity)).transpose()?;
    let catalog = pipeline::catalog(args.logs.catalog.as_deref())?;
    let mut evidence = args.logs.gather(&catalog)?;
    if let Some(outbox) = outbox {
        outbox.put_tables(&pipeline::freeze(&evidence, &catalog)?)?;
    }
    pipeline::settle(&mut evidence)?;
    args.logs.log.tally(&evidence.tally);
    print!("{}", report::used_summary(&evidence, catalog.as_of()));
    if let Some(out) = &args.out {
        println!("\nThe evidence stands in {}: give it to --evidence", out.display());
    }
    Ok(args.logs.exit(&evidence))
}
