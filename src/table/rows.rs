//! Tables as data.

use serde_json::{Map, Value};

/// What a column holds; every kind may be null.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ColumnKind {
    /// UTF-8 text.
    Text,
    /// A 64-bit integer.
    Int,
    /// A 64-bit float.
    Float,
    /// True or false.
    Bool,
    /// A moment: seconds since 1970 in UTC (Parquet: timestamp in milliseconds; JSON: RFC 3339).
    Time,
    /// A list of texts.
    Texts,
    /// A list of integers.
    Ints,
}

/// A column's name and kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Column {
    /// `snake_case`.
    pub name: &'static str,
    /// What it holds.
    pub kind: ColumnKind,
}

/// One value.
#[derive(Clone, Debug, PartialEq)]
pub enum Cell {
    /// Null.
    Null,
    /// Text.
    Text(String),
    /// Integer.
    Int(i64),
    /// Float.
    Float(f64),
    /// Boolean.
    Bool(bool),
    /// Seconds since 1970.
    Time(i64),
    /// Texts.
    Texts(Vec<String>),
    /// Integers.
    Ints(Vec<i64>),
}

impl From<&str> for Cell {
    fn from(text: &str) -> Cell {
        Cell::Text(text.to_owned())
    }
}

impl From<String> for Cell {
    fn from(text: String) -> Cell {
        Cell::Text(text)
    }
}

impl From<Option<String>> for Cell {
    fn from(text: Option<String>) -> Cell {
        text.map_or(Cell::Null, Cell::Text)
    }
}

impl From<bool> for Cell {
    fn from(flag: bool) -> Cell {
        Cell::Bool(flag)
    }
}

impl From<u64> for Cell {
    fn from(number: u64) -> Cell {
        Cell::Int(i64::try_from(number).unwrap_or(i64::MAX))
    }
}

impl From<usize> for Cell {
    fn from(number: usize) -> Cell {
        Cell::Int(i64::try_from(number).unwrap_or(i64::MAX))
    }
}

impl From<Vec<String>> for Cell {
    fn from(texts: Vec<String>) -> Cell {
        Cell::Texts(texts)
    }
}

/// Rows under named columns. Each row has one cell per column.
#[derive(Clone, Debug, PartialEq)]
pub struct Table {
    /// The table's name, also its file's.
    pub name: &'static str,
    /// The columns.
    pub columns: Vec<Column>,
    /// The rows.
    pub rows: Vec<Vec<Cell>>,
}

impl Table {
    /// An empty table.
    pub fn new(name: &'static str, columns: &[(&'static str, ColumnKind)]) -> Table {
        let columns = columns.iter().map(|(name, kind)| Column { name, kind: *kind }).collect();
        Table { name, columns, rows: Vec::new() }
    }

    /// The rows as JSON objects; null cells are left in so that every row has every member.
    pub fn to_json(&self, time: fn(i64) -> String) -> Vec<Value> {
        let object = |row: &Vec<Cell>| {
            let members = self.columns.iter().zip(row).map(|(column, cell)| (column.name.to_owned(), json(cell, time)));
            Value::Object(members.collect::<Map<String, Value>>())
        };
        self.rows.iter().map(object).collect()
    }
}

fn json(cell: &Cell, time: fn(i64) -> String) -> Value {
    match cell {
        Cell::Null => Value::Null,
        Cell::Text(text) => Value::from(text.as_str()),
        Cell::Int(number) => Value::from(*number),
        Cell::Float(number) => Value::from(*number),
        Cell::Bool(flag) => Value::from(*flag),
        Cell::Time(seconds) => Value::from(time(*seconds)),
        Cell::Texts(texts) => Value::from(texts.clone()),
        Cell::Ints(numbers) => Value::from(numbers.clone()),
    }
}

/// Why a table could not be written or read.
#[derive(Debug, thiserror::Error)]
pub enum TableError {
    /// arrow refused.
    #[error("table `{table}`: {source}")]
    Arrow {
        /// The table.
        table: String,
        /// The cause.
        source: arrow::error::ArrowError,
    },
    /// parquet refused.
    #[error("table `{table}`: {source}")]
    Parquet {
        /// The table.
        table: String,
        /// The cause.
        source: parquet::errors::ParquetError,
    },
    /// The file's columns are not those of the table.
    #[error("table `{table}`: column `{column}` is missing or of another type; was it written by this version?")]
    Column {
        /// The table.
        table: String,
        /// The column.
        column: String,
    },
}
