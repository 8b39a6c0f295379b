//! Flags as typed → what the pipeline is asked. Shared by all commands that read logs.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::exit::{Exit, Failure};
use super::progress::Progress;
use super::when::When;
use crate::catalog::Catalog;
use crate::fit::{AddedCondition, DropUnseen, Future, Judgement, Options, Tightness};
use crate::iam::Pattern;
use crate::pipeline::{self, Input};
use crate::trail::{Evidence, Scope};

/// What is read.
#[derive(Args)]
pub(super) struct LogArgs {
    /// Folders or files of CloudTrail logs, searched recursively: delivered files (.json.gz, .json), NDJSON,
    /// single records, lookup-events output, EventBridge events, CloudWatch Logs exports; told by content.
    /// Or `s3://bucket/prefix`, or `lookup:REGION` for the event history of the last 90 days, with the credentials
    /// and the region of the AWS environment (AWS_PROFILE, AWS_REGION, AWS_ENDPOINT_URL).
    pub(super) logs: Vec<PathBuf>,
    /// A folder written by `trailfit used --out`; may be repeated, and given beside or instead of logs.
    #[arg(long, value_name = "DIR")]
    pub(super) evidence: Vec<PathBuf>,
    /// Only events from then on: a date, a time, or days back (`90d`) [default: no bound]
    #[arg(long, value_name = "WHEN")]
    pub(super) since: Option<When>,
    /// Only events before then: a date, a time, or days back [default: no bound]
    #[arg(long, value_name = "WHEN")]
    pub(super) until: Option<When>,
    /// Only this account, as caller or recipient (12 digits); may be repeated [default: all]
    #[arg(long, value_name = "ID")]
    pub(super) account: Vec<String>,
    /// Worker threads; 0: one per core
    #[arg(long, value_name = "N", default_value_t = 0)]
    pub(super) threads: usize,
    /// Tables to use instead of the built-in catalog: a folder laid out like `src/catalog/data`
    #[arg(long, value_name = "DIR")]
    pub(super) catalog: Option<PathBuf>,
    /// Exit with 3 when a larger share of the records than this was lost (0 to 1)
    #[arg(long, value_name = "SHARE", default_value_t = 0.01)]
    pub(super) max_lost: f64,
    /// Read settings from a TOML file with the names of these flags; the command line goes first
    #[arg(long, value_name = "FILE")]
    pub(super) config: Option<PathBuf>,
    /// No progress bar
    #[arg(long)]
    pub(super) quiet: bool,
}

/// What is judged.
#[derive(Args)]
pub(super) struct GrantArgs {
    /// Files or folders of `aws iam get-account-authorization-details` output (one per account, pages may be
    /// apart), and of guardrails and resource policies in the layout that the README describes
    #[arg(long, value_name = "PATH", required = true)]
    pub(super) grants: Vec<PathBuf>,
    /// Only principals whose ARN or name matches (`*` and `?`); may be repeated [default: all]
    #[arg(long, value_name = "GLOB")]
    pub(super) principal: Vec<String>,
    /// Also remove granted actions whose use CloudTrail could not have shown: `untouched`, only those of services
    /// of which the principal used nothing visible; `all`, every one
    #[arg(long, value_name = "WHICH", value_enum, default_value_t, num_args = 0..=1, default_missing_value = "all", require_equals = true)]
    pub(super) drop_unseen: Unseen,
    /// Take it as given that all data events of this service are logged, for every resource (as `s3`, `dynamodb`,
    /// `lambda`); may be repeated [default: what the log itself shows, resource by resource]
    #[arg(long, value_name = "SERVICE")]
    pub(super) data_events: Vec<String>,
    /// Leave principals and policy versions alone that are younger than this at the end of the log (days)
    #[arg(long, value_name = "DAYS", default_value_t = 14)]
    pub(super) protect_days: u32,
    /// How close resources are drawn around what was seen: `low`, the resources of the grant stay; `medium`, they are
    /// named where 30 days were read and an action was used over 14 days, ten times for each pattern; `high`, where
    /// 14 days were read and it was used over 3 days, three times for each pattern, each set of actions by itself
    #[arg(long, value_name = "LEVEL", value_enum, default_value_t)]
    pub(super) tightness: Drawn,
    /// Keep unused actions of services that the principal used, within its grants: `list`, those that list; `read`,
    /// those that list or read
    #[arg(long, value_name = "LEVEL", value_enum, default_value_t)]
    pub(super) future: Kept,
    /// Add conditions where the evidence holds all values: `region`, the regions of the uses; `via`, where a service
    /// made every call with the principal's identity; `passed-to`, the services that roles were passed to
    #[arg(long, value_name = "LIST", value_enum, value_delimiter = ',')]
    pub(super) conditions: Vec<Added>,
}

/// `AddedCondition` as typed.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(super) enum Added {
    Region,
    Via,
    PassedTo,
}

/// `Tightness` as typed.
#[derive(Clone, Copy, Debug, Default, ValueEnum)]
pub(super) enum Drawn {
    #[default]
    Low,
    Medium,
    High,
}

/// `Future` as typed.
#[derive(Clone, Copy, Debug, Default, ValueEnum)]
pub(super) enum Kept {
    #[default]
    None,
    List,
    Read,
}

