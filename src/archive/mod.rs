//! The memory: evidence as Parquet files, so that runs, machines and nights can be added up.
//!
//! What is written is the evidence before it is counted: a record that two archives hold is one record when
//! they are merged. It knows no policy and judges nothing.

mod error;
mod index;
mod ledger;
mod schema;
mod thaw;
mod freeze;

pub use error::ArchiveError;
pub use freeze::freeze;
pub use index::{CONTENTS, Contents, INDEX, Index, NightEntry, Sum};
pub use ledger::{LEDGER, Ledger, freeze_ledger, thaw_ledger};
pub use schema::TABLES;
pub use thaw::{Thawed, thaw};
