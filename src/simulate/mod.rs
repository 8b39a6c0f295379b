//! The question: what would be allowed, asked of policies as they stand or as they are given.
//!
//! The offline equal of AWS's policy simulator. Requests come as `Asked`, from flags or row by row from a
//! table (`rows`); a `Simulator` answers each by the law. It knows no file: readers come in as values.

mod answer;
mod asked;
mod csv;
mod gather;
mod items;
mod rows;
mod simulator;
mod untold;

pub use answer::Answer;
pub use asked::Asked;
pub use rows::{Row, Rows};
pub use simulator::{Setting, Simulator, caller};
