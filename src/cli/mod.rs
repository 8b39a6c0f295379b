//! The door: commands, flags, exit codes. The only room with clap; it decides nothing about permissions.

mod backtest;
mod archive;
mod catalog;
mod check;
mod collect;
mod compare;
mod config;
mod credentials;
mod exit;
mod grants;
mod guardrails;
mod inputs;
mod lint;
mod log;
mod logs;
mod nightly;
mod progress;
mod refresh;
mod simulate;
mod stop;
mod suggest;
mod used;
mod verify_logs;
mod when;
mod who_can;
mod why;

use std::ffi::OsString;

use clap::{Parser, Subcommand};
use serde_json::json;

use exit::Exit;
use log::Log;

/// IAM policies that fit the trail: CloudTrail logs and grants in, proven least-privilege policies and reports out.
#[derive(Parser)]
#[command(name = "trailfit", version, propagate_version = true, max_term_width = 100, after_help = exit::HELP)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Compare grants with use, and write minimized policies that are proven.
    Suggest(suggest::Args),
    /// Like suggest, but write nothing; exit 1 when grants are looser than a threshold.
    Check(check::Args),
    /// Learn on the first part of the log and replay the rest: what the proposals would have denied.
    Backtest(backtest::Args),
    /// Tell what was used, from logs alone; with --out keep the evidence for later runs.
    Used(used::Args),
    /// The nightly job: read what is new, keep it, judge the last days, write the report.
    Run(nightly::Args),
    /// Keep evidence from night to night, each log read once.
    Archive(archive::Args),
    /// Write a snapshot of what accounts grant, from AWS, as --grants reads it.
    Collect(collect::Args),
    /// Explain one principal and action: which events, which statements, what the proposal does.
    Why(why::Args),
    /// Ask what policies allow, as AWS's policy simulator does, for one request or for a table of them.
    Simulate(simulate::Args),
    /// Tell what new access a change of policies gives, with a request that shows it.
    Compare(compare::Args),
    /// Tell what principals may do after boundaries, SCPs and Denies are subtracted.
    Grants(grants::Args),
    /// Tell who may do an action on a resource, over whole snapshots.
    WhoCan(who_can::Args),
    /// Tell whether logs are what CloudTrail delivered: altered, missing and unattested files by the digest chain.
    VerifyLogs(verify_logs::Args),
    /// Proofread policies: what AWS refuses, what has no effect, what opens a door.
    Lint(lint::Args),
    /// Look up actions and events, or build the catalog's tables.
    Catalog(catalog::Args),
}

/// Runs the program with these arguments and gives the process's exit code.
pub fn run(arguments: impl IntoIterator<Item = OsString>) -> u8 {
    let typed: Vec<OsString> = arguments.into_iter().collect();
    let expanded = config::expand(typed.clone());
    let log = Log::of(expanded.as_ref().unwrap_or(&typed));
    let outcome = expanded.map(Cli::parse_from).and_then(|cli| {
        let command = typed.get(1).map(|command| command.to_string_lossy());
        log.step("started", json!({ "command": command, "version": env!("CARGO_PKG_VERSION") }));
        match cli.command {
            Command::Suggest(args) => suggest::run(&args),
            Command::Check(args) => check::run(&args),
            Command::Backtest(args) => backtest::run(&args),
            Command::Used(args) => used::run(&args),
            Command::Run(args) => nightly::run(&args),
            Command::Archive(args) => archive::run(&args),
            Command::Collect(args) => collect::run(&args),
            Command::Why(args) => why::run(&args),
            Command::Simulate(args) => simulate::run(&args),
            Command::Compare(args) => compare::run(&args),
            Command::Grants(args) => grants::run(&args),
            Command::WhoCan(args) => who_can::run(&args),
            Command::VerifyLogs(args) => verify_logs::run(&args),
            Command::Lint(args) => lint::run(&args),
            Command::Catalog(args) => catalog::run(&args),
        }
    });
    match outcome {
        Ok(exit) => {
            log.step("finished", json!({ "outcome": exit.name(), "exit_code": exit.code() }));
            exit.code()
        }
        Err(failure) => {
            let code = Exit::CouldNotRun.code();
            log.fail("failed", &failure.to_string(), code);
            code
        }
    }
}
