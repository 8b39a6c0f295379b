//! How a folder comes to its place: whole or not at all. A run that is killed leaves the old folder or the new one,
//! never half of one, and nothing is replaced that we did not write.

use std::fs::{self, File};
use std::io::{self, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};

use super::error::ReportError;

/// The file that makes a folder a report.
pub const REPORT: &str = "report.json";

/// How our report.json begins within so many bytes; other tools write a file of that name too.
const MARK: &str = "\"tool\": {\"name\":\"trailfit\"";
/// So many.
pub const MARK_WITHIN: u64 = 200;

/// How our Parquet files name their writer, within so many bytes of their end.
const WRITER: &str = "trailfit ";
const WRITER_WITHIN: u64 = 4_096;

/// What a folder of ours holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A report.
    Report,
    /// Tables alone: evidence that is kept for later runs.
    Tables,
}

/// What is at the place now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Standing {
    Nothing,
    Empty,
    Ours,
}

/// Whether a folder of one of these kinds may be put there.
pub(super) fn check(dir: &Path, force: bool, kinds: &[Kind]) -> Result<(), ReportError> {
    parent_and_name(dir).and_then(|_| standing(dir, force, kinds)).map(drop)
}

/// Fills a folder beside `dir` and puts it in place; on any error it is removed again.
pub(super) fn place(
    dir: &Path,
    force: bool,
    kind: Kind,
    fill: impl FnOnce(&Path) -> Result<(), ReportError>,
) -> Result<(), ReportError> {
    // A link is followed, so that what is replaced is the folder and not the link.
    let dir = &dir.canonicalize().unwrap_or_else(|_| dir.to_path_buf());
    let (parent, name) = parent_and_name(dir)?;
    let stands = standing(dir, force, &[kind])?;
    let beside = |what: &str| parent.join(format!(".{name}.{what}-{}", std::process::id()));
    let partial = Partial::new(beside("partial"))?;
    fill(&partial.0)?;
    match stands {
        Standing::Nothing => rename(&partial.0, dir),
        Standing::Empty => {
            fs::remove_dir(dir).map_err(io("replace", dir))?;
            rename(&partial.0, dir)
        }
        Standing::Ours => swap(&partial.0, dir, &beside("old")),
    }
}

fn parent_and_name(dir: &Path) -> Result<(PathBuf, String), ReportError> {
    let name = dir.file_name().ok_or_else(|| ReportError::NoName(dir.to_path_buf()))?;
    let parent = dir.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    if !parent.is_dir() {
        return Err(ReportError::NoParent(parent.to_path_buf()));
    }
    Ok((parent.to_path_buf(), name.to_string_lossy().into_owned()))
}

fn standing(dir: &Path, force: bool, kinds: &[Kind]) -> Result<Standing, ReportError> {
    if fs::symlink_metadata(dir).is_err() {
        return Ok(Standing::Nothing);
    }
    if dir.is_dir() && fs::read_dir(dir).map_err(io("read", dir))?.next().is_none() {
        return Ok(Standing::Empty);
    }
    if !kinds.iter().any(|kind| is_ours(dir, *kind)) {
        return Err(ReportError::NotOurs { place: dir.display().to_string(), was: was(kinds) });
    }
    if force { Ok(Standing::Ours) } else { Err(ReportError::Exists(dir.display().to_string())) }
}

fn was(kinds: &[Kind]) -> &'static str {
    match kinds {
        [Kind::Report] => "report",
        [Kind::Tables] => "evidence",
        _ => "output",
    }
}

impl Kind {
    /// Why a place is left alone that holds something else.
    pub fn not_ours(self, place: String) -> ReportError {
        ReportError::NotOurs { place, was: was(&[self]) }
    }
}

/// Whether a report.json that begins so is ours.
pub fn is_report(head: &[u8]) -> bool {
    contains(head, MARK)
}

/// Whether a Parquet file that ends so is ours.
pub fn is_table(tail: &[u8]) -> bool {
    contains(tail, WRITER)
}

fn is_ours(dir: &Path, kind: Kind) -> bool {
    match kind {
        Kind::Report => head(&dir.join(REPORT)).is_ok_and(|head| is_report(&head)),
        Kind::Tables => {
            let entries = fs::read_dir(dir).and_then(Iterator::collect::<io::Result<Vec<fs::DirEntry>>>);
            let is_table = |entry: &fs::DirEntry| tail(&entry.path()).is_ok_and(|tail| is_table(&tail));
            entries.is_ok_and(|entries| !entries.is_empty() && entries.iter().all(is_table))
        }
    }
}

fn head(path: &Path) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    File::open(path)?.take(MARK_WITHIN).read_to_end(&mut bytes)?;
    Ok(bytes)
}

fn tail(path: &Path) -> io::Result<Vec<u8>> {
    let mut file = File::open(path)?;
    let length = file.metadata()?.len();
    file.seek(SeekFrom::Start(length.saturating_sub(WRITER_WITHIN)))?;
    let mut bytes = Vec::new();
    file.read_to_end(&mut bytes)?;
    Ok(bytes)
}

fn contains(bytes: &[u8], mark: &str) -> bool {
    bytes.windows(mark.len()).any(|window| window == mark.as_bytes())
}

/// The unfinished folder; removed unless it was renamed away.
struct Partial(PathBuf);

impl Partial {
    fn new(path: PathBuf) -> Result<Partial, ReportError> {
        if path.exists() {
            // Left by a killed run that had our process id.
            fs::remove_dir_all(&path).map_err(io("remove", &path))?;
        }
        fs::create_dir(&path).map_err(io("make", &path))?;
        Ok(Partial(path))
    }
}

impl Drop for Partial {
    fn drop(&mut self) {
        // Nothing is left to remove after success, and nothing can be told from here.
        drop(fs::remove_dir_all(&self.0));
    }
}

/// The old folder goes aside, the new one in, and only then the old one away.
fn swap(new: &Path, dir: &Path, aside: &Path) -> Result<(), ReportError> {
    rename(dir, aside)?;
    if let Err(error) = rename(new, dir) {
        rename(aside, dir)?;
        return Err(error);
    }
    fs::remove_dir_all(aside).map_err(io("remove", aside))
}

fn rename(from: &Path, to: &Path) -> Result<(), ReportError> {
    fs::rename(from, to).map_err(io("put in place", to))
}

/// The error of a deed at a path.
pub(super) fn io(deed: &'static str, path: &Path) -> impl FnOnce(io::Error) -> ReportError {
    move |source| ReportError::Io { deed, path: path.to_path_buf(), source }
}
