//! From the resources that were used to the patterns that are written, by a fixed ladder: the ARNs themselves,
//! known variable parts opened, a common path, a container, all of the account, the grant's own resource.
//!
//! A rung holds when it has few patterns, each with enough uses, and all within the grant's own entry.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use super::shape::{Shape, shape};
use super::tightness::Parameters;
use crate::catalog::{Catalog, NamePart};
use crate::iam::covers_resource;

/// How far up the ladder a pattern stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Rung {
    /// ARNs as they were used.
    Exact,
    /// Parts that vary are open: random ends, versions, dates, ids.
    Parts,
    /// All below a common path.
    Prefix,
    /// All in one bucket, or of one resource type.
    Container,
    /// All of the service in one region and account.
    Account,
    /// The grant's own resource.
    Grant,
}

impl Rung {
    /// The name in reports.
    pub fn name(self) -> &'static str {
        match self {
            Rung::Exact => "exact",
            Rung::Parts => "parts",
            Rung::Prefix => "prefix",
            Rung::Container => "container",
            Rung::Account => "account",
            Rung::Grant => "grant",
        }
    }
}

impl fmt::Display for Rung {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// A pattern that takes the place of a grant's own resource, and why.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct TightResource {
    /// The entry of the Resource element.
    pub pattern: String,
    /// Its rung.
    pub rung: Rung,
    /// How many distinct resources, or patterns that the evidence keeps of very many, it stands for.
    pub values: usize,
}

/// Thousandths of a use: what a call on several resources counts for each.
pub(super) const WHOLE: u64 = 1_000;

/// Deeper paths than this are not told apart.
const MAX_DEPTH: usize = 12;

/// The resources of one action under one entry of the grant → patterns within the entry; `None`: only the entry
/// itself will do. `values`: ARNs (or patterns) with their uses in thousandths.
pub(super) fn climb(
    values: &BTreeMap<&str, u64>,
    entry: &str,
    parameters: &Parameters,
    catalog: &Catalog,
) -> Option<Vec<TightResource>> {
    let mut groups: BTreeMap<(&str, usize), BTreeMap<&str, u64>> = BTreeMap::new();
    for (value, uses) in values {
        groups.entry(group(value, catalog)).or_default().insert(value, *uses);
    }
    let mut found = Vec::new();
    for values in groups.values() {
        found.extend(first_rung(values, entry, parameters, catalog)?);
    }
    Some(found)
}

/// The lowest rung that holds for the resources of one type.
fn first_rung(
    values: &BTreeMap<&str, u64>,
    entry: &str,
    parameters: &Parameters,
    catalog: &Catalog,
) -> Option<Vec<TightResource>> {
    let uses = values.values().sum::<u64>() / WHOLE;
    let forms = forms(values, catalog);
    rungs(&forms).into_iter().find_map(|(rung, patterns)| {
        let enough = patterns.len() <= parameters.patterns
            && uses >= parameters.uses_per_pattern.saturating_mul(patterns.len() as u64)
            && patterns.keys().all(|pattern| *pattern == entry || covers_resource(entry, pattern));
        let tight = |(pattern, values): (String, usize)| TightResource { pattern, rung, values };
        enough.then(|| patterns.into_iter().map(tight).collect())
    })
}

/// All rungs below the grant, each with its patterns and how many resources each stands for.
fn rungs(forms: &[(&str, String)]) -> Vec<(Rung, BTreeMap<String, usize>)> {
    let count = |pattern: &dyn Fn(&str) -> String| {
        let mut patterns: BTreeMap<String, usize> = BTreeMap::new();
        for (_, form) in forms {
            *patterns.entry(pattern(form)).or_default() += 1;
        }
        patterns
    };
    let first = if forms.iter().any(|(value, form)| value != form) {
        Rung::Parts
    } else if forms.iter().any(|(value, _)| value.contains(['*', '?'])) {
        // Of very many the evidence keeps no more than where they lie.
        Rung::Prefix
    } else {
        Rung::Exact
    };
    let mut rungs = vec![(first, count(&str::to_owned))];
    let deepest = forms.iter().map(|(_, form)| separators(form)).max().unwrap_or(0).min(MAX_DEPTH);
    for depth in (0..=deepest).rev() {
        let rung = match depth {
            0 => Rung::Account,
            1 => Rung::Container,
            _ => Rung::Prefix,
        };
        rungs.push((rung, count(&|form| cut(form, depth))));
    }
    rungs
}

