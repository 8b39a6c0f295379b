//! How fast a trail is taken in, told against inflating it alone, which no reader can undercut.
//!
//! `cargo bench --bench ingest -- generate DIR [--files 150] [--records 4000] [--seed 7]` writes a large trail,
//! `cargo bench --bench ingest -- run DIR [--rounds 3] [--python PATH]` measures inflating it, `trailfit used` and
//! `suggest` over it, the serde_json reference, and DuckDB and chDB if that Python has them.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

mod amplify;
mod measure;
mod peers;
mod random;
mod template;

use std::path::{Path, PathBuf};

const USAGE: &str = "\
usage: cargo bench --bench ingest -- generate DIR [--files 150] [--records 4000] [--seed 7]
       cargo bench --bench ingest -- run DIR [--rounds 3] [--python PATH]";

/// What is to be done.
enum Command {
    Generate(PathBuf, amplify::Size),
    Run { folder: PathBuf, rounds: u64, python: Option<PathBuf> },
}

fn main() {
    match command(std::env::args().skip(1)) {
        Some(Command::Generate(folder, size)) => amplify::generate(&sample_logs(), &folder, size),
        Some(Command::Run { folder, rounds, python }) => {
            measure::run(&folder, &sample_logs().join("grants"), rounds, python.as_deref());
        }
        None => println!("{USAGE}"),
    }
}

fn sample_logs() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("sample-logs")
}

fn command(args: impl Iterator<Item = String>) -> Option<Command> {
    // cargo adds its own flag.
    let mut args = args.filter(|arg| arg != "--bench");
    let (name, folder) = (args.next()?, PathBuf::from(args.next()?));
    let mut size = amplify::Size { files: 150, records: 4_000, seed: 7 };
    let (mut rounds, mut python) = (3, None);
    while let Some(flag) = args.next() {
        let value = args.next()?;
        match flag.as_str() {
            "--files" => size.files = value.parse().ok()?,
            "--records" => size.records = value.parse().ok()?,
            "--seed" => size.seed = value.parse().ok()?,
            "--rounds" => rounds = value.parse().ok()?,
            "--python" => python = Some(PathBuf::from(value)),
            _ => return None,
        }
    }
    match name.as_str() {
        "generate" => Some(Command::Generate(folder, size)),
        "run" => Some(Command::Run { folder, rounds, python }),
        _ => None,
    }
}
