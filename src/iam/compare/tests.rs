//! Pairs of policies whose relation is known.
#![allow(clippy::unwrap_used, clippy::panic)]
