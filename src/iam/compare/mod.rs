//! Policies × policies → narrower, equal, wider or incomparable, with a request that shows each difference.
//!
//! Actions, resources, callers and condition keys are sorted into finitely many kinds that the statements can tell
//! apart; the kinds are searched for a request that one side allows and the other does not. `compare` explains how.

mod access;
mod actions;
mod answer;
mod bits;
mod classes;
mod confirm;
mod dimension;
mod key;
mod language;
mod letters;
mod lines;
mod machine;
mod outline;
mod place;
mod reason;
mod search;
mod solve;
mod space;
mod values;
mod variables;
mod who;
mod written;

pub use access::{Access, Place, Universe};
pub use answer::{Comparison, Example, Gain, Gains, NewAccess, Relation};
pub use reason::Reason;

/// Compares both ways.
///
/// How it decides:
///
/// 1. *Actions* fall into groups that the same statements take in (`actions`): names outside the catalog too,
///    unless the caller says that the catalog is all there is. Which groups there may be is cheaper to tell than an
///    example of each (`outline`); often that shows that nothing is new.
/// 2. For a group, everything else that requests differ in becomes a *dimension* with finitely many values that
///    the statements can tell apart (`space`): resources (`place`), callers (`who`), one for each condition key
///    (`key`). Texts are sorted by running all patterns as one automaton (`classes`, `machine`), ordered values by their
///    edges (`values`). Each value has an example.
/// 3. A request that the new policies allow and the old do not is then a value in every dimension that meets a
///    list of choices, which `search` goes through exactly.
/// 4. What is found is put to the evaluator's own statement matching (`confirm`); only then it counts.
///
/// Policy variables are first taken to stand for anything (equal ones for the same): if even so there is no new
/// access, there is none. Else values for them are tried out, and the request found is exact; if none is found
/// the question stays undecided and says so.
///
/// Where AWS leaves room: a `*` in the first five parts of a `Resource` does not cross a colon, as in AWS's own
/// check of new access; any key may be absent; a key has several values only where the caller says so or, if it
/// does not know, where a set operator asks for it; a key that is compared as one kind of value only (number, date,
/// address, truth, ARN) has only such values; any ARN may be the resource of any action.
pub fn compare(old: &Access<'_>, new: &Access<'_>, universe: &Universe<'_>) -> Comparison {
    Comparison { gained: new_access(old, new, universe), lost: new_access(new, old, universe) }
}

/// Whether the new policies allow a request that the old do not, and which.
pub fn new_access(old: &Access<'_>, new: &Access<'_>, universe: &Universe<'_>) -> NewAccess {
    solve::new_access(old, new, universe)
}

/// Everything that the new policies allow and the old do not: one request for all actions of which the same is true.
pub fn gains(old: &Access<'_>, new: &Access<'_>, universe: &Universe<'_>) -> Gains {
    solve::gains(old, new, universe)
}

#[cfg(test)]
mod tests;
