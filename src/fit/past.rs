//! A use against the grants that held at its time, as far as the log shows them.

use super::agreement::agree;
use super::chronicle::takes_away;
use super::entities::Entities;
use super::judged::Judged;
use super::stack::Stack;
use crate::grants::{Bearer, rebuild};
use crate::iam::{Change, Outcome};
use crate::trail::Use;

/// The call in the log that explains why the grants that stand do not allow a use.
///
/// Where the log shows whole what the principal held then, the use is judged by that: only if it was allowed has a
/// later call taken it away. Where it does not, the first call after the use explains it that may have taken
/// something away, else the last while it went on. `outcome`: what the grants say that stand.
pub(super) fn explaining<'a>(judged: &Judged<'a>, seen: &Use, outcome: Outcome) -> Option<&'a Change> {
    let (first, last) = (seen.first.to_string(), seen.last.to_string());
    let at = |moment: &str| allowed_at(judged, seen, moment);
    let since = match (at(&last), at(&first)) {
        (Some(true), _) | (None, _) | (_, None) => &last,
        (Some(false), Some(true)) => &first,
        (Some(false), Some(false)) => return None,
    };
    let takes = |change: &&&Change| takes_away(change, outcome);
    let after = judged.changes.iter().filter(takes).find(|change| change.time >= *since);
    let during = || judged.changes.iter().filter(takes).rfind(|change| change.time >= first);
    after.or_else(during).copied()
}

/// Whether what was held at a moment allowed the use, or may have; `None`: the log does not show all of it.
fn allowed_at(judged: &Judged<'_>, seen: &Use, moment: &str) -> Option<bool> {
    let changes = judged.changes.iter().copied().filter(|change| change.time.as_str() <= moment);
    let grants = rebuild(changes, None, |_| true);
    let (name, is_role) = (&judged.stack.bearer.owner().name, matches!(judged.stack.bearer, Bearer::Role(..)));
    let bearer = grants.principals().find(|bearer| {
        bearer.owner().name.eq_ignore_ascii_case(name) && matches!(bearer, Bearer::Role(..)) == is_role
    })?;
    let stack = Stack::of(bearer, &grants);
    if !stack.unfit.is_empty() {
        return None;
    }
    let agreement = agree(&stack, &Entities::of(&grants), seen);
    Some(!agreement.answers.iter().any(super::agreement::Answer::is_surprise))
}
