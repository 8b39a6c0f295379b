//! An event history that is taken in by days: complete, at AWS's pace, and where it was when it goes on.

use std::collections::BTreeMap;
use std::time::{SystemTime, UNIX_EPOCH};

use serde_json::Value;

use super::remote::{records, settled, shown};
use crate::fakes::{History, Program};

const DAY: i64 = 86_400;

/// Days of history, today included.
const DAYS: i64 = 6;

fn today() -> i64 {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs();
    i64::try_from(now).unwrap() / DAY
}

/// The records of a file, as if they had come over the last days.
fn recent(records: &[Value], today: i64) -> BTreeMap<i64, Vec<Value>> {
    let mut times: BTreeMap<i64, Vec<Value>> = BTreeMap::new();
    for (number, record) in (0..).zip(records) {
        let day = today - number % DAYS;
        times.entry(day * DAY + number % 100).or_default().push(record.clone());
    }
    times
}

/// Takes the history in; gives the exit code and what was said.
fn add(archive: &str, history: &History) -> (i32, String) {
    let since = format!("{}d", DAYS - 1);
    let words = ["archive", "add", "lookup:", "--archive", archive, "--since", &since, "--max-lost", "1"];
    let output = Program::of(&words).signed(history.url()).output();
    (output.status.code().unwrap(), String::from_utf8(output.stderr).unwrap())
}

/// The first day that was asked for.
fn first(history: &History) -> i64 {
    history.asked().iter().map(|asked| asked["StartTime"].as_i64().unwrap() / DAY).min().unwrap()
}

#[test]
fn a_history_that_broke_off_goes_on_with_the_day_at_which_it_was() {
    let (records, today) = (records(), today());
    let home = tempfile::tempdir().unwrap();
    let archive = home.path().join("archive");
    let archive = archive.to_str().unwrap();
    // Enough for the first days, and not for all.
    let broken = History::over(recent(&records, today), 3);
    let (code, errors) = add(archive, &broken);
    assert_eq!(code, 2, "{errors}");
    assert!(errors.contains("not any more"), "{errors}");
    assert_eq!(first(&broken), today - DAYS + 1);
    let whole = History::over(recent(&records, today), usize::MAX);
    let (code, errors) = add(archive, &whole);
    assert_eq!(code, 0, "{errors}");
    assert_eq!(first(&whole), today - DAYS + 4);
    let file = home.path().join("records.json");
    std::fs::write(&file, serde_json::json!({ "Records": records }).to_string()).unwrap();
    let in_one = settled(Program::used(file));
    assert_eq!(shown(&settled(Program::of(&["used", "--archive", archive]))), shown(&in_one));
}

/// Each region at its own pace, which the fake demands, and none after the other; what two regions tell counts once.
#[test]
fn regions_are_looked_up_side_by_side() {
    let (records, today) = (records(), today());
    let middle = records.len() / 2;
    let (one, other) = (&records[..middle + 1], &records[middle..]);
    let history = || {
        let regions = [("eu-central-1", recent(one, today)), ("us-east-1", recent(other, today))];
        History::everywhere(regions.into_iter().collect(), middle.div_ceil(3))
    };
    let home = tempfile::tempdir().unwrap();
    let file = home.path().join("records.json");
    std::fs::write(&file, serde_json::json!({ "Records": records }).to_string()).unwrap();
    let in_one = settled(Program::used(file));
    let both = history();
    let looked_up =
        settled(Program::used("lookup:eu-central-1,us-east-1").signed(both.url()).with(&["lookup:us-east-1"]));
    assert_eq!(shown(&looked_up), shown(&in_one));
    assert_eq!((looked_up.tally.read, looked_up.tally.used), (in_one.tally.read + 1, in_one.tally.used));
    // Neither waits for the other to end.
    let asked = both.regions();
    let last = |region: &str| asked.iter().rposition(|one| one == region).unwrap();
    let first = |region: &str| asked.iter().position(|one| one == region).unwrap();
    assert!(first("us-east-1") < last("eu-central-1") && first("eu-central-1") < last("us-east-1"), "{asked:?}");
    let all = history();
    // Every region is asked on its own, so that seventeen take no longer than the one with the most pages.
    let everywhere = settled(Program::used("lookup:all,me-south-1").signed(all.url()));
    assert_eq!(shown(&everywhere), shown(&in_one));
    let mut asked = all.regions();
    asked.sort();
    asked.dedup();
    assert_eq!(asked.len(), 18, "{asked:?}");
    assert!(asked.iter().any(|region| region == "me-south-1"));
}
