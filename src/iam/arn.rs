//! ARN patterns as the `Resource` element compares them.
//!
//! The first five parts compare one by one, the rest as one text; a short pattern that ends in `*`
//! goes on to the end. Where AWS leaves the meaning open, the answer is `Unknown`.

use super::glob::{self, Symbol};
use super::pattern::Pattern;
use super::truth::Truth;

/// How many parts an ARN has.
pub(super) const PARTS: usize = 6;
const COLON: Symbol = Symbol::Unit(0x3A);

/// Whether the pattern takes in every text.
pub(super) fn takes_all(pattern: &str) -> bool {
    !pattern.is_empty() && pattern.bytes().all(|byte| byte == b'*')
}

fn all_runs(pattern: &[Symbol]) -> bool {
    !pattern.is_empty() && pattern.iter().all(|symbol| *symbol == Symbol::Run)
}

/// One pattern as written against one ARN (or the lone `*` of actions without resources).
pub(super) fn takes(pattern: &str, arn: &str) -> Truth {
    let head = pattern.find(['*', '?']).unwrap_or(pattern.len());
    if pattern.get(..head).is_none_or(|head| !arn.starts_with(head)) {
        return Truth::No;
    }
    if head == pattern.len() {
        return (pattern == arn).into();
    }
    let parts = pattern.splitn(PARTS, ':');
    let count = parts.clone().count();
    let open = count < PARTS && pattern.ends_with('*');
    let limit = if open { count } else { PARTS };
    let strict = (count == PARTS || open)
        && arn.splitn(limit, ':').count() == limit
        && parts.zip(arn.splitn(limit, ':')).all(|(p, text)| glob::matches_text(p, text));
    let service = pattern.split(':').nth(2).unwrap_or("*");
    verdict(strict, service.contains(['*', '?']), || glob::matches_text(pattern, arn))
}

/// The same for a pattern whose variables were filled in.
pub(super) fn takes_filled(pattern: &[Symbol], arn: &str) -> Truth {
    if all_runs(pattern) {
        return Truth::Yes;
    }
    if fixed(Some(&pattern)) {
        return glob::matches_symbols(pattern, arn).into();
    }
    let parts: Vec<&[Symbol]> = pattern.splitn(PARTS, |symbol| *symbol == COLON).collect();
    let open = parts.len() < PARTS && pattern.last() == Some(&Symbol::Run);
    let limit = if open { parts.len() } else { PARTS };
    let strict = (parts.len() == PARTS || open)
        && arn.splitn(limit, ':').count() == limit
        && parts.iter().zip(arn.splitn(limit, ':')).all(|(p, t)| glob::matches_symbols(p, t));
    verdict(strict, !fixed(parts.get(2)), || glob::matches_symbols(pattern, arn))
}

/// `Yes` for a match part by part. A wildcard service, which IAM refuses, and a `*` that would have
/// to cross colons in the first five parts, on which AWS contradicts itself, leave it open.
fn verdict(strict: bool, wild_service: bool, whole: impl FnOnce() -> bool) -> Truth {
    if strict && !wild_service {
        Truth::Yes
    } else if strict || whole() {
        Truth::Unknown
    } else {
        Truth::No
    }
}

fn fixed(part: Option<&&[Symbol]>) -> bool {
    part.is_some_and(|part| part.iter().all(|symbol| matches!(symbol, Symbol::Unit(_))))
}

/// One pattern against some resource of another pattern.
pub(super) fn takes_some(entry: &[Symbol], footprint: &Pattern) -> Truth {
    let symbols = glob::symbols(footprint.as_str());
    if covers(entry, &symbols) {
        Truth::Yes
    } else if disjoint(entry, &symbols) {
        Truth::No
    } else {
        Truth::Unknown
    }
}

/// Whether a wide ARN pattern surely takes in whatever the narrow one does, part by part.
pub(super) fn covers(wide: &[Symbol], narrow: &[Symbol]) -> bool {
    if all_runs(wide) {
        return true;
    }
    let wide_parts: Vec<&[Symbol]> = wide.splitn(PARTS, |symbol| *symbol == COLON).collect();
    let open = wide_parts.len() < PARTS && wide.last() == Some(&Symbol::Run);
    let limit = if open { wide_parts.len() } else { PARTS };
    let narrow_parts: Vec<&[Symbol]> = narrow.splitn(limit, |symbol| *symbol == COLON).collect();
    if !(wide_parts.len() == limit && narrow_parts.len() == limit && fixed(wide_parts.get(2))) {
        return false;
    }
    wide_parts.iter().zip(narrow_parts).all(|(wide, narrow)| glob::covers(wide, narrow))
}

/// Whether two ARN patterns have no resource in common. Part by part, because no real ARN has a
/// colon in its first five parts; else every `*` there would seem to reach into other resources.
fn disjoint(a: &[Symbol], b: &[Symbol]) -> bool {
    if !glob::overlaps(a, b) {
        return true;
    }
    let split = |pattern| <[Symbol]>::splitn(pattern, PARTS, |symbol: &Symbol| *symbol == COLON);
    let (a_parts, b_parts): (Vec<_>, Vec<_>) = (split(a).collect(), split(b).collect());
    a_parts.len() == PARTS && b_parts.len() == PARTS && a_parts.iter().zip(b_parts).any(|(a, b)| !glob::overlaps(a, b))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is said of a whole pattern must be true of every ARN in it.
    #[test]
    fn footprints_agree_with_their_arns() {
        let tails = ["*", "b", "b*", "*c", "?", "b?", "*:c", "b:*", "b/*c", "*b*"];
        let heads = ["arn:aws:s3:::", "arn:aws:s3::*:", "arn:*:s3:*:1*:", "arn:aws:s3:", "arn:aws:sns:*:1:"];
        let all = || heads.iter().flat_map(|head| tails.iter().map(move |tail| format!("{head}{tail}")));
        let names = ["b", "c", "bc", "b/c", "b:c", "c:b:c", "", "bbc"];
        let arns: Vec<String> = ["arn:aws:s3:::", "arn:aws:s3:eu:1:", "arn:cn:s3:eu:12:", "arn:aws:sns:eu:1:"]
            .iter()
            .flat_map(|head| names.iter().map(move |name| format!("{head}{name}")))
            .collect();
        for footprint in all() {
            let members: Vec<&String> = arns.iter().filter(|arn| takes(&footprint, arn) == Truth::Yes).collect();
            for entry in all() {
                let said = takes_some(&glob::symbols(&entry), &Pattern::new(footprint.as_str()));
                for arn in &members {
                    let truth = takes(&entry, arn);
                    assert!(said != Truth::Yes || truth == Truth::Yes, "{entry} takes {footprint} but not {arn}");
                    assert!(said != Truth::No || truth != Truth::Yes, "{entry} misses {footprint} but takes {arn}");
                }
            }
        }
    }

    #[test]
    fn symbols_and_text_agree() {
        let patterns = ["*", "arn:aws:s3:::b*", "arn:aws:s3:*", "arn:aws:*:::b", "arn:aws:sns:*:t", "arn:aws:s3", "x"];
        for pattern in patterns {
            for arn in ["*", "arn:aws:s3:::bc", "arn:aws:sns:eu:1:t", "x"] {
                let filled = takes_filled(&glob::symbols(pattern), arn);
                let written = if takes_all(pattern) { Truth::Yes } else { takes(pattern, arn) };
                assert_eq!(filled, written, "{pattern} on {arn}");
            }
        }
    }
}
