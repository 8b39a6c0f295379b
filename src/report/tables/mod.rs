//! The five flat tables: the public schema that report.json, the Parquet files and `queries/` share.
//! `queries/README.md` tells what each column means; a test holds the two together.

pub(super) mod findings;
pub(super) mod grants;
pub(super) mod losses;
pub(super) mod principals;
pub(super) mod uses;

use crate::table::Table;

/// The tables without rows, in the order of the report.
pub fn schema() -> Vec<Table> {
    vec![principals::empty(), grants::empty(), uses::empty(), findings::empty(), losses::empty()]
}