/// Each value with what varies in it open. An identifier counts as varying only where two values have it in the
/// same place: one alone may be the lasting name of one thing.
fn forms<'v>(values: &BTreeMap<&'v str, u64>, catalog: &Catalog) -> Vec<(&'v str, String)> {
    let shapes: Vec<(&str, Shape)> = values.keys().map(|value| (*value, shape_of(value, catalog))).collect();
    let mut alike: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for (_, shape) in &shapes {
        alike.entry(&shape.form).or_default().insert(&shape.undated);
    }
    let form = |shape: &Shape| match alike.get(shape.form.as_str()) {
        Some(names) if names.len() > 1 => shape.form.clone(),
        _ => shape.undated.clone(),
    };
    shapes.iter().map(|(value, shape)| (*value, form(shape))).collect()
}

/// The shape of an ARN: its first five parts stay, of the rest the table goes first.
fn shape_of(arn: &str, catalog: &Catalog) -> Shape {
    let as_it_is = || Shape { undated: arn.to_owned(), form: arn.to_owned() };
    let Some(start) = resource_part(arn).filter(|_| !arn.contains(['*', '?'])) else {
        return as_it_is();
    };
    let (head, resource) = arn.split_at_checked(start).unwrap_or((arn, ""));
    let lasting: Vec<&str> = head.split(':').collect();
    let parts = catalog.name_parts(arn).unwrap_or_else(|| vec![NamePart::Open(resource)]);
    let mut found = Shape { undated: head.to_owned(), form: head.to_owned() };
    for part in parts {
        let inner = match part {
            NamePart::Fixed(text) | NamePart::Lasting(text) => {
                Shape { undated: text.to_owned(), form: text.to_owned() }
            }
            NamePart::Varying => Shape { undated: "*".to_owned(), form: "*".to_owned() },
            NamePart::VaryingCharacter => Shape { undated: "?".to_owned(), form: "?".to_owned() },
            NamePart::Open(text) => shape(text, &lasting),
        };
        found.undated.push_str(&inner.undated);
        found.form.push_str(&inner.form);
    }
    found
}

/// What tells one resource type from another: all before its name, and how many parts the table sees in it.
fn group<'v>(arn: &'v str, catalog: &Catalog) -> (&'v str, usize) {
    let Some(start) = resource_part(arn) else {
        return (arn, 0);
    };
    let parts = catalog.name_parts(arn).unwrap_or_default();
    let fixed = parts.iter().map_while(|part| if let NamePart::Fixed(text) = part { Some(text.len()) } else { None });
    let resource = arn.get(start..).unwrap_or_default();
    let kind = match parts.is_empty() {
        true => resource.find(['/', ':']).map_or(0, |at| at + 1),
        false => fixed.sum(),
    };
    (arn.get(..start + kind).unwrap_or(arn), parts.len())
}

fn separators(form: &str) -> usize {
    let resource = resource_part(form).and_then(|start| form.get(start..)).unwrap_or_default();
    resource.bytes().filter(|byte| matches!(byte, b'/' | b':')).count()
}

/// The pattern of all that begins with the first `depth` segments of the resource; what is no deeper stays.
fn cut(form: &str, depth: usize) -> String {
    let Some(start) = resource_part(form) else {
        return form.to_owned();
    };
    let (head, resource) = form.split_at_checked(start).unwrap_or((form, ""));
    let Some(last) = depth.checked_sub(1) else {
        return format!("{head}*");
    };
    let end = resource.match_indices(['/', ':']).nth(last).and_then(|(at, _)| resource.get(..=at));
    let Some(mut kept) = end else {
        return form.to_owned();
    };
    // `b/*/*` says no more than `b/*` to whoever reads it.
    while let Some(shorter) = kept.strip_suffix("*/").or_else(|| kept.strip_suffix("*:")) {
        kept = shorter;
    }
    format!("{head}{kept}*")
}

