//! `trailfit collect`: a snapshot of what accounts grant, as `suggest --grants` reads it.

use std::collections::BTreeSet;
use std::io::IsTerminal;
use std::path::PathBuf;
use std::time::Duration;

use clap::ValueEnum;
use clap::builder::{PossibleValuesParser, TypedValueParser};

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
    #[arg(long, value_name = "DIR", required_unless_present = "show_policy")]
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
    let _stop = Stop::listen(Log::Text)?;
    let Some(out) = args.out.clone() else {
        return Err(Failure::Usage("--out DIR is needed: where the snapshot is written".to_owned()));
    };
    let (identity, regions) = (args.credentials.identity(), args.region.clone());
    let max_age = Duration::from_secs(args.max_age.saturating_mul(3600));
    let order = Order { out, identity, regions, parts, role_name, max_age };
    let is_told = !args.quiet && std::io::stderr().is_terminal();
    let listener = |part: &str| {
        if is_told {
            eprintln!("reading {part}");
        }
    };
    let collected = pipeline::collect(&order, &listener)?;
    tell(&collected, &order);
    Ok(if collected.missing.is_empty() { Exit::Done } else { Exit::Holes })
}

impl Args {
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

fn tell(collected: &Collected, order: &Order) {
    let Collected { accounts, read, kept, passed, left, missing } = collected;
    let hours = order.max_age.as_secs() / 3600;
    let kept = if *kept > 0 { format!(", {kept} kept that are younger than {hours} hours") } else { String::new() };
    println!("{} accounts: {read} parts read{kept}; the snapshot stands in {}", accounts.len(), order.out.display());
    for (account, state) in passed {
        println!("passed over: account {account}, which is {state}");
    }
    for account in left {
        println!("left: account {account} of an earlier run; delete its folder if it shall not be judged");
    }
    for Missing { account, region, refused } in missing.iter().take(SHOWN) {
        let region = region.as_deref().unwrap_or("-");
        let of = if refused.of.is_empty() { String::new() } else { format!(" of {}", refused.of) };
        println!("missing: {} in {account} {region}{of}: {}", refused.call, refused.reason);
    }
    if missing.len() > SHOWN {
        println!("missing: {} more, see collect.json", missing.len() - SHOWN);
    }
}
