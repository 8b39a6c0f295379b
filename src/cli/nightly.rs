//! `trailfit run`: the nightly job. What is new goes into the archive; the window is judged from there.

use std::path::{Path, PathBuf};
use std::time::Instant;

use clap::ValueEnum;
use serde_json::json;

use super::archive::{add, exit, told};
use super::exit::{Exit, Failure};
use super::inputs::{GrantArgs, Run, run_by};
use super::logs::LogArgs;
use super::refresh::refresh;
use super::stop::Stop;
use super::when::{self, Days};
use crate::pipeline::{self, Added, Archive, Input, Kind, Outbox};
use crate::report::{self, AddedFigures, MetricsFormat, Nightly, Report};
use crate::trail::Moment;

/// Once there is an archive, only files delivered in so many days are listed: later ones are read if `archive add`
/// is told of them.
const LISTED_DAYS: i64 = 7;

/// Where metrics go that nobody wants as a file.
const STDOUT: &str = "-";

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
    /// The report is written there, in place of the last one: a folder or `s3://bucket/prefix`
    #[arg(long, value_name = "PLACE")]
    out: PathBuf,
    /// Write the figures of the run there at its end, also when it fails; `-`: to stdout
    #[arg(long, value_name = "FILE")]
    metrics: Option<PathBuf>,
    /// How they are written: `prometheus`, for the textfile collector of node_exporter; `emf`, one line of JSON from
    /// which CloudWatch makes metrics
    #[arg(long, value_name = "FORMAT", value_enum, default_value_t, requires = "metrics")]
    metrics_format: Format,
}

/// `MetricsFormat` as typed.
#[derive(Clone, Copy, Debug, Default, ValueEnum)]
enum Format {
    #[default]
    Prometheus,
    Emf,
}

pub(super) fn run(args: &Args) -> Result<Exit, Failure> {
    let stop = Stop::listen(args.logs.log)?;
    let mut night = Night { figures: Nightly::default(), since: Instant::now() };
    let ended = work(args, &stop, &mut night);
    let Some(place) = &args.metrics else { return ended };
    let exit = ended.as_ref().map_or(Exit::CouldNotRun, |exit| *exit);
    match (ended, tell(night.figures, exit, place, args.metrics_format)) {
        (Err(failure), Err(unwritten)) => {
            args.logs.log.warn("metrics", &unwritten.to_string(), json!({ "reason": unwritten.to_string() }));
            Err(failure)
        }
        (ended, written) => written.and(ended),
    }
}

/// The figures of a run that goes on.
struct Night {
    figures: Nightly,
    /// When the phase began.
    since: Instant,
}

impl Night {
    /// A phase is over, and the next begins.
    fn end(&mut self, phase: &'static str) {
        self.figures.seconds.push((phase, self.since.elapsed().as_secs_f64()));
        self.since = Instant::now();
    }

    fn added(&mut self, added: &Added) {
        let (files, unread) = (added.files as u64, added.unread.len() as u64);
        self.figures.added = Some(AddedFigures { files, unread, records: added.items, lost: added.lost });
    }

    fn judged(&mut self, run: &Run) {
        self.figures.tally = Some(run.evidence.tally.clone());
        self.figures.verdicts = report::verdicts(&run.judgement);
    }
}

fn work(args: &Args, stop: &Stop, night: &mut Night) -> Result<Exit, Failure> {
    let Args { logs, grants, window: Days(window), out, .. } = args;
    let Some(archive) = &logs.archive else {
        return Err(Failure::Usage(
            "--archive PLACE is needed: where the evidence is kept from night to night".to_owned(),
        ));
    };
    if logs.since.is_some() || logs.until.is_some() || !logs.evidence.is_empty() {
        return Err(Failure::Usage(
            "a run judges --window days up to today: leave out --since, --until and --evidence".to_owned(),
        ));
    }
    let identity = logs.credentials.identity();
    let outbox = Outbox::open(out, true, Kind::Report, &identity)?;
    let archive = Archive::open(archive, &identity)?;
    let renewed = refresh(logs, grants)?;
    if renewed.is_some() {
        night.end("collect");
    }
    let mut added = Added::default();
    let run = run_by(logs, grants, grants.options(), |catalog| {
        let now = when::now();
        let day = |back: i64| Moment::of_day(now.day() - back);
        let listed = day(if archive.is_new()? { *window } else { LISTED_DAYS });
        added = add(&archive, logs, logs.input_of_logs(Some(listed))?, catalog, stop)?;
        night.added(&added);
        night.end("read");
        let kept = archive.partitions(Some(day(*window)), None)?;
        let gathered = pipeline::gather(&Input { archives: kept, ..Input::default() }, catalog, &|_| {})?;
        night.end("gather");
        Ok(gathered)
    })?;
    night.judged(&run);
    night.end("judge");
    let report = Report::new(&run.evidence, &run.judgement, run.catalog.as_of());
    let placing = stop.hold();
    outbox.put_report(&report)?;
    drop(placing);
    night.end("report");
    logs.log.step("reported", json!({ "place": out.display().to_string() }));
    println!("{}; report in {}", told(&added), out.display());
    Ok(match exit(&added, logs.max_lost) {
        Exit::Done if renewed == Some(false) => Exit::Holes,
        Exit::Done => logs.exit(&run.evidence),
        exit => exit,
    })
}

/// Writes the figures of a run that has ended. A file hands on when a run last ended well.
fn tell(figures: Nightly, exit: Exit, place: &Path, format: Format) -> Result<(), Failure> {
    let ended = when::now();
    let last_success = match exit {
        Exit::Done => Some(ended),
        _ => std::fs::read_to_string(place).ok().and_then(|text| report::last_success(&text)),
    };
    let format = match format {
        Format::Prometheus => MetricsFormat::Prometheus,
        Format::Emf => MetricsFormat::Emf,
    };
    let text = Nightly { exit_code: exit.code(), ended, last_success, ..figures }.text(format);
    if place == Path::new(STDOUT) {
        print!("{text}");
        return Ok(());
    }
    Ok(report::write_metrics(place, &text)?)
}
