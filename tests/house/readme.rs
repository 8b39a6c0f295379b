//! The README tells the truth: it has one command for the main job and one for the tests, CI runs
//! the same tests, and every call of the program in it is one that the program understands.

use std::process::Command as Process;

use super::breach::{Breach, assert_found, assert_none};
use super::fences::{Command, commands, own_calls};
use super::tree;

/// The headings that hold one command each.
const MAIN_JOB: &str = "main job";
const TESTS: &str = "tests";

/// Gives the help text for a subcommand path, or `None` when the program refuses it.
type Help<'a> = &'a dyn Fn(&[String]) -> Option<String>;

/// Where README, CI and the program disagree.
fn breaches(readme: &str, ci: &str, help: Help<'_>) -> Vec<Breach> {
    let all = commands(readme);
    let mut found = Vec::new();
    for title in [MAIN_JOB, TESTS] {
        let count = under(&all, title).len();
        if count != 1 {
            let fault = format!("{count} commands stand under the heading `… {title} …`");
            let remedy = "put exactly one command there, in one ```sh block";
            found.push(Breach::in_file("README.md", fault, remedy));
        }
    }
    if let [tests] = under(&all, TESTS).as_slice() {
        found.extend(ci_breach(&tests.text, ci));
    }
    for command in &all {
        for call in own_calls(&command.text) {
            if let Some(fault) = misunderstood(&call, help) {
                let remedy = "write it as `trailfit --help` shows it";
                found.push(Breach::at("README.md", command.line, fault, remedy));
            }
        }
    }
    found
}

fn under<'a>(all: &'a [Command], title: &str) -> Vec<&'a Command> {
    all.iter().filter(|command| command.heading.to_lowercase().contains(title)).collect()
}

/// CI ends with the test command, so that the runner's verdict is the last thing printed.
fn ci_breach(tests: &str, ci: &str) -> Option<Breach> {
    let last = ci.lines().map(str::trim).rfind(|line| !line.is_empty());
    let fault = format!("does not end with the README's test command `{tests}`");
    let remedy = "make it the last line";
    (last != Some(tests)).then(|| Breach::in_file(".ci/run", fault, remedy))
}

/// Why the program would refuse a call: an unknown command or flag.
fn misunderstood(call: &[String], help: Help<'_>) -> Option<String> {
    let call: Vec<&String> = call.iter().take_while(|word| *word != "--").collect();
    let mut path = Vec::new();
    let Some(mut text) = help(&path) else {
        return Some("`trailfit --help` gives no help".to_owned());
    };
    for word in call.iter().filter(|word| !word.starts_with('-')) {
        let listed = listed_commands(&text);
        if !listed.contains(&word.as_str()) {
            let refused = path.is_empty() && !listed.is_empty();
            if refused {
                return Some(format!("`trailfit {word}` is no command"));
            }
            break;
        }
        path.push((*word).clone());
        match help(&path) {
            Some(next) => text = next,
            None => return Some(format!("`trailfit {}` gives no help", path.join(" "))),
        }
    }
    let known: Vec<&str> = text.split(|letter: char| !letter.is_alphanumeric() && letter != '-').collect();
    let flags = call.iter().filter(|word| word.starts_with('-'));
    let unknown = flags.map(|word| flag_name(word)).find(|flag| !known.contains(flag));
    unknown.map(|flag| format!("`trailfit {}` has no `{flag}`", path.join(" ")))
}

/// `--name` of `--name=value`, `-v` of `-vv`.
fn flag_name(word: &str) -> &str {
    let name = word.split('=').next().unwrap_or(word);
    let is_long = name.starts_with("--");
    if is_long { name } else { name.get(..2).unwrap_or(name) }
}

/// The names in the `Commands:` section of a help text.
fn listed_commands(help: &str) -> Vec<&str> {
    help.lines()
        .skip_while(|line| line.trim() != "Commands:")
        .skip(1)
        .take_while(|line| !line.trim().is_empty())
        .filter(|line| line.starts_with("  ") && !line.starts_with("   "))
        .filter_map(|line| line.split_whitespace().next())
        .collect()
}

/// Asks the built program.
fn ask(path: &[String]) -> Option<String> {
    let mut program = Process::new(env!("CARGO_BIN_EXE_trailfit"));
    let output = program.args(path).arg("--help").output().ok()?;
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    (output.status.success() && !text.trim().is_empty()).then_some(text)
}

#[test]
fn holds_for_this_tree() {
    let ci = tree::file(".ci/run").expect(".ci/run is there");
    match tree::file("README.md") {
        Some(readme) => assert_none(&breaches(&readme, &ci, &ask)),
        None => println!("skipped: no README yet"),
    }
}

/// A README that holds.
const GOOD: &str =
    "# x\n## The main job\n```sh\ntrailfit fit --logs a -o b\n```\n## The tests\n```sh\ncargo test --locked\n```\n";

/// The help of an invented program.
fn invented(path: &[String]) -> Option<String> {
    let path: Vec<&str> = path.iter().map(String::as_str).collect();
    match path.as_slice() {
        [] => Some("Commands:\n  fit   Fits\n  help  Helps\n\nOptions:\n  -h, --help\n".to_owned()),
        ["fit"] => Some("Options:\n  -o, --out <DIR>\n      --logs <DIR>\n".to_owned()),
        _ => None,
    }
}

#[test]
fn allows_a_true_readme() {
    assert_none(&breaches(GOOD, "#!/x\ncargo test --locked\n", &invented));
}

#[test]
fn fails_when_broken_on_purpose() {
    let ci = "cargo test --locked\n";
    let case = |change: (&str, &str), place: &str, words: &str| {
        let readme = GOOD.replace(change.0, change.1);
        assert_found(&breaches(&readme, ci, &invented), place, words);
    };
    case(("--logs", "--log"), "README.md:4", "no `--log`");
    case(("trailfit fit", "trailfit fix"), "README.md:4", "`trailfit fix`");
    case((" -o b", " -q"), "README.md:4", "no `-q`");
    case(("main job", "job"), "README.md", "0 commands");
    case(("--locked\n", "--locked\nls\n"), "README.md", "2 commands");
    case(("test --locked", "test"), ".ci/run", "`cargo test`");
    let silent = |_: &[String]| None;
    assert_found(&breaches(GOOD, ci, &silent), "README.md:4", "no help");
}
