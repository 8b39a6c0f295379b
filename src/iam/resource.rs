//! The `Resource` element against the resource of a request.
//!
//! ARN patterns compare their first five parts one by one and the rest as one text; a short pattern
//! that ends in `*` goes on to the end. Where AWS leaves the meaning open, the answer is `Unknown`.

use super::glob::{self, Symbol};
use super::pattern::Pattern;
use super::policy::{ResourceList, Version};
use super::request::{Context, Resource};
use super::truth::Truth;
use super::variables::{self, Filled, Part};

/// How many parts an ARN has.
const PARTS: usize = 6;
const COLON: Symbol = Symbol::Unit(0x3A);

/// Whether the element takes in the resource.
pub(super) fn takes(
    list: &ResourceList,
    version: Option<Version>,
    resource: Resource<'_>,
    context: &Context,
    missing: &mut dyn FnMut(&str),
) -> Truth {
    let mut any = Truth::No;
    for entry in &list.patterns {
        any = any.or(if variables::present(version, entry) {
            filled_takes(entry, resource, context, missing)
        } else {
            entry_takes(entry, resource)
        });
        if any == Truth::Yes {
            break;
        }
    }
    if list.negated { !any } else { any }
}

fn entry_takes(entry: &str, resource: Resource<'_>) -> Truth {
    if takes_all(entry) {
        return Truth::Yes;
    }
    match resource {
        Resource::Unknown => Truth::Unknown,
        Resource::Exact(arn) => exact(entry, arn),
        Resource::Within(pattern) => within(&glob::symbols(entry), pattern),
    }
}

/// An entry with variables. One without a value takes in nothing; one in the first five parts,
/// where AWS does not support it, leaves the answer open.
fn filled_takes(entry: &str, resource: Resource<'_>, context: &Context, missing: &mut dyn FnMut(&str)) -> Truth {
    let Filled::Parts(parts) = variables::fill(entry, context) else {
        return Truth::No;
    };
    let symbols = variables::symbols(&parts, true);
    let unknown = parts.iter().any(|part| matches!(part, Part::Unknown(_)));
    let mut answer = match resource {
        Resource::Unknown => Truth::Unknown,
        Resource::Exact(arn) => exact_symbols(&symbols, arn),
        Resource::Within(pattern) => within(&symbols, pattern),
    };
    if unknown || in_front(entry) {
        answer = answer.and(Truth::Unknown);
    }
    if answer == Truth::Unknown {
        variables::unknown_keys(&parts).for_each(missing);
    }
    answer
}

/// Whether a variable stands before the fifth colon.
pub(super) fn in_front(entry: &str) -> bool {
    let before = entry.split("${").next().unwrap_or_default();
    before.bytes().filter(|&byte| byte == b':').count() < PARTS - 1
}

/// Whether the pattern takes in every text.
pub(super) fn takes_all(pattern: &str) -> bool {
    !pattern.is_empty() && pattern.bytes().all(|byte| byte == b'*')
}

