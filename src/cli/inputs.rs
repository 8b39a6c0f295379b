//! Flags as typed → what the pipeline is asked. Shared by all commands that read logs.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::exit::{Exit, Failure};
use super::progress::Progress;
use super::when::{Days, When};
use crate::catalog::Catalog;
use crate::fit::{DropUnseen, Judgement, Keep, Options, Trial};
use crate::iam::Pattern;
use crate::integrity;
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
    /// Read nothing unless all logs are what CloudTrail delivered, as `trailfit verify-logs` finds
    #[arg(long)]
    pub(super) require_validated: bool,
    /// For --require-validated: files with the output of `aws cloudtrail list-public-keys`; may be repeated
    /// [default: CloudTrail is asked]
    #[arg(long, value_name = "FILE", requires = "require_validated")]
    pub(super) keys: Vec<PathBuf>,
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
    /// Leave accounts alone of which fewer days of log than this were read, from the first record to the last
    #[arg(long, value_name = "DAYS", default_value_t = 0)]
    pub(super) min_days: u32,
    /// Never touch what users, groups and roles hold whose ARN, name or path matches (`*` and `?`), as break-glass
    /// access; may be repeated
    #[arg(long, value_name = "GLOB")]
    pub(super) keep_principal: Vec<String>,
    /// Never touch what users and roles hold that have this tag (`*` and `?` in the value); may be repeated
    #[arg(long, value_name = "KEY=GLOB", value_parser = tag)]
    pub(super) keep_tag: Vec<(String, String)>,
    /// Never remove these actions, as `backup:*`; may be repeated
    #[arg(long, value_name = "ACTION", value_parser = action)]
    pub(super) keep_action: Vec<String>,
}

/// A tag as typed.
fn tag(text: &str) -> Result<(String, String), String> {
    let parts = text.split_once('=').filter(|(key, _)| !key.is_empty());
    parts.map(|(key, value)| (key.to_owned(), value.to_owned())).ok_or_else(|| "give KEY=VALUE".to_owned())
}

/// An action pattern as typed.
fn action(text: &str) -> Result<String, String> {
    let named = |(service, name): (&str, &str)| !service.is_empty() && !name.is_empty();
    let is_action = text == "*" || text.split_once(':').is_some_and(named);
    is_action.then(|| text.to_owned()).ok_or_else(|| "give an action, as `backup:*`".to_owned())
}

/// `DropUnseen` as typed.
#[derive(Clone, Copy, Debug, Default, ValueEnum)]
pub(super) enum Unseen {
    #[default]
    Never,
    Untouched,
    All,
}

impl GrantArgs {
    /// How to judge.
    pub(super) fn options(&self) -> Options {
        Options {
            drop_unseen: match self.drop_unseen {
                Unseen::Never => DropUnseen::Never,
                Unseen::Untouched => DropUnseen::Untouched,
                Unseen::All => DropUnseen::All,
            },
            protect_days: self.protect_days,
            data_events: self.data_events.iter().cloned().collect(),
            keep: Keep {
                principals: self.keep_principal.clone(),
                tags: self.keep_tag.clone(),
                actions: self.keep_action.clone(),
            },
            min_days: self.min_days,
        }
    }
}

impl LogArgs {
    /// The window and accounts, checked, and the logs as well if that is demanded.
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
        let input = Input { logs: self.logs.clone(), archives: self.evidence.clone(), scope };
        if self.require_validated {
            self.validate(&input)?;
        }
        Ok(input)
    }

    /// The same for evidence that is cut into slices of time, which kept evidence cannot be.
    pub(super) fn sliceable(&self) -> Result<Input, Failure> {
        let input = self.input()?;
        match (input.archives.is_empty(), input.logs.is_empty()) {
            (false, _) => {
                let reason = "--evidence does not tell when each record was, so nothing can be judged on the future: give the logs";
                Err(Failure::Usage(reason.to_owned()))
            }
            (true, true) => Err(Failure::Usage("nothing to read: give folders or files of CloudTrail logs".to_owned())),
            (true, false) => Ok(input),
        }
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

    /// No conclusion is drawn from logs that were altered, or are not all there.
    fn validate(&self, input: &Input) -> Result<(), Failure> {
        if !self.evidence.is_empty() {
            let reason = "--require-validated checks logs, and --evidence holds none any more: give it to `trailfit used` when the evidence is kept";
            return Err(Failure::Usage(reason.to_owned()));
        }
        let verify = || pipeline::verify_logs(input, &self.keys, &|_| {});
        let verification = pipeline::with_threads(self.threads, verify)??;
        if verification.is_sound() {
            return Ok(());
        }
        let told = integrity::counts(&verification).join("; ");
        Err(Failure::Usage(format!("the logs are not validated: {told}: `trailfit verify-logs` tells more")))
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
    run_ahead(logs, grants, None).map(|(run, _)| run)
}

/// The same; and what the judgement would have done in the last days, when so many are given.
pub(super) fn run_ahead(
    logs: &LogArgs,
    grants: &GrantArgs,
    ahead: Option<Days>,
) -> Result<(Run, Option<Trial>), Failure> {
    let catalog = pipeline::catalog(logs.catalog.as_deref())?;
    // Grants are small: whatever is wrong with them is told before hours of logs are read.
    let claims = pipeline::read_grants(&grants.grants)?;
    let options = grants.options();
    let (evidence, trial) = match ahead {
        Some(Days(days)) => {
            let input = logs.sliceable()?;
            let progress = Progress::new(logs.quiet);
            let told = pipeline::with_threads(logs.threads, || {
                pipeline::ahead(&input, days, (&claims, &catalog, &options), &|step| progress.step(step))
            });
            progress.finish();
            let (evidence, trial) = told??;
            let too_short = || format!("the log has nothing before its last {days} days: give a shorter --backtest");
            (evidence, Some(trial.ok_or_else(|| Failure::Usage(too_short()))?))
        }
        None => {
            let mut evidence = logs.gather(&catalog)?;
            pipeline::settle(&mut evidence)?;
            (evidence, None)
        }
    };
    let mut judgement =
        pipeline::with_threads(logs.threads, || pipeline::judge(&evidence, &claims, &catalog, &options))?;
    narrow(&mut judgement, &logs.account, &grants.principal);
    Ok((Run { evidence, judgement, catalog }, trial))
}

/// Leaves only what was asked for. All holders of a policy were judged all the same.
fn narrow(judgement: &mut Judgement, accounts: &[String], principals: &[String]) {
    let is_chosen = chosen(accounts, principals);
    judgement.fittings.retain(|fitting| is_chosen(&fitting.account, &fitting.arn));
    judgement.policies.retain(|policy| policy.holders.iter().any(|holder| is_chosen(&policy.account, holder)));
    judgement.strangers.retain(|stranger| is_chosen(&stranger.principal.account, &stranger.principal.arn));
}

/// Whether an account and an ARN are among those asked for; all are when none is named.
pub(super) fn chosen<'a>(accounts: &'a [String], principals: &'a [String]) -> impl Fn(&str, &str) -> bool + 'a {
    let globs: Vec<Pattern> = principals.iter().map(Pattern::new).collect();
    move |account, arn| {
        let name = arn.rsplit('/').next().unwrap_or(arn);
        (accounts.is_empty() || accounts.iter().any(|wanted| wanted == account))
            && (globs.is_empty() || globs.iter().any(|glob| glob.matches(arn) || glob.matches(name)))
    }
}
