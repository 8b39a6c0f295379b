//! Resources of the real events: the share of events that tell one.

use std::collections::BTreeMap;

use trailfit::catalog::Need;

use super::super::bench::catalog;
use super::denials::resource;
use super::records::{Record, Seen, records, share};

/// Needs of a record whose action has resource types; a passed role is measured elsewhere.
fn typed(record: &Record) -> Vec<Need> {
    let mut needs = record.needs(Seen::Whole);
    let has_types = |action: &str| catalog().action(action).is_some_and(|action| !action.resource_formats.is_empty());
    needs.retain(|need| need.action != "iam:PassRole" && has_types(&need.action));
    needs
}

/// The resource that a denial's sentence names, as an ARN or in words.
fn by_message(record: &Record) -> Option<String> {
    let (action, rest) = told(record.text("/errorMessage"))?;
    let words = rest.split(" because ").next()?.split(" with an explicit deny").next()?.trim_end_matches('.');
    let in_words = || record.asked(Seen::Whole, |catalog, call| catalog.in_words(action, words, call));
    resource(record.text("/errorMessage")).map(str::to_owned).or_else(in_words)
}

/// The action that a denial's sentence names, and what it says of the resource.
fn told(message: &str) -> Option<(&str, &str)> {
    let (before, rest) = message.split_once(" on resource: ")?;
    Some((before.rsplit(' ').next()?, rest))
}

#[test]
fn events_tell_their_resources() {
    let Some(records) = records() else { return };
    let (mut usable, mut told, mut silent, mut spoken) = (0, 0, 0, 0);
    let mut untold: BTreeMap<String, usize> = BTreeMap::new();
    let mut mute: BTreeMap<String, usize> = BTreeMap::new();
    for record in records.iter().filter(|record| !record.is_no_call()) {
        let needs = typed(record);
        if needs.is_empty() {
            continue;
        }
        // A denied call's record has no parameters, so that only the message may name a resource.
        if !record.has_parameters() && record.listed().is_empty() {
            let of_caller = needs.iter().any(|need| !need.resources.is_empty());
            silent += 1;
            let named = of_caller || by_message(record).is_some();
            spoken += usize::from(named);
            if !named {
                let code = record.text("/errorCode");
                *mute.entry(format!("{} {code:?}", record.pair())).or_default() += 1;
            }
            continue;
        }
        usable += 1;
        if needs.iter().any(|need| !need.resources.is_empty()) {
            told += 1;
        } else {
            let keys: Vec<&String> = record.parameters().as_object().into_iter().flat_map(|map| map.keys()).collect();
            *untold.entry(format!("{} {keys:?}", record.pair())).or_default() += 1;
        }
    }
    println!(
        "events whose action has resource types and that have parameters: {usable}, with an ARN {told} ({:.2} %)",
        share(told, usable)
    );
    println!(
        "without parameters: {silent}, with an ARN of the message or the caller {spoken}; all together {:.2} %",
        share(told + spoken, usable + silent)
    );
    untold.iter().for_each(|(what, count)| println!("  {count} {what}"));
    mute.iter().for_each(|(what, count)| println!("  without parameters: {count} {what}"));
    assert!(usable > 1_900 && share(told, usable) >= 97.0);
}
