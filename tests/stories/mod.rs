//! Whole stories: what a user does, through the crate's own doors; on the sample organization, on damaged input,
//! and on real logs and snapshots where the machine has them.

mod account_guardrails;
mod altered;
mod backtest;
mod bad_grants;
mod bad_input;
mod bench;
mod corpus;
mod dice;
mod dictionary;
mod doors;
mod faults;
mod free_members;
mod guardrails;
mod histories;
mod history;
mod invariance;
mod judgement;
mod missing_holders;
mod mutants;
mod mutation;
mod oracle;
mod organization;
mod proof;
mod real_logs;
mod remote;
mod report;
mod report_queries;
mod report_sample;
mod snapshots;
mod selectors;
mod split;
mod sureness;
mod synthesis;
mod tightness;
mod trust;
