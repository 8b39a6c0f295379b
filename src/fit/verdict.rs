//! What became of each policy. Only the proven ones hold a policy that may be written.

use super::proposal::{Counterexample, Proposal};
use super::stack::PolicyId;
use super::verify::Proven;

/// What became of one policy.
#[derive(Debug)]
pub enum Verdict {
    /// Everything that it grants was used or is unseen.
    Fits,
    /// A proposal that holds.
    Proven(Box<Proven>),
    /// A proposal that does not hold; it is not written.
    Refuted(Box<Proposal>, Counterexample),
    /// It cannot or must not be changed here; says what to do instead.
    NotEditable(String),
    /// It could not be judged, and why.
    Unjudged(String),
}

impl Verdict {
    /// As reports and metrics call it.
    pub fn name(&self) -> &'static str {
        match self {
            Verdict::Fits => "fits",
            Verdict::Proven(_) => "proven",
            Verdict::Refuted(..) => "refuted",
            Verdict::NotEditable(_) => "not-editable",
            Verdict::Unjudged(_) => "unjudged",
        }
    }
}

/// A policy and what became of it.
#[derive(Debug)]
pub struct PolicyVerdict {
    /// The policy.
    pub target: PolicyId,
    /// The account.
    pub account: String,
    /// The user, group or role that holds it here; `None` for a customer-managed policy and for a cluster.
    pub owner: Option<String>,
    /// The number of the cluster of its owners that this is about, when it is split.
    pub cluster: Option<usize>,
    /// ARNs of the users and roles whose requests it decides, sorted.
    pub holders: Vec<String>,
    /// The verdict.
    pub verdict: Verdict,
    /// The document that stands, as found.
    pub before: String,
}