/// One pattern as written against one ARN (or the lone `*` of actions without resources).
fn exact(pattern: &str, arn: &str) -> Truth {
    let head = pattern.find(['*', '?']).unwrap_or(pattern.len());
    if pattern.get(..head).is_none_or(|head| !arn.starts_with(head)) {
        return Truth::No;
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

fn exact_symbols(pattern: &[Symbol], arn: &str) -> Truth {
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
fn within(entry: &[Symbol], footprint: &Pattern) -> Truth {
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
    if !wide.is_empty() && wide.iter().all(|symbol| *symbol == Symbol::Run) {
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

/// Whether two ARN patterns surely have no resource in common.
pub(super) fn disjoint(a: &[Symbol], b: &[Symbol]) -> bool {
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
    use Truth::{No, Unknown, Yes};

    fn ask(entry: &str, resource: Resource<'_>) -> (Truth, Vec<String>) {
        let list = ResourceList { negated: false, patterns: vec![entry.into()] };
        let mut context = Context::open().with("k:one", "a*");
        context.set("k:absent", super::super::request::ContextValue::Absent);
        let mut missing = Vec::new();
        let mut note = |key: &str| missing.push(key.to_owned());
        let truth = takes(&list, Some(Version::V2012), resource, &context, &mut note);
        (truth, missing)
    }

    #[test]
    fn one_arn() {
        let case = |entry: &str, arn: &str, expected: Truth| {
            assert_eq!(ask(entry, Resource::Exact(arn)).0, expected, "{entry} on {arn}");
        };
        case("*", "*", Yes);
        case("arn:aws:s3:::*", "*", No);
        case("arn:aws:s3:::b/*", "arn:aws:s3:::b/x/y:z", Yes);
        case("arn:aws:s3:::B/*", "arn:aws:s3:::b/x", No);
        case("arn:*:s3:::b", "arn:aws-cn:s3:::b", Yes);
        case("arn:aws:sns:*:*:t", "arn:aws:sns:us-east-1:111122223333:t", Yes);
        case("arn:aws:sns:us-east-1:*", "arn:aws:sns:us-east-1:111122223333:t", Yes);
        case("arn:aws:s3*", "arn:aws:s3:::b", Unknown);
        case("arn:aws:s3:*", "arn:aws:s3:::b", Yes);
        case("arn:aws:sns", "arn:aws:sns:us-east-1:111122223333:t", No);
        case("arn:aws:*:::b", "arn:aws:s3:::b", Unknown);
        case("arn:aws:sns:*:t", "arn:aws:sns:us-east-1:111122223333:t", Unknown);
        case("arn:aws:lambda:us-east-1:*:f", "arn:aws:lambda:us-east-1:111122223333:function:f", Unknown);
    }

    #[test]
    fn variables() {
        let case = |entry: &str, arn: &str, expected: Truth, keys: &[&str]| {
            let (truth, missing) = ask(entry, Resource::Exact(arn));
            assert_eq!(
                (truth, missing.as_slice()),
                (expected, &keys.iter().map(|k| k.to_string()).collect::<Vec<_>>()[..]),
                "{entry}"
            );
        };
        case("arn:aws:s3:::b/${k:one}/x", "arn:aws:s3:::b/a*/x", Yes, &[]);
        case("arn:aws:s3:::b/${k:one}/x", "arn:aws:s3:::b/abc/x", No, &[]);
        case("arn:aws:s3:::b/${k:absent}/x", "arn:aws:s3:::b//x", No, &[]);
        case("arn:aws:s3:::b/${k:open}/x", "arn:aws:s3:::b/1/x", Unknown, &["k:open"]);
        case("arn:aws:s3:::b/${k:open}/x", "arn:aws:s3:::c/1/x", No, &[]);
        case("arn:aws:s3:::${*}", "arn:aws:s3:::*", Yes, &[]);
        case("arn:aws:iam::${k:one}:role/x", "arn:aws:iam::a*:role/x", Unknown, &[]);
    }

    #[test]
    fn footprints() {
        let case = |entry: &str, within: &str, expected: Truth| {
            let pattern = Pattern::new(within);
            assert_eq!(ask(entry, Resource::Within(&pattern)).0, expected, "{entry} on {within}");
        };
        case("*", "arn:aws:s3:::b/*", Yes);
        case("arn:aws:s3:::b/*", "arn:aws:s3:::b/x*", Yes);
        case("arn:aws:s3:::b/x", "arn:aws:s3:::b/*", Unknown);
        case("arn:aws:s3:::c/*", "arn:aws:s3:::b/*", No);
        case("arn:aws:s3:*", "arn:aws:s3:::b/*", Yes);
        case("arn:aws:s3:::b/*", "*", Unknown);
        case("arn:aws:sns:*:*:prod", "arn:aws:sns:us-east-1:111122223333:dev-*", No);
        case("arn:aws:s3:::b/${k:open}", "arn:aws:s3:::b/*", Unknown);
    }

    #[test]
    fn an_unknown_resource() {
        assert_eq!(ask("*", Resource::Unknown).0, Yes);
        assert_eq!(ask("arn:aws:s3:::*", Resource::Unknown).0, Unknown);
    }

    #[test]
    fn not_resource() {
        let list = ResourceList { negated: true, patterns: vec!["arn:aws:s3:::b".into()] };
        let ask = |resource: Resource<'_>| takes(&list, None, resource, &Context::open(), &mut |_| {});
        assert_eq!(ask(Resource::Exact("arn:aws:s3:::b")), No);
        assert_eq!(ask(Resource::Exact("arn:aws:s3:::c")), Yes);
        assert_eq!(ask(Resource::Within(&Pattern::new("arn:aws:s3:::c/*"))), Yes);
        assert_eq!(ask(Resource::Unknown), Unknown);
    }
}
