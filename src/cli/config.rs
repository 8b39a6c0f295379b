//! `--config trailfit.toml`: the same names as the flags. What stands on the command line goes before the file.

use std::ffi::OsString;

use super::exit::Failure;

/// Members of the file that are no flags: the positional arguments of every command that reads logs.
const LOGS: &str = "logs";

/// The command that has no general settings but a few.
const COLLECT: &str = "collect";

/// Of the general settings, those that `collect` takes: it reads no logs, and its `out` is a snapshot.
const OF_COLLECT: [&str; 5] = ["external-id", "log", "profile", "quiet", "role-arn"];

/// Puts the file's settings into the arguments as if they had been typed.
pub(super) fn expand(arguments: Vec<OsString>) -> Result<Vec<OsString>, Failure> {
    let Some(path) = value_of(&arguments, "config") else {
        return Ok(arguments);
    };
    let settings = read(&path)?;
    let command = arguments.get(1).map(|command| command.to_string_lossy().into_owned()).unwrap_or_default();
    let mut expanded = arguments.clone();
    let mut positional = Vec::new();
    let own = settings.get(&command).and_then(toml::Value::as_table);
    let is_taken = |name: &str| command != COLLECT || OF_COLLECT.contains(&name.replace('_', "-").as_str());
    let general = settings.iter().filter(|(name, value)| !value.is_table() && is_taken(name));
    // A command's own section goes before the general settings.
    for (name, value) in own.into_iter().flatten().chain(general) {
        let flag = name.replace('_', "-");
        if flag == LOGS {
            positional.extend(words(value).map_err(|reason| unusable(&path, &reason))?);
        } else if !is_given(&expanded, &flag) {
            expanded.extend(flags(&flag, value).map_err(|reason| unusable(&path, &reason))?);
        }
    }
    if !has_positional(&arguments) {
        expanded.extend(positional.into_iter().map(OsString::from));
    }
    Ok(expanded)
}

/// The arguments of `collect`, where the file has a section for it.
pub(super) fn collecting(path: &str) -> Result<Option<Vec<OsString>>, Failure> {
    if !read(path)?.get(COLLECT).is_some_and(toml::Value::is_table) {
        return Ok(None);
    }
    expand(vec!["trailfit".into(), COLLECT.into(), format!("--config={path}").into()]).map(Some)
}

fn read(path: &str) -> Result<toml::Table, Failure> {
    let text = std::fs::read_to_string(path).map_err(|error| unusable(path, &error.to_string()))?;
    text.parse().map_err(|error: toml::de::Error| unusable(path, &error.to_string()))
}

fn unusable(path: &str, reason: &str) -> Failure {
    Failure::Usage(format!("cannot use the configuration `{path}`: {reason}"))
}

/// The value of a flag as typed.
pub(super) fn value_of(arguments: &[OsString], flag: &str) -> Option<String> {
    let mut arguments = arguments.iter().map(|argument| argument.to_string_lossy());
    while let Some(argument) = arguments.next() {
        if argument == format!("--{flag}") {
            return arguments.next().map(|value| value.into_owned());
        }
        if let Some(value) = argument.strip_prefix(&format!("--{flag}=")) {
            return Some(value.to_owned());
        }
    }
    None
}

fn is_given(arguments: &[OsString], flag: &str) -> bool {
    let (alone, with_value) = (format!("--{flag}"), format!("--{flag}="));
    arguments.iter().any(|argument| {
        let argument = argument.to_string_lossy();
        argument == alone || argument.starts_with(&with_value)
    })
}

/// Whether logs stand on the command line: an argument that is no flag and no flag's value.
fn has_positional(arguments: &[OsString]) -> bool {
    const SWITCHES: [&str; 9] = [
        "--force",
        "--drop-unseen",
        "--grants-from-trail",
        "--guardrail",
        "--help",
        "--presets",
        "--quiet",
        "--require-validated",
        "--together",
    ];
    let mut value_follows = false;
    for argument in arguments.iter().skip(2).map(|argument| argument.to_string_lossy()) {
        if argument.starts_with("--") {
            value_follows = !argument.contains('=') && !SWITCHES.contains(&argument.as_ref());
        } else if value_follows {
            value_follows = false;
        } else {
            return true;
        }
    }
    false
}

fn flags(flag: &str, value: &toml::Value) -> Result<Vec<OsString>, String> {
    match value {
        toml::Value::Boolean(true) => Ok(vec![format!("--{flag}").into()]),
        toml::Value::Boolean(false) => Ok(Vec::new()),
        other => Ok(words(other)?.into_iter().map(|word| format!("--{flag}={word}").into()).collect()),
    }
}

fn words(value: &toml::Value) -> Result<Vec<String>, String> {
    match value {
        toml::Value::String(text) => Ok(vec![text.clone()]),
        toml::Value::Integer(number) => Ok(vec![number.to_string()]),
        toml::Value::Float(number) => Ok(vec![number.to_string()]),
        toml::Value::Datetime(time) => Ok(vec![time.to_string()]),
        toml::Value::Array(items) => items.iter().map(words).collect::<Result<Vec<_>, _>>().map(|lists| lists.concat()),
        other => Err(format!("`{other}` is neither a text, a number, a switch nor a list of them")),
    }
}

#[cfg(test)]
mod tests {
    use std::ffi::OsString;
    use std::io::Write;

    use super::expand;

    fn case(file: &str, typed: &[&str], expected: &[&str]) {
        let mut config = tempfile::NamedTempFile::new().unwrap();
        config.write_all(file.as_bytes()).unwrap();
        let path = config.path().to_string_lossy().into_owned();
        let mut arguments: Vec<OsString> = typed.iter().map(OsString::from).collect();
        arguments.extend(["--config".into(), path.clone().into()]);
        let expanded = expand(arguments.clone()).unwrap();
        let added: Vec<String> =
            expanded[arguments.len()..].iter().map(|word| word.to_string_lossy().into_owned()).collect();
        assert_eq!(added, expected, "{file}");
    }

    #[test]
    fn settings_become_flags() {
        case(
            "threads = 2\nforce = true\naccount = [\"a\", \"b\"]",
            &["trailfit", "suggest"],
            &["--account=a", "--account=b", "--force", "--threads=2"],
        );
        case("drop_unseen = false", &["trailfit", "suggest"], &[]);
        case("since = 2026-10-01", &["trailfit", "used"], &["--since=2026-10-01"]);
    }

    #[test]
    fn the_command_line_and_the_commands_section_go_first() {
        case("threads = 2", &["trailfit", "suggest", "--threads", "1"], &[]);
        case("threads = 2\n[check]\nthreads = 4", &["trailfit", "check"], &["--threads=4"]);
        case("logs = \"x\"", &["trailfit", "suggest"], &["x"]);
        case("logs = \"x\"", &["trailfit", "suggest", "--threads", "1", "y"], &[]);
    }

    #[test]
    fn collect_takes_its_section_and_as_whom_to_ask() {
        let file = "logs = \"x\"\ngrants = [\"g\"]\nout = \"r\"\nprofile = \"p\"\n[collect]\nout = \"g\"\nregion = [\"eu-west-1\"]";
        case(file, &["trailfit", "collect"], &["--out=g", "--region=eu-west-1", "--profile=p"]);
    }

    #[test]
    fn a_broken_file_is_named() {
        let arguments = ["trailfit", "used", "--config", "/nonexistent/trailfit.toml"].map(OsString::from).to_vec();
        assert!(expand(arguments).unwrap_err().to_string().contains("/nonexistent/trailfit.toml"));
    }
}
