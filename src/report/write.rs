//! What is written: the report as one folder, or tables alone. How a folder comes to its place is `place`.

use std::fs::{self, File};
use std::io::{BufWriter, Write};
use std::path::Path;

use super::error::ReportError;
use super::place::{Kind, REPORT, check, io, place};
use super::telling::Report;
use super::{apply, guardrail, policies, trust};
use crate::table::{Table, to_parquet};

/// Whether the folder can be written later, so that the answer comes before long work and not after it.
pub fn ready(dir: &Path, force: bool) -> Result<(), ReportError> {
    check(dir, force, &[Kind::Report, Kind::Tables])
}

/// Writes the whole report as the folder `dir`. An existing report is replaced only by `force`; any other folder
/// that holds something is never touched.
pub fn write(dir: &Path, force: bool, report: &Report<'_>) -> Result<(), ReportError> {
    place(dir, force, Kind::Report, |partial| {
        write_parquet(partial, report.tables())?;
        write_texts(partial, report)?;
        let path = partial.join(REPORT);
        let mut out = BufWriter::new(File::create(&path).map_err(io("write", &path))?);
        report.write_json(&mut out).and_then(|()| out.flush()).map_err(io("write", &path))
    })
}

/// Writes tables as the folder `dir`, one Parquet file each. Existing tables of ours are replaced only by `force`.
pub fn write_tables(dir: &Path, force: bool, tables: &[Table]) -> Result<(), ReportError> {
    place(dir, force, Kind::Tables, |partial| write_parquet(partial, tables))
}

/// Writes a file of metrics as a whole, so that whoever reads it meanwhile finds the last one.
pub fn write_metrics(path: &Path, text: &str) -> Result<(), ReportError> {
    let name = path.file_name().ok_or_else(|| ReportError::NoName(path.to_path_buf()))?.to_string_lossy();
    // The collector of node_exporter reads all that end in `.prom`.
    let partial = path.with_file_name(format!(".{name}.partial-{}", std::process::id()));
    fs::write(&partial, text).map_err(io("write", &partial))?;
    fs::rename(&partial, path).map_err(io("write", path))
}

fn write_parquet(dir: &Path, tables: &[Table]) -> Result<(), ReportError> {
    for table in tables {
        let path = dir.join(format!("{}.parquet", table.name));
        fs::write(&path, to_parquet(table)?).map_err(io("write", &path))?;
    }
    Ok(())
}

fn write_texts(dir: &Path, report: &Report<'_>) -> Result<(), ReportError> {
    let documents = policies::contents(&report.judgement.policies, &report.files);
    let guardrails = guardrail::contents(&report.judgement.guardrails);
    let trusts = trust::contents(&report.judgement.trusts, &report.trust_files);
    for (path, text) in documents.into_iter().chain(trusts).chain(guardrails).chain(apply::contents(report)) {
        let path = dir.join(path);
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder).map_err(io("make", folder))?;
        }
        fs::write(&path, text).map_err(io("write", &path))?;
    }
    Ok(())
}
