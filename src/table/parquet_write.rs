//! Table → Parquet bytes (zstd). Deterministic: the same rows give the same bytes.

use std::sync::Arc;

use arrow::array::{
    ArrayRef, BooleanBuilder, Float64Builder, Int64Builder, ListBuilder, RecordBatch, StringBuilder,
    TimestampMillisecondBuilder,
};
use arrow::datatypes::{DataType, Field, Schema, TimeUnit};
use parquet::arrow::ArrowWriter;
use parquet::basic::{Compression, ZstdLevel};
use parquet::file::properties::WriterProperties;

use super::rows::{Cell, Column, ColumnKind, Table, TableError};

/// Rows per batch handed to the writer, so that a large table is not held twice.
const BATCH: usize = 65_536;

/// Writes the table as one Parquet file.
pub fn to_parquet(table: &Table) -> Result<Vec<u8>, TableError> {
    let arrow = |source| TableError::Arrow { table: table.name.to_owned(), source };
    let parquet = |source| TableError::Parquet { table: table.name.to_owned(), source };
    let fields: Vec<Field> =
        table.columns.iter().map(|column| Field::new(column.name, data_type(column.kind), true)).collect();
    let schema = Arc::new(Schema::new(fields));
    let properties = WriterProperties::builder()
        .set_compression(Compression::ZSTD(ZstdLevel::default()))
        .set_created_by(concat!("trailfit ", env!("CARGO_PKG_VERSION")).to_owned())
        .build();
    let mut writer = ArrowWriter::try_new(Vec::new(), schema.clone(), Some(properties)).map_err(parquet)?;
    for rows in table.rows.chunks(BATCH) {
        let columns = table.columns.iter().enumerate().map(|(at, column)| array(column, rows, at)).collect();
        let batch = RecordBatch::try_new(schema.clone(), columns).map_err(arrow)?;
        writer.write(&batch).map_err(parquet)?;
    }
    writer.into_inner().map_err(parquet)
}

pub(super) fn data_type(kind: ColumnKind) -> DataType {
    let list = |item| DataType::List(Arc::new(Field::new("item", item, true)));
    match kind {
        ColumnKind::Text => DataType::Utf8,
        ColumnKind::Int => DataType::Int64,
        ColumnKind::Float => DataType::Float64,
        ColumnKind::Bool => DataType::Boolean,
        ColumnKind::Time => DataType::Timestamp(TimeUnit::Millisecond, Some("UTC".into())),
        ColumnKind::Texts => list(DataType::Utf8),
        ColumnKind::Ints => list(DataType::Int64),
    }
}

/// One column of some rows; a cell of another kind than its column's is written as null.
fn array(column: &Column, rows: &[Vec<Cell>], at: usize) -> ArrayRef {
    let cells = rows.iter().map(|row| row.get(at).unwrap_or(&Cell::Null));
    match column.kind {
        ColumnKind::Text => {
            let mut builder = StringBuilder::new();
            cells.for_each(|cell| builder.append_option(if let Cell::Text(text) = cell { Some(text) } else { None }));
            Arc::new(builder.finish())
        }
        ColumnKind::Int => {
            let mut builder = Int64Builder::new();
            cells.for_each(|cell| builder.append_option(if let Cell::Int(n) = cell { Some(*n) } else { None }));
            Arc::new(builder.finish())
        }
        ColumnKind::Float => {
            let mut builder = Float64Builder::new();
            cells.for_each(|cell| builder.append_option(if let Cell::Float(n) = cell { Some(*n) } else { None }));
            Arc::new(builder.finish())
        }
        ColumnKind::Bool => {
            let mut builder = BooleanBuilder::new();
            cells.for_each(|cell| builder.append_option(if let Cell::Bool(flag) = cell { Some(*flag) } else { None }));
            Arc::new(builder.finish())
        }
        ColumnKind::Time => {
            let mut builder = TimestampMillisecondBuilder::new().with_timezone("UTC");
            cells
                .for_each(|cell| builder.append_option(if let Cell::Time(s) = cell { Some(*s * 1_000) } else { None }));
            Arc::new(builder.finish())
        }
        ColumnKind::Texts => {
            let mut builder = ListBuilder::new(StringBuilder::new());
            cells.for_each(|cell| {
                if let Cell::Texts(texts) = cell {
                    texts.iter().for_each(|text| builder.values().append_value(text));
                }
                builder.append(matches!(cell, Cell::Texts(_)));
            });
            Arc::new(builder.finish())
        }
        ColumnKind::Ints => {
            let mut builder = ListBuilder::new(Int64Builder::new());
            cells.for_each(|cell| {
                if let Cell::Ints(numbers) = cell {
                    numbers.iter().for_each(|number| builder.values().append_value(*number));
                }
                builder.append(matches!(cell, Cell::Ints(_)));
            });
            Arc::new(builder.finish())
        }
    }
}
