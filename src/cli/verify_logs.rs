//! `trailfit verify-logs`: whether logs are what CloudTrail delivered.

use std::io::{self, BufWriter, Write};
use std::path::PathBuf;

use super::credentials::CredentialArgs;
use super::exit::{Exit, Failure};
use super::grants::Format;
use super::log::Log;
use super::progress::Progress;
use super::when::When;
use crate::integrity::{self, Verification};
use crate::pipeline::{self, Input};
use crate::trail::Scope;

/// Arguments of `verify-logs`.
#[derive(clap::Args)]
pub(super) struct Args {
    /// A bucket (`s3://bucket/prefix`) or folders with its layout, with logs and digests
    #[arg(required = true)]
    places: Vec<PathBuf>,
    /// Files with the output of `aws cloudtrail list-public-keys`; may be repeated [default: CloudTrail is asked, in
    /// the regions of the digests]
    #[arg(long, value_name = "FILE")]
    keys: Vec<PathBuf>,
    /// Only files delivered from that day on: a date, a time, or days back (`90d`) [default: all]
    #[arg(long, value_name = "WHEN")]
    since: Option<When>,
    /// Only files of events before then, and a week more [default: all]
    #[arg(long, value_name = "WHEN")]
    until: Option<When>,
    /// Only this account (12 digits); may be repeated [default: all]
    #[arg(long, value_name = "ID")]
    account: Vec<String>,
    /// How it is printed
    #[arg(long, value_name = "FORMAT", value_enum, default_value_t)]
    format: Format,
    #[command(flatten)]
    credentials: CredentialArgs,
    /// Worker threads; 0: one per core
    #[arg(long, value_name = "N", default_value_t = 0)]
    threads: usize,
    /// No progress bar
    #[arg(long)]
    quiet: bool,
}

pub(super) fn run(args: &Args) -> Result<Exit, Failure> {
    let (since, until) = (args.since.map(When::moment), args.until.map(When::moment));
    let scope = Scope { since, until, accounts: args.account.clone() };
    let identity = args.credentials.identity();
    let input = Input { logs: args.places.clone(), archives: Vec::new(), identity, scope };
    let progress = Progress::new(args.quiet, Log::Text);
    let verified =
        pipeline::with_threads(args.threads, || pipeline::verify_logs(&input, &args.keys, &|step| progress.step(step)));
    progress.finish();
    let verification = verified??;
    if verification.findings.is_empty() {
        return Err(Failure::Usage(
            "no log and no digest in what is given: give a bucket, or a folder with its layout".to_owned(),
        ));
    }
    tell(&verification, args.format).map_err(|error| Failure::Usage(format!("cannot write: {error}")))?;
    Ok(match (verification.is_breached(), verification.has_holes()) {
        (true, _) => Exit::Loose,
        (false, true) => Exit::Holes,
        (false, false) => Exit::Done,
    })
}

fn tell(verification: &Verification, format: Format) -> io::Result<()> {
    let mut out = BufWriter::new(io::stdout().lock());
    match format {
        Format::Text => integrity::lines(verification).iter().try_for_each(|line| writeln!(out, "{line}"))?,
        Format::Json => writeln!(out, "{:#}", integrity::json(verification))?,
    }
    out.flush()
}
