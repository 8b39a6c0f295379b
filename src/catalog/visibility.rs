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
    let mut shown: Vec<bool> = catalog.actions.iter().map(|action| action.is_operation).collect();
    for place in led_to(catalog) {
        if let Some(slot) = shown.get_mut(place) {
            *slot = true;
        }
    }
    for (action, logged) in catalog.actions.iter_mut().zip(&shown) {
        if !logged {
            action.visibility = Visibility::Never(NO_EVENT.into());
        }
    }
    // A later table wins over an earlier one, and within a table an action over its whole service.
    apply(catalog, &tables.seen, |_| Visibility::Management);
    apply(catalog, &tables.data, |source| Visibility::Data(source.to_owned().into()));
    apply(catalog, &tables.unseen, |why| Visibility::Never(why.to_owned().into()));
}

/// Says of the actions of a table what it says of them.
fn apply(catalog: &mut Catalog, table: &Rules, says: impl Fn(&str) -> Visibility) {
    for (prefix, value) in table.services() {
        let places = catalog.places_of(prefix);
        catalog.actions.get_mut(places).into_iter().flatten().for_each(|action| action.visibility = says(value));
    }
    for (name, value) in table.names() {
        if let Some(action) = catalog.place(name).and_then(|place| catalog.actions.get_mut(place)) {
            action.visibility = says(value);
        }
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
        assert_eq!(of("s3express:CreateSession"), Visibility::Data("s3express.amazonaws.com".into()));
        assert!(matches!(of("logs:PutLogEvents"), Visibility::Never(_)));
        assert_eq!(of("payments:ListPaymentPreferences"), Visibility::Never(NO_EVENT.into()));
    }
}
