//! What is said of actions elsewhere than in their own table.

use std::sync::Arc;

use super::events::Rules;
use super::kinds::Kinds;
use super::visibility::Shown;

/// What the reading of an action's line takes besides.
pub(super) struct Remarks {
    pub kinds: Arc<Kinds>,
    pub shown: Shown,
    /// Actions whose required resource types are alternatives.
    pub alternatives: Rules,
}
