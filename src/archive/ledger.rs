//! The ledger: which files and objects were read.

use std::collections::BTreeMap;

use super::error::ArchiveError;
use super::schema;
use crate::table::{Cell, Table, from_parquet};

/// The name of its table; its file is `objects.parquet`.
pub const LEDGER: &str = "objects";

/// Files by name, each with the stamp that it had when it was read.
pub type Ledger = BTreeMap<String, String>;

/// The ledger as a table.
pub fn freeze_ledger(ledger: &Ledger) -> Table {
    let mut table = schema::objects();
    table.rows = ledger.iter().map(|(name, stamp)| vec![name.clone().into(), stamp.clone().into()]).collect();
    table
}

/// The ledger from the bytes of its file.
pub fn thaw_ledger(bytes: Vec<u8>) -> Result<Ledger, ArchiveError> {
    let table = from_parquet(schema::objects(), bytes)?;
    let rows = table.rows.into_iter().enumerate();
    rows.map(|(at, row)| match <[Cell; 2]>::try_from(row) {
        Ok([Cell::Text(name), Cell::Text(stamp)]) => Ok((name, stamp)),
        _ => Err(ArchiveError::Row { table: LEDGER, row: at + 1 }),
    })
    .collect()
}
