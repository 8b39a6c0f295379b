//! Report → folder. A run that is killed leaves the old report or the new one, never half of one.

use std::fs::{self, File};
use std::io::{BufWriter, Read, Write};
use std::path::{Path, PathBuf};

use super::error::ReportError;
use super::policies;
use super::telling::Report;
use crate::table::{Table, to_parquet};

/// The file that makes a folder a report.
const REPORT: &str = "report.json";

/// How our report.json begins within so many bytes.
const MARK: &str = "\"tool\": {\"name\":\"trailfit\"";
const MARK_WITHIN: u64 = 200;

/// What a folder of ours holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Content {
    /// A report, written by `write`.
    Report,
    /// Tables alone, written by `write_tables`: evidence kept for later runs.
    Tables,
}

/// Writes the whole report as the folder `dir`. An existing report is replaced only by `force`; any other folder
/// that holds something is never touched.
pub fn write(dir: &Path, force: bool, report: &Report<'_>) -> Result<(), ReportError> {
    put(dir, force, Content::Report, |partial| fill(partial, report))
}

/// Writes tables as the folder `dir`, one Parquet file each, under the same rules.
pub fn write_tables(dir: &Path, force: bool, tables: &[Table]) -> Result<(), ReportError> {
    put(dir, force, Content::Tables, |partial| tables.iter().try_for_each(|table| write_table(partial, table)))
}

/// Whether `dir` could be written now: asked before hours of reading.
pub fn ready(dir: &Path, force: bool, content: Content) -> Result<(), ReportError> {
    let dir = &dir.canonicalize().unwrap_or_else(|_| dir.to_path_buf());
    place(dir).and_then(|_| standing(dir, force, content)).map(|_| ())
}

fn put(
    dir: &Path,
    force: bool,
    content: Content,
    fill: impl FnOnce(&Path) -> Result<(), ReportError>,
) -> Result<(), ReportError> {
    // A link to a report is followed, so that what is replaced is the report and not the link.
    let dir = &dir.canonicalize().unwrap_or_else(|_| dir.to_path_buf());
    let (parent, name) = place(dir)?;
    let stands = standing(dir, force, content)?;
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

/// What is at the place of the report.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Standing {
    Nothing,
    Empty,
    Ours,
}

fn place(dir: &Path) -> Result<(PathBuf, String), ReportError> {
    let name = dir.file_name().ok_or_else(|| ReportError::NoName(dir.to_path_buf()))?;
    let parent = dir.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    if !parent.is_dir() {
        return Err(ReportError::NoParent(parent.to_path_buf()));
    }
    Ok((parent.to_path_buf(), name.to_string_lossy().into_owned()))
}

fn standing(dir: &Path, force: bool, content: Content) -> Result<Standing, ReportError> {
    if fs::symlink_metadata(dir).is_err() {
        return Ok(Standing::Nothing);
    }
    if !dir.is_dir() {
        return Err(ReportError::NotAReport(dir.to_path_buf()));
    }
    if fs::read_dir(dir).map_err(io("read", dir))?.next().is_none() {
        return Ok(Standing::Empty);
    }
    let ours = match content {
        Content::Report => is_report(dir),
        Content::Tables => is_tables(dir)?,
    };
    if !ours {
        return Err(ReportError::NotAReport(dir.to_path_buf()));
    }
    if force { Ok(Standing::Ours) } else { Err(ReportError::Exists(dir.to_path_buf())) }
}

/// Other tools write a report.json too: ours says so in its first lines.
fn is_report(dir: &Path) -> bool {
    let Ok(file) = File::open(dir.join(REPORT)) else {
        return false;
    };
    let mut head = Vec::new();
    file.take(MARK_WITHIN).read_to_end(&mut head).is_ok() && String::from_utf8_lossy(&head).contains(MARK)
}

/// Nothing but Parquet files: what `write_tables` leaves.
fn is_tables(dir: &Path) -> Result<bool, ReportError> {
    let mut entries = fs::read_dir(dir).map_err(io("read", dir))?;
    Ok(entries.all(|entry| entry.is_ok_and(|entry| entry.path().extension().is_some_and(|end| end == "parquet"))))
}

/// The unfinished report; removed unless it was renamed away.
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

fn write_table(dir: &Path, table: &Table) -> Result<(), ReportError> {
    let path = dir.join(format!("{}.parquet", table.name));
    fs::write(&path, to_parquet(table)?).map_err(io("write", &path))
}

fn fill(dir: &Path, report: &Report<'_>) -> Result<(), ReportError> {
    report.tables().into_iter().try_for_each(|table| write_table(dir, table))?;
    for (path, text) in policies::contents(&report.judgement.policies, &report.files) {
        let path = dir.join(path);
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder).map_err(io("make", folder))?;
        }
        fs::write(&path, text).map_err(io("write", &path))?;
    }
    let path = dir.join(REPORT);
    let mut out = BufWriter::new(File::create(&path).map_err(io("write", &path))?);
    report.write_json(&mut out).and_then(|()| out.flush()).map_err(io("write", &path))
}

/// The old report goes aside, the new one in, and only then the old one away.
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

fn io(deed: &'static str, path: &Path) -> impl FnOnce(std::io::Error) -> ReportError {
    move |source| ReportError::Io { deed, path: path.to_path_buf(), source }
}
