//! The proofreading: what is wrong with the text of a policy, where it stands, and what to write instead.
//!
//! text → `json` (values with their places) → `grammar` (what is no policy) → one file per theme of checks.
//! The table `checks.tsv` is the reference of all checks; their names and types are those of IAM Access Analyzer
//! where it has one. What of its reference is left out stands in `undecidable.tsv`, with the reason.
//! Pure: texts come in, findings go out.

mod actions;
mod addresses;
mod arns;
mod breadth;
mod checks;
mod clauses;
mod conditions;
mod control;
mod document;
mod federation;
mod finding;
mod grammar;
mod handover;
mod identifiers;
mod inspect;
mod json;
mod known_keys;
mod nearest;
mod operands;
mod operator;
mod principals;
mod public;
mod redundancy;
mod resources;
mod services;
mod sizes;
mod stars;
mod subject;
mod tags;
mod telling;
mod trust;
mod values;
mod variables;
mod view;

pub use checks::{Check, Severity, all as checks};
pub use finding::Finding;
pub use inspect::{lint, lint_all};
pub(crate) use nearest::nearest;
pub use subject::{Kind, Subject};
pub use telling::{json_line, line, sarif};
