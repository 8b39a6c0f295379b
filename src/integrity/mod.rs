//! The seal: whether the log files are those that CloudTrail delivered, by its chain of digest files.
//!
//! `read` hashes one file; `verify` judges all of them: each digest by its signature, each log by the digest that
//! names it. What nobody attests, what is missing and what could not be told are findings of their own.
//! After AWS's documents "CloudTrail digest file structure" and "Custom implementations of CloudTrail log file
//! integrity validation".

mod chain;
mod digest;
mod file;
mod keys;
mod place;
mod telling;
mod verdict;
mod verify;

pub use chain::spans;
pub use file::{File, read};
pub use keys::{KeyError, PublicKeys};
pub use telling::{counts, json, lines};
pub use verdict::{Finding, Gap, Kind, Verdict, Verification};
pub use verify::verify;
