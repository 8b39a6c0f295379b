//! The figures of a night, for whoever watches: as a text file of Prometheus, or in CloudWatch's embedded metric format.

mod emf;
mod metric;
mod nightly;
mod prometheus;

pub use nightly::{AddedFigures, MetricsFormat, Nightly, verdicts};
pub use prometheus::last_success;
