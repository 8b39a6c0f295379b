//! The flat rows that reports and the archive share: one schema, written as Parquet or as JSON.
//!
//! It knows what a column is, not what it means. Imports nothing of ours; the only room with arrow and parquet.

mod parquet_read;
mod parquet_write;
mod rows;

pub use parquet_read::from_parquet;
pub use parquet_write::to_parquet;
pub use rows::{Cell, Column, ColumnKind, Table, TableError};
