//! `trailfit simulate`: what policies allow, asked offline.

use std::fs::File;
use std::io::{self, BufRead, BufReader, BufWriter, Write};
use std::path::{Path, PathBuf};

use clap::ValueEnum;

use super::exit::{Exit, Failure};
use crate::iam::{self, Policy};
use crate::pipeline;
use crate::simulate::{Answer, Asked, Row, Rows, Setting, Simulator, caller};

/// Bad rows that are told one by one; the rest are only counted.
const TOLD: u64 = 100;

/// Arguments of `simulate`.
#[derive(clap::Args)]
pub(super) struct Args {
    /// Snapshots whose principals are asked about: as for `suggest`; guardrails, trust policies and resource
    /// policies of these files take part
    #[arg(long, value_name = "PATH", required_unless_present = "policy")]
    grants: Vec<PathBuf>,
    /// The principal: its ARN, its name, or the ARN of a session of its role
    #[arg(long, value_name = "ARN|NAME", requires = "grants")]
    principal: Option<String>,
    /// Identity-based policies as JSON files, instead of a principal's own or beside them
    #[arg(long, value_name = "FILE", num_args = 1..)]
    policy: Vec<PathBuf>,
    /// A permissions boundary, instead of the principal's own
    #[arg(long, value_name = "FILE")]
    boundary: Option<PathBuf>,
    /// The resource-based policy, for every resource that is asked about
    #[arg(long, value_name = "FILE")]
    resource_policy: Option<PathBuf>,
    /// The account that owns resources whose ARN does not tell [default: the caller's]
    #[arg(long, value_name = "ID")]
    resource_owner: Option<String>,
    /// Who calls: an ARN, a service as `lambda.amazonaws.com`, or `anonymous` [default: the principal]
    #[arg(long, value_name = "ARN")]
    caller: Option<String>,
    /// Actions, as `s3:GetObject`
    #[arg(long, value_name = "ACTION", num_args = 1.., required_unless_present = "requests")]
    action: Vec<String>,
    /// Resources: ARNs [default: `*`]
    #[arg(long, value_name = "ARN", num_args = 1..)]
    resource: Vec<String>,
    /// Context keys, as `aws:SourceIp=192.0.2.1`; a key that comes again has several values
    #[arg(long, value_name = "KEY=VALUE", num_args = 1..)]
    context: Vec<String>,
    /// Take context keys that are not given as unknown, not as absent
    #[arg(long)]
    context_unknown: bool,
    /// Requests from a file, `-` for standard input: CSV with a header (principal, action, resource, and context
    /// keys as columns), or JSON objects with these members, one a line or in an array
    #[arg(long, value_name = "FILE", conflicts_with_all = ["action", "resource"])]
    requests: Option<PathBuf>,
    /// How answers are printed
    #[arg(long, value_name = "FORMAT", value_enum, default_value_t)]
    format: Format,
    /// Tables to use instead of the built-in catalog: a folder laid out like `src/catalog/data`
    #[arg(long, value_name = "DIR")]
    catalog: Option<PathBuf>,
}

/// How answers are printed.
#[derive(Clone, Copy, Debug, Default, ValueEnum)]
enum Format {
    #[default]
    Table,
    Json,
}

pub(super) fn run(args: &Args) -> Result<Exit, Failure> {
    let catalog = pipeline::catalog(args.catalog.as_deref())?;
    let grants = match args.grants.as_slice() {
        [] => None,
        paths => Some(pipeline::read_grants(paths)?),
    };
    let identity = args.policy.iter().map(|path| policy(path)).collect::<Result<Vec<_>, Failure>>()?;
    let boundary = args.boundary.as_deref().map(policy).transpose()?;
    let resource_policy = args.resource_policy.as_deref().map(policy).transpose()?;
    if let Some(arn) = args.caller.as_deref().filter(|arn| caller(arn).is_none()) {
        return Err(Failure::Usage(format!("`{arn}` is not a caller: give an ARN, a service, or `anonymous`")));
    }
    let simulator = Simulator::new(Setting {
        catalog: &catalog,
        grants: grants.as_ref(),
        identity: &identity,
        boundary: boundary.as_ref(),
        resource_policy: resource_policy.as_ref(),
        owner: args.resource_owner.as_deref(),
        principal: args.principal.as_deref(),
        caller: args.caller.as_deref(),
        unknown: args.context_unknown,
    });
    let given = context(&args.context)?;
    let mut out = Out { format: args.format, writer: BufWriter::new(io::stdout().lock()) };
    match &args.requests {
        Some(path) => answer_rows(&simulator, path, &given, &mut out),
        None => answer_flags(&simulator, args, &given, &mut out),
    }
}

