//! Names from outside as words of a shell command and of Markdown: a name can only ever be a name.

/// One word of a shell command.
pub(in crate::report) fn shell(word: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"+=,.@_-/:%".contains(&byte);
    if !word.is_empty() && word.bytes().all(plain) && !word.starts_with(['-', '=']) {
        return word.to_owned();
    }
    if word.chars().any(char::is_control) {
        let escape = |byte: u8| match byte {
            b'\'' | b'\\' => format!("\\x{byte:02x}"),
            byte if byte.is_ascii_graphic() || byte == b' ' => char::from(byte).to_string(),
            byte => format!("\\x{byte:02x}"),
        };
        return format!("$'{}'", word.bytes().map(escape).collect::<String>());
    }
    format!("'{}'", word.replace('\'', "'\\''"))
}

/// A name inside a comment that ends with its line.
pub(in crate::report) fn comment(name: &str) -> String {
    name.replace(char::is_control, "\u{fffd}")
}

/// A name in code style.
pub(in crate::report) fn code(name: &str) -> String {
    let safe = |letter: char| if letter.is_control() || letter == '`' { '\u{fffd}' } else { letter };
    format!("`{}`", name.chars().map(safe).collect::<String>())
}

#[cfg(test)]
mod tests {
    use super::{code, shell};

    #[test]
    fn a_name_is_only_a_name() {
        assert_eq!(shell("team/deploy@x"), "team/deploy@x");
        assert_eq!(shell("a; rm -rf ~"), "'a; rm -rf ~'");
        assert_eq!(shell("it's $(x)"), "'it'\\''s $(x)'");
        assert_eq!(shell("a\n```"), "$'a\\x0a```'");
        assert_eq!(shell(""), "''");
        assert_eq!(shell("-x"), "'-x'");
        assert_eq!(code("a`b\nc"), "`a\u{fffd}b\u{fffd}c`");
    }
}
