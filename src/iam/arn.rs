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

/// One pattern as written, read once.
#[derive(Clone, Debug)]
pub(super) struct ArnPattern {
    whole: Pattern,
    form: Form,
}

#[derive(Clone, Debug)]
enum Form {
    /// Nothing but `*`.
    All,
    /// Compares as one text: it has no wildcard, or none before the sixth part.
    Whole,
    /// Compares part by part. `open`: it is short and ends in `*`, which takes in all further parts.
    Parts { parts: Vec<Pattern>, open: bool, wild_service: bool },
    /// Wildcards in too few parts: there is nothing that it surely takes in.
    Short,
}

impl ArnPattern {
    /// Reads a pattern without variables.
    pub(super) fn new(text: &str) -> ArnPattern {
        let whole = Pattern::new(text);
        let in_front = || whole.head().bytes().filter(|&byte| byte == b':').count() < PARTS - 1;
        let form = if takes_all(text) {
            Form::All
        } else if whole.is_literal() || !in_front() {
            Form::Whole
        } else {
            let parts: Vec<Pattern> = text.splitn(PARTS, ':').map(Pattern::new).collect();
            let open = parts.len() < PARTS && text.ends_with('*');
            let wild_service = parts.get(2).is_none_or(|service| !service.is_literal());
            match parts.len() == PARTS || open {
                true => Form::Parts { parts, open, wild_service },
                false => Form::Short,
            }
        };
        ArnPattern { whole, form }
    }

    /// Whether it takes in every resource.
    pub(super) fn takes_all(&self) -> bool {
        matches!(self.form, Form::All)
    }

    /// The pattern as written.
    pub(super) fn as_str(&self) -> &str {
        self.whole.as_str()
    }

    /// Against one ARN (or the lone `*` of actions without resources).
    pub(super) fn takes(&self, arn: &str) -> Truth {
        let (parts, open, wild_service) = match &self.form {
            Form::All => return Truth::Yes,
            Form::Whole => return self.whole.matches(arn).into(),
            _ if !arn.starts_with(self.whole.head()) => return Truth::No,
            Form::Short => return verdict(false, true, || self.whole.matches(arn)),
            Form::Parts { parts, open, wild_service } => (parts, *open, *wild_service),
        };
        let limit = if open { parts.len() } else { PARTS };
        let mut texts = arn.splitn(limit, ':');
        let strict = parts.iter().all(|part| texts.next().is_some_and(|text| part.matches(text)));
        verdict(strict, wild_service, || self.whole.matches(arn))
    }
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
            let members: Vec<&String> =
                arns.iter().filter(|arn| ArnPattern::new(&footprint).takes(arn) == Truth::Yes).collect();
            for entry in all() {
                let said = takes_some(&glob::symbols(&entry), &Pattern::new(footprint.as_str()));
                for arn in &members {
                    let truth = ArnPattern::new(&entry).takes(arn);
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
                let written = ArnPattern::new(pattern).takes(arn);
                assert_eq!(filled, written, "{pattern} on {arn}");
            }
        }
    }
}
