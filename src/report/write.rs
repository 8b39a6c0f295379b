//! What is written: the report as one folder, or tables alone. How a folder comes to its place is `place`.

use std::fs;
use std::path::Path;

use super::error::ReportError;
use super::place::{Kind, REPORT, check, io, place};
use super::tables::schema;
use super::telling::Report;
use super::{apply, guardrail, policies, trust};
use crate::table::{Table, to_parquet};

/// The folders of a report.
const FOLDERS: [&str; 3] = ["apply", "guardrails", "policies"];

/// Whether the folder can be written later, so that the answer comes before long work and not after it.
pub fn ready(dir: &Path, force: bool) -> Result<(), ReportError> {
    check(dir, force, &[Kind::Report, Kind::Tables])
}

/// The files of a report by name, `report.json` as the last.
pub fn files(report: &Report<'_>) -> Result<Vec<(String, Vec<u8>)>, ReportError> {
    let documents = policies::contents(&report.judgement.policies, &report.files);
    let guardrails = guardrail::contents(&report.judgement.guardrails);
    let trusts = trust::contents(&report.judgement.trusts, &report.trust_files);
    let texts = documents.into_iter().chain(trusts).chain(guardrails).chain(apply::contents(report));
    let mut files = table_files(report.tables())?;
    files.extend(texts.map(|(path, text)| (path, text.into_bytes())));
    let mut whole = Vec::new();
    report.write_json(&mut whole).map_err(io("write", Path::new(REPORT)))?;
    files.push((REPORT.to_owned(), whole));
    Ok(files)
}

/// Tables as files by name, one Parquet file each.
pub fn table_files(tables: &[Table]) -> Result<Vec<(String, Vec<u8>)>, ReportError> {
    tables.iter().map(|table| Ok((format!("{}.parquet", table.name), to_parquet(table)?))).collect()
}

/// Whether a report may hold a file of this name.
pub fn is_part(name: &str) -> bool {
    let folder = name.split_once('/').map(|(folder, _)| folder);
    let is_table = || schema().iter().any(|table| name.strip_suffix(".parquet") == Some(table.name));
    name == REPORT || folder.is_some_and(|folder| FOLDERS.contains(&folder)) || is_table()
}

/// Writes the whole report as the folder `dir`. An existing report is replaced only by `force`; any other folder
/// that holds something is never touched.
pub fn write(dir: &Path, force: bool, report: &Report<'_>) -> Result<(), ReportError> {
    place(dir, force, Kind::Report, |partial| fill(partial, &files(report)?))
}

/// Writes tables as the folder `dir`, one Parquet file each. Existing tables of ours are replaced only by `force`.
pub fn write_tables(dir: &Path, force: bool, tables: &[Table]) -> Result<(), ReportError> {
    place(dir, force, Kind::Tables, |partial| fill(partial, &table_files(tables)?))
}

/// Writes a file of metrics as a whole, so that whoever reads it meanwhile finds the last one.
pub fn write_metrics(path: &Path, text: &str) -> Result<(), ReportError> {
    let name = path.file_name().ok_or_else(|| ReportError::NoName(path.to_path_buf()))?.to_string_lossy();
    // The collector of node_exporter reads all that end in `.prom`.
    let partial = path.with_file_name(format!(".{name}.partial-{}", std::process::id()));
    fs::write(&partial, text).map_err(io("write", &partial))?;
    fs::rename(&partial, path).map_err(io("write", path))
}

fn fill(dir: &Path, files: &[(String, Vec<u8>)]) -> Result<(), ReportError> {
    for (name, bytes) in files {
        let path = dir.join(name);
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder).map_err(io("make", folder))?;
        }
        fs::write(&path, bytes).map_err(io("write", &path))?;
    }
    Ok(())
}