/// Where the resource part of an ARN begins; `None` for what is no ARN.
fn resource_part(arn: &str) -> Option<usize> {
    arn.starts_with("arn:").then_some(())?;
    arn.match_indices(':').nth(4).map(|(at, _)| at + 1)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::super::tightness::Tightness;
    use super::*;

    fn climbed(values: &[&str], uses: u64, entry: &str) -> Vec<String> {
        let catalog = Catalog::embedded().unwrap();
        let share = uses * WHOLE / values.len() as u64;
        let values: BTreeMap<&str, u64> = values.iter().map(|value| (*value, share)).collect();
        let found = climb(&values, entry, &Tightness::Medium.parameters().unwrap(), &catalog);
        let found = found.unwrap_or_default().into_iter();
        found.map(|one| format!("{} {} {}", one.rung, one.values, one.pattern)).collect()
    }

    fn many(count: usize, make: impl Fn(usize) -> String) -> Vec<String> {
        (0..count).map(make).collect()
    }

    #[test]
    fn the_lowest_rung_that_holds_is_taken() {
        let case = |values: &[&str], uses, expected: &[&str]| assert_eq!(climbed(values, uses, "*"), expected);
        let table = "arn:aws:dynamodb:eu-central-1:111122223333:table/";
        let (orders, carts) = (format!("{table}orders"), format!("{table}carts"));
        case(&[&orders, &carts], 40, &[&format!("exact 1 {carts}"), &format!("exact 1 {orders}")]);
        case(&[&orders, &carts], 15, &[&format!("container 2 {table}*")]);
        case(&[&orders], 9, &[]);
        let tables = many(30, |number| format!("{table}t{number}"));
        let tables: Vec<&str> = tables.iter().map(String::as_str).collect();
        case(&tables, 9_000, &[&format!("container 30 {table}*")]);
        let index = format!("{orders}/index/by-day");
        case(&[&orders, &index], 40, &[&format!("exact 1 {orders}"), &format!("parts 1 {orders}/index/*")]);
        let queues = many(30, |number| format!("arn:aws:sqs:eu-central-1:111122223333:q{number}"));
        let queues: Vec<&str> = queues.iter().map(String::as_str).collect();
        case(&queues, 9_000, &["account 30 arn:aws:sqs:eu-central-1:111122223333:*"]);
    }

    #[test]
    fn objects_stay_in_their_bucket() {
        let keys = many(60, |number| format!("arn:aws:s3:::b/in/x{number}"));
        let mut keys: Vec<&str> = keys.iter().map(String::as_str).collect();
        assert_eq!(climbed(&keys, 60, "*"), ["prefix 60 arn:aws:s3:::b/in/*"]);
        keys.push("arn:aws:s3:::b");
        assert_eq!(climbed(&keys, 6_000, "*"), ["exact 1 arn:aws:s3:::b", "prefix 60 arn:aws:s3:::b/in/*"]);
        let dated = ["arn:aws:s3:::b/2026/11/25/x", "arn:aws:s3:::b/2026/11/26/x"];
        assert_eq!(climbed(&dated, 60, "*"), ["parts 2 arn:aws:s3:::b/*/x"]);
        let years = many(40, |number| format!("arn:aws:s3:::b/2026/x{number}"));
        let years: Vec<&str> = years.iter().map(String::as_str).collect();
        assert_eq!(climbed(&years, 400, "*"), ["prefix 40 arn:aws:s3:::b/*"]);
        assert_eq!(climbed(&["arn:aws:s3:::b-1a2b3c4d5e", "arn:aws:s3:::b-0f2b3c4d5e"], 60, "*").len(), 2);
    }

    #[test]
    fn an_identifier_alone_is_a_name_and_two_are_not() {
        let topic = "arn:aws:sns:eu-central-1:111122223333:web-";
        let one = format!("{topic}1a2b3c4d5e");
        assert_eq!(climbed(&[&one], 60, "*"), [format!("exact 1 {one}")]);
        assert_eq!(climbed(&[&one, &format!("{topic}0f2b3c4d5e")], 60, "*"), [format!("parts 2 {topic}*")]);
        let key = "arn:aws:kms:eu-central-1:111122223333:key/";
        let keys = [
            format!("{key}1234abcd-12ab-34cd-56ef-1234567890ab"),
            format!("{key}0234abcd-12ab-34cd-56ef-1234567890ab"),
        ];
        assert_eq!(climbed(&[&keys[0], &keys[1]], 60, "*").len(), 2);
    }

    #[test]
    fn never_beyond_the_grant() {
        let secret = "arn:aws:secretsmanager:eu-central-1:111122223333:secret:";
        let used = format!("{secret}shop/pay-AbC123");
        let own = format!("{secret}shop/*");
        assert_eq!(climbed(&[&used], 60, &own), [format!("parts 1 {secret}shop/pay-??????")]);
        assert_eq!(climbed(&[&used], 60, &used), Vec::<String>::new());
        let forgotten = ["arn:aws:s3:::b/in/2026/*", "arn:aws:s3:::b/out/2026/*"];
        let named = ["prefix 1 arn:aws:s3:::b/in/2026/*", "prefix 1 arn:aws:s3:::b/out/2026/*"];
        assert_eq!(climbed(&forgotten, 600, "arn:aws:s3:::b/*"), named);
        assert!(climbed(&forgotten, 600, "arn:aws:s3:::b/in/*").is_empty());
    }
}
