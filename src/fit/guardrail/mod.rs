//! Guardrails for whole accounts: what nobody there used, as a service control policy and as a permissions boundary.
//!
//! evidence → `service` → `propose` → `proof`; `judge` goes through the accounts, `replay` asks the future.

mod judge;
mod proof;
mod propose;
mod replay;
mod service;

pub use judge::GuardrailVerdict;
pub(super) use judge::{Terms, judge};
pub use proof::{GuardrailCounterexample, ProvenGuardrail, verify_guardrail};
pub use propose::{GuardrailKind, GuardrailProposal};
pub use replay::replay_guardrails;
pub use service::KeptService;
