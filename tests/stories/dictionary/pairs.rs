//! Distinct (source, name) pairs of the real logs: which have an answer.

use std::collections::{BTreeMap, BTreeSet};

use trailfit::catalog::Required;

use super::records::{Seen, records, share};

/// Pairs that no table knows, and why. None is left.
const UNKNOWN: [(&str, &str); 0] = [];

#[test]
fn every_pair_with_an_action_is_resolved() {
    let Some(records) = records() else { return };
    let mut pairs: BTreeMap<String, BTreeSet<&str>> = BTreeMap::new();
    for record in records {
        let class = match record.required(Seen::Whole) {
            _ if record.is_no_call() => "no call",
            Required::Actions(_) => "actions",
            Required::Exempt(_) => "no permission",
            Required::Unmapped { .. } => "unmapped",
        };
        pairs.entry(record.pair()).or_default().insert(class);
    }
    let count = |class: &str| pairs.values().filter(|classes| classes.contains(class)).count();
    let unmapped: Vec<&String> =
        pairs.iter().filter(|(_, classes)| classes.contains("unmapped")).map(|(pair, _)| pair).collect();
    println!(
        "pairs: {}, resolved {:.2} %; by actions {}, no permission {}, no call {}; unmapped {unmapped:?}",
        pairs.len(),
        share(pairs.len() - unmapped.len(), pairs.len()),
        count("actions"),
        count("no permission"),
        count("no call"),
    );
    let known = |pair: &&String| UNKNOWN.iter().any(|(known, _)| known == *pair);
    let unknown: Vec<&&String> = unmapped.iter().filter(|pair| !known(pair)).collect();
    assert!(pairs.len() > 450 && unknown.is_empty(), "{unknown:?}");
}
