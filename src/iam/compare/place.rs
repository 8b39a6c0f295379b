//! The resources of requests, as far as `Resource` and `NotResource` elements tell them apart.

use super::super::policy::{ResourceList, Version};
use super::super::request::Context;
use super::classes::{Class, class_of, classes};
use super::dimension::{Dimension, split};
use super::language::Language;
use super::reason::Reason;
use super::written::{Marks, Written};

/// What a request for an action without resources asks about.
const WITHOUT: &str = "*";
const PREFERRED: [&str; 2] =
    ["arn:aws:s3:::example-bucket/example-key", "arn:aws:ec2:us-east-1:111122223333:instance/i-0example"];

/// Of how many patterns an example is filled in for people to recognize.
const MAX_FILLED: usize = 32;

/// An element, of a policy of some version.
pub(super) type Element<'a> = (&'a ResourceList, Option<Version>);

/// Sorts resources by these elements. `known` fills in variables.
pub(super) fn places(
    elements: &[Element<'_>],
    marks: &mut Marks,
    known: Option<&Context>,
) -> Result<(Dimension<Class>, Vec<Written>), Reason> {
    let mut entries: Vec<Written> = Vec::new();
    let mut lists = Vec::with_capacity(elements.len());
    for (list, version) in elements {
        let mut numbers = Vec::with_capacity(list.patterns.len());
        for text in &list.patterns {
            let entry = Written::read(marks, *version, text, true, known);
            if entry.void {
                continue;
            }
            numbers.push(entries.iter().position(|known| *known == entry).unwrap_or_else(|| {
                entries.push(entry);
                entries.len() - 1
            }));
        }
        lists.push((list.negated, numbers));
    }
    let languages: Vec<Language> = entries.iter().map(|entry| Language::resource(&entry.symbols)).collect();
    let written = if entries.len() <= MAX_FILLED { lists_filled(elements) } else { Vec::new() };
    let preferred: Vec<&str> = PREFERRED.into_iter().chain(written.iter().map(String::as_str)).collect();
    let arns = classes(&languages, Some(&Language::any_arn()), &preferred);
    let others = if languages.iter().all(is_plain) { Ok(Vec::new()) } else { classes(&languages, None, &[]) };
    let (Ok(mut all), Ok(others)) = (arns, others) else {
        return Err(Reason::Patterns("the resources".into()));
    };
    for class in class_of(&languages, WITHOUT).into_iter().chain(others) {
        if !all.iter().any(|known| known.members == class.members) {
            all.push(class);
        }
    }
    let values = split(all, &open(&entries), &implied(&entries, true))?;
    let holds = |element: usize, value: &Class| {
        let Some((negated, numbers)) = lists.get(element) else {
            return false;
        };
        numbers.iter().any(|&number| value.members.has(number)) != *negated
    };
    Ok((Dimension::new(values, elements.len(), holds), entries))
}

/// The patterns with something in the place of wildcards.
fn lists_filled(elements: &[Element<'_>]) -> Vec<String> {
    let written = elements.iter().flat_map(|(list, _)| &list.patterns);
    written.filter(|text| !text.contains("${")).map(|text| text.replace('*', "example").replace('?', "x")).collect()
}

/// Whether the pattern is one of ARNs, or takes in everything: then no other text needs to be looked at.
fn is_plain(language: &Language) -> bool {
    use super::language::Letter;
    let head = "arn:".chars().map(|c| Letter::This(u32::from(c)));
    language.0 == [Letter::Run] || language.0.iter().copied().take(4).eq(head)
}

/// The entries whose variables are not filled in.
pub(super) fn open(entries: &[Written]) -> Vec<usize> {
    let open = |(number, entry): (usize, &Written)| entry.open.then_some(number);
    entries.iter().enumerate().filter_map(open).collect()
}

/// Which of the open entries surely lie within which.
pub(super) fn implied(entries: &[Written], parted: bool) -> Vec<(usize, usize)> {
    let open = open(entries);
    let pairs = open.iter().flat_map(|&a| open.iter().map(move |&b| (a, b))).filter(|(a, b)| a != b);
    let within = |&(a, b): &(usize, usize)| match (entries.get(a), entries.get(b)) {
        (Some(a), Some(b)) => b.takes_in(a, parted),
        _ => false,
    };
    pairs.filter(within).collect()
}