/// `DropUnseen` as typed.
#[derive(Clone, Copy, Debug, Default, ValueEnum)]
pub(super) enum Unseen {
    #[default]
    Never,
    Untouched,
    All,
}

impl Added {
    fn meant(self) -> AddedCondition {
        match self {
            Added::Region => AddedCondition::Region,
            Added::Via => AddedCondition::Via,
            Added::PassedTo => AddedCondition::PassedTo,
        }
    }
}

impl GrantArgs {
    fn options(&self) -> Options {
        Options {
            drop_unseen: match self.drop_unseen {
                Unseen::Never => DropUnseen::Never,
                Unseen::Untouched => DropUnseen::Untouched,
                Unseen::All => DropUnseen::All,
            },
            protect_days: self.protect_days,
            data_events: self.data_events.iter().cloned().collect(),
            tightness: match self.tightness {
                Drawn::Low => Tightness::Low,
                Drawn::Medium => Tightness::Medium,
                Drawn::High => Tightness::High,
            },
            future: match self.future {
                Kept::None => Future::None,
                Kept::List => Future::List,
                Kept::Read => Future::Read,
            },
            conditions: self.conditions.iter().map(|one| one.meant()).collect(),
        }
    }
}

impl LogArgs {
    /// The window and accounts, checked.
    pub(super) fn input(&self) -> Result<Input, Failure> {
        let scope = Scope {
            since: self.since.map(When::moment),
            until: self.until.map(When::moment),
            accounts: self.account.clone(),
        };
        if let (Some(since), Some(until)) = (scope.since, scope.until)
            && since >= until
        {
            return Err(Failure::Usage(format!("the window is empty: --since {since} is not before --until {until}")));
        }
        let windowed = scope.since.is_some() || scope.until.is_some() || !scope.accounts.is_empty();
        if windowed && !self.evidence.is_empty() {
            let reason = "--since, --until and --account choose records, and --evidence holds none any more: give them to `trailfit used` when the evidence is kept";
            return Err(Failure::Usage(reason.to_owned()));
        }
        if let Some(wrong) =
            self.account.iter().find(|id| id.len() != 12 || !id.bytes().all(|byte| byte.is_ascii_digit()))
        {
            return Err(Failure::Usage(format!("`{wrong}` is not an account id: give 12 digits")));
        }
        if !(0.0..=1.0).contains(&self.max_lost) {
            return Err(Failure::Usage(format!(
                "--max-lost {} is not a share: give a number from 0 to 1",
                self.max_lost
            )));
        }
        Ok(Input { logs: self.logs.clone(), archives: self.evidence.clone(), scope })
    }

    /// Reads everything; the evidence is not settled yet.
    pub(super) fn gather(&self, catalog: &Catalog) -> Result<Evidence, Failure> {
        let input = self.input()?;
        let progress = Progress::new(self.quiet);
        let gathered =
            pipeline::with_threads(self.threads, || pipeline::gather(&input, catalog, &|step| progress.step(step)));
        progress.finish();
        Ok(gathered??)
    }

    /// `Done`, unless too much was lost.
    pub(super) fn exit(&self, evidence: &Evidence) -> Exit {
        if evidence.tally.lost_share() > self.max_lost { Exit::Holes } else { Exit::Done }
    }
}

/// Everything that was read and judged.
pub(super) struct Run {
    pub(super) evidence: Evidence,
    pub(super) judgement: Judgement,
    pub(super) catalog: Catalog,
}

/// Reads logs and grants and judges; tells of the principals that match a glob, of all when there is none.
pub(super) fn run(logs: &LogArgs, grants: &GrantArgs) -> Result<Run, Failure> {
    let catalog = pipeline::catalog(logs.catalog.as_deref())?;
    // Grants are small: whatever is wrong with them is told before hours of logs are read.
    let claims = pipeline::read_grants(&grants.grants)?;
    let mut evidence = logs.gather(&catalog)?;
    pipeline::settle(&mut evidence)?;
    let options = grants.options();
    let mut judgement =
        pipeline::with_threads(logs.threads, || pipeline::judge(&evidence, &claims, &catalog, &options))?;
    narrow(&mut judgement, &logs.account, &grants.principal);
    Ok(Run { evidence, judgement, catalog })
}

/// Leaves only what was asked for. All holders of a policy were judged all the same.
fn narrow(judgement: &mut Judgement, accounts: &[String], principals: &[String]) {
    let globs: Vec<Pattern> = principals.iter().map(Pattern::new).collect();
    let matches = |arn: &str| {
        let name = arn.rsplit('/').next().unwrap_or(arn);
        globs.is_empty() || globs.iter().any(|glob| glob.matches(arn) || glob.matches(name))
    };
    let account = |id: &str| accounts.is_empty() || accounts.iter().any(|wanted| wanted == id);
    judgement.fittings.retain(|fitting| account(&fitting.account) && matches(&fitting.arn));
    judgement.policies.retain(|policy| account(&policy.account) && policy.holders.iter().any(|holder| matches(holder)));
    judgement.strangers.retain(|stranger| account(&stranger.principal.account) && matches(&stranger.principal.arn));
}
