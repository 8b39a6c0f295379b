//! The fenced blocks of a Markdown text, and the shell commands in them. It runs nothing.

/// One command of a fenced block, continuation lines joined.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Command {
    /// The line it begins on, counted from 1.
    pub(crate) line: usize,
    /// The heading above its block.
    pub(crate) heading: String,
    /// The command, without prompt.
    pub(crate) text: String,
}

/// Languages of blocks that hold commands; in `console`, only the lines with a prompt.
const SHELLS: &[&str] = &["sh", "bash", "shell", "console"];

/// Every command of the shell blocks.
pub(crate) fn commands(markdown: &str) -> Vec<Command> {
    let mut found: Vec<Command> = Vec::new();
    let (mut heading, mut language, mut continued) = (String::new(), None, false);
    for (number, line) in markdown.lines().enumerate() {
        let line = line.trim();
        if let Some(mark) = line.strip_prefix("```") {
            language = match language {
                None => Some(mark.trim().to_owned()),
                Some(_) => None,
            };
            continued = false;
            continue;
        }
        let Some(language) = &language else {
            if line.starts_with('#') {
                heading = line.trim_start_matches('#').trim().to_owned();
            }
            continue;
        };
        let prompt = line.strip_prefix("$ ");
        let silent = language == "console" && prompt.is_none() && !continued;
        let is_shell = SHELLS.contains(&language.as_str());
        if !is_shell || silent || line.is_empty() || line.starts_with('#') {
            continue;
        }
        let text = prompt.unwrap_or(line);
        let part = text.trim_end_matches('\\').trim();
        match found.last_mut().filter(|_| continued) {
            Some(last) => last.text = format!("{} {part}", last.text),
            None => found.push(Command { line: number + 1, heading: heading.clone(), text: part.to_owned() }),
        }
        continued = text.ends_with('\\');
    }
    found
}

/// The arguments of every call of our program in a command, also through `cargo run … --`.
pub(crate) fn own_calls(command: &str) -> Vec<Vec<String>> {
    let words = words(command);
    words
        .split(|word| matches!(word.as_str(), "|" | "||" | "&&" | ";"))
        .filter_map(|part| {
            let skip = part.iter().take_while(|word| is_setting(word)).count();
            let part = &part[skip..];
            let name = part.first()?;
            if name == "trailfit" || name.ends_with("/trailfit") {
                return Some(part[1..].to_vec());
            }
            let is_run = name == "cargo" && part.iter().any(|word| word == "run");
            let dashes = part.iter().position(|word| word == "--")?;
            is_run.then(|| part[dashes + 1..].to_vec())
        })
        .collect()
}

/// Whether a word sets an environment variable for the command after it.
fn is_setting(word: &str) -> bool {
    let name = word.split_once('=').map_or("", |(name, _)| name);
    let is_upper = |letter: char| letter.is_ascii_uppercase() || letter == '_';
    !name.is_empty() && name.chars().all(is_upper)
}

/// Splits at spaces outside quotes, as a shell does in the simple cases.
fn words(command: &str) -> Vec<String> {
    let (mut found, mut word, mut quote) = (Vec::new(), None::<String>, None);
    for letter in command.chars() {
        match quote {
            Some(open) if letter == open => quote = None,
            Some(_) => word.get_or_insert_default().push(letter),
            None if matches!(letter, '"' | '\'') => {
                quote = Some(letter);
                word.get_or_insert_default();
            }
            None if letter.is_whitespace() => found.extend(word.take()),
            None if letter == ';' => {
                found.extend(word.take());
                found.push(";".to_owned());
            }
            None => word.get_or_insert_default().push(letter),
        }
    }
    found.extend(word);
    found
}

#[test]
fn commands_are_found_under_their_headings() {
    let text = "# A\n```sh\n# note\na \\\n  b\nc\n```\n## B\n```console\n$ d\noutput\n```\n```json\n{}\n```\n";
    let found: Vec<(usize, String, String)> =
        commands(text).into_iter().map(|command| (command.line, command.heading, command.text)).collect();
    let row = |line, heading: &str, text: &str| (line, heading.to_owned(), text.to_owned());
    assert_eq!(found, [row(4, "A", "a b"), row(6, "A", "c"), row(10, "B", "d")]);
}

#[test]
fn own_calls_are_found() {
    let case = |command: &str, expected: &[&str]| {
        let found: Vec<String> = own_calls(command).iter().map(|words| words.join(" ")).collect();
        assert_eq!(found, expected, "{command}");
    };
    case("cargo test --locked", &[]);
    case("X_Y=1 trailfit fit --logs 'a b' | less", &["fit --logs a b"]);
    case("cargo run --release -- fit a; ./trailfit b", &["fit a", "b"]);
}
