//! Text for a person at a terminal: a summary to read in ten seconds, and answers to single questions.
//! Plain text of at most `WIDTH` characters; colour only where asked for.

mod backtest;
mod check;
mod explain;
mod guardrails;
mod intake;
mod layout;
mod listing;
mod rebuilt;
mod steps;
mod summary;
mod trust;
mod used;
mod warnings;

pub use backtest::{backtest, foresight};
pub use check::{CheckVerdict, check};
pub use explain::explain;
pub use rebuilt::rebuilt;
pub use used::used_summary;
