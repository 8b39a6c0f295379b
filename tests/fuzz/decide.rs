//! Bytes as the choices of the generator of cases: the evaluator and the slow one agree on what comes of them.

use crate::laws::differential::disagreement;
use crate::laws::generate;
use crate::laws::random::Random;

/// Panics when the two evaluators differ.
pub(crate) fn check(bytes: &[u8]) {
    let case = generate::chosen(&mut Random::told(bytes), "bytes");
    if let Some(difference) = disagreement(&case) {
        panic!("{difference}\n{case}");
    }
}
