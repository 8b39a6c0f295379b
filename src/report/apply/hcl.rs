//! JSON and text as HCL, and names as its identifiers. What it writes looks as `terraform fmt` would have it.

use std::collections::BTreeSet;

use serde_json::Value;

/// Letters of an identifier; the language has no limit, people do.
const MAX_NAME: usize = 100;

/// A quoted template without any interpolation: `${` and `%{` are plain text.
pub(super) fn string(text: &str) -> String {
    let mut quoted = String::from("\"");
    let mut letters = text.chars().peekable();
    let mut previous = ' ';
    while let Some(letter) = letters.next() {
        let opens = matches!(letter, '$' | '%') && letters.peek() == Some(&'{');
        match letter {
            // A third sign in a row would leave open which two are the escape.
            '$' | '%' if opens && previous == letter => quoted.push_str(&format!("\\u{:04x}", u32::from(letter))),
            '$' | '%' if opens => quoted.extend([letter, letter]),
            '"' | '\\' => quoted.extend(['\\', letter]),
            '\n' => quoted.push_str("\\n"),
            letter if letter.is_control() => quoted.push_str(&format!("\\u{:04x}", u32::from(letter))),
            letter => quoted.push(letter),
        }
        previous = letter;
    }
    quoted + "\""
}

/// A JSON value as an expression, `depth` levels deep.
pub(super) fn value(json: &Value, depth: usize) -> String {
    let inner = "  ".repeat(depth + 1);
    let block = |open: &str, lines: Vec<String>, close: &str| {
        format!("{open}\n{inner}{}\n{}{close}", lines.join(&format!("\n{inner}")), "  ".repeat(depth))
    };
    match json {
        Value::String(text) => string(text),
        Value::Array(items) if !items.is_empty() => {
            block("[", items.iter().map(|item| value(item, depth + 1) + ",").collect(), "]")
        }
        Value::Object(members) if !members.is_empty() => {
            let member = |(name, item): (&String, &Value)| format!("{} : {},", string(name), value(item, depth + 1));
            block("{", members.iter().map(member).collect(), "}")
        }
        other => other.to_string(),
    }
}

/// Words as a legal identifier that was not given before.
pub(super) fn identifier(words: &[&str], taken: &mut BTreeSet<String>) -> String {
    let plain = |letter: char| if letter.is_ascii_alphanumeric() || letter == '-' { letter } else { '_' };
    let mut name: String = words.join("_").chars().map(plain).take(MAX_NAME).collect();
    if !name.starts_with(|letter: char| letter.is_ascii_alphabetic()) {
        name.insert_str(0, "p_");
    }
    let mut free = name.clone();
    let mut number = 1;
    while !taken.insert(free.clone()) {
        number += 1;
        free = format!("{name}_{number}");
    }
    free
}

/// Attributes with their signs in one column, as `terraform fmt` puts them. Only a last one may have many lines.
pub(super) fn attributes(pairs: &[(&str, String)]) -> String {
    let one_line = |(_, text): &&(&str, String)| !text.contains('\n');
    let width = pairs.iter().filter(one_line).map(|(name, _)| name.len()).max().unwrap_or(0);
    let line = |(name, text): &(&str, String)| match text.contains('\n') {
        true => format!("  {name} = {text}\n"),
        false => format!("  {name:width$} = {text}\n"),
    };
    pairs.iter().map(line).collect()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use serde_json::json;

    use super::{identifier, string, value};

    #[test]
    fn text_is_never_a_template() {
        let case = |text: &str, expected: &str| assert_eq!(string(text), expected, "{text}");
        case("a", r#""a""#);
        case("${aws:username}", r#""$${aws:username}""#);
        case("$${x} 5% %{if}", r#""$\u0024{x} 5% %%{if}""#);
        case("a\"\\\n\u{7}", r#""a\"\\\n\u0007""#);
        assert_eq!(
            value(&json!({"a": [1, true], "b": {}}), 1),
            "{\n    \"a\" : [\n      1,\n      true,\n    ],\n    \"b\" : {},\n  }"
        );
    }

    #[test]
    fn identifiers_are_legal_and_unique() {
        let mut taken = BTreeSet::new();
        assert_eq!(identifier(&["role", "a.b@c"], &mut taken), "role_a_b_c");
        assert_eq!(identifier(&["role", "a_b+c"], &mut taken), "role_a_b_c_2");
        assert_eq!(identifier(&["1é"], &mut taken), "p_1_");
    }
}
