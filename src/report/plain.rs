//! Small pieces of plain text: numbers for people, names that cannot harm a terminal, lines of a fixed width.

/// Control characters of names and messages from outside would move the cursor or break a line.
pub(super) fn plain(text: &str) -> String {
    text.chars().map(|letter| if letter.is_control() { '\u{fffd}' } else { letter }).collect()
}

/// `1234567` → `1,234,567`.
pub(super) fn thousands(number: impl TryInto<u64>) -> String {
    let digits = number.try_into().unwrap_or(u64::MAX).to_string();
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at) % 3 == 0 {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// `1 file`, `2 files`.
pub(super) fn count(number: impl TryInto<u64>, one: &str) -> String {
    let number = number.try_into().unwrap_or(u64::MAX);
    let noun = match (number, one.strip_suffix('y')) {
        (1, _) => one.to_owned(),
        (_, Some(stem)) if !one.ends_with("ay") => format!("{stem}ies"),
        _ => format!("{one}s"),
    };
    format!("{} {noun}", thousands(number))
}

/// Bytes as people say them.
pub(super) fn bytes(number: u64) -> String {
    const UNITS: [(&str, u64); 3] = [("GB", 1_000_000_000), ("MB", 1_000_000), ("kB", 1_000)];
    match UNITS.iter().find(|(_, unit)| number >= *unit) {
        Some((name, unit)) => format!("{:.1} {name}", number as f64 / *unit as f64),
        None => format!("{number} B"),
    }
}

/// A share of 0 to 1 as percent; what is not nothing does not look like nothing.
pub(super) fn percent(share: f64) -> String {
    match share * 100.0 {
        small if small > 0.0 && small < 0.1 => "<0.1 %".to_owned(),
        large if large < 100.0 && large > 99.9 => ">99.9 %".to_owned(),
        percent => format!("{percent:.1} %"),
    }
}

/// At most `width` characters; what is cut from the middle shows as `…`, since names differ at both ends.
pub(super) fn clip(text: &str, width: usize) -> String {
    let letters: Vec<char> = text.chars().collect();
    if letters.len() <= width || width < 3 {
        return letters.into_iter().take(width).collect();
    }
    let (head, tail) = (width / 2, width - width / 2 - 1);
    let end = letters.iter().skip(letters.len() - tail);
    letters.iter().take(head).chain(std::iter::once(&'…')).chain(end).collect()
}

/// Lines of at most `width` characters, broken at spaces; the first begins with `first`, the others with spaces.
pub(super) fn wrap(first: &str, text: &str, width: usize) -> Vec<String> {
    let indent = " ".repeat(first.chars().count());
    let mut lines = Vec::new();
    let mut line = first.to_owned();
    let mut is_empty = true;
    for word in text.split_whitespace() {
        if !is_empty && line.chars().count() + 1 + word.chars().count() > width {
            lines.push(std::mem::replace(&mut line, indent.clone()));
            is_empty = true;
        }
        if !is_empty {
            line.push(' ');
        }
        let room = width.saturating_sub(line.chars().count());
        line.push_str(&clip(word, room.max(3)));
        is_empty = false;
    }
    lines.push(line);
    lines
}

/// The first few, and how many more.
pub(super) fn first_few<'a>(names: impl IntoIterator<Item = &'a str>, few: usize) -> String {
    let names: Vec<&str> = names.into_iter().collect();
    let shown = names.iter().take(few).copied().collect::<Vec<_>>().join(", ");
    if names.len() > few { format!("{shown} and {} more", thousands(names.len() - few)) } else { shown }
}

/// What follows the account in an ARN: `role/team/deploy`; the text itself where it is no ARN.
pub(super) fn after_account(arn: &str) -> &str {
    arn.splitn(6, ':').nth(5).unwrap_or(arn)
}

#[cfg(test)]
mod tests {
    use super::{after_account, bytes, clip, count, first_few, percent, plain, thousands, wrap};

    #[test]
    fn numbers_are_for_people() {
        assert_eq!(thousands(1_234_567_u64), "1,234,567");
        assert_eq!(thousands(12_usize), "12");
        assert_eq!(count(1_u64, "policy"), "1 policy");
        assert_eq!(count(1_000_u64, "policy"), "1,000 policies");
        assert_eq!(count(0_u64, "day"), "0 days");
        assert_eq!(bytes(999), "999 B");
        assert_eq!(bytes(1_500_000), "1.5 MB");
        assert_eq!(percent(0.000_01), "<0.1 %");
        assert_eq!(percent(0.0), "0.0 %");
        assert_eq!(percent(0.123), "12.3 %");
        assert_eq!(percent(0.999_9), ">99.9 %");
    }

    #[test]
    fn text_stays_in_its_lines() {
        assert_eq!(plain("a\u{1b}[31m\nb"), "a\u{fffd}[31m\u{fffd}b");
        assert_eq!(clip("abcdefghij", 5), "ab…ij");
        assert_eq!(clip("abc", 5), "abc");
        assert_eq!(wrap("- ", "one two three", 9), ["- one two", "  three"]);
        assert_eq!(wrap("", "", 9), [""]);
        assert_eq!(first_few(["a", "b", "c"], 2), "a, b and 1 more");
        assert_eq!(after_account("arn:aws:iam::111122223333:role/a/b"), "role/a/b");
        assert_eq!(after_account("x"), "x");
    }
}
