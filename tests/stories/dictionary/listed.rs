//! The true-answer test: the ARNs built from parameters alone, against those that AWS lists in `resources[]`.

use std::collections::{BTreeMap, BTreeSet};

use trailfit::iam::Pattern;

use super::super::bench::catalog;
use super::records::{Record, Seen, records, share};

/// How the built ARNs stand to the listed ones.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Agreement {
    /// Equal.
    Exact,
    /// A listed ARN is one that a built pattern means: AWS chose a part of it.
    Pattern,
    /// Nothing was built: the parameters do not tell.
    Untold,
    /// Something else was built.
    Different,
}

/// How the ARNs built from parameters agree with the listed ones that have the format of a resource type of the
/// needed actions; nothing when no listed one has.
fn compare(record: &Record) -> Option<Agreement> {
    let needs = record.needs(Seen::Parameters);
    let mut listed: BTreeSet<String> = record.listed().into_iter().map(str::to_owned).collect();
    let formats = |action: &str| catalog().action(action).map(|action| action.resource_formats.to_vec());
    let formats: Vec<Vec<String>> = needs
        .iter()
        .filter_map(|need| formats(&need.action))
        .flatten()
        .map(|format| {
            format.split("${").map(|part| part.split_once('}').map_or(part, |(_, rest)| rest).to_owned()).collect()
        })
        .collect();
    listed.retain(|arn| formats.iter().any(|parts| stands(arn, parts)));
    let own = needs.iter().filter(|need| need.action != "iam:PassRole");
    let built: BTreeSet<String> =
        own.flat_map(|need| need.resources.iter().cloned()).filter(|arn| arn.starts_with("arn:")).collect();
    if listed.is_empty() {
        return None;
    }
    Some(if built.is_empty() {
        Agreement::Untold
    } else if listed == built {
        Agreement::Exact
    } else if listed.iter().all(|arn| built.iter().any(|one| Pattern::new(one).matches(arn))) {
        Agreement::Pattern
    } else {
        Agreement::Different
    })
}

/// Whether an ARN has the literals of a format, in order, from its beginning.
fn stands(arn: &str, literals: &[String]) -> bool {
    let mut rest = arn;
    for (place, literal) in literals.iter().enumerate() {
        let Some(at) = rest.find(literal.as_str()).filter(|at| place > 0 || *at == 0) else { return false };
        rest = &rest[at + literal.len()..];
    }
    literals.last().is_some_and(|last| last.is_empty() || rest.is_empty())
}

/// Events whose parameters cannot tell the resource, and why.
const UNTOLD: [(&str, &str); 3] = [
    ("kms.amazonaws.com Decrypt", "the ciphertext, which is not recorded, names the key"),
    ("kms.amazonaws.com Encrypt", "an alias stands for the key; which key, the account knows"),
    ("kms.amazonaws.com GenerateDataKey", "an alias stands for the key; which key, the account knows"),
];

/// Events that list another resource than their parameters name, and why.
const DIFFERENT: [(&str, &str); 1] =
    [("ses.amazonaws.com SendEmail", "the record's account was masked, the identity's was not")];

#[test]
fn arns_from_parameters_are_those_that_aws_lists() {
    let Some(records) = records() else { return };
    let mut counts: BTreeMap<Agreement, usize> = BTreeMap::new();
    let mut others: BTreeMap<(Agreement, String), usize> = BTreeMap::new();
    let (mut with, mut other_types) = (0, 0);
    for record in records.iter().filter(|record| !record.is_no_call() && !record.listed().is_empty()) {
        with += 1;
        let Some(agreement) = compare(record) else {
            other_types += 1;
            continue;
        };
        *counts.entry(agreement).or_default() += 1;
        if agreement != Agreement::Exact {
            *others.entry((agreement, record.pair())).or_default() += 1;
        }
    }
    let of = |agreement| counts.get(&agreement).copied().unwrap_or_default();
    let total: usize = counts.values().sum();
    let built = total - of(Agreement::Untold);
    println!("events with listed ARNs: {with}, of types that the action has {total}, of others only {other_types}");
    println!(
        "of {total}: parameters tell the resource of {built}, exactly as listed {} ({:.2} %); {counts:?}",
        of(Agreement::Exact),
        share(of(Agreement::Exact), built)
    );
    others.iter().for_each(|(other, count)| println!("  {count} {other:?}"));
    let explained = |(agreement, pair): &(Agreement, String)| {
        let known: &[(&str, &str)] = if *agreement == Agreement::Untold { &UNTOLD } else { &DIFFERENT };
        known.iter().any(|(known, _)| known == pair)
    };
    assert!(built >= 471 && share(of(Agreement::Exact), built) >= 99.0);
    assert!(others.keys().all(explained), "{others:?}");
}
