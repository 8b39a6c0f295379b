//! Flags as typed → what the pipeline is asked. Shared by all commands that read logs.

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use serde_json::json;

use super::exit::Failure;
use super::logs::LogArgs;
use super::progress::Progress;
use super::when::Days;
use crate::catalog::Catalog;
use crate::fit::{AddedCondition, DropUnseen, Future, Judgement, Keep, Options, Split, Tightness, Trial};
use crate::iam::Pattern;
use crate::pipeline;
use crate::report;
use crate::trail::Evidence;

/// What is judged.
#[derive(Args)]
pub(super) struct GrantArgs {
    /// Files or folders of `aws iam get-account-authorization-details` output (one per account, pages may be
    /// apart), and of guardrails and resource policies in the layout that the README describes
    #[arg(long, value_name = "PATH", required_unless_present = "grants_from_trail")]
    pub(super) grants: Vec<PathBuf>,
    /// For accounts of which --grants holds no snapshot, rebuild what was granted from IAM's own calls in the log.
    /// Only principals made in it are judged; what AWS manages has to be given with --grants. As all of it is young,
    /// --protect-days decides what is left alone
    #[arg(long)]
    pub(super) grants_from_trail: bool,
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
    /// made every call with the principal's identity; `passed-to`, the services that roles were passed to; `source-ip`,
    /// `source-vpce` and `mfa`, the addresses and VPC endpoints of the principal's own calls, and multi-factor
    /// authentication where all of them had it; and to trust policies: `external-id`, the one that a foreign account gave each time; `principal`, the users and roles
    /// that came from an account trusted as a whole; `subject`, the subjects of the OIDC tokens
    #[arg(long, value_name = "LIST", value_enum, value_delimiter = ',')]
    pub(super) conditions: Vec<Added>,
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

/// `AddedCondition` as typed.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(super) enum Added {
    Region,
    Via,
    PassedTo,
    SourceIp,
    SourceVpce,
    Mfa,
    ExternalId,
    Principal,
    Subject,
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
            Added::SourceIp => AddedCondition::SourceIp,
            Added::SourceVpce => AddedCondition::SourceVpce,
            Added::Mfa => AddedCondition::Mfa,
            Added::ExternalId => AddedCondition::ExternalId,
            Added::Principal => AddedCondition::Principal,
            Added::Subject => AddedCondition::Subject,
        }
    }
}

impl GrantArgs {
    /// The snapshots' paths, where the past is judged: what was granted at the end is of no use then.
    pub(super) fn snapshots(&self) -> Result<&[PathBuf], Failure> {
        if self.grants_from_trail {
            let reason = "--grants-from-trail tells what was granted at the end of the log, and a backtest goes by what was learned before: give --grants";
            return Err(Failure::Usage(reason.to_owned()));
        }
        Ok(&self.grants)
    }

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
            guardrail: None,
            split: Split::Never,
        }
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
    run_by(logs, grants, grants.options(), |catalog| logs.gather(catalog))
}

/// The same with evidence, not yet settled, that comes in another way.
pub(super) fn run_by(
    logs: &LogArgs,
    grants: &GrantArgs,
    options: Options,
    gather: impl FnOnce(&Catalog) -> Result<Evidence, Failure>,
) -> Result<Run, Failure> {
    let catalog = pipeline::catalog(logs.catalog.as_deref())?;
    // Grants are small: whatever is wrong with them is told before hours of logs are read.
    let given = if grants.grants_from_trail { None } else { Some(pipeline::read_grants(&grants.grants)?) };
    let mut evidence = gather(&catalog)?;
    pipeline::settle(&mut evidence)?;
    evidence.coverage.trails = pipeline::read_trails(&grants.grants)?;
    logs.log.tally(&evidence.tally);
    let claims = match given {
        Some(given) => given,
        None => pipeline::rebuild_grants(&evidence, &grants.grants)?,
    };
    let mut judgement =
        pipeline::with_threads(logs.threads, || pipeline::judge(&evidence, &claims, &catalog, &options))?;
    logs.log
        .step("judged", json!({ "principals": judgement.fittings.len(), "policies": report::verdicts(&judgement) }));
    narrow(&mut judgement, &logs.account, &grants.principal);
    Ok(Run { evidence, judgement, catalog })
}

/// The same; and what the judgement would have done in the last days.
pub(super) fn run_ahead(
    logs: &LogArgs,
    grants: &GrantArgs,
    options: Options,
    Days(days): Days,
) -> Result<(Run, Trial), Failure> {
    let catalog = pipeline::catalog(logs.catalog.as_deref())?;
    let claims = pipeline::read_grants(grants.snapshots()?)?;
    let trails = pipeline::read_trails(grants.snapshots()?)?;
    let input = logs.sliceable()?;
    let progress = Progress::new(logs.quiet, logs.log);
    let told = pipeline::with_threads(logs.threads, || {
        let (mut evidence, trial) =
            pipeline::ahead(&input, days, (&claims, &catalog, &options), &|step| progress.step(step))?;
        evidence.coverage.trails = trails;
        let judgement = pipeline::judge(&evidence, &claims, &catalog, &options);
        Ok::<_, crate::error::Error>((evidence, judgement, trial))
    });
    progress.finish();
    let (evidence, mut judgement, trial) = told??;
    let too_short = || format!("the log has nothing before its last {days} days: give a shorter --backtest");
    let trial = trial.ok_or_else(|| Failure::Usage(too_short()))?;
    narrow(&mut judgement, &logs.account, &grants.principal);
    Ok((Run { evidence, judgement, catalog }, trial))
}

/// Leaves only what was asked for. All holders of a policy were judged all the same.
fn narrow(judgement: &mut Judgement, accounts: &[String], principals: &[String]) {
    let is_chosen = chosen(accounts, principals);
    judgement.fittings.retain(|fitting| is_chosen(&fitting.account, &fitting.arn));
    judgement.policies.retain(|policy| policy.holders.iter().any(|holder| is_chosen(&policy.account, holder)));
    let policies = &judgement.policies;
    judgement.shared.retain(|id, _| policies.iter().any(|policy| policy.target == *id));
    judgement.quotas.retain(|quota| policies.iter().any(|policy| policy.account == quota.account));
    judgement.trusts.retain(|trust| is_chosen(&trust.account, &trust.role));
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
