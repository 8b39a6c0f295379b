//! The paths that production code names: `use` trees laid flat, and `a::b` inside expressions.
//! A small tokenizer is enough, because comments and literals are hidden before it runs.

/// How a path is named.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Named {
    /// `use a::b;`
    Use,
    /// `pub use a::b;`
    PubUse,
    /// `a::b` in a type or an expression.
    Inline,
}

/// One path as written, `use` braces laid flat; a glob ends in `*`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Path {
    /// The line, counted from 1.
    pub(crate) line: usize,
    /// The segments.
    pub(crate) segments: Vec<String>,
    /// The name it gets here: the last segment, or what follows `as`.
    pub(crate) alias: String,
    /// How it is named.
    pub(crate) named: Named,
}

/// A word, `::`, or one other character.
#[derive(Clone, Debug)]
struct Token {
    text: String,
    line: usize,
}

impl Token {
    fn is_word(&self) -> bool {
        self.text.starts_with(|first: char| first.is_alphanumeric() || first == '_')
    }
}

/// Every path of a text whose comments and literals are hidden.
pub(crate) fn paths(code: &str) -> Vec<Path> {
    let tokens = tokens(code);
    let mut found = Vec::new();
    let mut at = 0;
    while at < tokens.len() {
        let next = text(&tokens, at + 1);
        let before = if at == 0 { "" } else { text(&tokens, at - 1) };
        if tokens[at].text == "use" && next != "<" {
            let named = match before {
                "pub" | ")" => Named::PubUse,
                _ => Named::Use,
            };
            at = use_tree(&tokens, at + 1, &[], named, &mut found);
        } else if tokens[at].is_word() && next == "::" && before != "::" {
            at = inline(&tokens, at, &mut found);
        } else {
            at += 1;
        }
    }
    found
}

/// The modules that a file declares: name and line.
pub(crate) fn declared_modules(code: &str) -> Vec<(String, usize)> {
    let tokens = tokens(code);
    tokens
        .windows(3)
        .filter(|three| three[0].text == "mod" && matches!(three[2].text.as_str(), ";" | "{"))
        .map(|three| (three[1].text.clone(), three[1].line))
        .collect()
}

fn tokens(code: &str) -> Vec<Token> {
    let mut tokens = Vec::new();
    for (number, line) in code.lines().enumerate() {
        let mut rest = line.trim_start();
        while let Some(first) = rest.chars().next() {
            let word = rest.find(|next: char| !next.is_alphanumeric() && next != '_').unwrap_or(rest.len());
            let length = match word {
                0 if rest.starts_with("::") => 2,
                0 => first.len_utf8(),
                _ => word,
            };
            let (text, line) = (rest[..length].to_owned(), number + 1);
            tokens.push(Token { text, line });
            rest = rest[length..].trim_start();
        }
    }
    tokens
}

fn text(tokens: &[Token], at: usize) -> &str {
    tokens.get(at).map_or("", |token| token.text.as_str())
}

fn inline(tokens: &[Token], start: usize, found: &mut Vec<Path>) -> usize {
    let mut segments = vec![tokens[start].text.clone()];
    let mut at = start + 1;
    while text(tokens, at) == "::" && tokens.get(at + 1).is_some_and(Token::is_word) {
        segments.push(tokens[at + 1].text.clone());
        at += 2;
    }
    found.push(Path { line: tokens[start].line, alias: String::new(), segments, named: Named::Inline });
    at
}

/// Reads one branch of a `use` tree under `prefix`; gives the place after it.
fn use_tree(tokens: &[Token], start: usize, prefix: &[String], named: Named, found: &mut Vec<Path>) -> usize {
    let mut segments = prefix.to_vec();
    let mut at = start;
    loop {
        match text(tokens, at) {
            "::" => at += 1,
            "{" => return group(tokens, at + 1, &segments, named, found),
            "," | "}" | ";" | "" | "as" => break,
            word => {
                segments.push(word.to_owned());
                at += 1;
            }
        }
    }
    if segments.len() > prefix.len() {
        let is_self = prefix.len() + 1 == segments.len() && !prefix.is_empty();
        if is_self && segments.last().is_some_and(|last| last == "self") {
            segments.pop();
        }
        let own = segments.last().cloned().unwrap_or_default();
        let renamed = text(tokens, at) == "as";
        let line = tokens[at.min(tokens.len()) - 1].line;
        let alias = if renamed { text(tokens, at + 1).to_owned() } else { own };
        at += if renamed { 2 } else { 0 };
        found.push(Path { line, segments, alias, named });
    }
    at
}

/// Reads the branches between braces; gives the place after the closing one.
fn group(tokens: &[Token], start: usize, prefix: &[String], named: Named, found: &mut Vec<Path>) -> usize {
    let mut at = start;
    loop {
        at = use_tree(tokens, at, prefix, named, found);
        match text(tokens, at) {
            "," => at += 1,
            _ => return at + 1,
        }
    }
}

#[test]
fn paths_are_found_and_laid_flat() {
    let case = |input: &str, expected: &[&str]| {
        let found: Vec<String> = paths(input).iter().map(|path| path.segments.join("::")).collect();
        assert_eq!(found, expected, "{input}");
    };
    case("use crate::{a::b, c::{self, d}};", &["crate::a::b", "crate::c", "crate::c::d"]);
    case("use super::x as y; z::w();", &["super::x", "z::w"]);
    case("pub(crate) use self::q::*;", &["self::q::*"]);
    case("let v = Vec::<u8>::new();", &["Vec"]);
    case("fn f() -> impl Iterator + use<'a> { std::fs::read(p) }", &["std::fs::read"]);
    case("use std::{fs, io,};", &["std::fs", "std::io"]);
}

#[test]
fn lines_names_and_modules_are_right() {
    let code = "mod a;\nuse crate::{\n    b::C as D,\n    e,\n};\npub use a::F;\nmod g { }\n";
    let found = paths(code);
    let seen: Vec<_> = found.iter().map(|path| (path.line, path.alias.as_str(), path.named)).collect();
    let expected = [(3, "D", Named::Use), (4, "e", Named::Use), (6, "F", Named::PubUse)];
    assert_eq!(seen, expected);
    let modules = [("a".to_owned(), 1), ("g".to_owned(), 7)];
    assert_eq!(declared_modules(code), modules);
}
