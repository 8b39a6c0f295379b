//! Trust policies: who may assume each role, who did, and the narrower document that follows.
//!
//! evidence → `assumption` → `hearing` → `conditions` → `propose` → `proof`; `verdict` is what the reports get.

mod assumption;
mod conditions;
mod hearing;
mod hint;
mod judge;
mod proof;
mod propose;
mod services;
mod verdict;

pub(super) use assumption::Assumptions;
pub use hint::Hint;
pub(super) use judge::{Terms, judge};
pub use proof::{ProvenTrust, TrustCounterexample, verify_trust};
pub use propose::TrustProposal;
pub use verdict::{Assumer, TrustOutcome, TrustVerdict, Trusted};
