//! `trailfit catalog`: what the dictionary knows, and how it is built.

use std::path::PathBuf;

use clap::Subcommand;

use super::exit::{Exit, Failure};
use crate::catalog::{AccessLevel, Action, Catalog, Visibility, build};
use crate::iam::ActionPattern;
use crate::pipeline;

/// Arguments of `catalog`.
#[derive(clap::Args)]
pub(super) struct Args {
    /// Tables to use instead of the built-in ones: a folder laid out like `src/catalog/data`
    #[arg(long, value_name = "DIR", global = true)]
    catalog: Option<PathBuf>,
    #[command(subcommand)]
    question: Question,
}

#[derive(Subcommand)]
enum Question {
    /// Show actions: one by name (`s3:GetObject`), or all that patterns mean (`s3:Get*`), each once
    Action {
        /// Names or patterns, any case
        #[arg(required = true, value_name = "PATTERN")]
        patterns: Vec<String>,
    },
    /// Show which actions an event needs
    Event {
        /// The eventSource, as `s3.amazonaws.com` or `s3`
        source: String,
        /// The eventName
        name: String,
    },
    /// Make the generated tables from the pinned archives
    Build {
        /// Folder with the archives that sources.lock names
        #[arg(long, value_name = "DIR")]
        from: PathBuf,
        /// Folder to write the tables to, as `src/catalog/data`
        #[arg(long, value_name = "DIR")]
        to: PathBuf,
    },
}

pub(super) fn run(args: &Args) -> Result<Exit, Failure> {
    match &args.question {
        Question::Action { patterns } => show_actions(&pipeline::catalog(args.catalog.as_deref())?, patterns),
        Question::Event { source, name } => {
            show_event(&pipeline::catalog(args.catalog.as_deref())?, source, name);
            Ok(Exit::Done)
        }
        Question::Build { from, to } => make(from, to),
    }
}

fn show_actions(catalog: &Catalog, patterns: &[String]) -> Result<Exit, Failure> {
    let meant: Vec<ActionPattern> = patterns.iter().map(ActionPattern::new).collect();
    match catalog.expand_all(&meant).as_slice() {
        [] => {
            let told = patterns.join("`, `");
            Err(Failure::Usage(format!("no action of the catalog (as of {}) matches `{told}`", catalog.as_of())))
        }
        [action] => {
            show_action(catalog, action);
            Ok(Exit::Done)
        }
        actions => {
            actions.iter().for_each(|action| {
                println!("{}\t{}\t{}", action.name, level(action.level), seen_in(&action.visibility))
            });
            Ok(Exit::Done)
        }
    }
}

fn show_action(catalog: &Catalog, action: &Action) {
    println!("{}", action.name);
    println!("  access level    {}", level(action.level));
    println!("  CloudTrail      {}", seen_in(&action.visibility));
    let list = |name: &str, items: &[String]| items.iter().for_each(|item| println!("  {name:<15} {item}"));
    if action.resource_formats.is_empty() {
        println!("  resource        * (no resource-level permissions)");
    }
    list("resource", &action.resource_formats);
    list("condition key", &action.condition_keys);
    list("dependent", &action.dependents);
    list("event", &catalog.events_for(&action.name));
}

fn seen_in(visibility: &Visibility) -> String {
    match visibility {
        Visibility::Management => "management events".to_owned(),
        Visibility::Data(source) => format!("data events of {source}"),
        Visibility::Never(reason) => format!("never: {reason}"),
    }
}

fn show_event(catalog: &Catalog, source: &str, name: &str) {
    let source = if source.contains('.') { source.to_owned() } else { format!("{source}.amazonaws.com") };
    let explanation = catalog.explain_event(&source, name);
    println!("{}\n  {}", explanation.event, explanation.verdict);
    explanation.lines.iter().for_each(|line| println!("  {line}"));
}

fn make(from: &std::path::Path, to: &std::path::Path) -> Result<Exit, Failure> {
    let built = build::build(&pipeline::archives(from)?)?;
    for (name, text) in &built.tables {
        let path = to.join(name);
        let failed = |error: std::io::Error| Failure::Usage(format!("cannot write `{}`: {error}", path.display()));
        std::fs::create_dir_all(path.parent().unwrap_or(to)).map_err(failed)?;
        std::fs::write(&path, text).map_err(failed)?;
    }
    built.summary.iter().for_each(|line| println!("{line}"));
    Ok(Exit::Done)
}

fn level(level: AccessLevel) -> &'static str {
    match level {
        AccessLevel::List => "List",
        AccessLevel::Read => "Read",
        AccessLevel::Write => "Write",
        AccessLevel::Tagging => "Tagging",
        AccessLevel::PermissionsManagement => "Permissions management",
    }
}
