//! The catalog as the world that compared requests come from.

use crate::catalog::Catalog;
use crate::iam::compare::Universe;

/// Actions, and which keys have several values.
pub struct World<'c> {
    catalog: &'c Catalog,
    actions: Vec<String>,
    closed: bool,
}

impl<'c> World<'c> {
    /// The actions of the catalog; `closed`: there are no others, nor ever will be.
    pub fn new(catalog: &'c Catalog, closed: bool) -> World<'c> {
        let actions = catalog.actions().iter().map(|action| action.name.to_string()).collect();
        World { catalog, actions, closed }
    }

    /// The catalog.
    pub fn catalog(&self) -> &'c Catalog {
        self.catalog
    }

    /// A condition key as AWS writes it, if the catalog knows it.
    pub(super) fn spelled(&self, key: &str) -> String {
        self.catalog.condition_key(key).map_or(key, |known| &known.name).to_owned()
    }

    /// Puts a question to `iam::compare`.
    pub(super) fn ask<T>(&self, question: impl FnOnce(&Universe<'_>) -> T) -> T {
        let multivalued = |key: &str| self.catalog.condition_key(key).map(|key| key.multivalued);
        let (actions, closed) = (self.actions.as_slice(), self.closed);
        question(&Universe { actions, closed, multivalued: &multivalued, typed: true })
    }
}
