//! `trailfit run`: the nightly job. What is new goes into the archive; the window is judged from there.

use std::path::PathBuf;

use super::archive::{add, exit, told};
use super::exit::{Exit, Failure};
use super::inputs::{GrantArgs, run_by};
use super::logs::LogArgs;
use super::when::{self, Days};
use crate::pipeline::{self, Added, Input};
use crate::report::{self, Report};
use crate::trail::Moment;

/// Once there is an archive, only files delivered in so many days are listed: later ones are read if `archive add`
/// is told of them.
const LISTED_DAYS: i64 = 7;

/// Arguments of `run`.
#[derive(clap::Args)]
pub(super) struct Args {
    #[command(flatten)]
    logs: LogArgs,
    #[command(flatten)]
    grants: GrantArgs,
    /// Days that are judged, up to today
    #[arg(long, value_name = "DAYS", default_value = "90d")]
    window: Days,
    /// The report is written there, in place of the last one
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
}

pub(super) fn run(args: &Args) -> Result<Exit, Failure> {
    let Args { logs, grants, window: Days(window), out } = args;
    let Some(archive) = &logs.archive else {
        return Err(Failure::Usage(
            "--archive DIR is needed: where the evidence is kept from night to night".to_owned(),
        ));
    };
    if logs.since.is_some() || logs.until.is_some() || !logs.evidence.is_empty() {
        return Err(Failure::Usage(
            "a run judges --window days up to today: leave out --since, --until and --evidence".to_owned(),
        ));
    }
    report::ready(out, true)?;
    let mut added = Added::default();
    let run = run_by(logs, grants, grants.options(), |catalog| {
        let now = when::now();
        let day = |back: i64| Moment::of_day(now.day() - back);
        let is_first = pipeline::holding(archive)?.nights == 0;
        let listed = day(if is_first { *window } else { LISTED_DAYS });
        added = add(archive, logs, logs.input_of_logs(Some(listed))?, catalog)?;
        let kept = pipeline::days_of(archive, Some(day(*window)), None)?;
        Ok(pipeline::gather(&Input { archives: kept, ..Input::default() }, catalog, &|_| {})?)
    })?;
    let report = Report::new(&run.evidence, &run.judgement, run.catalog.as_of());
    report::write(out, true, &report)?;
    println!("{}; report in {}", told(&added), out.display());
    Ok(match exit(&added, logs.max_lost) {
        Exit::Done => logs.exit(&run.evidence),
        exit => exit,
    })
}
