//! Lines as two patterns and a text, against a matcher that is too simple to be wrong.

use serde_json::json;
use trailfit::iam::{self, ActionPattern, Caller, Context, Pattern, Request, Resource, Truth};

/// Patterns with more `?` than this may be said not to cover what they do cover.
const EXACT: usize = 12;

/// Panics when a pattern breaks a promise: the first two lines are patterns, the third is a text.
pub(crate) fn check(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let mut lines = text.splitn(3, '\n');
    let (one, other) = (lines.next().unwrap_or_default(), lines.next().unwrap_or_default());
    let text = lines.next().unwrap_or_default();
    for (a, b) in [(one, other), (other, one)] {
        assert_eq!(Pattern::new(a).matches(text), takes_in(a, text), "{a:?} on {text:?}");
        let (folded, action) = (a.to_ascii_lowercase(), text.to_ascii_lowercase());
        assert_eq!(ActionPattern::new(a).matches(text), takes_in(&folded, &action), "{a:?} on action {text:?}");
        pair(a, b, text);
        arns(a, b, text);
    }
}

/// Pattern against text: a table of which beginnings of the one take in which beginnings of the other.
fn takes_in(pattern: &str, text: &str) -> bool {
    let text: Vec<u16> = text.encode_utf16().collect();
    let mut row = vec![false; text.len() + 1];
    row[0] = true;
    for symbol in pattern.encode_utf16() {
        let run = symbol == u16::from(b'*');
        let mut next = vec![run && row[0]];
        for (at, unit) in text.iter().enumerate() {
            next.push(match run {
                true => row[at + 1] || next[at],
                false => row[at] && (symbol == u16::from(b'?') || symbol == *unit),
            });
        }
        row = next;
    }
    row[text.len()]
}

/// How two patterns stand to each other agrees with what they match.
fn pair(one: &str, other: &str, text: &str) {
    let (a, b) = (Pattern::new(one), Pattern::new(other));
    let (covers, overlaps) = (a.covers(&b), a.overlaps(&b));
    assert_eq!(overlaps, b.overlaps(&a), "{one:?} with {other:?}");
    assert!(!covers || overlaps, "{one:?} covers {other:?} without meeting it");
    if b.matches(text) {
        assert!(!covers || a.matches(text), "{one:?} covers {other:?} but not {text:?}");
        assert!(overlaps || !a.matches(text), "{one:?} and {other:?} meet in {text:?}");
    }
    if b.is_literal() {
        assert_eq!((covers, overlaps), (a.matches(other), a.matches(other)), "{one:?} and {other:?}");
    }
    assert!(a.covers(&a) || one.matches('?').count() > EXACT, "{one:?} does not cover itself");
}

/// An entry of `Resource` is never more than the pattern of its text, and never less than its six parts.
fn arns(entry: &str, within: &str, arn: &str) {
    // Empty entries are no policy, and variables are another matter.
    if [entry, within].iter().any(|text| text.is_empty() || text.contains("${")) {
        return;
    }
    let truth = resource(entry, Resource::Exact(arn));
    match truth {
        Truth::Yes => assert!(takes_in(entry, arn), "{entry:?} takes {arn:?}"),
        Truth::No => assert!(!part_by_part(entry, arn), "{entry:?} misses {arn:?}"),
        Truth::Unknown => assert!(takes_in(entry, arn), "{entry:?} on {arn:?} is left open"),
    }
    let of_all = resource(entry, Resource::Within(&Pattern::new(within)));
    if resource(within, Resource::Exact(arn)) == Truth::Yes {
        assert!(of_all != Truth::Yes || truth == Truth::Yes, "{entry:?} takes all of {within:?} but not {arn:?}");
        assert!(of_all != Truth::No || truth != Truth::Yes, "{entry:?} misses {within:?} but takes {arn:?}");
    }
}

fn part_by_part(entry: &str, arn: &str) -> bool {
    let (entry, arn): (Vec<&str>, Vec<&str>) = (entry.splitn(6, ':').collect(), arn.splitn(6, ':').collect());
    entry.len() == 6 && arn.len() == 6 && entry.iter().zip(arn).all(|(part, text)| takes_in(part, text))
}

/// What a statement with that entry says of a resource.
fn resource(entry: &str, resource: Resource<'_>) -> Truth {
    let statement = json!({"Effect": "Allow", "Action": "*", "Resource": entry});
    let policy = iam::parse_value(&json!({"Statement": statement})).unwrap();
    let request = Request {
        caller: &Caller::Anonymous,
        action: "s3:GetObject",
        resource,
        resource_account: None,
        context: &Context::closed(),
    };
    iam::matches_statement(&policy, &policy.statements[0], &request)
}
