//! Inflating alone, and `trailfit suggest`, over the same files in one run.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use rayon::prelude::*;

/// How often a child's peak memory is looked up; the kernel keeps the peak, so only the very end can be missed.
const LOOK_EVERY: Duration = Duration::from_millis(5);

/// Prints one line per measurement.
pub(crate) fn run(folder: &Path, grants: &Path) {
    let files = files(folder);
    if files.is_empty() {
        println!("no .json.gz below {}: generate them first", folder.display());
        return;
    }
    // Once unmeasured, so that all files stand in the page cache.
    let bytes = inflate_all(&files, 2).1;
    println!("{} files, {:.2} GB inflated", files.len(), bytes as f64 / 1e9);
    for threads in [1, 2] {
        let (alone, _) = inflate_all(&files, threads);
        report(&format!("inflate alone, {threads} thread(s)"), alone, bytes, None, "");
        let child = suggest(folder, grants, threads);
        let note = format!(", peak {} MB, {}", child.peak_kb / 1_000, child.status);
        report(&format!("trailfit suggest --threads {threads}"), child.wall, bytes, Some(alone), &note);
    }
}

fn report(what: &str, wall: Duration, bytes: u64, alone: Option<Duration>, note: &str) {
    let seconds = wall.as_secs_f64();
    let ratio = alone.map(|alone| format!(", {:.2} x inflating alone", seconds / alone.as_secs_f64()));
    println!("{what}: {seconds:.2} s, {:.2} GB/s{}{note}", bytes as f64 / 1e9 / seconds, ratio.unwrap_or_default());
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = walkdir::WalkDir::new(folder).sort_by_file_name().into_iter().filter_map(Result::ok);
    let paths = entries.map(walkdir::DirEntry::into_path);
    paths.filter(|path| path.to_string_lossy().ends_with(".json.gz")).collect()
}

/// The time, and the bytes that came out.
fn inflate_all(files: &[PathBuf], threads: usize) -> (Duration, u64) {
    let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
    let start = Instant::now();
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
    let bytes = pool.install(|| files.par_iter().map_init(state, inflate).sum());
    (start.elapsed(), bytes)
}

/// What became of a child.
struct Child {
    wall: Duration,
    peak_kb: u64,
    status: String,
}

fn suggest(folder: &Path, grants: &Path, threads: usize) -> Child {
    let out = std::env::temp_dir().join(format!("trailfit-bench-{}", std::process::id()));
    let start = Instant::now();
    let mut child = Command::new(env!("CARGO_BIN_EXE_trailfit"))
        .arg("suggest")
        .arg(folder)
        .arg("--grants")
        .arg(grants)
        .arg("--out")
        .arg(&out)
        .args(["--force", "--threads", &threads.to_string()])
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut peak_kb = 0;
    let status = loop {
        if let Some(status) = child.try_wait().unwrap() {
            break status.to_string();
        }
        peak_kb = peak(child.id()).unwrap_or(peak_kb).max(peak_kb);
        std::thread::sleep(LOOK_EVERY);
    };
    let wall = start.elapsed();
    let _ = std::fs::remove_dir_all(&out);
    Child { wall, peak_kb, status }
}

/// `VmHWM` of a process, in kB; Linux only, elsewhere unknown.
fn peak(process: u32) -> Option<u64> {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    line.split_whitespace().next()?.parse().ok()
}
