//! `trailfit who-can`: who may do an action on a resource.

use std::io::{self, Write};
use std::path::PathBuf;

use super::exit::{Exit, Failure};
use super::grants::Format;
use crate::access;
use crate::pipeline;
use crate::simulate::Asked;

/// Arguments of `who-can`.
#[derive(clap::Args)]
pub(super) struct Args {
    /// The action, as `s3:GetObject`
    action: String,
    /// The resource: an ARN
    #[arg(default_value = "*")]
    resource: String,
    /// Snapshots as for `suggest`, with boundaries, guardrails and resource policies
    #[arg(long, value_name = "PATH", required = true)]
    grants: Vec<PathBuf>,
    /// Context keys that are known, as `aws:MultiFactorAuthPresent=true`; all others may have any value
    #[arg(long, value_name = "KEY=VALUE", num_args = 1..)]
    context: Vec<String>,
    /// How it is printed
    #[arg(long, value_name = "FORMAT", value_enum, default_value_t)]
    format: Format,
    /// Tables to use instead of the built-in catalog: a folder laid out like `src/catalog/data`
    #[arg(long, value_name = "DIR")]
    catalog: Option<PathBuf>,
}

pub(super) fn run(args: &Args) -> Result<Exit, Failure> {
    let catalog = pipeline::catalog(args.catalog.as_deref())?;
    let given = super::simulate::context(&args.context)?;
    let asked = Asked { action: args.action.clone(), resource: args.resource.clone(), ..given };
    let asked = asked.checked().map_err(Failure::Usage)?;
    if catalog.action(&asked.action).is_none() {
        eprintln!("warning: the catalog has no action `{}`", asked.action);
    }
    let grants = pipeline::read_grants(&args.grants)?;
    pipeline::unreadable(&grants).for_each(|part| eprintln!("warning: {part}"));
    let who = access::who_can(&grants, &catalog, &asked);
    let text = match args.format {
        Format::Text => access::who_can_text(&who),
        Format::Json => format!("{}\n", access::who_can_json(&who)),
    };
    let failed = |error: io::Error| Failure::Usage(format!("cannot write: {error}"));
    io::stdout().lock().write_all(text.as_bytes()).map_err(failed)?;
    let conditional = who.may.iter().filter(|may| may.conditional).count();
    let (all, untold) = (who.asked, who.untold.len());
    let may = who.may.len() - conditional;
    eprintln!("{all} principals: {may} may, {conditional} under conditions, {untold} not known");
    Ok(if who.untold.is_empty() { Exit::Done } else { Exit::Holes })
}
