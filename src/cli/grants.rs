//! `trailfit grants`: what principals may do after everything is subtracted.

use std::io::{self, Write};
use std::path::PathBuf;

use clap::ValueEnum;

use super::exit::{Exit, Failure};
use crate::access::{self, World};
use crate::iam::Pattern;
use crate::pipeline;

/// Arguments of `grants`.
#[derive(clap::Args)]
pub(super) struct Args {
    /// Principals by ARN or name (`*` and `?` stand for anything)
    #[arg(required = true)]
    principal: Vec<String>,
    /// Snapshots as for `suggest`, with boundaries and guardrails
    #[arg(long, value_name = "PATH", required = true)]
    grants: Vec<PathBuf>,
    /// How it is printed; JSON holds every action, text the first of each line
    #[arg(long, value_name = "FORMAT", value_enum, default_value_t)]
    format: Format,
    /// Tables to use instead of the built-in catalog: a folder laid out like `src/catalog/data`
    #[arg(long, value_name = "DIR")]
    catalog: Option<PathBuf>,
}

/// How it is printed.
#[derive(Clone, Copy, Debug, Default, ValueEnum)]
pub(super) enum Format {
    #[default]
    Text,
    Json,
}

pub(super) fn run(args: &Args) -> Result<Exit, Failure> {
    let catalog = pipeline::catalog(args.catalog.as_deref())?;
    let grants = pipeline::read_grants(&args.grants)?;
    pipeline::unreadable(&grants).for_each(|part| eprintln!("warning: {part}"));
    let world = World::new(&catalog, true);
    let globs: Vec<Pattern> = args.principal.iter().map(Pattern::new).collect();
    let (mut found, mut open) = (0, false);
    let mut out = io::stdout().lock();
    for bearer in grants.principals() {
        let owner = bearer.owner();
        if !globs.iter().any(|glob| glob.matches(&owner.arn) || glob.matches(&owner.name)) {
            continue;
        }
        found += 1;
        let text = match access::holdings(bearer, &grants, &world) {
            Ok(holding) => {
                open |= !holding.undecided.is_empty();
                match args.format {
                    Format::Text => format!("{}\n", access::holding_text(&holding)),
                    Format::Json => access::holding_json(&holding).to_string(),
                }
            }
            Err(reason) => {
                open = true;
                eprintln!("{}: cannot be told: {reason}", owner.arn);
                continue;
            }
        };
        writeln!(out, "{text}").map_err(|error| Failure::Usage(format!("cannot write: {error}")))?;
    }
    if found == 0 {
        return Err(Failure::Usage(format!("no principal of the grants is `{}`", args.principal.join("`, `"))));
    }
    Ok(if open { Exit::Holes } else { Exit::Done })
}
