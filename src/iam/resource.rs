//! The `Resource` element against the resource of a request.
//!
//! Lists, `NotResource` and variables; how one ARN pattern compares is told by `arn`.

use super::arn::{self, ArnPattern};
use super::glob;
use super::policy::{ResourceList, Version};
use super::request::{Context, Resource};
use super::truth::Truth;
use super::variables::{self, Template};

/// The element, read once.
#[derive(Clone, Debug)]
pub(super) struct Resources {
    negated: bool,
    entries: Vec<Entry>,
}

#[derive(Clone, Debug)]
enum Entry {
    Written(ArnPattern),
    /// Has variables; `in_front`: before the fifth colon.
    Filled {
        template: Template,
        in_front: bool,
    },
}

impl Resources {
    /// Reads the element of a policy of this version.
    pub(super) fn new(list: &ResourceList, version: Option<Version>) -> Resources {
        let entry = |text: &String| match Template::read(version, text) {
            None => Entry::Written(ArnPattern::new(text)),
            Some(template) => Entry::Filled { template, in_front: in_front(text) },
        };
        let mut entries: Vec<Entry> = list.patterns.iter().map(entry).collect();
        // Beside an entry that takes in everything no other counts.
        if let Some(all) = entries.iter().position(Entry::takes_all) {
            entries.swap(0, all);
            entries.truncate(1);
        }
        Resources { negated: list.negated, entries }
    }

    /// Whether the element takes in the resource. `missing` hears of unknown keys that would settle it.
    pub(super) fn takes(&self, resource: Resource<'_>, context: &Context, missing: &mut dyn FnMut(&str)) -> Truth {
        let mut any = Truth::No;
        for entry in &self.entries {
            any = any.or(entry.takes(resource, context, missing));
            if any == Truth::Yes {
                break;
            }
        }
        if self.negated { !any } else { any }
    }
}

impl Entry {
    fn takes_all(&self) -> bool {
        matches!(self, Entry::Written(pattern) if pattern.takes_all())
    }

    fn takes(&self, resource: Resource<'_>, context: &Context, missing: &mut dyn FnMut(&str)) -> Truth {
        match (self, resource) {
            (Entry::Written(pattern), Resource::Exact(arn)) => pattern.takes(arn),
            (Entry::Written(pattern), _) if pattern.takes_all() => Truth::Yes,
            (Entry::Written(pattern), Resource::Within(within)) => {
                arn::takes_some(&glob::symbols(pattern.as_str()), within)
            }
            (Entry::Written(_), Resource::Unknown) => Truth::Unknown,
            (Entry::Filled { template, in_front }, resource) => {
                filled_takes(template, *in_front, resource, context, missing)
            }
        }
    }
}

/// An entry with variables. One without a value takes in nothing; one in the first five parts,
/// where AWS does not support it, leaves the answer open.
fn filled_takes(
    template: &Template,
    in_front: bool,
    resource: Resource<'_>,
    context: &Context,
    missing: &mut dyn FnMut(&str),
) -> Truth {
    if let Resource::Exact(arn) = resource
        && !arn.starts_with(template.head())
    {
        return Truth::No;
    }
    let Some(parts) = template.fill(context) else {
        return Truth::No;
    };
    let symbols = variables::symbols(&parts, true);
    let unknown = variables::unknown_keys(&parts).next().is_some();
    let mut answer = match resource {
        Resource::Unknown => Truth::Unknown,
        Resource::Exact(arn) => arn::takes_filled(&symbols, arn),
        Resource::Within(pattern) => arn::takes_some(&symbols, pattern),
    };
    if unknown || in_front {
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
    before.bytes().filter(|&byte| byte == b':').count() < arn::PARTS - 1
}

#[cfg(test)]
mod tests {
    #![allow(clippy::indexing_slicing)]

    use super::super::pattern::Pattern;
    use super::*;
    use Truth::{No, Unknown, Yes};

    fn ask(entry: &str, resource: Resource<'_>) -> (Truth, Vec<String>) {
        let list = ResourceList { negated: false, patterns: vec![entry.into()] };
        let mut context = Context::open().with("k:one", "a*");
        context.set("k:absent", super::super::request::ContextValue::Absent);
        let mut missing = Vec::new();
        let mut note = |key: &str| missing.push(key.to_owned());
        let truth = Resources::new(&list, Some(Version::V2012)).takes(resource, &context, &mut note);
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
        let ask = |resource: Resource<'_>| Resources::new(&list, None).takes(resource, &Context::open(), &mut |_| {});
        assert_eq!(ask(Resource::Exact("arn:aws:s3:::b")), No);
        assert_eq!(ask(Resource::Exact("arn:aws:s3:::c")), Yes);
        assert_eq!(ask(Resource::Within(&Pattern::new("arn:aws:s3:::c/*"))), Yes);
        assert_eq!(ask(Resource::Unknown), Unknown);
    }
}
