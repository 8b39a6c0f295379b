//! What the shape of a name tells: dates move on, identifiers are given anew.

/// A name with `*` for what its shape says will vary.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Shape {
    /// With `*` for dates only.
    pub(super) undated: String,
    /// With `*` for dates and identifiers.
    pub(super) form: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Plain,
    Time,
    Id,
}

/// Letters and digits that stand together, and what separates them from the word before.
struct Word<'t> {
    before: &'t str,
    text: &'t str,
    kind: Kind,
}

/// Tells the shape of a name. `lasting` are words that last whatever they look like, as the account's id.
pub(super) fn shape(text: &str, lasting: &[&str]) -> Shape {
    let (mut words, end) = words(text);
    mark_times(&mut words);
    mark_uuids(&mut words);
    for word in words.iter_mut().filter(|word| word.kind == Kind::Plain && !lasting.contains(&word.text)) {
        if is_identifier(word.text) {
            word.kind = Kind::Id;
        }
    }
    Shape { undated: write(&words, end, &[Kind::Time]), form: write(&words, end, &[Kind::Time, Kind::Id]) }
}

fn words(text: &str) -> (Vec<Word<'_>>, &str) {
    let (mut words, mut rest) = (Vec::new(), text);
    while let Some(start) = rest.find(|c: char| c.is_ascii_alphanumeric()) {
        let (before, tail) = rest.split_at_checked(start).unwrap_or((rest, ""));
        let length = tail.find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(tail.len());
        let (word, after) = tail.split_at_checked(length).unwrap_or((tail, ""));
        words.push(Word { before, text: word, kind: Kind::Plain });
        rest = after;
    }
    (words, rest)
}

/// `2026-11-26`, `2026/11/26/09`, `20261126T0930Z`, `year=2026/month=11`, and a year alone.
fn mark_times(words: &mut [Word<'_>]) {
    /// Month, day, hour, minute, second.
    const AFTER_A_YEAR: usize = 5;
    let mut open = 0;
    let mut marked = Vec::new();
    for (at, word) in words.iter().enumerate() {
        let (text, next) = (word.text, words.get(at + 1).map_or("", |next| next.text));
        let named = word.before == "="
            && at
                .checked_sub(1)
                .and_then(|last| words.get(last))
                .is_some_and(|last| ["year", "month", "day", "hour", "y", "m", "d", "h"].contains(&last.text));
        if is_year(text) {
            let month = two_digits(next).filter(|month| (1..=12).contains(month));
            open = month.map_or(0, |_| AFTER_A_YEAR);
            marked.push(at);
        } else if is_date(text) || (named && text.bytes().all(|byte| byte.is_ascii_digit())) {
            marked.push(at);
        } else if open > 0 && begins_with_two_digits(text) {
            open -= 1;
            marked.push(at);
        } else {
            open = 0;
        }
    }
    for at in marked {
        if let Some(word) = words.get_mut(at) {
            word.kind = Kind::Time;
        }
    }
}

fn two_digits(text: &str) -> Option<u8> {
    text.parse().ok().filter(|_| text.len() == 2)
}

/// `26`, or `26T09` as in the middle of a time.
fn begins_with_two_digits(text: &str) -> bool {
    two_digits(text.split(['T', 't', 'Z']).next().unwrap_or_default()).is_some()
}

fn is_year(text: &str) -> bool {
    text.len() == 4 && (text.starts_with("19") || text.starts_with("20")) && text.bytes().all(|b| b.is_ascii_digit())
}

/// `20261126`, also with a time behind it.
fn is_date(text: &str) -> bool {
    let part = |from: usize, to: usize| text.get(from..to).unwrap_or_default();
    let number = |from, to| two_digits(part(from, to)).unwrap_or(0);
    let time = part(8, text.len());
    is_year(part(0, 4))
        && (1..=12).contains(&number(4, 6))
        && (1..=31).contains(&number(6, 8))
        && time.len() <= 10
        && time.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b'T' | b't' | b'Z'))
}

fn mark_uuids(words: &mut [Word<'_>]) {
    const LENGTHS: [usize; 5] = [8, 4, 4, 4, 12];
    for start in 0..words.len() {
        let Some(run) = words.get_mut(start..start + LENGTHS.len()) else { return };
        let hex = |text: &str| text.bytes().all(|byte| byte.is_ascii_hexdigit());
        let fits = run.iter().zip(LENGTHS).all(|(word, length)| word.text.len() == length && hex(word.text));
        if fits && run.iter().skip(1).all(|word| word.before == "-") {
            run.iter_mut().for_each(|word| word.kind = Kind::Id);
        }
    }
}

/// A hash, a counter, a time in seconds, a session's random end.
fn is_identifier(text: &str) -> bool {
    const HEX: usize = 8;
    const NUMBER: usize = 6;
    const MIXED: usize = 16;
    let digits = text.bytes().filter(u8::is_ascii_digit).count();
    let letters = text.len() - digits;
    let one_case = !text.bytes().any(|b| b.is_ascii_uppercase()) || !text.bytes().any(|b| b.is_ascii_lowercase());
    (letters == 0 && digits >= NUMBER)
        || (digits > 0 && letters > 0 && text.len() >= HEX && one_case && text.bytes().all(|b| b.is_ascii_hexdigit()))
        || (digits > 2 && letters > 0 && text.len() >= MIXED)
}

/// The name with one `*` for each run of words of one of these kinds.
fn write(words: &[Word<'_>], end: &str, kinds: &[Kind]) -> String {
    let mut out = String::new();
    let mut last = Kind::Plain;
    for word in words {
        let varies = kinds.contains(&word.kind);
        if varies && word.kind == last {
            continue;
        }
        out.push_str(word.before);
        out.push_str(if varies { "*" } else { word.text });
        last = if varies { word.kind } else { Kind::Plain };
    }
    out + end
}

#[cfg(test)]
mod tests {
    use super::shape;

    #[test]
    fn what_varies_is_seen() {
        let case = |text: &str, undated: &str, form: &str| {
            let shape = shape(text, &["111122223333"]);
            assert_eq!((shape.undated.as_str(), shape.form.as_str()), (undated, form), "{text}");
        };
        case("orders", "orders", "orders");
        case("logs/2026/11/26/09/part-0.gz", "logs/*/part-0.gz", "logs/*/part-0.gz");
        case("dump-2026-11-26T09:30:00Z.sql", "dump-*.sql", "dump-*.sql");
        case("dump-20261126.sql", "dump-*.sql", "dump-*.sql");
        case("year=2026/month=11/x", "year=*/month=*/x", "year=*/month=*/x");
        case("dt=2026-11-26/x", "dt=*/x", "dt=*/x");
        case("run/0a1b2c3d-1111-2222-3333-0123456789ab/x", "run/0a1b2c3d-1111-2222-3333-0123456789ab/x", "run/*/x");
        case("job-1761955200", "job-1761955200", "job-*");
        case("assets-111122223333-eu-west-1", "assets-111122223333-eu-west-1", "assets-111122223333-eu-west-1");
        case("web-1a2b3c4d5e", "web-1a2b3c4d5e", "web-*");
        case("archive/2026/q4", "archive/*/q4", "archive/*/q4");
        case("v2", "v2", "v2");
        case("table2026", "table2026", "table2026");
        case("", "", "");
    }
}
