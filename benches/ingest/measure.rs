//! Inflating alone, our ingest, the serde_json reference and the peers over the same files in one run.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use rayon::prelude::*;
use trailfit::catalog::Catalog;
use trailfit::trail::{Gatherer, Scope};

use crate::peers;

/// How often a child's peak memory is looked up; the kernel keeps the peak, so only the very end can be missed.
const LOOK_EVERY: Duration = Duration::from_millis(2);

/// The clock of `/proc/PID/stat`; the same on every Linux that people run.
const TICKS_PER_SECOND: f64 = 100.0;

/// What one thing took.
#[derive(Clone, Copy)]
pub(crate) struct Cost {
    wall: f64,
    /// User and system time of all threads, in seconds; by the clock's ticks.
    cpu: f64,
    peak_kb: u64,
}

/// Prints one line per measurement: the best of some rounds, in each of which everything is measured in turn.
pub(crate) fn run(folder: &Path, grants: &Path, rounds: u64, python: Option<&Path>) {
    let files = files(folder);
    if files.is_empty() {
        println!("no .json.gz below {}: generate them first", folder.display());
        return;
    }
    // Once unmeasured, so that all files stand in the page cache.
    let bytes = inflate_all(&files, 2);
    println!("{} files, {:.3} GB inflated; best of {rounds} rounds", files.len(), bytes as f64 / 1e9);
    for threads in [1, 2] {
        let mut lines: Vec<(String, Cost)> = Vec::new();
        for _ in 0..rounds {
            let mut told = 0;
            let mut keep = |what: &str, cost: Cost| {
                match lines.get_mut(told) {
                    Some((_, best)) if best.wall > cost.wall => *best = cost,
                    Some(_) => {}
                    None => lines.push((what.to_owned(), cost)),
                }
                told += 1;
            };
            keep("inflating alone", here(|| assert!(inflate_all(&files, threads) > 0)));
            keep("trailfit used", trailfit(&["used"], folder, threads));
            let out = std::env::temp_dir().join(format!("trailfit-bench-{}", std::process::id()));
            let more = ["--grants", &grants.to_string_lossy(), "--out", &out.to_string_lossy(), "--force"];
            keep("trailfit suggest", trailfit(&[&["suggest"], more.as_slice()].concat(), folder, threads));
            let _ = std::fs::remove_dir_all(&out);
            keep("serde_json reference", here(|| plainly(&files, threads)));
        }
        for (name, script) in peers::SCRIPTS {
            if let Some(cost) = python.and_then(|python| peers::measure(python, script, folder, threads)) {
                lines.push((format!("{name}, group-by alone"), cost));
            }
        }
        report(threads, &lines, bytes);
    }
}

fn report(threads: usize, lines: &[(String, Cost)], bytes: u64) {
    let Some((_, alone)) = lines.first() else { return };
    println!("\n{threads} thread(s)");
    println!("{:<24} {:>8} {:>8} {:>7} {:>9} {:>9} {:>8}", "", "wall s", "cpu s", "GB/s", "x wall", "x cpu", "peak MB");
    for (what, cost) in lines {
        println!(
            "{what:<24} {:>8.2} {:>8.2} {:>7.3} {:>9.2} {:>9.2} {:>8}",
            cost.wall,
            cost.cpu,
            bytes as f64 / 1e9 / cost.wall,
            cost.wall / alone.wall,
            cost.cpu / alone.cpu,
            cost.peak_kb / 1_000,
        );
    }
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = walkdir::WalkDir::new(folder).sort_by_file_name().into_iter().filter_map(Result::ok);
    let paths = entries.map(walkdir::DirEntry::into_path);
    paths.filter(|path| path.to_string_lossy().ends_with(".json.gz")).collect()
}

/// Opens, reads and inflates every file; gives the bytes that came out.
fn inflate_all(files: &[PathBuf], threads: usize) -> u64 {
    let state = || (libdeflater::Decompressor::new(), Vec::new());
    let inflate = |(inflater, out): &mut (libdeflater::Decompressor, Vec<u8>), path: &PathBuf| {
        let bytes = std::fs::read(path).unwrap();
        let (_, size) = bytes.split_last_chunk::<4>().unwrap();
        let size = u32::from_le_bytes(*size) as usize;
        if out.len() < size {
            out.resize(size, 0);
        }
        inflater.gzip_decompress(&bytes, out).unwrap() as u64
    };
    pool(threads).install(|| files.par_iter().map_init(state, inflate).sum())
}

/// The whole of our reading by serde_json alone, without what it takes to remember.
fn plainly(files: &[PathBuf], threads: usize) {
    let catalog = Catalog::embedded().unwrap();
    let scope = Scope::default();
    let start = || Gatherer::plain(&catalog, &scope);
    let merge = trailfit::trail::Evidence::merge;
    let all = || files.par_iter().fold(start, read_plainly).map(Gatherer::finish);
    let mut evidence = pool(threads).install(|| all().reduce(|| start().finish(), merge));
    evidence.settle().unwrap();
}

fn read_plainly<'c>(mut gatherer: Gatherer<'c>, path: &PathBuf) -> Gatherer<'c> {
    gatherer.read(&path.to_string_lossy(), &std::fs::read(path).unwrap());
    gatherer
}

fn pool(threads: usize) -> rayon::ThreadPool {
    rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap()
}

/// Measures something in this process; its memory is not told.
fn here(work: impl FnOnce()) -> Cost {
    let (start, before) = (Instant::now(), cpu_seconds(13..15));
    work();
    Cost { wall: start.elapsed().as_secs_f64(), cpu: cpu_seconds(13..15) - before, peak_kb: 0 }
}

fn trailfit(words: &[&str], folder: &Path, threads: usize) -> Cost {
    let mut command = Command::new(env!("CARGO_BIN_EXE_trailfit"));
    command.args(words.first()).arg(folder).args(&words[1..]).args(["--threads", &threads.to_string()]);
    child(&mut command, 2).unwrap_or_else(|status| panic!("trailfit {words:?}: {status}"))
}

/// Runs a child to its end; exit codes beyond the given one are failures.
pub(crate) fn child(command: &mut Command, most: i32) -> Result<Cost, String> {
    let (start, before) = (Instant::now(), cpu_seconds(15..17));
    let mut child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().map_err(|error| error.to_string())?;
    let mut peak_kb = 0;
    let status = loop {
        if let Some(status) = child.try_wait().unwrap() {
            break status;
        }
        peak_kb = peak(child.id()).unwrap_or(peak_kb).max(peak_kb);
        std::thread::sleep(LOOK_EVERY);
    };
    let cost = Cost { wall: start.elapsed().as_secs_f64(), cpu: cpu_seconds(15..17) - before, peak_kb };
    status.code().filter(|code| *code <= most).map(|_| cost).ok_or_else(|| status.to_string())
}

/// Two fields of `/proc/self/stat` together: 13 and 14 are this process's times, 15 and 16 its children's.
fn cpu_seconds(fields: std::ops::Range<usize>) -> f64 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    // The name of the program, in brackets, may hold spaces.
    let after_name = stat.rsplit_once(')').map_or("", |(_, rest)| rest);
    let ticks = after_name.split_whitespace().skip(fields.start - 2).take(fields.len());
    ticks.filter_map(|ticks| ticks.parse::<f64>().ok()).sum::<f64>() / TICKS_PER_SECOND
}

/// `VmHWM` of a process, in kB; Linux only, elsewhere unknown.
fn peak(process: u32) -> Option<u64> {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    line.split_whitespace().next()?.parse().ok()
}
