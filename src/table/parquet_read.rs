//! Parquet bytes → rows of a known table. Columns are found by name; others are ignored.

use arrow::array::{
    Array, ArrayRef, AsArray, BooleanArray, Float64Array, Int64Array, RecordBatch, StringArray,
    TimestampMillisecondArray,
};
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;

use super::parquet_write::data_type;
use super::rows::{Cell, Column, ColumnKind, Table, TableError};

/// Reads the rows of `table`'s schema into it.
pub fn from_parquet(mut table: Table, bytes: Vec<u8>) -> Result<Table, TableError> {
    let parquet = |source| TableError::Parquet { table: table.name.to_owned(), source };
    let arrow = |source| TableError::Arrow { table: table.name.to_owned(), source };
    let builder = ParquetRecordBatchReaderBuilder::try_new(bytes::Bytes::from(bytes)).map_err(parquet)?;
    let reader = builder.build().map_err(parquet)?;
    let mut rows = Vec::new();
    for batch in reader {
        read_batch(&table, &batch.map_err(arrow)?, &mut rows)?;
    }
    table.rows = rows;
    Ok(table)
}

fn read_batch(table: &Table, batch: &RecordBatch, rows: &mut Vec<Vec<Cell>>) -> Result<(), TableError> {
    let columns = table
        .columns
        .iter()
        .map(|column| {
            let found = batch.column_by_name(column.name).filter(|array| *array.data_type() == data_type(column.kind));
            let missing = || TableError::Column { table: table.name.to_owned(), column: column.name.to_owned() };
            found.map(|array| (column, array)).ok_or_else(missing)
        })
        .collect::<Result<Vec<_>, _>>()?;
    for row in 0..batch.num_rows() {
        rows.push(columns.iter().map(|(column, array)| cell(column, array, row)).collect());
    }
    Ok(())
}

fn cell(column: &Column, array: &ArrayRef, row: usize) -> Cell {
    if array.is_null(row) {
        return Cell::Null;
    }
    let any = array.as_any();
    let read = match column.kind {
        ColumnKind::Text => any.downcast_ref::<StringArray>().map(|array| Cell::Text(array.value(row).to_owned())),
        ColumnKind::Int => any.downcast_ref::<Int64Array>().map(|array| Cell::Int(array.value(row))),
        ColumnKind::Float => any.downcast_ref::<Float64Array>().map(|array| Cell::Float(array.value(row))),
        ColumnKind::Bool => any.downcast_ref::<BooleanArray>().map(|array| Cell::Bool(array.value(row))),
        ColumnKind::Time => {
            any.downcast_ref::<TimestampMillisecondArray>().map(|array| Cell::Time(array.value(row).div_euclid(1_000)))
        }
        ColumnKind::Texts => {
            let texts = array.as_list_opt::<i32>().map(|list| list.value(row));
            texts.and_then(|values| {
                let values = values.as_any().downcast_ref::<StringArray>()?;
                Some(Cell::Texts((0..values.len()).map(|at| values.value(at).to_owned()).collect()))
            })
        }
        ColumnKind::Ints => {
            let numbers = array.as_list_opt::<i32>().map(|list| list.value(row));
            numbers.and_then(|values| Some(Cell::Ints(values.as_any().downcast_ref::<Int64Array>()?.values().to_vec())))
        }
    };
    read.unwrap_or(Cell::Null)
}

#[cfg(test)]
mod tests {
    use super::from_parquet;
    use crate::table::{Cell, ColumnKind, Table, to_parquet};

    #[test]
    fn what_is_written_is_read_again() {
        let columns = [
            ("text", ColumnKind::Text),
            ("int", ColumnKind::Int),
            ("float", ColumnKind::Float),
            ("flag", ColumnKind::Bool),
            ("time", ColumnKind::Time),
            ("texts", ColumnKind::Texts),
            ("ints", ColumnKind::Ints),
        ];
        let mut table = Table::new("t", &columns);
        table.rows.push(vec![
            Cell::from("a"),
            Cell::Int(-1),
            Cell::Float(0.5),
            Cell::Bool(true),
            Cell::Time(1_790_000_000),
            Cell::Texts(vec!["x".to_owned(), String::new()]),
            Cell::Ints(vec![i64::MIN, 3]),
        ]);
        table.rows.push(vec![Cell::Null; 7]);
        let bytes = to_parquet(&table).unwrap();
        assert_eq!(bytes, to_parquet(&table).unwrap());
        assert_eq!(from_parquet(Table::new("t", &columns), bytes).unwrap(), table);
    }

    #[test]
    fn another_schema_is_named() {
        let bytes = to_parquet(&Table::new("t", &[("a", ColumnKind::Text)])).unwrap();
        let empty = from_parquet(Table::new("t", &[("b", ColumnKind::Text)]), bytes).unwrap();
        assert!(empty.rows.is_empty());
        let mut table = Table::new("t", &[("a", ColumnKind::Text)]);
        table.rows.push(vec![Cell::from("x")]);
        let error = from_parquet(Table::new("t", &[("a", ColumnKind::Int)]), to_parquet(&table).unwrap()).unwrap_err();
        assert!(error.to_string().contains("column `a`"));
        assert!(from_parquet(Table::new("t", &[]), b"junk".to_vec()).is_err());
    }
}
