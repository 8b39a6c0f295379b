//! `trailfit archive`: evidence that grows night by night.

use std::path::PathBuf;

use clap::Subcommand;
use serde_json::json;

use super::credentials::CredentialArgs;
use super::exit::{Exit, Failure};
use super::logs::LogArgs;
use super::progress::Progress;
use super::stop::Stop;
use super::when::{self, When};
use crate::catalog::Catalog;
use crate::pipeline::{self, Added, Archive, Holding, Input};

/// Arguments of `archive`.
#[derive(clap::Args)]
pub(super) struct Args {
    #[command(subcommand)]
    action: Action,
}

#[derive(Subcommand)]
enum Action {
    /// Read the logs that are new since the last time, and keep what they show by days.
    Add(Box<LogArgs>),
    /// Tell what is kept.
    Status(KeptArgs),
    /// Put all nights together, so that they take less room.
    Compact(KeptArgs),
    /// Give up the evidence of days before a date; their logs are not read again.
    Forget {
        #[command(flatten)]
        kept: KeptArgs,
        /// A date, or days back (`400d`)
        #[arg(long, value_name = "WHEN")]
        before: When,
    },
}

/// An archive that is there.
#[derive(clap::Args)]
struct KeptArgs {
    /// The archive: a folder or `s3://bucket/prefix`
    archive: PathBuf,
    #[command(flatten)]
    credentials: CredentialArgs,
}

impl KeptArgs {
    fn open(&self) -> Result<Archive, Failure> {
        Ok(Archive::open(&self.archive, &self.credentials.identity())?)
    }
}

pub(super) fn run(args: &Args) -> Result<Exit, Failure> {
    match &args.action {
        Action::Add(logs) => {
            let Some(archive) = &logs.archive else {
                return Err(Failure::Usage("--archive PLACE is needed: where the evidence is kept".to_owned()));
            };
            if !logs.evidence.is_empty() {
                return Err(Failure::Usage("--evidence cannot be added to an archive: give the logs".to_owned()));
            }
            let catalog = pipeline::catalog(logs.catalog.as_deref())?;
            let stop = Stop::listen(logs.log)?;
            let archive = Archive::open(archive, &logs.credentials.identity())?;
            let added = add(&archive, logs, logs.input_of_logs(None)?, &catalog, &stop)?;
            println!("{}", told(&added));
            Ok(exit(&added, logs.max_lost))
        }
        Action::Status(kept) => {
            print!("{}", status(&kept.open()?.holding()?));
            Ok(Exit::Done)
        }
        Action::Compact(kept) => compact(kept, None),
        Action::Forget { kept, before } => compact(kept, Some(*before)),
    }
}

/// Adds what is new, with a bar. A signal ends it before what was read comes to count, or after.
pub(super) fn add(
    archive: &Archive,
    logs: &LogArgs,
    input: Input,
    catalog: &Catalog,
    stop: &Stop,
) -> Result<Added, Failure> {
    let now = when::now();
    let mut added = Added::default();
    for turn in pipeline::in_turn(&input, now) {
        let progress = Progress::new(logs.quiet, logs.log);
        let fresh = pipeline::with_threads(logs.threads, || {
            archive.read_night(&turn, now, catalog, &|step| progress.step(step))
        });
        progress.finish();
        let fresh = fresh??;
        let kept = pipeline::with_threads(logs.threads, || fresh.keep(catalog, || stop.hold()));
        added = added.and(kept??);
    }
    let Added { files, unread, items, lost, days } = &added;
    for (file, reason) in unread {
        let text = format!("{file}: {reason}; the next run tries again");
        logs.log.warn("unread", &text, json!({ "file": file, "reason": reason }));
    }
    let members = json!({ "files": files, "unread": unread.len(), "records": items, "lost": lost, "days": days });
    logs.log.step("kept", members);
    Ok(added)
}

/// `Done`, unless files could not be had or too much was lost.
pub(super) fn exit(added: &Added, max_lost: f64) -> Exit {
    let lost = added.lost as f64 > max_lost * added.items as f64;
    if lost || !added.unread.is_empty() { Exit::Holes } else { Exit::Done }
}

/// One line on what was added.
pub(super) fn told(added: &Added) -> String {
    let days = match (added.days.first(), added.days.last()) {
        (Some(first), Some(last)) => format!(" of {} days from {first} to {last}", added.days.len()),
        _ => String::new(),
    };
    let Added { files, unread, items, lost, .. } = added;
    format!("added {files} files, {items} records{days}; {lost} lost, {} files not read", unread.len())
}

fn status(holding: &Holding) -> String {
    let bytes: u64 = holding.days.values().sum();
    let mut text = format!("{} nights, {} files read, {bytes} bytes of evidence\n", holding.nights, holding.files);
    holding.days.iter().for_each(|(day, bytes)| text += &format!("  {day}  {bytes:>12}\n"));
    text
}

fn compact(kept: &KeptArgs, before: Option<When>) -> Result<Exit, Failure> {
    let archive = kept.open()?;
    archive.compact(before.map(When::moment), &pipeline::catalog(None)?)?;
    print!("{}", status(&archive.holding()?));
    Ok(Exit::Done)
}
