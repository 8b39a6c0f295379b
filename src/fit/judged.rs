//! One principal after the hearing: what it holds, what it did, what became of each grant.

use super::agreement::Agreement;
use super::stack::Stack;
use super::standing::Standings;
use crate::iam::Change;
use crate::trail::Use;

/// One principal, heard.
pub struct Judged<'a> {
    /// Its policies.
    pub stack: Stack<'a>,
    /// All its uses and denied tries, in a fixed order.
    pub uses: Vec<&'a Use>,
    /// Its uses against the evaluator; none when it is unfit.
    pub agreements: Vec<Agreement<'a>>,
    /// The calls in the log that changed what it holds, in the order of time.
    pub changes: Vec<&'a Change>,
    /// The call that made it, and the one that deleted it, as far as the log shows them.
    pub life: (Option<&'a Change>, Option<&'a Change>),
    /// Its granted actions.
    pub standings: Standings<'a>,
}
