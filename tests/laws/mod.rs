//! The laws that the evaluator keeps: it agrees with a second, slow one, and with itself.

mod compare;
pub(crate) mod differential;
pub(crate) mod generate;
mod linear;
mod minimize;
mod properties;
pub(crate) mod random;
mod slow;
