//! What became of each trust policy, as plain data for the reports.

use super::hint::Hint;
use super::proof::{ProvenTrust, TrustCounterexample};
use super::propose::TrustProposal;
use crate::fit::standing::Standing;
use crate::trail::Moment;

/// Who is trusted, and whether somebody came.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trusted {
    /// Index of the statement.
    pub statement: usize,
    /// `AWS`, `Service`, `Federated`.
    pub kind: String,
    /// As the policy names it.
    pub value: String,
    /// Whether somebody so named assumed the role.
    pub standing: Standing,
    /// The latest assumption, or of another role by the same caller where they are counted together.
    pub last: Option<Moment>,
}

/// Somebody who assumed the role.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Assumer {
    /// ARN, service or provider; account and unique id where a record of another account tells no more.
    pub name: String,
    /// The external id that was given.
    pub external_id: Option<String>,
    /// The subject of the identity token.
    pub subject: Option<String>,
    /// How many records show it; `None`: they are counted together with those of other roles.
    pub count: Option<u64>,
    /// The latest; where there is no count, of any of those roles.
    pub last: Moment,
}

/// What became of one trust policy.
#[derive(Debug)]
pub enum TrustOutcome {
    /// Everyone who is trusted came, or might have come unseen.
    Fits,
    /// Nobody who is trusted came, and it would have shown: the role may go.
    Idle,
    /// A proposal that holds.
    Proven(Box<ProvenTrust>),
    /// A proposal that does not hold; it is not written.
    Refuted(Box<TrustProposal>, TrustCounterexample),
    /// It must not be changed here; says what to do instead.
    NotEditable(String),
    /// It could not be judged, and why.
    Unjudged(String),
}

/// A role's trust policy and what became of it.
#[derive(Debug)]
pub struct TrustVerdict {
    /// The account.
    pub account: String,
    /// ARN of the role.
    pub role: String,
    /// Who is trusted, statement by statement.
    pub trusted: Vec<Trusted>,
    /// Who came, the most frequent first; at most `MAX_ASSUMERS`.
    pub assumers: Vec<Assumer>,
    /// How many different ones came.
    pub assumer_count: usize,
    /// Assumptions that the policy that stands does not explain, by who they were.
    pub surprises: Vec<String>,
    /// Conditions that are missing.
    pub hints: Vec<Hint>,
    /// The verdict.
    pub outcome: TrustOutcome,
    /// The document that stands, as found.
    pub before: String,
}

impl TrustVerdict {
    /// How many of those who are trusted have this standing.
    pub fn count(&self, standing: &str) -> usize {
        self.trusted.iter().filter(|one| one.standing.name() == standing).count()
    }
}
