//! The telling: rows, JSON, Parquet, policy files and text. It judges nothing and reads no clock.
//!
//! evidence, judgement → `findings` → `tables` → `json`, Parquet; `policies` → documents; `apply` → what puts them in place; `write` puts all of it
//! in place; `text` is for people at a terminal.

mod age;
mod apply;
mod backtest;
mod confidence;
mod error;
mod findings;
mod guardrail;
mod json;
mod metrics;
mod place;
mod plain;
mod policies;
mod sharing;
mod telling;
mod tables;
mod text;
mod trust;
mod write;

pub use backtest::backtest_json;
pub use error::ReportError;
pub use metrics::{AddedFigures, MetricsFormat, Nightly, last_success, verdicts};
pub use place::{Kind, MARK_WITHIN, REPORT, is_report, is_table};
pub use tables::schema;
pub use telling::Report;
pub use text::{CheckVerdict, backtest, check, explain, foresight, rebuilt, used_summary};
pub use write::{files, is_part, ready, table_files, write, write_metrics, write_tables};
