//! The wildcard engine: sequences of symbols, and what can be said about the strings they stand for.
//!
//! A unit is one UTF-16 code unit, because that is what `?` stands for. Knows nothing of ARNs,
//! actions or variables: `pattern`, `resource` and `variables` bring those.

use super::inclusion::Inclusion;

use super::symbol::symbol;
pub(super) use super::symbol::{FIRST_MARK, OTHER, Symbol, is_mark, literal, symbols};

/// Whether a pattern as written takes in the text.
pub(super) fn matches_text(pattern: &str, text: &str) -> bool {
    // UTF-8 is self-synchronizing, so bytes do unless `?` meets a character of several bytes.
    if text.is_ascii() || !pattern.contains('?') {
        let (pattern, text) = (pattern.as_bytes(), text.as_bytes());
        let at = |i: usize| pattern.get(i).map(|&byte| symbol(u32::from(byte)));
        walk(at, text.len(), |j| text.get(j).map(|&byte| Symbol::Unit(u32::from(byte))))
    } else {
        matches_symbols(&symbols(pattern), text)
    }
}

/// Whether a pattern takes in the text.
pub(super) fn matches_symbols(pattern: &[Symbol], text: &str) -> bool {
    let text: Vec<u16> = text.encode_utf16().collect();
    let unit = |j: usize| text.get(j).map(|&unit| Symbol::Unit(u32::from(unit)));
    walk(|i| pattern.get(i).copied(), text.len(), unit)
}

/// Greedy matching with one place to return to: the last `*`. Never exponential.
fn walk(pattern: impl Fn(usize) -> Option<Symbol>, length: usize, text: impl Fn(usize) -> Option<Symbol>) -> bool {
    let (mut p, mut t) = (0, 0);
    let mut last_run = None;
    while t < length {
        match pattern(p) {
            Some(Symbol::Run) => {
                p += 1;
                last_run = Some((p, t));
                continue;
            }
            Some(Symbol::One) => {
                p += 1;
                t += 1;
                continue;
            }
            unit @ Some(_) if unit == text(t) => {
                p += 1;
                t += 1;
                continue;
            }
            _ => {}
        }
        let Some((after, from)) = last_run else {
            return false;
        };
        p = after;
        t = from + 1;
        last_run = Some((p, t));
    }
    while pattern(p) == Some(Symbol::Run) {
        p += 1;
    }
    pattern(p).is_none()
}

/// Whether every string of `narrow` is one of `wide`.
pub(super) fn covers(wide: &[Symbol], narrow: &[Symbol]) -> bool {
    if wide.contains(&Symbol::One) {
        return Inclusion::new(wide, narrow).holds();
    }
    // Without `?`, only a `*` of `wide` can take in a wildcard of `narrow`, and then it takes in
    // whatever that wildcard stands for: so the wildcards of `narrow` are letters foreign to `wide`.
    let letter = |j: usize| {
        narrow.get(j).map(|&symbol| match symbol {
            Symbol::Run | Symbol::One => Symbol::Unit(OTHER),
            unit => unit,
        })
    };
    walk(|i| wide.get(i).copied(), narrow.len(), letter)
}

