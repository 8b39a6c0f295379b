//! `trailfit lint`: policies proofread.

use std::io::{self, BufWriter, Write};
use std::path::PathBuf;

use clap::ValueEnum;

use super::exit::{Exit, Failure};
use crate::lint::{self, Finding, Severity};
use crate::pipeline;

/// Arguments of `lint`.
#[derive(clap::Args)]
pub(super) struct Args {
    /// Policy documents as JSON files, or account details, guardrails and resource policies as for `suggest`;
    /// folders are searched for `.json` files
    #[arg(required_unless_present = "list")]
    paths: Vec<PathBuf>,
    /// What kind of policy the documents in files are [default: as their elements show]
    #[arg(long, value_name = "KIND", value_enum)]
    kind: Option<Kind>,
    /// How findings are printed
    #[arg(long, value_name = "FORMAT", value_enum, default_value_t)]
    format: Format,
    /// Exit with 1 when there is a finding of this type or a worse one
    #[arg(long, value_name = "TYPE", value_enum, default_value_t)]
    fail_on: FailOn,
    /// List all checks and do nothing else
    #[arg(long)]
    list: bool,
    /// Tables to use instead of the built-in catalog: a folder laid out like `src/catalog/data`
    #[arg(long, value_name = "DIR")]
    catalog: Option<PathBuf>,
}

/// `lint::Kind` as typed.
#[derive(Clone, Copy, Debug, ValueEnum)]
enum Kind {
    Identity,
    Resource,
    Trust,
    Scp,
    Rcp,
}

/// How findings are printed.
#[derive(Clone, Copy, Debug, Default, ValueEnum)]
enum Format {
    #[default]
    Text,
    Json,
    Sarif,
}

/// `lint::Severity` as typed.
#[derive(Clone, Copy, Debug, Default, ValueEnum)]
enum FailOn {
    #[default]
    Error,
    SecurityWarning,
    Warning,
    Suggestion,
}

impl Kind {
    fn meant(self) -> lint::Kind {
        match self {
            Kind::Identity => lint::Kind::Identity,
            Kind::Resource => lint::Kind::Resource,
            Kind::Trust => lint::Kind::Trust,
            Kind::Scp => lint::Kind::Scp,
            Kind::Rcp => lint::Kind::Rcp,
        }
    }
}

impl FailOn {
    fn severity(self) -> Severity {
        match self {
            FailOn::Error => Severity::Error,
            FailOn::SecurityWarning => Severity::SecurityWarning,
            FailOn::Warning => Severity::Warning,
            FailOn::Suggestion => Severity::Suggestion,
        }
    }
}

pub(super) fn run(args: &Args) -> Result<Exit, Failure> {
    let failed = |error: io::Error| Failure::Usage(format!("cannot write the findings: {error}"));
    let mut out = BufWriter::new(io::stdout().lock());
    if args.list {
        list(&mut out).map_err(failed)?;
        return Ok(Exit::Done);
    }
    let catalog = pipeline::catalog(args.catalog.as_deref())?;
    let subjects = pipeline::subjects(&args.paths, args.kind.map(Kind::meant))?;
    if subjects.is_empty() {
        return Err(Failure::Usage("no policy in what is given: name JSON files, or folders with such".to_owned()));
    }
    let findings: Vec<Finding> = lint::lint_all(&subjects, &catalog);
    tell(args.format, &findings, &mut out).and_then(|()| out.flush()).map_err(failed)?;
    summary(subjects.len(), &findings);
    let bad = findings.iter().any(|finding| finding.check.severity >= args.fail_on.severity());
    Ok(if bad { Exit::Loose } else { Exit::Done })
}

fn list(out: &mut impl Write) -> io::Result<()> {
    for check in lint::checks() {
        writeln!(out, "{:<44}  {:<16}  {}", check.id, check.severity.word(), check.about)?;
    }
    out.flush()
}

fn tell(format: Format, findings: &[Finding], out: &mut impl Write) -> io::Result<()> {
    match format {
        Format::Text => findings.iter().try_for_each(|finding| writeln!(out, "{}", lint::line(finding))),
        Format::Json => findings.iter().try_for_each(|finding| writeln!(out, "{}", lint::json_line(finding))),
        Format::Sarif => writeln!(out, "{:#}", lint::sarif(findings)),
    }
}

/// How many of each type, for people: on standard error, so that the findings stay clean.
fn summary(documents: usize, findings: &[Finding]) {
    let all = [Severity::Error, Severity::SecurityWarning, Severity::Warning, Severity::Suggestion];
    let counts = all.map(|severity| {
        let count = findings.iter().filter(|finding| finding.check.severity == severity).count();
        format!("{count} {}", severity.word())
    });
    eprintln!("{documents} documents: {}", counts.join(", "));
}
