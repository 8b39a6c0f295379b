//! Tables → `Catalog`, once: those built into the binary, or others that are given at run time.
//!
//! Reads no file: the tables come as texts.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};

use rustc_hash::FxHashSet;

use super::actions::Actions;
use super::context::Contexts;
use super::dictionary::Catalog;
use super::error::CatalogError;
use super::events::{self, Additions, EventRows, Rules};
use super::free_members::{self, FreeMembers};
use super::keys::Keys;
use super::kinds::Kinds;
use super::pairs::{self, Pair};
use super::passed_role::PassedRoles;
use super::remarks::Remarks;
use super::resources::Places;
use super::sheet::{Kept, Sheet, rows};
use super::sources::Sources;
use super::visibility::{self, Shown};

/// The head of the table of actions says of which day it is.
const AS_OF: &str = "# as of: ";

macro_rules! table {
    ($name:literal) => {
        ($name, include_str!(concat!("data/", $name)))
    };
}

/// Every table, by file name relative to `data/`.
const EMBEDDED: &[(&str, &str)] = &[
    table!("curated/additions.tsv"),
    table!("curated/alternatives.tsv"),
    table!("curated/context.tsv"),
    table!("curated/data_events.tsv"),
    table!("curated/ec2_ids.tsv"),
    table!("curated/event_sources.tsv"),
    table!("curated/events.tsv"),
    table!("curated/exempt.tsv"),
    table!("curated/free_members.tsv"),
    table!("curated/global_keys.tsv"),
    table!("curated/needed.tsv"),
    table!("curated/newer.tsv"),
    table!("curated/pairs.tsv"),
    table!("curated/passrole_names.tsv"),
    table!("curated/passrole_not.tsv"),
    table!("curated/passrole_services.tsv"),
    table!("curated/readers.tsv"),
    table!("curated/roots.tsv"),
    table!("curated/seen.tsv"),
    table!("curated/selves.tsv"),
    table!("curated/source_account.tsv"),
    table!("curated/templates.tsv"),
    table!("curated/unseen.tsv"),
    table!("curated/varying.tsv"),
    table!("generated/actions.tsv"),
    table!("generated/keys.tsv"),
    table!("generated/operations.tsv"),
    table!("generated/passrole.tsv"),
    table!("generated/resources.tsv"),
    table!("generated/tags.tsv"),
    table!("generated/templates.tsv"),
    table!("generated/unresolved.tsv"),
];

/// The tables to load: those given, else those built in.
struct Tables<'a> {
    given: &'a BTreeMap<String, String>,
}

impl Tables<'_> {
    fn text(&self, name: &str) -> Result<(&'static str, Kept), CatalogError> {
        let known = EMBEDDED.iter().find(|(known, _)| *known == name);
        let (name, text) = known.ok_or_else(|| CatalogError {
            table: name.to_owned(),
            line: 0,
            message: "no such table".to_owned(),
        })?;
        let given = self.given.get(*name).map(|text| Cow::Owned(text.clone()));
        Ok((name, given.unwrap_or(Cow::Borrowed(*text))))
    }

    fn sheet(&self, name: &str) -> Result<Sheet, CatalogError> {
        self.text(name).map(|(name, text)| Sheet::new(name, text))
    }

    fn rules(&self, name: &str) -> Result<Rules, CatalogError> {
        self.text(name).and_then(|(name, text)| Rules::parse(name, &text))
    }

    fn events(&self, name: &str) -> Result<EventRows, CatalogError> {
        self.text(name).and_then(|(name, text)| events::parse(name, &text))
    }

    fn sources(&self) -> Result<Sources, CatalogError> {
        self.text("curated/event_sources.tsv").and_then(|(name, text)| Sources::parse(name, &text))
    }

    fn actions(&self, kinds: &Arc<Kinds>, shown: Shown) -> Result<Actions, CatalogError> {
        let (name, text) = self.text("generated/actions.tsv")?;
        let remarks =
            Remarks { kinds: Arc::clone(kinds), shown, alternatives: self.rules("curated/alternatives.tsv")? };
        Actions::new(name, text, remarks)
    }

    fn places(&self) -> Result<Places, CatalogError> {
        Ok(Places {
            curated: self.sheet("curated/templates.tsv")?,
            generated: self.sheet("generated/templates.tsv")?,
            readers: self.rules("curated/readers.tsv")?,
            roots: self.rules("curated/roots.tsv")?,
            selves: self.rules("curated/selves.tsv")?,
            ids: self.rules("curated/ec2_ids.tsv")?,
        })
    }

    fn roles(&self) -> Result<PassedRoles, CatalogError> {
        let not = self.rules("curated/passrole_not.tsv")?;
        let tables = [
            self.sheet("generated/passrole.tsv")?,
            self.sheet("curated/passrole_services.tsv")?,
            self.sheet("curated/passrole_names.tsv")?,
        ];
        Ok(PassedRoles::new(tables, not))
    }

    fn keys(&self) -> Result<Keys, CatalogError> {
        let (global, global_text) = self.text("curated/global_keys.tsv")?;
        let (generated, text) = self.text("generated/keys.tsv")?;
        Keys::parse(rows(generated, &text), rows(global, &global_text))
    }

    fn pairs(&self) -> Result<Vec<Pair>, CatalogError> {
        self.text("curated/pairs.tsv").and_then(|(name, text)| pairs::parse(name, &text))
    }

    fn free_members(&self) -> Result<FreeMembers, CatalogError> {
        self.text("curated/free_members.tsv").and_then(|(name, text)| free_members::parse(name, &text))
    }

    fn shown(&self, led_to: FxHashSet<String>) -> Result<Shown, CatalogError> {
        Ok(Shown {
            led_to,
            seen: self.rules("curated/seen.tsv")?,
            data: self.rules("curated/data_events.tsv")?,
            unseen: self.rules("curated/unseen.tsv")?,
        })
    }

    /// The day that the head of the table of actions tells.
    fn as_of(&self) -> Result<String, CatalogError> {
        let (_, text) = self.text("generated/actions.tsv")?;
        let mut head = text.lines().take_while(|line| line.starts_with('#'));
        Ok(head.find_map(|line| line.strip_prefix(AS_OF)).unwrap_or_default().to_owned())
    }
}

