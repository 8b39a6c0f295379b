//! What shows the use of each action: computed from the tables, corrected by the curated ones.
//!
//! An action that no event shows must never be called unused, so doubt ends in `Never`.

use rustc_hash::FxHashSet;

use super::events::{EventRows, Rules};
use super::facts::Visibility;
use super::sheet::Sheet;

/// Why an action without any event is not seen.
const NO_EVENT: &str = "no API operation or known event has this name or leads to it";
/// The actions that are HTTP verbs; every operation of API Gateway leads to one.
const VERBS: &[&str] =
    &["apigateway:get", "apigateway:post", "apigateway:put", "apigateway:patch", "apigateway:delete"];

/// What shows the use of each action.
pub(super) struct Shown {
    /// Actions to which events of other names lead, in lower case.
    pub led_to: FxHashSet<String>,
    /// Actions whose events are known although no operation has their name.
    pub seen: Rules,
    /// Actions that only data events show, with the events' source.
    pub data: Rules,
    /// Actions that no event shows, with the reason.
    pub unseen: Rules,
}

impl Shown {
    /// What shows the use of an action, by its name in lower case.
    pub(super) fn of(&self, action: &str, is_operation: bool) -> Visibility {
        // The curated tables win over what follows from names, and the doubtful over the certain.
        if let Some(why) = self.unseen.get(action) {
            return Visibility::Never(why.to_owned().into());
        }
        if let Some(source) = self.data.get(action) {
            return Visibility::Data(source.to_owned().into());
        }
        let is_shown = is_operation || self.seen.get(action).is_some() || self.led_to.contains(action);
        if is_shown { Visibility::Management } else { Visibility::Never(NO_EVENT.into()) }
    }
}

/// The actions, in lower case, to which some event of another name leads.
pub(super) fn led_to(events: &EventRows, other_operations: &Sheet) -> FxHashSet<String> {
    let rows = events.values().flatten().map(|row| row.action.as_str());
    let rules = other_operations.lines().map(|row| row.take::<3>());
    let rules = rules.filter(|row| row[1] == "rule").map(|row| row[2]);
    rows.chain(rules).chain(VERBS.iter().copied()).map(str::to_ascii_lowercase).collect()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)]

    use super::*;
    use crate::catalog::Catalog;

    #[test]
    fn doubt_ends_in_never() {
        let catalog = Catalog::embedded().unwrap();
        let of = |name: &str| catalog.action(name).unwrap().visibility.clone();
        assert_eq!(of("dms:ListMigrationProjects"), Visibility::Management);
        assert_eq!(of("codecommit:GitPull"), Visibility::Management);
        assert_eq!(of("s3express:CreateBucket"), Visibility::Management);
        assert_eq!(of("s3express:CreateSession"), Visibility::Data("s3express.amazonaws.com".into()));
        assert!(matches!(of("logs:PutLogEvents"), Visibility::Never(_)));
        assert_eq!(of("payments:ListPaymentPreferences"), Visibility::Never(NO_EVENT.into()));
    }
}
