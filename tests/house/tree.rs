//! Reads the tree as it lies on disk, without asking git: paths and texts, nothing judged.

use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};

use walkdir::WalkDir;

/// Folders that hold nothing of ours.
const SKIPPED: &[&str] = &[".git", "target"];

/// One file: its path from the top of the tree, with `/`, and its text.
#[derive(Clone, Debug)]
pub(crate) struct Text {
    /// As `src/iam/arn.rs`.
    pub(crate) path: String,
    /// The text; bytes that are not UTF-8 are replaced, gzip is inflated as far as it goes.
    pub(crate) text: String,
}

impl Text {
    /// An invented file, for the examples that are broken on purpose.
    pub(crate) fn new(path: &str, text: &str) -> Text {
        let (path, text) = (path.to_owned(), text.to_owned());
        Text { path, text }
    }
}

/// The top of the tree.
pub(crate) fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// Every file of the tree, sorted by path.
pub(crate) fn all() -> Vec<Text> {
    let root = root();
    let walk = WalkDir::new(&root).sort_by_file_name().into_iter();
    walk.filter_entry(|entry| !SKIPPED.iter().any(|name| entry.file_name() == *name))
        .filter_map(Result::ok)
        .filter(|entry| entry.file_type().is_file())
        .map(|entry| read(&root, entry.path()))
        .collect()
}

/// The files whose path begins with one of `starts`.
pub(crate) fn under(starts: &[&str]) -> Vec<Text> {
    let mut files = all();
    files.retain(|file| starts.iter().any(|start| file.path.starts_with(start)));
    files
}

/// The Rust files of the crate.
pub(crate) fn sources() -> Vec<Text> {
    let mut files = under(&["src/"]);
    files.retain(|file| file.path.ends_with(".rs"));
    files
}

/// The text of one file, if it is there.
pub(crate) fn file(path: &str) -> Option<String> {
    fs::read_to_string(root().join(path)).ok()
}

fn read(root: &Path, path: &Path) -> Text {
    let relative = path.strip_prefix(root).unwrap_or(path);
    let bytes = fs::read(path).unwrap_or_default();
    let bytes = if relative.extension().is_some_and(|end| end == "gz") { inflated(&bytes) } else { bytes };
    Text { path: relative.to_string_lossy().replace('\\', "/"), text: String::from_utf8_lossy(&bytes).into_owned() }
}

/// What can be inflated; a damaged file gives the part before the damage.
fn inflated(bytes: &[u8]) -> Vec<u8> {
    let mut decoder = flate2::read::MultiGzDecoder::new(bytes);
    let (mut plain, mut chunk) = (Vec::new(), [0; 8192]);
    while let Ok(count) = decoder.read(&mut chunk) {
        if count == 0 {
            break;
        }
        plain.extend_from_slice(&chunk[..count]);
    }
    plain
}

#[test]
fn damaged_gzip_gives_the_part_before_the_damage() {
    use std::io::Write;
    let words: String = (0..20_000).map(|number| format!("{number} ")).collect();
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(words.as_bytes()).unwrap();
    let whole = encoder.finish().unwrap();
    assert_eq!(inflated(&whole), words.as_bytes());
    let half = inflated(&whole[..whole.len() / 2]);
    assert!(!half.is_empty() && words.as_bytes().starts_with(&half));
}
