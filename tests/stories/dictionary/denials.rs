//! AWS's own word: the action that a denial names, against the action that the dictionary maps without the message.

use std::collections::BTreeMap;

use super::records::{Seen, records, share};

/// The action that a denial's sentence names.
fn named(message: &str) -> Option<&str> {
    let (_, rest) = message.split_once("is not authorized to perform")?;
    let rest = rest.trim_start_matches(':').trim_start();
    let action = rest.split([' ', ',', '.']).next()?;
    let (prefix, name) = action.split_once(':')?;
    (!prefix.is_empty() && !name.is_empty()).then_some(action)
}

/// The resource that a denial's sentence names: an ARN or `*`.
pub(super) fn resource(message: &str) -> Option<&str> {
    let (_, rest) = message.split_once(" on resource: ")?;
    let word = rest.trim_start_matches('"').split([' ', '"', ',']).next()?;
    (word == "*" || word.starts_with("arn:")).then_some(word)
}

#[test]
fn denials_name_the_mapped_action() {
    let Some(records) = records() else { return };
    let (mut all, mut agreed) = (0, 0);
    let mut others: BTreeMap<String, usize> = BTreeMap::new();
    for record in records.iter().filter(|record| !record.is_no_call()) {
        let Some(action) = named(record.text("/errorMessage")) else { continue };
        let needs = record.needs(Seen::Parameters);
        all += 1;
        if needs.iter().any(|need| need.action.eq_ignore_ascii_case(action)) {
            agreed += 1;
        } else {
            let mapped: Vec<&str> = needs.iter().map(|need| &*need.action).collect();
            *others.entry(format!("{}: AWS {action}, mapped {mapped:?}", record.pair())).or_default() += 1;
        }
    }
    println!("denials that name an action: {all}, mapped alike {agreed} ({:.2} %)", share(agreed, all));
    others.iter().for_each(|(what, count)| println!("  {count} {what}"));
    assert!(all >= 243 && share(agreed, all) >= 99.0, "{others:?}");
}
