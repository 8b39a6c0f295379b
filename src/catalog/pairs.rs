//! Actions that go together: who calls one will sooner or later need the other, though it may show much later.

use super::error::CatalogError;
use super::sheet::rows;

/// An action that may need another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pair {
    /// `prefix:Name`.
    pub action: String,
    /// The action that goes with it, likewise.
    pub with: String,
    /// When it is needed.
    pub reason: String,
    /// The page that says so.
    pub source: String,
}

/// The rows of the table, in its order.
pub(super) fn parse(name: &'static str, text: &str) -> Result<Vec<Pair>, CatalogError> {
    let pair = |row: super::sheet::Fields<'_>| {
        let [action, with, reason, _, source] = row.all()?.map(str::to_owned);
        Ok(Pair { action, with, reason, source })
    };
    rows(name, text).map(pair).collect()
}
