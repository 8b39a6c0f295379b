//! `trailfit catalog`: what the dictionary knows, and how it is built.

use std::collections::BTreeSet;
use std::path::PathBuf;

use clap::Subcommand;

use super::exit::{Exit, Failure};
use crate::catalog::{Action, Catalog, Change, ResourceType, Visibility, build, difference};
use crate::iam::ActionPattern;
use crate::lint::nearest;
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
    /// Show what an ARN is: its resource type, and the actions on such a resource
    Arn {
        /// The ARN
        arn: String,
    },
    /// Show the resource types of a service (`s3`), or one of them (`s3:object`)
    Resource {
        /// The IAM prefix of the service, or prefix and type
        name: String,
    },
    /// Tell what changed from one folder of tables to another
    Diff {
        /// Folder of the older tables, laid out like `src/catalog/data`
        old: PathBuf,
        /// Folder of the newer tables
        new: PathBuf,
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
        Question::Arn { arn } => show_arn(&pipeline::catalog(args.catalog.as_deref())?, arn),
        Question::Resource { name } => show_resource(&pipeline::catalog(args.catalog.as_deref())?, name),
        Question::Diff { old, new } => {
            show_difference(&pipeline::catalog(Some(old))?, &pipeline::catalog(Some(new))?);
            Ok(Exit::Done)
        }
        Question::Build { from, to } => make(from, to),
    }
}

fn show_actions(catalog: &Catalog, patterns: &[String]) -> Result<Exit, Failure> {
    let meant: Vec<ActionPattern> = patterns.iter().map(ActionPattern::new).collect();
    match catalog.expand_all(&meant).as_slice() {
        [] => {
            let names = catalog.actions().iter().map(|action| &*action.name);
            let told = patterns.join("`, `");
            let pattern = patterns.first().map_or("", String::as_str);
            Err(unknown(catalog, "action", &told, nearest(pattern, names)))
        }
        [action] => {
            show_action(catalog, action);
            Ok(Exit::Done)
        }
        actions => {
            actions.iter().for_each(|action| {
                println!("{}\t{}\t{}", action.name, action.level.word(), seen_in(&action.visibility))
            });
            Ok(Exit::Done)
        }
    }
}

fn show_action(catalog: &Catalog, action: &Action) {
    println!("{}", action.name);
    println!("  access level    {}", action.level.word());
    println!("  CloudTrail      {}", seen_in(&action.visibility));
    let list = |name: &str, items: &[String]| items.iter().for_each(|item| println!("  {name:<15} {item}"));
    if action.takes_no_resource() {
        println!("  resource        * (no resource-level permissions)");
    }
    if action.is_newer {
        println!("  resource        not known: the reference does not list the action yet");
    }
    list("resource", &action.resource_formats);
    list("condition key", &action.condition_keys);
    list("dependent", &action.dependents);
    list("event", &catalog.events_for(&action.name));
    println!("  as of           {}", catalog.as_of());
}

/// Nothing has that name; perhaps another was meant.
fn unknown(catalog: &Catalog, what: &str, name: &str, meant: Option<&str>) -> Failure {
    let meant = meant.map_or_else(String::new, |meant| format!("; did you mean `{meant}`?"));
    Failure::Usage(format!("no {what} of the catalog (as of {}) matches `{name}`{meant}", catalog.as_of()))
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
    if !explanation.is_known {
        let names = catalog.event_names();
        let asked = format!("{}:{name}", explanation.service);
        if let Some(meant) = nearest(&asked, names.into_iter()) {
            println!("  did you mean `{meant}`?");
        }
    }
    println!("  as of {}", catalog.as_of());
}

/// Lines of a long list that fit on a screen.
const FEW: usize = 24;
/// Types that an ARN may be, told to a person.
const TYPES: usize = 3;

fn show_arn(catalog: &Catalog, arn: &str) -> Result<Exit, Failure> {
    let types = catalog.types_of_arn(arn);
    if types.is_empty() {
        return Err(unknown(catalog, "resource type", arn, None));
    }
    types.iter().take(TYPES).for_each(|one| show_type(one, FEW / TYPES));
    Ok(Exit::Done)
}

fn show_resource(catalog: &Catalog, name: &str) -> Result<Exit, Failure> {
    let (service, one) = name.split_once(':').map_or((name, None), |(service, one)| (service, Some(one)));
    let types = catalog.resource_types(service, one);
    match types.as_slice() {
        [] => {
            let names = catalog.type_names();
            let services: BTreeSet<&str> = names.iter().filter_map(|name| name.split(':').next()).collect();
            let meant = match one {
                Some(_) => nearest(name, names.iter().map(String::as_str)),
                None => nearest(name, services.into_iter()),
            };
            Err(unknown(catalog, "resource type", name, meant))
        }
        [one] => {
            show_type(one, FEW);
            Ok(Exit::Done)
        }
        types => {
            types.iter().for_each(|one| println!("{}\t{}", one.name, one.formats.join(" ")));
            Ok(Exit::Done)
        }
    }
}

fn show_type(one: &ResourceType, few: usize) {
    println!("{}", one.name);
    one.formats.iter().for_each(|format| println!("  format  {format}"));
    one.actions.iter().take(few).for_each(|action| println!("  action  {action}"));
    if one.actions.len() > few {
        println!("  and {} other actions", one.actions.len() - few);
    }
}

fn show_difference(old: &Catalog, new: &Catalog) {
    let changes = difference(old, new);
    println!("{} changes from {} to {}", changes.len(), old.as_of(), new.as_of());
    for change in &changes {
        match change {
            Change::New(name) => println!("+ {name}"),
            Change::Retired(name) => println!("- {name}"),
            Change::Changed(name, what) => println!("~ {name}: {what}"),
            Change::NewType(name) => println!("+ type {name}"),
            Change::RetiredType(name) => println!("- type {name}"),
        }
    }
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
