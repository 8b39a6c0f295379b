//! The first step of a night, where the configuration has a section `[collect]`: the snapshot is renewed.

use std::path::Path;

use clap::Parser;
use serde_json::json;

use super::collect::{self, step};
use super::config;
use super::exit::Failure;
use super::inputs::GrantArgs;
use super::logs::LogArgs;
use crate::pipeline;

/// The section as if it had been typed.
#[derive(Parser)]
#[command(name = "trailfit collect")]
struct Section {
    #[command(flatten)]
    args: collect::Args,
}

/// Renews the snapshot; what cannot be renewed stays as it was, and is warned of. `None`: nobody asked for it. False:
/// something is missing. Errors: nothing can be had, and no earlier snapshot stands there.
pub(super) fn refresh(logs: &LogArgs, grants: &GrantArgs) -> Result<Option<bool>, Failure> {
    let Some(typed) =
        logs.config.as_deref().map(|path| config::collecting(&path.to_string_lossy())).transpose()?.flatten()
    else {
        return Ok(None);
    };
    // Without the command, which is the parser's own name here.
    let arguments = typed.into_iter().enumerate().filter(|(at, _)| *at != 1).map(|(_, argument)| argument);
    let Section { args } = Section::try_parse_from(arguments).map_err(|error| {
        let told = error.to_string();
        Failure::Usage(format!(
            "the section [collect] cannot be used: {}",
            told.trim_start_matches("error: ").trim_end()
        ))
    })?;
    let usual = grants.grants.first().map_or(Path::new("grants"), |path| path.as_path());
    let order = args.order(Some(usual))?;
    match args.collect(&order) {
        Ok(collected) => {
            step(&collected, logs.log);
            Ok(Some(collected.missing.is_empty()))
        }
        Err(failure) if pipeline::read_grants(&grants.grants).is_ok() => {
            let text = format!("the snapshot could not be renewed: {failure}; that of an earlier run is used");
            logs.log.warn("not-collected", &text, json!({ "reason": failure.to_string() }));
            Ok(Some(false))
        }
        Err(failure) => Err(failure),
    }
}
