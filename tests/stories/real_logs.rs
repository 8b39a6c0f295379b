//! Real logs of ten datasets: every record ends in used, exempt or lost; what is lost is no record; and nearly
//! every record that is used is mapped to actions that IAM knows.

use std::collections::BTreeMap;

use trailfit::trail::{Derivation, Evidence, Loss};

use super::bench::{files_below, gathered};
use super::corpus::corpus;

/// Whether a loss of a dataset is one that is expected.
pub(super) type Accepted = fn(&Loss) -> bool;

/// The datasets, how much is lost of each, and what that may be.
pub(super) const DATASETS: [(&str, u64, Accepted); 10] = [
    ("invictus-ir-aws_dataset", 2, is_no_json),
    ("traildiscover", 1, is_no_json),
    ("stratus-red-team", 2, is_no_json),
    ("streamalert", 74, is_made_for_a_test),
    ("cloudtrail-watcher", 1, is_no_json),
    ("cloud-custodian-cwe", 16, is_other_event),
    ("cloudtrail-to-slack", 2, is_made_for_a_test),
    ("trailscraper", 1, is_no_json),
    ("cloudtrail-console-actions", 1, is_no_json),
    ("aws-cloudtrail-processing-library", 12, is_damaged_on_purpose),
];

/// Events of the delivered datasets and of watcher that no table knows.
const UNMAPPED: [&str; 1] = ["discovery-marketplace.amazonaws.com/GetListingView"];

/// The file is no JSON at all: a licence, a notice, a page of text.
fn is_no_json(loss: &Loss) -> bool {
    loss.reason.starts_with("not JSON")
}

/// A member around or in place of the record that CloudTrail never writes.
fn is_no_record(loss: &Loss) -> bool {
    loss.reason == "not a CloudTrail record or a known wrapping of one"
}

/// Test cases around a record; records whose time is a placeholder; an Insight without its envelope.
fn is_made_for_a_test(loss: &Loss) -> bool {
    let placeholder = ["...", "foo", "eventTime"].map(|text| format!("eventTime `{text}` is not a time"));
    let no_time = placeholder.contains(&loss.reason)
        || (loss.reason == "eventTime is missing" && loss.file.ends_with("_insights.json"));
    let is_wrapper = is_no_record(loss) && !loss.file.starts_with("_extracted");
    is_no_json(loss) || is_wrapper || no_time
}

/// EventBridge events of other services, and one record that its authors cut short.
fn is_other_event(loss: &Loss) -> bool {
    let is_cut = loss.reason == "eventTime is missing" && loss.file.ends_with("bedrock-create-customization-jobs.json");
    is_no_json(loss) || is_no_record(loss) || is_cut
}

/// Fixtures whose fields have wrong names or values, property files, queue messages.
fn is_damaged_on_purpose(loss: &Loss) -> bool {
    let no_time = ["eventTime is missing", "eventTime `ThisIsAWrongEventTime` is not a time"];
    let is_broken = loss.reason.starts_with("JSON is broken") && loss.file.ends_with("BadJsonFormat.json");
    is_no_json(loss) || is_no_record(loss) || is_broken || no_time.contains(&loss.reason.as_str())
}

fn read(dataset: &str) -> Option<Evidence> {
    let folder = corpus()?.join(dataset);
    let mut evidence = gathered(files_below(&folder));
    evidence.settle().unwrap();
    assert!(evidence.tally.balances(), "{dataset}");
    Some(evidence)
}

#[test]
fn nothing_is_lost_that_is_a_record() {
    let mut strange = Vec::new();
    for (dataset, lost, is_accepted) in DATASETS {
        let Some(evidence) = read(dataset) else { return };
        let tally = &evidence.tally;
        println!(
            "{dataset}: read {}, used {}, exempt {}, lost {}",
            tally.read,
            tally.used,
            tally.exempted(),
            tally.lost
        );
        assert_eq!(tally.lost, lost, "{dataset}");
        let unexpected = tally.losses.iter().filter(|loss| !is_accepted(loss));
        strange.extend(unexpected.map(|loss| format!("{dataset}: {loss:?}")));
    }
    assert!(strange.is_empty(), "{}", strange.join("\n"));
}

#[test]
fn what_is_used_is_mapped() {
    let (mut all, mut unmapped) = (0, BTreeMap::new());
    for dataset in ["invictus-ir-aws_dataset", "stratus-red-team", "traildiscover", "cloudtrail-watcher"] {
        let Some(evidence) = read(dataset) else { return };
        all += evidence.tally.used;
        for seen in evidence.sorted_uses() {
            if seen.is_use() && seen.key.derivation == Derivation::Unmapped {
                *unmapped.entry(seen.key.event.clone()).or_insert(0) += seen.count;
            }
        }
    }
    println!("unmapped of {all} records: {unmapped:?}");
    assert!(all > 3_000 && unmapped.values().sum::<u64>() * 100 <= all, "{unmapped:?}");
    assert!(unmapped.keys().all(|event| UNMAPPED.contains(&event.as_str())), "{unmapped:?}");
}
