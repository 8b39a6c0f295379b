//! A bucket in bad weather: what passes does not show, what stays is named, and nothing waits for ever.

use std::collections::BTreeMap;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::time::Duration;

use flate2::Compression;
use flate2::write::GzEncoder;
use trailfit::trail::Evidence;

use crate::fakes::{Fate, Program, Shelf};

/// More than the SDK's patience with an answer that stops, and the tries after it.
const STALLED: Duration = Duration::from_secs(60);

fn logs() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("sample-logs/AWSLogs")
}

fn settled(program: Program) -> Evidence {
    let mut evidence = program.run().evidence();
    evidence.settle().unwrap();
    evidence
}

/// All that the records showed and the count of all that they did not.
fn told(evidence: &Evidence) -> Vec<String> {
    let mut told: Vec<String> = evidence.uses.values().map(|seen| format!("{seen:?}")).collect();
    told.extend(evidence.sightings.values().map(|sighting| format!("{sighting:?}")));
    let tally = &evidence.tally;
    told.push(format!("{:?} {} {} {} {:?}", evidence.coverage, tally.read, tally.used, tally.lost, tally.exempt));
    told.sort();
    told
}

/// The delivered files of the sample, each with the fate of its place in the order.
fn shelf(fates: &[Option<Fate>]) -> Shelf {
    let files = Shelf::files(&logs());
    let of_place = |place: usize| fates.get(place % fates.len()).copied().flatten();
    let fates = files.keys().enumerate().filter_map(|(place, key)| Some((key.clone(), of_place(place)?))).collect();
    Shelf::of(files, fates)
}

#[test]
fn faults_that_pass_do_not_show() {
    let folder = settled(Program::used(logs()));
    let fates = [Fate::Busy(2), Fate::Reset(1), Fate::Cut(1), Fate::Slow(1), Fate::Reset(3), Fate::Cut(3)];
    let shelf = shelf(&fates.map(Some));
    let bucket = settled(Program::used("s3://any/AWSLogs").signed(shelf.url()));
    assert_eq!(told(&bucket), told(&folder));
    let tries = shelf.tries();
    let of_place = |place: usize| tries.values().skip(place).step_by(fates.len()).copied().collect::<Vec<usize>>();
    for (place, expected) in [3, 2, 2, 1, 4, 4].into_iter().enumerate() {
        assert!(of_place(place).iter().all(|tries| *tries == expected), "{:?}: {:?}", fates[place], of_place(place));
    }
}

#[test]
fn what_stays_away_is_named_and_the_rest_is_read() {
    let folder = settled(Program::used(logs()));
    let mut fates = vec![None; 200];
    fates[3] = Some(Fate::Refused("403 Forbidden", "AccessDenied"));
    fates[5] = Some(Fate::Refused("404 Not Found", "NoSuchKey"));
    fates[8] = Some(Fate::Refused("400 Bad Request", "ExpiredToken"));
    fates[13] = Some(Fate::Busy(usize::MAX));
    fates[21] = Some(Fate::Reset(usize::MAX));
    let shelf = shelf(&fates);
    let ended = Program::used("s3://any/AWSLogs").signed(shelf.url()).run();
    assert_eq!(ended.code, 3, "{}", ended.errors);
    let mut bucket = ended.evidence();
    bucket.settle().unwrap();
    assert_eq!(bucket.tally.files, folder.tally.files - 5);
    let files: Vec<String> = Shelf::files(&logs()).into_keys().collect();
    let reason = |place: usize| {
        let name = format!("s3://any/{}", files[place]);
        let loss = bucket.tally.losses.iter().find(|loss| loss.file == name).unwrap_or_else(|| panic!("{name}"));
        assert_eq!(loss.record, 0);
        loss.reason.clone()
    };
    assert_eq!(reason(3), "AccessDenied: as told");
    assert_eq!(reason(5), "NoSuchKey: as told");
    assert_eq!(reason(8), "ExpiredToken: as told");
    assert_eq!(reason(13), "SlowDown: as told");
    assert!(reason(21).starts_with("the answer was cut short"), "{}", reason(21));
    assert_eq!(bucket.tally.lost, folder.tally.lost + 5);
}

#[test]
fn an_answer_that_stops_coming_is_given_up_and_asked_for_again() {
    let (key, bytes) = Shelf::files(&logs()).into_iter().max_by_key(|(_, bytes)| bytes.len()).unwrap();
    let shelf = Shelf::of([(key.clone(), bytes)].into(), [(key.clone(), Fate::Silent(1))].into());
    let ended = Program::used("s3://any").signed(shelf.url()).run();
    assert!(ended.took < STALLED, "it took {:?}", ended.took);
    let evidence = ended.evidence();
    assert_eq!((evidence.tally.files, shelf.tries()[&key]), (1, 2));
}

/// A hundred thousand keys, of which the window of one account needs five regions of two weeks: the days, and the
/// week in which late files may come.
#[test]
fn a_large_bucket_is_listed_where_the_window_is() {
    let objects = large_bucket();
    assert!(objects.len() > 100_000);
    let shelf = Shelf::of(objects, BTreeMap::new());
    let window = ["--since", "2026-03-01", "--until", "2026-03-08", "--account", "444455556666"];
    let evidence = Program::used("s3://any/AWSLogs").signed(shelf.url()).with(&window).run().evidence();
    // From the first day to a week after the last, both included.
    assert_eq!(evidence.tally.files as usize, 15 * REGIONS.len() * FILES);
    let lists = shelf.lists();
    let above = "AWSLogs/o-exampleorg1/444455556666/";
    assert!(lists.iter().all(|prefix| prefix.starts_with(above) || above.starts_with(prefix.as_str())), "{lists:?}");
    // The bucket down to the account's regions, then each region in one page.
    assert_eq!(lists.len(), 5 + REGIONS.len(), "{lists:?}");
}

const REGIONS: [&str; 5] = ["eu-central-1", "eu-north-1", "eu-west-1", "us-east-1", "us-west-2"];

/// Files of an account and region a day.
const FILES: usize = 60;

/// Four months of three accounts, each file without a record.
fn large_bucket() -> BTreeMap<String, Vec<u8>> {
    let mut nothing = GzEncoder::new(Vec::new(), Compression::fast());
    nothing.write_all(br#"{"Records":[]}"#).unwrap();
    let nothing = nothing.finish().unwrap();
    let mut objects = BTreeMap::new();
    for account in ["111122223333", "123456789012", "444455556666"] {
        for (region, day) in REGIONS.iter().flat_map(|region| (0..112).map(move |day| (region, day))) {
            let (month, day) = (1 + day / 28, 1 + day % 28);
            let folder = format!("AWSLogs/o-exampleorg1/{account}/CloudTrail/{region}/2026/{month:02}/{day:02}");
            let name = format!("{account}_CloudTrail_{region}_2026{month:02}{day:02}T0000Z");
            objects.extend((0..FILES).map(|file| (format!("{folder}/{name}_{file:016}.json.gz"), nothing.clone())));
        }
    }
    objects
}