/// Whether some string belongs to both.
pub(super) fn overlaps(a: &[Symbol], b: &[Symbol]) -> bool {
    // `below[j]`: whether the rest of `a` after the current symbol and `b[j..]` have a string in common.
    let mut below = vec![true; b.len() + 1];
    let mut all_runs = true;
    for (slot, symbol) in below.iter_mut().rev().skip(1).zip(b.iter().rev()) {
        all_runs &= *symbol == Symbol::Run;
        *slot = all_runs;
    }
    for &x in a.iter().rev() {
        let mut diagonal = below.last().copied().unwrap_or(false);
        let mut right = x == Symbol::Run && diagonal;
        if let Some(end) = below.last_mut() {
            *end = right;
        }
        for (slot, &y) in below.iter_mut().rev().skip(1).zip(b.iter().rev()) {
            let down = *slot;
            right = match (x, y) {
                (Symbol::Run, _) | (_, Symbol::Run) => down || right,
                (Symbol::Unit(x), Symbol::Unit(y)) => x == y && diagonal,
                _ => diagonal,
            };
            diagonal = down;
            *slot = right;
        }
    }
    below.first().copied().unwrap_or(false)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::indexing_slicing)]

    use std::cell::Cell;

    use super::*;

    const ALPHABET: [&str; 4] = ["a", "b", "*", "?"];

    fn words(letters: &[&str], longest: usize) -> Vec<String> {
        let mut all = vec![String::new()];
        let mut from = 0;
        for _ in 0..longest {
            let to = all.len();
            for i in from..to {
                for letter in letters {
                    all.push(format!("{}{letter}", all[i]));
                }
            }
            from = to;
        }
        all
    }

    /// The obvious oracle: recursion on both heads.
    fn slow(pattern: &[u8], text: &[u8]) -> bool {
        match (pattern.first(), text.first()) {
            (None, None) => true,
            (Some(b'*'), _) => slow(&pattern[1..], text) || (!text.is_empty() && slow(pattern, &text[1..])),
            (Some(b'?'), Some(_)) => slow(&pattern[1..], &text[1..]),
            (Some(p), Some(t)) if p == t => slow(&pattern[1..], &text[1..]),
            _ => false,
        }
    }

    #[test]
    fn agrees_with_the_oracle_on_every_small_pattern() {
        let patterns = words(&ALPHABET, 4);
        // `c` stands for the letters that no pattern names; six letters tell all patterns of four apart.
        let texts = words(&["a", "b", "c"], 6);
        let language: Vec<Vec<bool>> =
            patterns.iter().map(|p| texts.iter().map(|t| slow(p.as_bytes(), t.as_bytes())).collect()).collect();
        for (i, a) in patterns.iter().enumerate() {
            for (j, text) in texts.iter().enumerate().step_by(7) {
                assert_eq!(matches_text(a, text), language[i][j], "{a} on {text}");
            }
            for (j, b) in patterns.iter().enumerate().skip(i % 3).step_by(3) {
                let pairs = || language[i].iter().zip(&language[j]);
                let covered = pairs().all(|(a, b)| *a || !*b);
                let common = pairs().any(|(a, b)| *a && *b);
                assert_eq!(covers(&symbols(a), &symbols(b)), covered, "{a} covers {b}");
                assert_eq!(overlaps(&symbols(a), &symbols(b)), common, "{a} overlaps {b}");
            }
        }
    }

    /// How often the matcher looks at the pattern: its work, whatever the machine.
    fn steps(pattern: &str, text: &str) -> (bool, usize) {
        let (pattern, text) = (pattern.as_bytes(), text.as_bytes());
        let looks = Cell::new(0);
        let at = |i: usize| {
            looks.set(looks.get() + 1);
            pattern.get(i).map(|&byte| symbol(u32::from(byte)))
        };
        let found = walk(at, text.len(), |j| text.get(j).map(|&byte| Symbol::Unit(u32::from(byte))));
        (found, looks.get())
    }

    /// Never more than pattern times text, and for runs of `*` before single letters no more than their sum:
    /// once a letter is found, nothing before it is tried again.
    #[test]
    fn the_work_is_bounded() {
        for length in [1_usize, 10, 100, 1_000] {
            for times in [1_usize, 4, 16, 64] {
                let texts = ["a".repeat(length), "ab".repeat(length / 2), "b".repeat(length)];
                let patterns = ["*a", "*a*b", "*?a", "*aab", "a*", "**", "*ab?"].map(|part| part.repeat(times));
                for (pattern, text) in patterns.iter().flat_map(|p| texts.iter().map(move |t| (p, t))) {
                    let product = (pattern.len() + 1) * (text.len() + 2);
                    assert!(steps(pattern, text).1 <= product, "{pattern} on {} letters", text.len());
                }
                let (found, looks) = steps(&("*a".repeat(times) + "*b"), &"a".repeat(length));
                assert!(!found && looks <= 4 * (times + length + 1), "{times} stars on {length} letters: {looks}");
            }
        }
    }

    #[test]
    fn hard_patterns_end() {
        let wide = "*a".repeat(40) + "?".repeat(30).as_str();
        let narrow = "a*".repeat(60);
        covers(&symbols(&wide), &symbols(&narrow));
        overlaps(&symbols(&wide), &symbols(&narrow));
        assert!(!matches_text(&("a*".repeat(40) + "b"), &"a".repeat(2_000)));
    }
}
