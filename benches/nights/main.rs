//! What a night costs when ninety were there before: a trail that grows by a day each night, taken into an archive
//! and judged from there, against reading all of it again.
//!
//! `cargo bench --bench nights -- DIR [--files 2] [--records 4000] [--seed 7]`: so many files a day, in DIR, which
//! must not be there yet.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

#[path = "../ingest/amplify.rs"]
mod amplify;
#[path = "../ingest/random.rs"]
mod random;
#[path = "../ingest/template.rs"]
mod template;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Instant;

const USAGE: &str = "usage: cargo bench --bench nights -- DIR [--files 2] [--records 4000] [--seed 7]";

const NIGHTS: usize = 90;

/// Nights of which the cost is told.
const TOLD: [usize; 6] = [1, 2, 30, 60, 89, 90];

/// Days that the generator fills.
const DAYS: u64 = 100;

fn main() {
    let Some((folder, size)) = command(std::env::args().skip(1)) else {
        println!("{USAGE}");
        return;
    };
    let (stock, live) = (folder.join("stock"), folder.join("live"));
    let sample = Path::new(env!("CARGO_MANIFEST_DIR")).join("sample-logs");
    amplify::generate(&sample, &stock, size);
    let days = days(&stock);
    assert!(days.len() >= NIGHTS, "{} days", days.len());
    let grants = sample.join("grants");
    let (archive, nightly, again) = (folder.join("archive"), folder.join("nightly"), folder.join("again"));
    println!("night  added s  judged s  both s  archive MB");
    for (night, day) in (1..).zip(days.iter().take(NIGHTS)) {
        let target = live.join(day.strip_prefix(&stock).unwrap());
        std::fs::create_dir_all(target.parent().unwrap()).unwrap();
        std::fs::rename(day, target).unwrap();
        let added = trailfit(&[&["archive", "add"], words(&[&live]).as_slice(), &["--archive"], &words(&[&archive])]);
        if !TOLD.contains(&night) {
            continue;
        }
        let judged = suggest(&["--archive", &archive.to_string_lossy()], &grants, &nightly);
        println!("{night:>5}  {added:>7.2}  {judged:>8.2}  {:>6.2}  {:>10.2}", added + judged, megabytes(&archive));
    }
    let whole = suggest(&[&live.to_string_lossy()], &grants, &again);
    println!("reading all again and judging: {whole:.2} s");
    let records = NIGHTS as f64 * size.records as f64 * (size.files / DAYS) as f64;
    println!("archive: {:.2} MB per million records", megabytes(&archive) / records * 1e6);
    println!("the same policies: {}", policies(&nightly) == policies(&again));
}

fn command(args: impl Iterator<Item = String>) -> Option<(PathBuf, amplify::Size)> {
    // cargo adds its own flag.
    let mut args = args.filter(|arg| arg != "--bench");
    let folder = PathBuf::from(args.next()?);
    let mut size = amplify::Size { files: 2, records: 4_000, seed: 7 };
    while let Some(flag) = args.next() {
        let value = args.next()?.parse().ok()?;
        match flag.as_str() {
            "--files" => size.files = value,
            "--records" => size.records = value,
            "--seed" => size.seed = value,
            _ => return None,
        }
    }
    size.files *= DAYS;
    Some((folder, size)).filter(|(folder, _)| !folder.exists())
}

/// The folders of days, in order.
fn days(stock: &Path) -> Vec<PathBuf> {
    let entries = walkdir::WalkDir::new(stock).sort_by_file_name().into_iter().map(Result::unwrap);
    let files = entries.filter(|entry| entry.file_type().is_file());
    let mut days: Vec<PathBuf> = files.map(|entry| entry.path().parent().unwrap().to_owned()).collect();
    days.dedup();
    days
}

fn suggest(input: &[&str], grants: &Path, out: &Path) -> f64 {
    trailfit(&[&["suggest"], input, &["--grants"], &words(&[grants]), &["--force", "--out"], &words(&[out])])
}

fn words<'p>(paths: &[&'p Path]) -> Vec<&'p str> {
    paths.iter().map(|path| path.to_str().unwrap()).collect()
}

/// Runs the program on one thread; gives seconds. Lost records of the sample's damaged files are no failure.
fn trailfit(words: &[&[&str]]) -> f64 {
    let start = Instant::now();
    let mut command = Command::new(env!("CARGO_BIN_EXE_trailfit"));
    command.args(words.concat()).args(["--threads", "1", "--quiet"]).stdout(Stdio::null()).stderr(Stdio::null());
    let code = command.status().unwrap().code();
    assert!(matches!(code, Some(0 | 3)), "{words:?}: {code:?}");
    start.elapsed().as_secs_f64()
}

fn megabytes(folder: &Path) -> f64 {
    let entries = walkdir::WalkDir::new(folder).into_iter().map(Result::unwrap);
    entries.filter(|entry| entry.file_type().is_file()).map(|entry| entry.metadata().unwrap().len()).sum::<u64>() as f64
        / 1e6
}

/// Every policy that was written.
fn policies(report: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let entries = walkdir::WalkDir::new(report.join("policies")).into_iter().map(Result::unwrap);
    let files = entries.filter(|entry| entry.file_type().is_file());
    files
        .map(|entry| (entry.path().strip_prefix(report).unwrap().to_owned(), std::fs::read(entry.path()).unwrap()))
        .collect()
}