impl Catalog {
    /// The tables that are built into the binary.
    pub fn embedded() -> Result<Catalog, CatalogError> {
        load(&BTreeMap::new())
    }

    /// Tables by file name (relative to `data/`, as `generated/actions.tsv`), as `--catalog DIR` gives them.
    ///
    /// A table that is not given comes from the binary.
    pub fn from_tables(tables: &BTreeMap<String, String>) -> Result<Catalog, CatalogError> {
        load(tables)
    }
}

/// Loads the catalog; tables that are not given come from the binary.
fn load(given: &BTreeMap<String, String>) -> Result<Catalog, CatalogError> {
    let tables = Tables { given };
    let (table, text) = tables.text("generated/resources.tsv")?;
    let kinds = Arc::new(Kinds::new(table, text));
    let events = tables.events("curated/events.tsv")?;
    let other_operations = tables.sheet("generated/operations.tsv")?;
    let actions = tables.actions(&kinds, tables.shown(visibility::led_to(&events, &other_operations))?)?;
    let catalog = Catalog {
        contexts: Contexts::new(tables.sheet("curated/context.tsv")?, actions.places()),
        actions,
        formats: OnceLock::new(),
        kinds,
        sources: tables.sources()?,
        events,
        additions: Additions::new([tables.events("curated/additions.tsv")?, tables.events("generated/tags.tsv")?]),
        exempt: tables.rules("curated/exempt.tsv")?,
        other_operations,
        roles: tables.roles()?,
        places: tables.places()?,
        varying: tables.sheet("curated/varying.tsv")?,
        free_members: tables.free_members()?,
        needed: tables.rules("curated/needed.tsv")?,
        source_account: tables.rules("curated/source_account.tsv")?,
        keys: tables.keys()?,
        pairs: tables.pairs()?,
        as_of: tables.as_of()?,
    };
    // The built-in tables are known to be whole, and are read as they are needed.
    if !given.is_empty() {
        catalog.kinds.check()?;
        catalog.actions.check()?;
    }
    Ok(catalog)
}

/// Event source labels and the prefixes that they may stand for, as built in; for the table builder.
pub(super) fn source_aliases() -> Result<BTreeMap<String, Vec<String>>, CatalogError> {
    Ok(Tables { given: &BTreeMap::new() }.sources()?.aliases())
}

/// Actions that the reference does not list, with their levels' letters; for the table builder.
pub(super) fn newer_actions() -> Result<BTreeMap<String, char>, CatalogError> {
    let (name, text) = Tables { given: &BTreeMap::new() }.text("curated/newer.tsv")?;
    let mut found = BTreeMap::new();
    for row in rows(name, &text) {
        let [action, level, _] = row.all()?;
        found.insert(action.to_owned(), level.chars().next().unwrap_or_default());
    }
    Ok(found)
}

/// The built-in curated rows as `(event, action)`; for the table builder.
pub(super) fn curated_events() -> Result<Vec<(String, String)>, CatalogError> {
    let rows = Tables { given: &BTreeMap::new() }.events("curated/events.tsv")?;
    let mut found: Vec<(String, String)> = rows.into_values().flatten().map(|row| (row.event, row.action)).collect();
    found.sort();
    Ok(found)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)]

    use super::*;

    #[test]
    fn a_broken_table_is_named_with_its_line() {
        let given = BTreeMap::from([("generated/actions.tsv".to_owned(), "# x\ns3:GetObject\tQ\t-\t-\t-\to\n".into())]);
        let error = load(&given).err().unwrap();
        assert_eq!((error.table.as_str(), error.line), ("generated/actions.tsv", 2));
        let given = BTreeMap::from([("curated/events.tsv".to_owned(), "a:B\tc:D\tmaybe:x\t-\n".into())]);
        assert!(load(&given).err().unwrap().to_string().contains("`maybe` is not known"));
    }

    #[test]
    fn given_tables_replace_the_embedded_ones() {
        let table = "# as of: 2020-01-01\nfoo:Bar\tR\t-\t-\t-\to\n".to_owned();
        let catalog = load(&BTreeMap::from([("generated/actions.tsv".to_owned(), table)])).unwrap();
        assert_eq!(catalog.as_of(), "2020-01-01");
        assert_eq!(catalog.actions().len(), 1);
    }
}
