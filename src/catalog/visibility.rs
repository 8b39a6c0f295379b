//! What shows the use of each action: computed from the tables, corrected by the curated ones.
//!
//! An action that no event shows must never be called unused, so doubt ends in `Never`.

use super::dictionary::Catalog;
use super::events::Rules;
use super::facts::Visibility;

/// Why an action without any event is not seen.
const NO_EVENT: &str = "no API operation or known event has this name or leads to it";
/// The actions that are HTTP verbs; every operation of API Gateway leads to one.
const VERBS: &[&str] =
    &["apigateway:get", "apigateway:post", "apigateway:put", "apigateway:patch", "apigateway:delete"];

/// The curated tables on visibility.
pub(super) struct Shown {
    /// Actions whose events are known although no operation has their name.
    pub seen: Rules,
    /// Actions that only data events show, with the events' source.
    pub data: Rules,
    /// Actions that no event shows, with the reason.
    pub unseen: Rules,
}

/// Says of each action what shows its use.
pub(super) fn tell(catalog: &mut Catalog, tables: &Shown) {
    let mut shown = catalog.operations.clone();
    for place in led_to(catalog) {
        if let Some(slot) = shown.get_mut(place) {
            *slot = true;
        }
    }
    for (key, place) in &catalog.index {
        let place = *place as usize;
        let Some(action) = catalog.actions.get_mut(place) else {
            continue;
        };
        let logged = shown.get(place).copied().unwrap_or_default() || tables.seen.get(key).is_some();
        action.visibility = match (tables.unseen.get(key), tables.data.get(key)) {
            (Some(why), _) => Visibility::Never(why.to_owned()),
            (None, Some(source)) => Visibility::Data(source.to_owned()),
            (None, None) if logged => Visibility::Management,
            (None, None) => Visibility::Never(NO_EVENT.to_owned()),
        };
    }
}

/// The places of the actions that some event of another name leads to.
fn led_to(catalog: &Catalog) -> Vec<usize> {
    let rows = catalog.events.values().flatten().map(|row| row.action.as_str());
    let rules = catalog.other_operations.lines().map(|row| row.take::<3>());
    let rules = rules.filter(|row| row[1] == "rule").map(|row| row[2]);
    let names = rows.chain(rules).chain(VERBS.iter().copied());
    names.filter_map(|name| catalog.place(name)).collect()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)]

    use super::*;

    #[test]
    fn doubt_ends_in_never() {
        let catalog = Catalog::embedded().unwrap();
        let of = |name: &str| catalog.action(name).unwrap().visibility.clone();
        assert_eq!(of("dms:ListMigrationProjects"), Visibility::Management);
        assert_eq!(of("codecommit:GitPull"), Visibility::Management);
        assert_eq!(of("s3express:CreateBucket"), Visibility::Management);
        assert_eq!(of("s3express:CreateSession"), Visibility::Data("s3express.amazonaws.com".to_owned()));
        assert!(matches!(of("logs:PutLogEvents"), Visibility::Never(_)));
        assert_eq!(of("payments:ListPaymentPreferences"), Visibility::Never(NO_EVENT.to_owned()));
    }
}
