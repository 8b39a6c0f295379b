//! Flags that say which logs are read → what the pipeline is asked. Shared by all commands that read logs.

use std::path::PathBuf;

use clap::Args;

use super::credentials::CredentialArgs;
use super::exit::{Exit, Failure};
use super::log::Log;
use super::progress::Progress;
use super::when::When;
use crate::catalog::Catalog;
use crate::error::Error;
use crate::integrity;
use crate::pipeline::{self, Archive, Input, Partition};
use crate::trail::{Evidence, Moment, Scope};

/// What is read.
#[derive(Args)]
pub(super) struct LogArgs {
    /// Folders or files of CloudTrail logs, searched recursively: delivered files (.json.gz, .json), NDJSON,
    /// single records, lookup-events output, EventBridge events, CloudWatch Logs exports; told by content.
    /// Or `s3://bucket/prefix`, or for the event history of the last 90 days `lookup:REGION,REGION`, or `lookup:all`
    /// for all regions that are on in every account; with the credentials and the region of the AWS environment
    /// (AWS_PROFILE, AWS_REGION, AWS_ENDPOINT_URL).
    pub(super) logs: Vec<PathBuf>,
    /// What `trailfit used --out` has written, a folder or `s3://bucket/prefix`; may be repeated, and given beside or
    /// instead of logs.
    #[arg(long, value_name = "PLACE")]
    pub(super) evidence: Vec<PathBuf>,
    /// An archive that `trailfit archive add` keeps, a folder or `s3://bucket/prefix`: the days of the window are read
    /// from it, beside or instead of logs
    #[arg(long, value_name = "PLACE")]
    pub(super) archive: Option<PathBuf>,
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
    #[command(flatten)]
    pub(super) credentials: CredentialArgs,
    /// Read settings from a TOML file with the names of these flags; the command line goes first
    #[arg(long, value_name = "FILE")]
    pub(super) config: Option<PathBuf>,
    /// How steps, warnings, losses and the outcome are told on stderr: `json` for one object a line
    #[arg(long, value_name = "FORMAT", value_enum, default_value_t)]
    pub(super) log: Log,
    /// No progress bar
    #[arg(long)]
    pub(super) quiet: bool,
}

impl LogArgs {
    /// The window and accounts, checked, and the logs as well if that is demanded.
    pub(super) fn input(&self) -> Result<Input, Failure> {
        let scope = self.scope()?;
        let windowed = scope.since.is_some() || scope.until.is_some() || !scope.accounts.is_empty();
        if windowed && !self.evidence.is_empty() {
            let reason = "--since, --until and --account choose records, and --evidence holds none any more: give them to `trailfit used` when the evidence is kept";
            return Err(Failure::Usage(reason.to_owned()));
        }
        let identity = self.credentials.identity();
        let kept = self.evidence.iter().map(|place| Partition::of(place, &identity));
        let mut archives = kept.collect::<Result<Vec<Partition>, Error>>()?;
        if let Some(archive) = &self.archive {
            if !scope.accounts.is_empty() {
                let reason =
                    "--account chooses records, and --archive holds none any more: give it to `trailfit archive add`";
                return Err(Failure::Usage(reason.to_owned()));
            }
            archives.extend(Archive::open(archive, &identity)?.partitions(scope.since, scope.until)?);
        }
        self.checked(Input { logs: self.logs.clone(), archives, identity, scope })
    }

    /// Only the logs, with the window as typed, or from `since` on.
    pub(super) fn input_of_logs(&self, since: Option<Moment>) -> Result<Input, Failure> {
        let typed = self.scope()?;
        let scope = Scope { since: since.or(typed.since), ..typed };
        let identity = self.credentials.identity();
        self.checked(Input { logs: self.logs.clone(), archives: Vec::new(), identity, scope })
    }

    /// The same, when the logs are valid or nobody demands that they are.
    fn checked(&self, input: Input) -> Result<Input, Failure> {
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

    /// The window and accounts as typed, checked.
    pub(super) fn scope(&self) -> Result<Scope, Failure> {
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
        Ok(scope)
    }

    /// Reads everything; the evidence is not settled yet.
    pub(super) fn gather(&self, catalog: &Catalog) -> Result<Evidence, Failure> {
        let input = self.input()?;
        let progress = Progress::new(self.quiet, self.log);
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
