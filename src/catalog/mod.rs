//! The dictionary: which IAM actions exist, what they act on, which CloudTrail event needs which.
//!
//! Facts live in the text tables under `data/` (generated and curated), not in code.

mod facts;
mod required;

pub use facts::{AccessLevel, Action, Catalog, CatalogError, Visibility};
pub use required::{Call, Need, Provenance, Required, TouchedResource};
