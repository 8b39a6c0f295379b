//! The question of access: what a change of policies gives, what a principal may do, and who may do something.
//!
//! `iam::compare` answers it for policies; here it is put for documents, for snapshots and for principals, with
//! the catalog's actions, and what comes of it is told.

mod change;
mod documents;
mod holding;
mod lines;
mod sarif;
mod snapshots;
mod telling;
mod who_can;
mod world;

pub use change::{Change, Gained, Statement};
pub use documents::{Document, as_one, one_by_one};
pub use holding::{Clause, Holding, Row, holdings};
pub use sarif::sarif;
pub use snapshots::{Snapshots, Subject};
pub use telling::{change_json, change_text, holding_json, holding_text, who_can_json, who_can_text};
pub use who_can::{May, Named, WhoCan, who_can};
pub use world::World;
