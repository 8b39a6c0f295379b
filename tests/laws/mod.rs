//! The laws that the evaluator keeps: it agrees with a second, slow one, and with itself.

mod differential;
mod generate;
mod linear;
mod minimize;
mod properties;
mod random;
mod slow;
