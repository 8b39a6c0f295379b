//! Guardrails for whole accounts: what nobody there used, as a service control policy and as a permissions boundary.
//!
//! evidence → `service` → `propose` → `proof`; `judge` goes through the accounts.

mod judge;
mod proof;
mod propose;
mod service;

pub use judge::GuardrailVerdict;
pub(super) use judge::{Terms, judge};
pub use proof::{GuardrailCounterexample, ProvenGuardrail, verify_guardrail};
pub use propose::{GuardrailKind, GuardrailProposal};
pub use service::KeptService;
