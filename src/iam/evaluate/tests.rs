//! Tests of the decision on small stacks; the many cases of the language stand in `tests/cases`.
#![allow(clippy::unwrap_used)]
