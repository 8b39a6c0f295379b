//! Sizes: no file ships more than 300 lines, no function is longer than 60.
//! The rule governs the tail, where computing, deciding and printing grow together.

use super::breach::{Breach, assert_found, assert_none};
use super::modules::{Module, modules};
use super::scan;
use super::tree::{self, Text};

/// Lines that a file may ship: all but its `#[cfg(test)]` items.
const FILE_LINES: usize = 300;

/// Lines that a function may have, from `fn` to its closing brace.
const FUNCTION_LINES: usize = 60;

/// One function: its name, its first line and its length in lines.
type Function = (String, usize, usize);

/// Every file and function that is too long.
fn breaches(files: &[Text]) -> Vec<Breach> {
    let mut found = Vec::new();
    for module in modules(files) {
        let text = files.iter().find(|file| file.path == module.file);
        let lines = text.map_or(0, |file| scan::production_lines(&file.text));
        if lines > FILE_LINES {
            let fault = format!("{lines} lines of production code, {FILE_LINES} allowed");
            let remedy = "split it by what each part does";
            found.push(Breach::in_file(&module.file, fault, remedy));
        }
        found.extend(long_functions(&module));
    }
    found
}

fn long_functions(module: &Module) -> Vec<Breach> {
    let long = functions(&module.code).into_iter().filter(|(_, _, lines)| *lines > FUNCTION_LINES);
    long.map(|(name, line, lines)| {
        let fault = format!("function `{name}` has {lines} lines, {FUNCTION_LINES} allowed");
        Breach::at(&module.file, line, fault, "part computing, deciding and telling")
    })
    .collect()
}

/// The functions of a text whose comments and literals are hidden.
fn functions(code: &str) -> Vec<Function> {
    let mut found = Vec::new();
    for (at, _) in code.match_indices("fn ") {
        let before = code[..at].chars().next_back();
        let name: String = code[at + 3..]
            .trim_start()
            .chars()
            .take_while(|letter| letter.is_alphanumeric() || *letter == '_')
            .collect();
        if name.is_empty() || before.is_some_and(|last| last.is_alphanumeric() || last == '_') {
            continue;
        }
        if let Some(end) = body_end(code.as_bytes(), at) {
            let (first, last) = (scan::line_of(code, at), scan::line_of(code, end));
            found.push((name, first, last + 1 - first));
        }
    }
    found
}

/// The last byte of the body of the function at `at`; `None` for a declaration without one.
fn body_end(code: &[u8], at: usize) -> Option<usize> {
    let mut at = at;
    loop {
        match code.get(at)? {
            b';' => return None,
            b'{' => return Some(scan::closing(code, at) - 1),
            b'(' | b'[' => at = scan::closing(code, at),
            _ => at += 1,
        }
    }
}

#[test]
fn holds_for_this_tree() {
    assert_none(&breaches(&tree::sources()));
}

#[test]
fn fails_when_a_file_ships_too_much() {
    let long = format!("//! x\n{}#[cfg(test)]\nmod tests {{\n}}\n", "// y\n".repeat(300));
    let found = breaches(&[Text::new("src/fit/a.rs", &long)]);
    assert_found(&found, "src/fit/a.rs", "301 lines");
    let tested = format!("//! x\n#[cfg(test)]\nmod tests {{\n{}}}\n", "// y\n".repeat(300));
    assert_none(&breaches(&[Text::new("src/fit/a.rs", &tested)]));
}

#[test]
fn fails_when_a_function_is_too_long() {
    let text = format!("trait T {{ fn short(&self) -> [u8; 2]; }}\nfn long() {{\n{}}}\n", "f(\"}\");\n".repeat(59));
    let found = breaches(&[Text::new("src/fit/a.rs", &text)]);
    assert_found(&found, "src/fit/a.rs:2", "`long` has 61 lines");
    assert_eq!(found.len(), 1);
}

#[test]
fn functions_are_measured_from_head_to_brace() {
    let code = "pub fn a(x: fn(u8) -> u8) {\n}\nimpl X {\n    fn b<T>()\n    where\n        T: Y,\n    {\n    }\n}\n";
    let expected = [("a".to_owned(), 1, 2), ("b".to_owned(), 4, 5)];
    assert_eq!(functions(code), expected);
}
