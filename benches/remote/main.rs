//! Logs in a bucket against the same files on disk, and sealed logs verified against hashing them alone, each in one
//! run: ratios of seconds, and of the program's own seconds on a core, which others on the machine disturb less.
//!
//! `cargo bench --bench remote -- DIR [--files 2000] [--records 100] [--rounds 5] [--seed 7]`: so many files, in DIR,
//! which must not be there yet. The bucket is a server on loopback in this process: it takes its share of the cores.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

#[path = "../ingest/amplify.rs"]
mod amplify;
mod chain;
// The server and the clean environment of the tests, of which only parts are needed here.
#[allow(dead_code)]
#[path = "../../tests/fakes/program.rs"]
mod program;
#[path = "../ingest/random.rs"]
mod random;
#[allow(dead_code)]
#[path = "../../tests/fakes/store.rs"]
mod store;
#[path = "../ingest/template.rs"]
mod template;

use std::io::Write;
use std::path::{Path, PathBuf};
use std::time::Instant;

use rayon::prelude::*;

use program::Program;
use store::Store;

const USAGE: &str = "usage: cargo bench --bench remote -- DIR [--files 2000] [--records 100] [--rounds 5] [--seed 7]";

/// The clock of `/proc/self/stat`; the same on every Linux that people run.
const TICKS_PER_SECOND: f64 = 100.0;

/// Seconds that something took, by the clock and on the cores; of each the least of all rounds.
#[derive(Clone, Copy)]
struct Cost {
    wall: f64,
    cpu: f64,
}

/// Whose logs the generator writes.
const ACCOUNT: &str = "111122223333";
const REGION: &str = "eu-central-1";

fn main() {
    let Some((folder, size, rounds)) = command(std::env::args().skip(1)) else {
        println!("{USAGE}");
        return;
    };
    let sample = Path::new(env!("CARGO_MANIFEST_DIR")).join("sample-logs");
    amplify::generate(&sample, &folder, size);
    let place = folder.join("AWSLogs");
    let logs = files(&place);
    let store = Store::of(&place);
    let used = |place: &Path, threads| {
        let threads = format!("{threads}");
        let words = ["--threads", threads.as_str(), "--quiet", "--max-lost", "1"];
        seconds(Program::used(place).with(&words).signed(store.url()))
    };
    println!("best of {rounds} rounds");
    for threads in [1, 2] {
        let [disk, bucket] =
            best(rounds, [&|| used(&place, threads), &|| used(Path::new("s3://logs/AWSLogs"), threads)]);
        let rate = |cost: Cost| logs.len() as f64 / cost.wall;
        println!(
            "{threads} threads: used from disk {:.0} files/s, from a bucket on loopback {:.0}: {}",
            rate(disk),
            rate(bucket),
            times(bucket, disk)
        );
    }
    let (keys, digests) = chain::seal(&folder, &logs, ACCOUNT, REGION);
    let all = logs.len() + digests;
    for threads in [1, 2] {
        let verify = || {
            let words = ["verify-logs", place.to_str().unwrap(), "--keys", keys.to_str().unwrap(), "--quiet"];
            seconds(Program::of(&words).with(&["--threads", &threads.to_string()]))
        };
        let [hashed, verified] = best(rounds, [&|| hash(&files(&place), threads), &verify]);
        println!(
            "{threads} threads: verify-logs {:.0} files/s ({} logs, {digests} digests), inflating and hashing alone {:.0}: {}",
            all as f64 / verified.wall,
            logs.len(),
            all as f64 / hashed.wall,
            times(verified, hashed)
        );
    }
}

fn command(args: impl Iterator<Item = String>) -> Option<(PathBuf, amplify::Size, u64)> {
    // cargo adds its own flag.
    let mut args = args.filter(|arg| arg != "--bench");
    let folder = PathBuf::from(args.next()?);
    let mut size = amplify::Size { files: 2_000, records: 100, seed: 7 };
    let mut rounds = 5;
    while let Some(flag) = args.next() {
        let value = args.next()?.parse().ok()?;
        match flag.as_str() {
            "--files" => size.files = value,
            "--records" => size.records = value,
            "--rounds" => rounds = value,
            "--seed" => size.seed = value,
            _ => return None,
        }
    }
    Some((folder, size, rounds)).filter(|(folder, ..)| !folder.exists())
}

/// The least of each, all in turn in every round.
fn best<const N: usize>(rounds: u64, works: [&dyn Fn() -> Cost; N]) -> [Cost; N] {
    let mut least = [Cost { wall: f64::INFINITY, cpu: f64::INFINITY }; N];
    for _ in 0..rounds {
        for (least, work) in least.iter_mut().zip(works) {
            let cost = work();
            *least = Cost { wall: least.wall.min(cost.wall), cpu: least.cpu.min(cost.cpu) };
        }
    }
    least
}

fn times(one: Cost, other: Cost) -> String {
    format!("{:.2} times as long, {:.2} times the CPU", one.wall / other.wall, one.cpu / other.cpu)
}

/// Seconds on the cores so far: of this process, and of the children that have ended.
fn cpu() -> [f64; 2] {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap();
    let fields: Vec<f64> =
        stat.rsplit(')').next().unwrap().split_whitespace().filter_map(|one| one.parse().ok()).collect();
    // Without the letter of its state the fields begin with the fourth.
    [fields[10] + fields[11], fields[12] + fields[13]].map(|ticks| ticks / TICKS_PER_SECOND)
}

fn seconds(program: Program) -> Cost {
    let (start, [_, before]) = (Instant::now(), cpu());
    let output = program.output();
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    Cost { wall: start.elapsed().as_secs_f64(), cpu: cpu()[1] - before }
}

fn hash(files: &[PathBuf], threads: usize) -> Cost {
    let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
    let (start, [before, _]) = (Instant::now(), cpu());
    let hashes = pool.install(|| {
        files.par_iter().map(|path| chain::sha256(&inflate(&std::fs::read(path).unwrap())).len()).sum::<usize>()
    });
    assert_eq!(hashes, files.len() * 64);
    Cost { wall: start.elapsed().as_secs_f64(), cpu: cpu()[0] - before }
}

fn inflate(bytes: &[u8]) -> Vec<u8> {
    let length = bytes[bytes.len() - 4..].try_into().map(u32::from_le_bytes).unwrap();
    let mut text = vec![0; length as usize];
    libdeflater::Decompressor::new().gzip_decompress(bytes, &mut text).unwrap();
    text
}

fn pack(text: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::new(6));
    encoder.write_all(text).unwrap();
    encoder.finish().unwrap()
}

/// All packed files below a folder.
fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = walkdir::WalkDir::new(folder).sort_by_file_name().into_iter().map(Result::unwrap);
    let files = entries.filter(|entry| entry.file_type().is_file());
    files.map(|entry| entry.into_path()).filter(|path| path.extension().is_some_and(|end| end == "gz")).collect()
}
