//! Logs in a bucket against the same files on disk, and sealed logs verified against hashing them alone, each in one
//! run: ratios, for others use the machine as well.
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
        let rate = |seconds: f64| logs.len() as f64 / seconds;
        println!(
            "{threads} threads: used from disk {:.0} files/s, from a bucket on loopback {:.0}, {:.2} times as long",
            rate(disk),
            rate(bucket),
            bucket / disk
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
            "{threads} threads: verify-logs {:.0} files/s ({} logs, {digests} digests), inflating and hashing alone {:.0}, {:.2} times as long",
            all as f64 / verified,
            logs.len(),
            all as f64 / hashed,
            verified / hashed
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
fn best<const N: usize>(rounds: u64, works: [&dyn Fn() -> f64; N]) -> [f64; N] {
    let mut least = [f64::INFINITY; N];
    for _ in 0..rounds {
        for (least, work) in least.iter_mut().zip(works) {
            *least = least.min(work());
        }
    }
    least
}

fn seconds(program: Program) -> f64 {
    let start = Instant::now();
    let output = program.output();
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    start.elapsed().as_secs_f64()
}

fn hash(files: &[PathBuf], threads: usize) -> f64 {
    let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
    let start = Instant::now();
    let hashes = pool.install(|| {
        files.par_iter().map(|path| chain::sha256(&inflate(&std::fs::read(path).unwrap())).len()).sum::<usize>()
    });
    assert_eq!(hashes, files.len() * 64);
    start.elapsed().as_secs_f64()
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
