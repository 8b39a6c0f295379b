//! The proof. Nothing becomes a policy on disk that did not pass here.

use super::proposal::Proposal;

/// A proposal that was proven: everything observed stays allowed, and no statement grants more than the one
/// that it came from. Only `verify` can make one.
#[derive(Debug)]
pub struct Proven {
    proposal: Proposal,
    replayed: u64,
}

impl Proven {
    /// The proposal.
    pub fn proposal(&self) -> &Proposal {
        &self.proposal
    }

    /// How many observed requests were replayed against it.
    pub fn replayed(&self) -> u64 {
        self.replayed
    }
}
