//! The proofreading: what is wrong with the text of a policy, where it stands, and what to write instead.
//!
//! text → `json` (values with their places) → `grammar` (what is no policy) → one file per theme of checks.
//! The table `checks.tsv` is the reference of all checks; their names are those of IAM Access Analyzer where it
//! has one. Pure: texts come in, findings go out.

mod actions;
mod breadth;
mod checks;
mod clauses;
mod conditions;
mod document;
mod finding;
mod grammar;
mod inspect;
mod json;
mod nearest;
mod operands;
mod operator;
mod principals;
mod redundancy;
mod resources;
mod subject;
mod telling;
mod trust;
mod variables;
mod view;

pub use checks::{Check, Severity, all as checks};
pub use finding::Finding;
pub use inspect::lint;
pub(crate) use nearest::nearest;
pub use subject::{Kind, Subject};
pub use telling::{json_line, line, sarif};