/// Where answers go.
struct Out<W: Write> {
    format: Format,
    writer: W,
}

impl<W: Write> Out<W> {
    fn tell(&mut self, answer: &Answer) -> Result<(), Failure> {
        let written = match self.format {
            Format::Table => writeln!(self.writer, "{}", answer.line()),
            Format::Json => writeln!(self.writer, "{}", answer.json()),
        };
        written.map_err(|error| Failure::Usage(format!("cannot write the answers: {error}")))
    }
}

fn answer_flags(
    simulator: &Simulator<'_>,
    args: &Args,
    given: &Asked,
    out: &mut Out<impl Write>,
) -> Result<Exit, Failure> {
    let any = ["*".to_owned()];
    let resources = if args.resource.is_empty() { any.as_slice() } else { &args.resource };
    for action in &args.action {
        for resource in resources {
            let asked = Asked { action: action.clone(), resource: resource.clone(), ..given.clone() };
            let answer = asked.checked().and_then(|asked| simulator.answer(&asked)).map_err(Failure::Usage)?;
            out.tell(&answer)?;
        }
    }
    flush(out)?;
    Ok(Exit::Done)
}

/// Row by row: a row that cannot be answered is told and counted, and the next one is read.
fn answer_rows(
    simulator: &Simulator<'_>,
    path: &Path,
    given: &Asked,
    out: &mut Out<impl Write>,
) -> Result<Exit, Failure> {
    let unusable = |reason: String| Failure::Usage(format!("cannot use the requests `{}`: {reason}", path.display()));
    let (mut bad, mut all) = (0, 0);
    for row in Rows::of(open(path).map_err(|error| unusable(error.to_string()))?).map_err(unusable)? {
        let Row { number, asked } = row.map_err(|error| unusable(error.to_string()))?;
        all += 1;
        match asked.and_then(|asked| simulator.answer(&with(asked, given))) {
            Ok(answer) => out.tell(&answer)?,
            Err(reason) => {
                bad += 1;
                if bad <= TOLD {
                    eprintln!("row {number}: {reason}");
                }
            }
        }
    }
    flush(out)?;
    if bad == 0 {
        return Ok(Exit::Done);
    }
    eprintln!("{bad} of {all} rows could not be answered");
    Ok(Exit::Holes)
}

fn flush(out: &mut Out<impl Write>) -> Result<(), Failure> {
    out.writer.flush().map_err(|error| Failure::Usage(format!("cannot write the answers: {error}")))
}

/// The row, and of the context given for all rows what the row does not say otherwise.
fn with(mut asked: Asked, given: &Asked) -> Asked {
    for (key, values) in &given.context {
        if !asked.context.iter().any(|(own, _)| own.eq_ignore_ascii_case(key)) {
            asked.context.push((key.clone(), values.clone()));
        }
    }
    asked
}

fn open(path: &Path) -> io::Result<Box<dyn BufRead>> {
    if path == Path::new("-") {
        return Ok(Box::new(io::stdin().lock()));
    }
    Ok(Box::new(BufReader::with_capacity(1 << 16, File::open(path)?)))
}

fn policy(path: &Path) -> Result<(String, Policy), Failure> {
    let name = path.display().to_string();
    let text = std::fs::read_to_string(path)
        .map_err(|error| Failure::Usage(format!("cannot read the policy `{name}`: {error}")))?;
    let policy = iam::parse(&text).map_err(|error| Failure::Usage(format!("`{name}` is not a policy: {error}")))?;
    Ok((name, policy))
}

/// Context keys as typed.
pub(super) fn context(words: &[String]) -> Result<Asked, Failure> {
    let mut asked = Asked::default();
    for word in words {
        let pair = word.split_once('=').filter(|(key, _)| key.contains(':'));
        let (key, value) = pair
            .ok_or_else(|| Failure::Usage(format!("`{word}` is not a context key: give `aws:SourceIp=192.0.2.1`")))?;
        asked.add(key, value);
    }
    Ok(asked)
}
