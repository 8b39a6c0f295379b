//! The judgement: the only room where witness and claim meet.
//!
//! uses × stack → `agreement` → `standing` → `rightsize` → `verify`; `fitting` is what the reports get.
//! Beside it, and each with a proof of its own: `trust`, who may assume a role; `guardrail`, what a whole account needs not.
//! Where it is asked for, `touches` → `tighten` (up the `ladder`) → `conditions` say what `rightsize` sets apart.

mod agreement;
mod asking;
mod backtest;
mod blindness;
mod chronicle;
mod cluster;
mod compact;
mod conditions;
mod court;
mod doors;
mod editable;
mod entities;
mod eyesight;
mod fitting;
mod guardrail;
mod hearing;
mod judged;
mod keep;
mod ladder;
mod limits;
mod lineup;
mod logged;
mod meaning;
mod memory;
mod needs;
mod options;
mod pack;
mod past;
mod proposal;
mod propose;
mod quota;
mod rhythm;
mod rightsize;
mod score;
mod set_cover;
mod shape;
mod sharing;
mod silence;
mod split;
mod stack;
mod standing;
mod tighten;
mod tightness;
mod touches;
mod trust;
mod verdict;
mod verify;
mod vocabulary;
mod wanted;

pub use agreement::{Agreement, Answer, Place, agree};
pub use asking::{Asked, Touched};
pub use backtest::{Applied, replay, sizes, weigh};
pub use blindness::Blindness;
pub use court::{Court, UnitOfChange};
pub use entities::Entities;
pub use eyesight::Eyesight;
pub use fitting::{ExplainedUse, Fitting, GrantedAction, Judgement, Occurred, Stranger, Surprise};
pub use guardrail::{
    GuardrailCounterexample, GuardrailKind, GuardrailProposal, GuardrailVerdict, KeptService, ProvenGuardrail,
    replay_guardrails, verify_guardrail,
};
pub use hearing::fitting;
pub use judged::Judged;
pub use keep::Keep;
pub use ladder::{Rung, TightResource};
pub use options::{AddedCondition, DropUnseen, Future, Guardrail, Options, Split};
pub use proposal::{
    Change, Counterexample, NewCondition, PartedPair, Placement, Proposal, ProposedPolicy, Remainder, Withheld,
};
pub use quota::Quota;
pub use rhythm::{Rare, Rhythm};
pub use score::{Backtest, Denied, GuardrailReplay, Point, PolicyKey, Range, Replayed, Score, Trial, Weights};
pub use sharing::{Cluster, NOTABLE, Shared, Way};
pub use split::Sharing;
pub use stack::{HeldPolicyDocument, PolicyId, Stack};
pub use standing::{Granted, Standing, Standings};
pub use tightness::{Parameters, Tightness};
pub use trust::{
    Assumer, Hint, ProvenTrust, TrustCounterexample, TrustOutcome, TrustProposal, TrustVerdict, Trusted, verify_trust,
};
pub use verdict::{PolicyVerdict, Verdict};
pub use verify::{Proven, Witnessed, verify};

/// Part of what is told of an action.
pub use crate::catalog::AccessLevel;
