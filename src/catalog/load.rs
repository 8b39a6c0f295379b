//! Tables → `Catalog`, once: those built into the binary, or others that are given at run time.
//!
//! Reads no file: the tables come as texts.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::context::Contexts;
use super::dictionary::Catalog;
use super::events::{self, EventRows, Rules};
use super::facts::{AccessLevel, Action, CatalogError, Visibility};
use super::formats::Formats;
use super::keys::Keys;
use super::kinds::{Kind, Use};
use super::passed_role::PassedRoles;
use super::resources::Places;
use super::sheet::{Fields, Sheet, list, rows};
use super::sources::Sources;
use super::visibility::{self, Shown};

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
    table!("curated/global_keys.tsv"),
    table!("curated/passrole_names.tsv"),
    table!("curated/passrole_not.tsv"),
    table!("curated/passrole_services.tsv"),
    table!("curated/readers.tsv"),
    table!("curated/roots.tsv"),
    table!("curated/seen.tsv"),
    table!("curated/selves.tsv"),
    table!("curated/templates.tsv"),
    table!("curated/unseen.tsv"),
    table!("generated/actions.tsv"),
    table!("generated/keys.tsv"),
    table!("generated/operations.tsv"),
    table!("generated/passrole.tsv"),
    table!("generated/resources.tsv"),
    table!("generated/templates.tsv"),
    table!("generated/unresolved.tsv"),
];

type Text = Cow<'static, str>;

/// The tables to load: those given, else those built in.
struct Tables<'a> {
    given: &'a BTreeMap<String, String>,
}

impl Tables<'_> {
    fn text(&self, name: &str) -> Result<(&'static str, Text), CatalogError> {
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

    fn shown(&self) -> Result<Shown, CatalogError> {
        Ok(Shown {
            seen: self.rules("curated/seen.tsv")?,
            data: self.rules("curated/data_events.tsv")?,
            unseen: self.rules("curated/unseen.tsv")?,
        })
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
    let (name, text) = tables.text("generated/resources.tsv")?;
    let kinds = kinds(name, &text)?;
    let (name, text) = tables.text("generated/actions.tsv")?;
    let as_of = text.lines().find_map(|line| line.strip_prefix(AS_OF)).unwrap_or_default().to_owned();
    let mut parsed = actions(name, &text, &kinds)?;
    let count = parsed.len();
    let listed = tables.rules("curated/alternatives.tsv")?;
    // Tagging actions list the types of all that can be tagged as required; a call tags one.
    let alternatives =
        parsed.iter().map(|row| row.action.level == AccessLevel::Tagging || listed.get(&row.key).is_some());
    let alternatives = alternatives.collect();
    let keys = parsed.iter_mut().map(|row| std::mem::take(&mut row.key).into_boxed_str());
    let mut catalog = Catalog {
        alternatives,
        index: keys.zip(0..).collect(),
        operations: parsed.iter().map(|row| row.operation).collect(),
        uses: parsed.iter_mut().map(|row| std::mem::take(&mut row.uses)).collect(),
        actions: parsed.into_iter().map(|row| row.action).collect(),
        formats: Formats::new(&kinds.rows),
        kinds: kinds.rows,
        sources: tables.sources()?,
        events: tables.events("curated/events.tsv")?,
        additions: tables.events("curated/additions.tsv")?,
        exempt: tables.rules("curated/exempt.tsv")?,
        other_operations: tables.sheet("generated/operations.tsv")?,
        roles: tables.roles()?,
        contexts: Contexts::new(tables.sheet("curated/context.tsv")?, count),
        places: tables.places()?,
        keys: tables.keys()?,
        as_of,
    };
    visibility::tell(&mut catalog, &tables.shown()?);
    Ok(catalog)
}

/// The head of the table of actions says of which day it is.
const AS_OF: &str = "# as of: ";

struct Kinds<'a> {
    rows: Vec<Kind>,
    keys: Vec<Vec<&'a str>>,
    index: FxHashMap<(&'a str, &'a str), u32>,
}

fn kinds<'a>(name: &'static str, text: &'a str) -> Result<Kinds<'a>, CatalogError> {
    let mut kinds = Kinds { rows: Vec::new(), keys: Vec::new(), index: FxHashMap::default() };
    for row in rows(name, text) {
        let [service, kind, formats, keys] = row.all()?;
        kinds.index.insert((service, kind), kinds.rows.len() as u32);
        let formats = formats.split(' ').map(str::to_owned).collect();
        kinds.rows.push(Kind { service: service.to_owned(), name: kind.to_owned(), formats });
        kinds.keys.push(list(keys).collect());
    }
    Ok(kinds)
}

struct Parsed {
    key: String,
    action: Action,
    uses: Vec<Use>,
    operation: bool,
}

fn actions(name: &'static str, text: &str, kinds: &Kinds<'_>) -> Result<Vec<Parsed>, CatalogError> {
    let mut sorted: Vec<(String, Fields<'_>)> = Vec::with_capacity(24_000);
    for row in rows(name, text) {
        sorted.push((row.get(0)?.to_ascii_lowercase(), row));
    }
    // The table is in byte order; names are looked for without case.
    sorted.sort_by(|left, right| left.0.cmp(&right.0));
    sorted.dedup_by(|next, kept| next.0 == kept.0);
    let mut parsed = Vec::with_capacity(sorted.len());
    // Some thousand actions have the same types and keys as another; these are read once.
    let mut known: FxHashMap<(&str, &str, &str), Shared> = FxHashMap::default();
    for (key, row) in sorted {
        let [action, level, types, keys, dependents, flags] = row.all()?;
        let level = AccessLevel::of(level).ok_or_else(|| row.error(format!("access level `{level}` is not known")))?;
        let service = action.split_once(':').map_or(action, |(service, _)| service);
        let shared = known.entry((service, types, keys)).or_insert_with(|| shared(service, types, keys, kinds));
        let action = Action {
            name: action.to_owned(),
            level,
            resource_formats: shared.formats.clone(),
            condition_keys: shared.keys.clone(),
            dependents: list(dependents).map(str::to_owned).collect(),
            visibility: Visibility::Management,
        };
        parsed.push(Parsed { key, action, uses: shared.uses.clone(), operation: flags.contains('o') });
    }
    Ok(parsed)
}

/// What actions of a service with the same types and keys have in common.
struct Shared {
    uses: Vec<Use>,
    formats: Arc<[String]>,
    keys: Arc<[String]>,
}

fn shared(service: &str, types: &str, keys: &str, kinds: &Kinds<'_>) -> Shared {
    let mut keys: Vec<&str> = list(keys).collect();
    let mut uses = Vec::new();
    for kind in list(types) {
        let required = kind.ends_with('*');
        if let Some(place) = kinds.index.get(&(service, kind.trim_end_matches('*'))) {
            keys.extend(kinds.keys.get(*place as usize).into_iter().flatten());
            uses.push(Use { kind: *place, required });
        }
    }
    keys.sort_unstable();
    keys.dedup();
    let formats = uses.iter().filter_map(|one| kinds.rows.get(one.kind as usize)).flat_map(|kind| &kind.formats);
    Shared { formats: formats.cloned().collect(), keys: keys.into_iter().map(str::to_owned).collect(), uses }
}

/// Event source labels and the prefixes that they may stand for, as built in; for the table builder.
pub(super) fn source_aliases() -> Result<BTreeMap<String, Vec<String>>, CatalogError> {
    Ok(Tables { given: &BTreeMap::new() }.sources()?.aliases())
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
