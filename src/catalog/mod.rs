//! The dictionary: which IAM actions exist, what they act on, which CloudTrail event needs which.
//!
//! Facts live in the text tables under `data/` (generated and curated), not in code.
//! It knows no file, network, clock, thread or environment: tables and archives come in as values.

mod actions;
pub mod build;
mod call;
mod condition;
#[cfg(test)]
mod consistency;
mod context;
mod dictionary;
mod difference;
mod error;
mod events;
mod explain;
mod facts;
mod formats;
mod free_members;
mod group;
mod index;
mod keys;
mod kinds;
mod lookup;
mod load;
#[cfg(test)]
mod measure;
mod pairs;
mod passed_role;
mod remarks;
mod required;
mod resources;
mod sheet;
mod shelf;
mod sources;
mod varying;
mod visibility;

pub use actions::Actions;
pub use build::{BuildError, Built, Pin, build, pins};
pub use call::{Call, Late, Need, Provenance, Required, TouchedResource};
pub use dictionary::Catalog;
pub use difference::{Change, difference};
pub use error::CatalogError;
pub use explain::Explanation;
pub use facts::{AccessLevel, Action, Visibility};
pub use formats::{names_type, opened};
pub use free_members::FreeMember;
pub use group::Listed;
pub use keys::{ConditionKey, KeyType, takes_key};
pub use lookup::ResourceType;
pub use pairs::Pair;
pub use varying::NamePart;
