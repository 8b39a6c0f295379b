//! `trailfit collect`: a snapshot of what accounts grant, as `suggest --grants` reads it.

use std::collections::BTreeSet;
use std::io::IsTerminal;
use std::path::{Path, PathBuf};
use std::time::Duration;

use clap::ValueEnum;
use clap::builder::{PossibleValuesParser, TypedValueParser};
use serde_json::json;

use super::credentials::CredentialArgs;
use super::exit::{Exit, Failure};
use super::log::Log;
use super::stop::Stop;
use crate::pipeline::{self, Collected, Missing, Needing, Order, Part};

/// Lines of what is missing that are printed; the snapshot holds all.
const SHOWN: usize = 20;

/// Arguments of `collect`.
#[derive(clap::Args)]
pub(super) struct Args {
    /// The folder of the snapshot; what stands there whole and young is not read again
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    /// All accounts of the organization, by assuming --role-name in each but the caller's own
    #[arg(long, requires = "role_name")]
    organization: bool,
    /// The role in each account, with its path if it has one
    #[arg(long, value_name = "NAME", requires = "organization")]
    role_name: Option<String>,
    /// Regions of keys, queues, topics, functions, secrets, repositories and Identity Center [default: the one that
    /// is configured]
    #[arg(long, value_name = "LIST", value_delimiter = ',')]
    region: Vec<String>,
    /// What is collected [default: all but last-accessed; organization and identity-center, which only the
    /// management account and its delegates may read, with --organization]
    #[arg(long, value_name = "LIST", value_delimiter = ',', value_parser = parts())]
    parts: Vec<Part>,
    /// Also when each user, group and role last used each service: a job of IAM for each, which takes long
    #[arg(long)]
    last_accessed: bool,
    /// Read parts again that are whole, when they are older than this
    #[arg(long, value_name = "HOURS", default_value_t = 12)]
    max_age: u64,
    /// Collect nothing; print the IAM policy that this takes: of who runs it, or of the `role` in each account (in
    /// other partitions, change `arn:aws:`)
    #[arg(long, value_name = "WHO", value_enum, num_args = 0..=1, default_missing_value = "caller", require_equals = true)]
    show_policy: Option<Who>,
    #[command(flatten)]
    credentials: CredentialArgs,
    /// Read settings from a TOML file with the names of these flags, in its section `[collect]`; the command line goes
    /// first
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
    /// How steps, warnings and the outcome are told on stderr: `json` for one object a line
    #[arg(long, value_name = "FORMAT", value_enum, default_value_t)]
    log: Log,
    /// Do not tell what is being read
    #[arg(long)]
    quiet: bool,
}

/// `Needing` as typed.
#[derive(Clone, Copy, Debug, ValueEnum)]
enum Who {
    Caller,
    Role,
}

fn parts() -> impl TypedValueParser<Value = Part> {
    let known = PossibleValuesParser::new(Part::all().map(Part::name));
    known.try_map(|name| Part::named(&name).ok_or_else(|| format!("`{name}` is no part")))
}

pub(super) fn run(args: &Args) -> Result<Exit, Failure> {
    let (parts, role_name) = (args.chosen(), args.role_name.clone());
    if let Some(who) = args.show_policy {
        let needing = match who {
            Who::Caller => Needing::Caller,
            Who::Role => Needing::Role,
        };
        println!("{:#}", pipeline::collecting_policy(&parts, role_name.as_deref(), needing));
        if role_name.is_some() && needing == Needing::Caller {
            eprintln!("the role in each account needs what --show-policy=role prints");
        }
        return Ok(Exit::Done);
    }
    // Each part is written as a whole, so there is nothing to wait for; as the first process of a container nobody
    // else would hear.
    let _stop = Stop::listen(args.log)?;
    let order = args.order(None)?;
    let collected = args.collect(&order)?;
    tell(&collected, &order);
    if args.log == Log::Json {
        step(&collected, args.log);
    }
    Ok(if collected.missing.is_empty() { Exit::Done } else { Exit::Holes })
}

impl Args {
    /// What is to be collected; into `or` when no folder is named.
    pub(super) fn order(&self, or: Option<&Path>) -> Result<Order, Failure> {
        let Some(out) = self.out.as_deref().or(or).map(Path::to_owned) else {
            return Err(Failure::Usage("--out DIR is needed: where the snapshot is written".to_owned()));
        };
        Ok(Order {
            out,
            identity: self.credentials.identity(),
            regions: self.region.clone(),
            parts: self.chosen(),
            role_name: self.role_name.clone(),
            max_age: Duration::from_secs(self.max_age.saturating_mul(3600)),
            rather_old: or.is_some(),
        })
    }

    /// Collects, and tells people who watch what is being read.
    pub(super) fn collect(&self, order: &Order) -> Result<Collected, Failure> {
        let is_told = !self.quiet && self.log == Log::Text && std::io::stderr().is_terminal();
        let listener = |part: &str| {
            if is_told {
                eprintln!("reading {part}");
            }
        };
        Ok(pipeline::collect(order, &listener)?)
    }

    fn chosen(&self) -> BTreeSet<Part> {
        let is_usual = |part: &Part| match part {
            Part::LastAccessed => false,
            Part::Organization | Part::IdentityCenter => self.organization,
            _ => true,
        };
        let mut chosen: BTreeSet<Part> = self.parts.iter().copied().collect();
        if chosen.is_empty() {
            chosen = Part::all().filter(is_usual).collect();
        }
        // Without its tree nobody knows the accounts of an organization.
        chosen.extend(self.organization.then_some(Part::Organization));
        chosen.extend(self.last_accessed.then_some(Part::LastAccessed));
        chosen
    }
}

/// Tells machines what came of it, and warns of all that could not be had.
pub(super) fn step(collected: &Collected, log: Log) {
    let Collected { accounts, read, kept, missing, .. } = collected;
    let members = json!({ "accounts": accounts.len(), "read": read, "kept": kept, "missing": missing.len() });
    log.step("collected", members);
    for missing in missing {
        let Missing { account, region, refused } = missing;
        let text = format!("not collected: {}", line(missing));
        let members = json!({ "call": refused.call, "account": account, "region": region, "of": refused.of, "reason": refused.reason });
        log.warn("not-collected", &text, members);
    }
    for file in &collected.stale {
        let text = format!("{file} could not be renewed: that of an earlier run is used");
        log.warn("stale", &text, json!({ "file": file }));
    }
}

/// The call, where, of what, and what was answered.
fn line(Missing { account, region, refused }: &Missing) -> String {
    let region = region.as_deref().unwrap_or("-");
    let of = if refused.of.is_empty() { String::new() } else { format!(" of {}", refused.of) };
    format!("{} in {account} {region}{of}: {}", refused.call, refused.reason)
}

fn tell(collected: &Collected, order: &Order) {
    let Collected { accounts, read, kept, passed, left, missing, .. } = collected;
    let hours = order.max_age.as_secs() / 3600;
    let kept = if *kept > 0 { format!(", {kept} kept that are younger than {hours} hours") } else { String::new() };
    println!("{} accounts: {read} parts read{kept}; the snapshot stands in {}", accounts.len(), order.out.display());
    for (account, state) in passed {
        println!("passed over: account {account}, which is {state}");
    }
    for account in left {
        println!("left: account {account} of an earlier run; delete its folder if it shall not be judged");
    }
    missing.iter().take(SHOWN).for_each(|missing| println!("missing: {}", line(missing)));
    if missing.len() > SHOWN {
        println!("missing: {} more, see collect.json", missing.len() - SHOWN);
    }
}
