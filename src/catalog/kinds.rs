//! Resource types, and which of them an action acts on.
//!
//! Conditions of a type belong to the action's own facts.

use std::borrow::Cow;
use std::sync::OnceLock;

use rustc_hash::FxHashMap;

use super::error::CatalogError;
use super::sheet::{Keep, Kept, copied, list, rows};

/// A resource type.
pub(super) struct Kind {
    /// The prefix of the service that it belongs to.
    pub service: Kept,
    pub name: Kept,
    /// With blanks between.
    formats: Kept,
    /// With commas between.
    keys: Kept,
}

impl Kind {
    /// The formats of its ARNs.
    pub(super) fn formats(&self) -> impl Iterator<Item = &str> {
        self.formats.split(' ')
    }

    /// The condition keys that actions on it have.
    pub(super) fn keys(&self) -> impl Iterator<Item = &str> {
        list(&self.keys)
    }
}

/// An action's use of a resource type.
#[derive(Clone, Copy)]
pub(super) struct Use {
    /// The place in `Kinds`.
    pub kind: u32,
    pub required: bool,
}

/// All resource types, in the table's order; the table is read when first asked.
pub(super) struct Kinds {
    table: &'static str,
    text: Kept,
    read: OnceLock<Rows>,
}

#[derive(Default)]
struct Rows {
    rows: Vec<Kind>,
    /// By service, the places of its types.
    services: FxHashMap<Kept, Vec<u32>>,
}

impl Kinds {
    /// From the table.
    pub(super) fn new(table: &'static str, text: Kept) -> Kinds {
        Kinds { table, text, read: OnceLock::new() }
    }

    /// Reads all of the table; the error is that of its first broken line.
    pub(super) fn check(&self) -> Result<(), CatalogError> {
        self.read().map(|rows| drop(self.read.set(rows)))
    }

    /// The type at a place.
    pub(super) fn get(&self, place: u32) -> Option<&Kind> {
        self.rows().rows.get(place as usize)
    }

    /// A service's type of that name, and its place.
    pub(super) fn named(&self, service: &str, name: &str) -> Option<(u32, &Kind)> {
        let places = self.rows().services.get(service)?.iter().rev();
        let mut kinds = places.filter_map(|place| Some((*place, self.get(*place)?)));
        kinds.find(|(_, kind)| kind.name == name)
    }

    /// All types, in order.
    pub(super) fn iter(&self) -> impl Iterator<Item = &Kind> {
        self.rows().rows.iter()
    }

    fn rows(&self) -> &Rows {
        // A table that was given was read when it was loaded; that the built-in one can be is tested.
        self.read.get_or_init(|| self.read().unwrap_or_default())
    }

    fn read(&self) -> Result<Rows, CatalogError> {
        match &self.text {
            Cow::Borrowed(text) => Rows::read(self.table, text, Cow::Borrowed),
            Cow::Owned(text) => Rows::read(self.table, text, copied),
        }
    }
}

impl Rows {
    fn read<'a>(table: &'static str, text: &'a str, keep: Keep<'a>) -> Result<Rows, CatalogError> {
        let mut read = Rows { rows: Vec::with_capacity(2_500), services: FxHashMap::default() };
        for row in rows(table, text) {
            let [service, name, formats, keys] = row.all()?.map(keep);
            let place = read.rows.len() as u32;
            match read.services.get_mut(&service) {
                Some(places) => places.push(place),
                None => drop(read.services.insert(service.clone(), vec![place])),
            }
            read.rows.push(Kind { service, name, formats, keys });
        }
        Ok(read)
    }
}
