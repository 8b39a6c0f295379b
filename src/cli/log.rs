//! What a run tells while it works: as text for people, or with `--log json` as one object a line for machines. The
//! names of events and members are stable; new ones may come.

use std::ffi::OsString;

use clap::ValueEnum;
use serde_json::{Map, Value, json};

use super::config::value_of;
use super::when;
use crate::trail::Tally;

/// How it is told.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(super) enum Log {
    /// Warnings and errors, in words.
    #[default]
    Text,
    /// Steps, warnings, losses and the outcome, one JSON object a line.
    Json,
}

/// How much it matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Level {
    Info,
    Warning,
    Error,
}

impl Log {
    /// As the arguments say, even if they say something else that cannot be understood.
    pub(super) fn of(arguments: &[OsString]) -> Log {
        match value_of(arguments, "log").as_deref() {
            Some("json") => Log::Json,
            _ => Log::Text,
        }
    }

    /// A step that is done, with its figures. Text says nothing of steps.
    pub(super) fn step(self, event: &str, members: Value) {
        if self == Log::Json {
            line(Level::Info, event, members);
        }
    }

    /// Something that a person should know of and that does not stop the run.
    pub(super) fn warn(self, event: &str, text: &str, members: Value) {
        match self {
            Log::Text => eprintln!("warning: {text}"),
            Log::Json => line(Level::Warning, event, members),
        }
    }

    /// What stops the run, with its exit code.
    pub(super) fn fail(self, event: &str, reason: &str, code: u8) {
        match self {
            Log::Text => eprintln!("error: {reason}"),
            Log::Json => line(Level::Error, event, json!({ "reason": reason, "exit_code": code })),
        }
    }

    /// What was read, and each class of losses. Text has this in its summary.
    pub(super) fn tally(self, tally: &Tally) {
        let Tally { files, read, used, lost, .. } = tally;
        let members =
            json!({ "files": files, "records": read, "used": used, "exempt": tally.exempted(), "lost": lost });
        self.step("settled", members);
        if self == Log::Json {
            for (class, count) in tally.lost_by_class() {
                line(Level::Warning, "lost", json!({ "class": class, "count": count }));
            }
        }
    }
}

/// One line: time, level and event first.
fn line(level: Level, event: &str, members: Value) {
    let level = match level {
        Level::Info => "info",
        Level::Warning => "warning",
        Level::Error => "error",
    };
    let mut object = Map::new();
    for (name, value) in [("time", json!(when::now().to_string())), ("level", json!(level)), ("event", json!(event))] {
        object.insert(name.to_owned(), value);
    }
    if let Value::Object(members) = members {
        object.extend(members);
    }
    eprintln!("{}", Value::Object(object));
}

#[cfg(test)]
mod tests {
    use std::ffi::OsString;

    use super::Log;

    #[test]
    fn the_format_is_known_before_all_arguments_are() {
        let case = |arguments: &[&str], expected: Log| {
            let arguments: Vec<OsString> = arguments.iter().map(OsString::from).collect();
            assert_eq!(Log::of(&arguments), expected, "{arguments:?}");
        };
        case(&["trailfit", "run", "--log", "json", "--nonsense"], Log::Json);
        case(&["trailfit", "run", "--log=json"], Log::Json);
        case(&["trailfit", "run", "--log", "text"], Log::Text);
        case(&["trailfit", "run", "logs"], Log::Text);
    }
}
